"""Lists of rules: a list may name other lists, longer entries come first, and a pattern may take several lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from huimou.errors import UsageError
from huimou.language.rules import get_rule, use_rules
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rulebook import SHIPPED_RULES


def test_a_list_of_lists_is_ordered_as_one() -> None:
    """Units of every topic are tried longest first, each once; a mark that is escaped is a plain word among them."""
    units = get_rule("quantities.units")
    tried = units.pattern.split("|")
    assert tried.index("人次") < tried.index("人(?!均")
    assert {"个百分点", "人次", "台(套)", "条"} <= units.words
    assert len(units.items) == len(units.words)
    assert [units.match(text)[0] for text in ("人次", "台(套)", "个百分点")] == ["人次", "台(套)", "个百分点"]
    assert not units.match("条件")


def test_a_pattern_over_several_lines_is_one_line() -> None:
    """Line breaks and the blanks behind them are no part of a pattern."""
    assert "\n" not in SHIPPED_RULES.find_row("quantities.quantity").pattern
    assert get_rule("quantities.quantity").search("近4亿元")[0] == "近4亿元"


def test_a_list_that_is_switched_off_is_left_out_of_others(tmp_path: Path) -> None:
    """Where all lists that a list names are off, it finds nothing, rather than everything."""
    (tmp_path / "own.toml").write_text("[quantities.money]\noff = true", encoding="utf-8")
    with use_rules(load_rules(tmp_path)):
        assert "美元" not in get_rule("quantities.units").words
    (tmp_path / "own.toml").write_text(
        "[quantities.money]\noff = true\n[quantities.measures]\nany = ['{quantities.money}']\n"
        "examples = []\ncounter_examples = ['12.8亿元']",
        encoding="utf-8",
    )
    with use_rules(load_rules(tmp_path)):
        assert not get_rule("quantities.measures").search("12.8亿元")
    with use_rules(SHIPPED_RULES):
        assert "美元" in get_rule("quantities.units").words


def test_lists_that_name_each_other_are_refused(tmp_path: Path) -> None:
    """A list that comes back to itself is named."""
    (tmp_path / "own.toml").write_text("[quantities.money]\nadd = ['{quantities.units}']", encoding="utf-8")
    with pytest.raises(UsageError, match="name each other"):
        load_rules(tmp_path)
