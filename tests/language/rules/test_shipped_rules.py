"""The shipped rules: each compiles, says what it is for, and holds its examples."""

from __future__ import annotations

from typing import get_args

import pytest

from huimou.language.reading import AsideReason
from huimou.language.rules.checking import find_faults
from huimou.language.rules.rulebook import SHIPPED_RULES, list_shipped_groups


@pytest.mark.parametrize("group", list_shipped_groups())
def test_a_file_of_rules_holds(group: str) -> None:
    """Every rule of the file has a title, a reason and an example, and no example fails."""
    assert [fault for fault in find_faults(SHIPPED_RULES) if fault.startswith(f"{group}.")] == []


@pytest.mark.parametrize("reason", get_args(AsideReason))
def test_a_line_that_is_set_aside_has_its_rule(reason: str) -> None:
    """Under the name of its reason, which a digest keeps."""
    assert SHIPPED_RULES.find_row(f"reading.{reason}").why
