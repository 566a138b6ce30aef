"""The measures of a digest: as values, by flat name, and as a table."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ContractScore:
    """Breaches of the output contract, and the first three of them."""

    breaches: int
    first: list[str]


@dataclass(frozen=True, slots=True)
class SectionScore:
    """Share of the text whose section has the right role; marginal roles count as one."""

    role_accuracy: float


@dataclass(frozen=True, slots=True)
class CoverageScore:
    """The counts of sentences and figures that the digest itself gives."""

    uncovered: int
    sentences: int
    figures_cited: int | None
    figures: int | None


@dataclass(frozen=True, slots=True)
class MetaScore:
    """Whether years and region are right; the organisation is for a person to read."""

    review_years: bool
    plan_year: bool
    region: bool
    organisation: str | None


@dataclass(frozen=True, slots=True)
class PointScore:
    """How many of the annotated achievements or tasks were found; `gist` is the bigrams shared with the annotation."""

    gold: int
    found: int
    recall: float | None
    must_recall: float | None
    predicted: int
    gist: float | None
    domain: float | None


@dataclass(frozen=True, slots=True)
class DigestScore:
    """Characters of summary per character of evidence, and the share of long items that a model worded."""

    length_ratio: float | None
    by_model: float | None


@dataclass(frozen=True, slots=True)
class ItemScore:
    """Where the items' evidence lies, and the numbers in summaries that their evidence does not hold."""

    total: int
    right_place: int
    wrong_kind: int
    outside: int
    ungrounded: int
    precision: float | None
    unsupported_numbers: int


@dataclass(frozen=True, slots=True)
class FigureScore:
    """How many of the annotated figures were found, and how many of those, and what share, have the right value."""

    gold: int
    found: int
    value_right: int
    predicted: int
    recall: float | None
    precision: float | None
    values: float | None


@dataclass(frozen=True, slots=True)
class DomainScore:
    """Share of the points found, achievements and tasks together, whose domain agrees with the annotation's."""

    agreed: float | None


@dataclass(frozen=True, slots=True)
class WordScore:
    """How many annotated points there are, and the share of them whose words are good, as `evaluation/words.py` says.

    `keys` is the share of all things to be said, `overview` that of the overview's reference points. `marked` is the
    share of the items marked ⚠ among those that speak for a point that cannot be pasted, `alarms` among the others.
    """

    points: int | None = None
    keys: float | None = None
    whole: float | None = None
    true: float | None = None
    short: float | None = None
    title: float | None = None
    pasteable: float | None = None
    overview: float | None = None
    marked: float | None = None
    alarms: float | None = None


@dataclass(frozen=True, slots=True)
class Scores:
    """Every measure of one digest; shares are 0 to 1, rounded to three places, None where there is nothing to count."""

    contract: ContractScore
    sections: SectionScore
    coverage: CoverageScore
    meta: MetaScore
    achievements: PointScore
    tasks: PointScore
    digest: DigestScore
    items: ItemScore
    figures: FigureScore
    domains: DomainScore
    words: WordScore = WordScore()

    def as_dict(self) -> dict[str, Any]:
        """The measures by group and name, for JSON."""
        return dataclasses.asdict(self)


def list_measures(scores: Scores) -> dict[str, float]:
    """Every measure by `group.name`; true is 1.0, and measures with nothing to count are left out."""
    return {
        f"{group}.{name}": float(value)
        for group, named in scores.as_dict().items()
        for name, value in named.items()
        if isinstance(value, (int, float))
    }


def average_measures(reports: Mapping[str, Scores]) -> dict[str, float]:
    """Mean of each measure over the reports that have it."""
    flat = [list_measures(scores) for scores in reports.values()]
    names = dict.fromkeys(name for one in flat for name in one)
    return {name: round(_mean([one[name] for one in flat if name in one]), 3) for name in names}


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Headings and rows of text, the first cell of each row being its name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


_COLUMNS = (
    ("achievements", "achievements.recall", ".3f"),
    ("tasks", "tasks.recall", ".3f"),
    ("figures", "figures.recall", ".3f"),
    ("precision", "figures.precision", ".3f"),
    ("values", "figures.values", ".3f"),
    ("in place", "items.precision", ".3f"),
    ("roles", "sections.role_accuracy", ".3f"),
    ("domains", "domains.agreed", ".3f"),
    ("by model", "digest.by_model", ".3f"),
    ("length", "digest.length_ratio", ".3f"),
    ("made up", "items.unsupported_numbers", "g"),
    ("uncovered", "coverage.uncovered", "g"),
    ("breaches", "contract.breaches", "g"),
)
_WORD_COLUMNS = (
    ("keys said", "words.keys", ".3f"),
    ("whole", "words.whole", ".3f"),
    ("true", "words.true", ".3f"),
    ("short", "words.short", ".3f"),
    ("title", "words.title", ".3f"),
    ("pasteable", "words.pasteable", ".3f"),
    ("overview", "words.overview", ".3f"),
    ("⚠ bad", "words.marked", ".3f"),
    ("⚠ good", "words.alarms", ".3f"),
)


def build_table(reports: Mapping[str, Scores]) -> ScoreTable:
    """The main measures of each report in the order given, and their mean in a last row; `-` where there is none."""
    return _tabulate(reports, _COLUMNS)


def build_word_table(reports: Mapping[str, Scores]) -> ScoreTable:
    """The measures of the words of the reports that have an annotation of them, and their mean in a last row."""
    return _tabulate({name: one for name, one in reports.items() if one.words.points is not None}, _WORD_COLUMNS)


def _tabulate(reports: Mapping[str, Scores], columns: Sequence[tuple[str, str, str]]) -> ScoreTable:
    flat = [(name, list_measures(scores)) for name, scores in reports.items()]
    lines = [*flat, ("mean", average_measures(reports))] if flat else []
    return ScoreTable(
        columns=("report", *(title for title, _, _ in columns)),
        rows=tuple((name, *_cells(values, columns)) for name, values in lines),
    )


def _cells(values: Mapping[str, float], columns: Sequence[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(format(values[key], form) if key in values else "-" for _, key, form in columns)
