"""Rates by kind and report, the program's number for the same sentences, agreement."""

from __future__ import annotations

from typing import Any

import pytest

from blind_sample import a_folder
from huimou.evaluation.blind_reading.answers import ReaderAnswers
from huimou.evaluation.blind_reading.rates import compare_readers, compare_with_program, count_rates, judge_lines
from huimou.evaluation.blind_reading.sample import draw_sample
from huimou.evaluation.words import PointWords, WordedEntry

SAMPLE = draw_sample(a_folder(), 20, 7)


def answered(**choices: str) -> ReaderAnswers:
    """A reader's answers, `n1="few"`."""
    said: Any = {int(name[1:]): choice for name, choice in choices.items()}
    return ReaderAnswers("甲", SAMPLE.token, said, {})


def point(*ids: str, good: bool) -> PointWords:
    """A point that these items speak for, pasteable or not."""
    entries = tuple(WordedEntry(id_, "", "x", ((0, 1),)) for id_ in ids)
    return PointWords("P", entries, 1, () if good else (("缺",),), (), short=True, titled=True)


def test_rates_of_all_kinds_and_reports() -> None:
    """They count what was answered; what was not has no rate, and what nobody can judge no number of the program."""
    everything = {f"n{line.number}": "unchanged" if line.report == "临江" else "no" for line in SAMPLE.lines}
    rates = {one.name: one for one in count_rates(SAMPLE, answered(**everything), {})}
    ours = sum(line.report == "临江" for line in SAMPLE.lines)
    assert (rates["all"].lines, rates["all"].read, rates["all"].choices["unchanged"]) == (20, 20, ours)
    assert rates["all"].rate == ours / 20
    assert rates["临江"].rate == 1
    assert rates["鹿鸣"].rate == 0
    assert sum(rates[name].lines for name in ("临江", "鹿鸣", "青松")) == 20
    kinds = [name for name in ("achievement", "task", "shortcoming", "overview") if name in rates]
    assert sum(rates[name].lines for name in kinds) == 20
    assert rates["all"].judged == 0


def test_without_answers_there_is_no_rate_and_no_interval() -> None:
    """Nor anything of the program, though it has judged every sentence."""
    rates = count_rates(SAMPLE, answered(), {line.number: True for line in SAMPLE.lines})
    assert {(one.rate, one.interval, one.judged, one.by_program) for one in rates} == {(None, None, 0, 0)}


def test_the_program_is_counted_on_the_sentences_that_were_read() -> None:
    """And the reader once more on these alone."""
    judged = {1: True, 2: False, 3: True, 9: True}
    (first, *_) = count_rates(SAMPLE, answered(n1="unchanged", n2="unchanged", n3="few", n4="no"), judged)
    assert (first.read, first.judged, first.by_program, first.by_reader) == (4, 3, 2, 2)


def test_an_item_is_good_where_all_its_points_are() -> None:
    """An item that speaks for no point, and a sentence of an overview, are not judged."""
    lines = {line.number: line for line in SAMPLE.lines if line.report == "临江" and line.item}
    (first, one), (second, other), (third, _), *_ = lines.items()
    points = {
        "临江": [point(one.item, good=True), point(one.item, other.item, good=False), point(other.item, good=True)]
    }
    assert judge_lines(SAMPLE, points) == {first: False, second: False}
    assert judge_lines(SAMPLE, {"临江": [point(one.item, good=True)]}) == {first: True}
    assert third not in judge_lines(SAMPLE, points)


def test_two_readers() -> None:
    """On what both have read; by three choices, and by unchanged or not."""
    one = answered(n1="unchanged", n2="few", n3="no", n4="unchanged", n5="no")
    other = answered(n1="unchanged", n2="no", n3="no", n4="few", n6="no")
    three, two = compare_readers(one, other, ("甲", "乙"))
    assert (three.lines, three.raw) == (4, 0.5)
    assert three.kappa == pytest.approx((0.5 - 5 / 16) / (1 - 5 / 16))
    assert (two.lines, two.raw, two.kappa) == (4, 0.75, pytest.approx(0.5))


def test_agreement_with_the_program() -> None:
    """On what was read and judged; None where there is no such sentence."""
    said = answered(n1="unchanged", n2="few", n3="unchanged")
    found = compare_with_program(said, {1: True, 2: False, 3: False, 4: True}, "甲")
    assert (found.names, found.lines, found.raw) == (("甲", "program"), 3, pytest.approx(2 / 3))
    empty = compare_with_program(said, {}, "甲")
    assert (empty.lines, empty.raw, empty.kappa) == (0, None, None)
