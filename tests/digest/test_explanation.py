"""Every verdict names its rule, and says what would be decided without it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from huimou.digest.choices import DigestChoices
from huimou.digest.explanation import SentenceExplanation, explain_sentences
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rulebook import SHIPPED_RULES
from huimou.model.digest import Digest
from huimou.outputs.explanation import format_explanation
from pipeline_run import PLANNED, run

HOLLOW = "这些成绩来之不易。"
CHANGES = (
    ("一、过去一年的工作", "一、一年来所做的工作"),
    ("(二)服务发展大局。", f"{HOLLOW}\n(二)服务发展大局\n"),
    ("二、2032年主要任务", "二、2032年工作打算和设想"),
)
TEXT = PLANNED
for before, after in CHANGES:
    TEXT = TEXT.replace(before, after)


@cache
def made() -> Digest:
    """The digest of the text with the shipped rules."""
    return run(TEXT).digest


def explain(words: str, choices: DigestChoices | None = None) -> SentenceExplanation:
    """About the sentence that begins with these words."""
    digest = made()
    number = next(s.n for s in digest.sentences if TEXT[s.start : s.end].startswith(words))
    (found,) = explain_sentences(digest, TEXT, [number], choices or DigestChoices())
    return found


def lines(found: SentenceExplanation) -> Sequence[str]:
    """What is said of it."""
    return tuple(format_explanation(found, TEXT, set()))


def test_every_verdict_has_a_rule_that_there_is() -> None:
    """Sections and sentences that are left out; a sentence that an item cites has none."""
    digest = made()
    named = [section.rule for section in digest.sections]
    named += [s.rule for s in digest.sentences if s.disposition not in {"cited", "uncovered"}]
    assert all(rule and SHIPPED_RULES.find_row(rule).why for rule in named)
    assert {s.rule for s in digest.sentences if s.disposition in {"cited", "uncovered"}} == {None}


def test_a_sentence_that_is_left_out() -> None:
    """The rule, the words that it found, its examples, and what becomes of the sentence without it."""
    found = explain(HOLLOW)
    assert found.left_out is not None
    assert found.left_out.row.id == "dispositions.hollow_words"
    assert found.left_out.found == ("来之不易",)
    assert found.left_out.otherwise is not None
    assert found.left_out.otherwise.reason is None
    assert found.left_out.otherwise.role == "review"
    assert [line for line in lines(found) if "来之不易" in line]
    assert any("没有这条规则：归入“工作回顾”" in line for line in lines(found))


def test_where_a_section_has_its_role_from() -> None:
    """The heading further up that names it, and what the section would be without that rule."""
    found = explain("围绕装备制造业")
    assert (found.section.role, found.section.rule) == ("review", "sections.as_above")
    assert found.named is not None
    assert found.named.heading == "一年来所做的工作"
    assert found.role_rule is not None
    assert found.role_rule.row.id == "headings.review_by_time"
    assert found.role_rule.found == ("一年来",)
    assert any("“一年来所做的工作”" in line for line in lines(found))


def test_a_plan_without_its_rule_is_something_else() -> None:
    """The heading 「2032年工作打算和设想」 is then known by its words alone."""
    found = explain("围绕老旧小区改造召开")
    assert found.role_rule is not None
    assert found.role_rule.row.id == "headings.plan"
    assert found.role_rule.otherwise is not None
    assert (found.role_rule.otherwise.role, found.role_rule.otherwise.role_rule) == ("plan", "headings.short_plan")


def test_a_rule_that_the_program_decides() -> None:
    """It cannot be switched off, and says so."""
    found = explain("(二)服务发展大局")
    assert found.left_out is not None
    assert found.left_out.row.program
    assert found.left_out.otherwise is None
    assert any("还看上下文" in line for line in lines(found))


def test_own_rules_are_kept_in_the_digest(tmp_path: Path) -> None:
    """The run names them; the sentence that one of them takes back becomes part of an item."""
    (tmp_path / "own.toml").write_text("[dispositions.hollow_words]\noff = true\n", encoding="utf-8")
    choices = DigestChoices(rules=load_rules(tmp_path))
    digest = run(TEXT, choices=choices).digest
    (sentence,) = [s for s in digest.sentences if TEXT[s.start : s.end].startswith(HOLLOW)]
    assert digest.run.rules == {"dispositions.hollow_words": "off"}
    assert (sentence.disposition, sentence.rule) == ("cited", None)
    assert made().run.rules == {}


def test_a_text_that_is_no_report() -> None:
    """Every sentence has the rule that refused the text; without it the text is read as a report."""
    text = "关于召开会议的通知\n\n定于1月8日召开全体会议，请各单位准时参加。\n\n会期两天。\n"
    digest = run(text).digest
    last = digest.sentences[-1]
    (found,) = explain_sentences(digest, text, [last.n], DigestChoices())
    assert (last.disposition, last.rule) == ("not_a_report", "genre.other_kind")
    assert found.left_out is not None
    assert found.left_out.row.id == "genre.other_kind"
    assert found.left_out.otherwise is not None
    assert found.left_out.otherwise.rule == "genre.no_time"


@pytest.mark.parametrize("number", [0, 999])
def test_a_number_that_there_is_not(number: int) -> None:
    """Nothing is said of it."""
    assert list(explain_sentences(made(), TEXT, [number], DigestChoices())) == []


def test_a_rule_is_told_of_once() -> None:
    """Its reason and examples stand with the first of several sentences."""
    told: set[str] = set()
    first = list(format_explanation(explain(HOLLOW), TEXT, told))
    again = list(format_explanation(explain(HOLLOW), TEXT, told))
    assert len(again) < len(first)
    assert "  规则 dispositions.hollow_words（空话）" in again
