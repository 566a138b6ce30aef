"""The shipped rules: each compiles, says what it is for, and holds its examples."""

from __future__ import annotations

import pytest

from huimou.language.rules.checking import find_faults
from huimou.language.rules.rulebook import SHIPPED_RULES, list_shipped_groups


@pytest.mark.parametrize("group", list_shipped_groups())
def test_a_file_of_rules_holds(group: str) -> None:
    """Every rule of the file has a title, a reason and an example, and no example fails."""
    assert [fault for fault in find_faults(SHIPPED_RULES) if fault.startswith(f"{group}.")] == []
