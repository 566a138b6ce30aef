"""How much of a sample readers would take over unchanged, and what the program says of the same sentences.

The interval takes the sentences for independent draws; sentences of one report are alike, so that it is rather too
narrow for reports that are not in the sample. The program's number has no function of its own here: it comes with a
reader's answers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from huimou.evaluation.blind_reading.answers import ReaderAnswers
from huimou.evaluation.blind_reading.sample import LineSample, SampledLine
from huimou.evaluation.blind_reading.statistics import compute_agreement, compute_kappa, compute_wilson_interval
from huimou.evaluation.labels import LINE_KINDS, READER_CHOICES, ReaderChoice
from huimou.evaluation.words import PointWords

UNCHANGED: ReaderChoice = "unchanged"


@dataclass(frozen=True, slots=True)
class LineRate:
    """What one reader said of some sentences, and the program of the same.

    Args:
        name: which sentences: all, of a kind, of a report.
        lines: how many there are.
        choices: how many of those read have each choice.
        interval: 95 %, of the share that is taken over unchanged; None where nothing was read.
        judged: how many of those read the program can judge.
        by_program: how many of these it calls pasteable.
        by_reader: how many of these the reader takes over unchanged.

    """

    name: str
    lines: int
    choices: Mapping[ReaderChoice, int]
    interval: tuple[float, float] | None
    judged: int
    by_program: int
    by_reader: int

    @property
    def read(self) -> int:
        """How many were answered."""
        return sum(self.choices.values())

    @property
    def rate(self) -> float | None:
        """The share of those read that is taken over unchanged; None where nothing was read."""
        return self.choices[UNCHANGED] / self.read if self.read else None


@dataclass(frozen=True, slots=True)
class ReaderAgreement:
    """How far two agree on the `lines` that both judged: the share, and Cohen's kappa; None where there is none."""

    names: tuple[str, str]
    about: str
    lines: int
    raw: float | None
    kappa: float | None


def judge_lines(sample: LineSample, points: Mapping[str, Sequence[PointWords]]) -> dict[int, bool]:
    """By number of a sentence: whether the program calls all annotated points pasteable that its item speaks for.

    Args:
        sample: the sentences.
        points: by name of a report, what its words make of the points; sentences of overviews and items that speak for
            no point are not judged.

    """
    found: dict[int, bool] = {}
    for line in sample.lines:
        ours = [
            point
            for point in points.get(line.report, ())
            if line.item and any(entry.id == line.item for entry in point.entries)
        ]
        if ours:
            found[line.number] = all(point.pasteable for point in ours)
    return found


def count_rates(sample: LineSample, answers: ReaderAnswers, judged: Mapping[int, bool]) -> tuple[LineRate, ...]:
    """What a reader said: of all sentences, of each kind, of each report."""
    lines = sample.lines
    kinds = {kind: [line for line in lines if line.kind == kind] for kind in LINE_KINDS}
    reports = {name: [line for line in lines if line.report == name] for name in sorted({one.report for one in lines})}
    groups = [("all", lines), *((kind, ours) for kind, ours in kinds.items() if ours), *reports.items()]
    return tuple(_count_rate(name, ours, answers, judged) for name, ours in groups)


def compare_readers(one: ReaderAnswers, other: ReaderAnswers, names: tuple[str, str]) -> tuple[ReaderAgreement, ...]:
    """How far two readers agree: on the three choices, and on unchanged or not."""
    both = sorted(one.choices.keys() & other.choices.keys())
    pairs: list[tuple[str, str]] = [(one.choices[n], other.choices[n]) for n in both]
    halves = [(str(a == UNCHANGED), str(b == UNCHANGED)) for a, b in pairs]
    return (_measure_agreement(names, "three choices", pairs), _measure_agreement(names, "unchanged or not", halves))


def compare_with_program(answers: ReaderAnswers, judged: Mapping[int, bool], name: str) -> ReaderAgreement:
    """How far a reader and the program agree on what is taken over unchanged."""
    both = sorted(answers.choices.keys() & judged.keys())
    pairs = [(str(answers.choices[n] == UNCHANGED), str(judged[n])) for n in both]
    return _measure_agreement((name, "program"), "unchanged or not", pairs)


def _count_rate(
    name: str, lines: Iterable[SampledLine], answers: ReaderAnswers, judged: Mapping[int, bool]
) -> LineRate:
    numbers = [line.number for line in lines]
    said = {n: answers.choices[n] for n in numbers if n in answers.choices}
    choices = {choice: list(said.values()).count(choice) for choice in READER_CHOICES}
    both = [n for n in said if n in judged]
    return LineRate(
        name=name,
        lines=len(numbers),
        choices=choices,
        interval=compute_wilson_interval(choices[UNCHANGED], len(said)) if said else None,
        judged=len(both),
        by_program=sum(judged[n] for n in both),
        by_reader=sum(said[n] == UNCHANGED for n in both),
    )


def _measure_agreement(names: tuple[str, str], about: str, pairs: Sequence[tuple[str, str]]) -> ReaderAgreement:
    if not pairs:
        return ReaderAgreement(names, about, 0, None, None)
    return ReaderAgreement(names, about, len(pairs), compute_agreement(pairs), compute_kappa(pairs))
