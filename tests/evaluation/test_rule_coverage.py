"""Which rules and words reports exercise."""

from __future__ import annotations

from pathlib import Path

import pytest

from huimou.errors import UsageError
from huimou.evaluation.rule_coverage import RuleCoverage, measure_rule_coverage
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook

_RULES = """
[comparison.held]
why = "动词"
words = ["召开", "举行", "承办"]
examples = ["承办论坛"]

[comparison.rest]
any = ['^其他', '另外$', '(?:一|几)批', '{comparison.held}了']
examples = ["其他提案"]

[comparison.every]
off = true
"""


def book(folder: Path, text: str = _RULES) -> RuleBook:
    """The shipped rules with these over them."""
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return load_rules(folder)


def measure(folder: Path, *texts: str) -> RuleCoverage:
    """What texts exercise of the rules above."""
    return measure_rule_coverage(book(folder), {str(number): text for number, text in enumerate(texts)})


def test_rules_count_the_texts_in_which_they_are_found(tmp_path: Path) -> None:
    """In how many, not how often; full width and traditional characters count as their plain forms."""
    found = measure(tmp_path, "召开会议，又召開會議。", "舉行会议。", "没有会议。")
    assert found.found_in["comparison.held"] == 2


def test_words_in_a_text_or_an_example_are_used(tmp_path: Path) -> None:
    """What stands in neither is unused, as it is written."""
    found = measure(tmp_path, "召开会议。")
    assert found.unused_words["comparison.held"] == ("举行",)
    assert found.unused_words["comparison.rest"] == ("另外$", "(?:一|几)批", "{comparison.held}了")


def test_an_alternative_is_tried_with_its_references(tmp_path: Path) -> None:
    """`{file.rule}` in it stands for the other rule."""
    found = measure(tmp_path, "会议举行了一次。")
    assert "{comparison.held}了" not in found.unused_words["comparison.rest"]


@pytest.mark.parametrize("text", ["工作。这是另外，不计。", "工作\n这是另外\n不计", "这是另\n外。不计"])
def test_an_end_may_be_that_of_a_sentence_a_clause_or_a_line(tmp_path: Path, text: str) -> None:
    """A pattern that is tied to an end is tried on each piece of a text; line breaks part no word."""
    assert "另外$" not in measure(tmp_path, text).unused_words["comparison.rest"]


def test_an_end_within_a_clause_is_none(tmp_path: Path) -> None:
    """What stands in the middle does not count for a pattern that is tied to the end."""
    assert "另外$" in measure(tmp_path, "另外的工作").unused_words["comparison.rest"]


def test_rules_that_are_off_are_left_out(tmp_path: Path) -> None:
    """As those that the program decides."""
    found = measure(tmp_path, "各类提案")
    assert "comparison.every" not in found.found_in
    assert "sections.heading" not in found.found_in


def test_a_table_without_examples_can_be_unused() -> None:
    """A rule is unused that no text exercises and that has no example."""
    assert "comparison.same_practice" in measure_rule_coverage(SHIPPED_RULES, {}).unused_rules
    used = measure_rule_coverage(SHIPPED_RULES, {"text": "坚持首个议题制度。"})
    assert "comparison.same_practice" not in used.unused_rules


def test_half_an_alternative_is_refused(tmp_path: Path) -> None:
    """One that is no regular expression by itself, though the whole is one."""
    with pytest.raises(UsageError, match=r"comparison\.rest: any: \(\?:其他: not a regular expression"):
        book(tmp_path, '[comparison.rest]\nany = ["(?:其他", "另外)"]\nexamples = ["其他提案"]\n')
