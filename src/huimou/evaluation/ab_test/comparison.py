"""Two prompts, models or endpoints on the same units: what was measured, what that says, and which items changed."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from huimou.errors import UsageError
from huimou.evaluation.ab_test.lockstep import AnnotatedReport, ComparisonRound, ComparisonSetting, run_rounds
from huimou.evaluation.ab_test.measures import BY_KEY, NEEDS_GOLD, OF_REPORTS, OF_UNITS
from huimou.evaluation.ab_test.observations import SideDigest, UnitMeasures, measure_report, measure_units
from huimou.evaluation.ab_test.paired_statistics import (
    LEAST_REPORTS,
    THESE_ONLY,
    Judgement,
    Measure,
    Pair,
    judge_measures,
    load_statistics,
)
from huimou.evaluation.changes.changes import Change, find_changes
from huimou.evaluation.regression.outcome import GateOutcome, ReportOutcome
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit

_HALF = 0.5
_UNTOLD = frozenset({"run"})  # two runs never cost the same; the measures say by how much


@dataclass(frozen=True, slots=True)
class SideFacts:
    """One side: its name, the model that answered, the kind of server, its prompts, and how its questions were met.

    `asked` requests went to the server, `replayed` ones were answered from a recording.
    """

    name: str
    model: str
    server: str
    prompts: Mapping[str, str]
    asked: int
    replayed: int


@dataclass(frozen=True, slots=True)
class NamedChange:
    """A change from one side to the other, and in how many repeats it was seen."""

    change: Change
    times: int


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """One report on both sides.

    Args:
        name: the stem of its file.
        file: as the digests name it.
        changes: those of the first repeat and of most repeats, as `find_changes` orders them.
        before: measures of the report, mean over repeats.
        after: the same of the other side.

    """

    name: str
    file: str
    changes: tuple[NamedChange, ...]
    before: Mapping[str, float]
    after: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class PromptComparison:
    """All of it. `tested` are the prompts whose questions were always asked; `seconds` of wall time."""

    before: SideFacts
    after: SideFacts
    tested: tuple[str, ...]
    repeats: int
    judgements: tuple[Judgement, ...]
    reports: tuple[ReportComparison, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def worse(self) -> tuple[Judgement, ...]:
        """The measures that became worse."""
        return tuple(judgement for judgement in self.judgements if judgement.verdict == "worse")


def compare_prompts(
    subjects: Sequence[AnnotatedReport],
    setting: ComparisonSetting,
    emit: DigestEmit,
    told: Callable[[ComparisonRound], None] | None = None,
) -> PromptComparison:
    """Run both sides and judge.

    Args:
        subjects: the reports.
        setting: the two sides and how they are run.
        emit: told of units and tokens of both sides.
        told: told of each round as it ends.

    Raises:
        UsageError: no report, two of one name or no scipy, before anything is asked; no model to choose.
        EndpointError: a server cannot be used.

    """
    load_statistics()
    names = [subject.name for subject in subjects]
    if not names:
        raise UsageError("there is no report to compare on", "name some, or a folder of reports")
    if twice := sorted(name for name, count in Counter(names).items() if count > 1):
        raise UsageError(f"two reports are named {twice[0]}", "give each a name of its own")
    started = time.monotonic()
    done: list[ComparisonRound] = []
    for one in run_rounds(subjects, setting, emit):
        done.append(one)
        if told is not None:
            told(one)
    return judge_rounds(done, setting, time.monotonic() - started)


def judge_rounds(done: Sequence[ComparisonRound], setting: ComparisonSetting, seconds: float) -> PromptComparison:
    """What the rounds say, all reports in the order of the first repeat."""
    by_report: dict[str, list[ComparisonRound]] = {}
    for one in done:
        by_report.setdefault(one.subject.name, []).append(one)
    data: dict[Measure, list[Pair]] = {measure: [] for measure in (*OF_UNITS, *OF_REPORTS)}
    reports: list[ReportComparison] = []
    alone = 0
    for name, several in by_report.items():
        pairs, unpaired = _unit_pairs(name, several, setting.tested)
        alone += unpaired
        report = _report(several)
        both = report.before.keys() & report.after.keys()
        pairs += [(key, Pair(name, name, report.before[key], report.after[key])) for key in sorted(both)]
        for key, pair in pairs:
            data[BY_KEY[key]].append(pair)
        reports.append(report)
    return PromptComparison(
        before=_facts(setting.before.name, [one.before for one in done]),
        after=_facts(setting.after.name, [one.after for one in done]),
        tested=tuple(sorted(setting.tested)),
        repeats=setting.repeats,
        judgements=judge_measures(data),
        reports=tuple(reports),
        notes=_notes(done, setting, data, alone),
        seconds=round(seconds, 1),
    )


def _facts(name: str, seen: Sequence[SideDigest]) -> SideFacts:
    run = seen[0].digest.run
    replayed = sum(heard.replayed for one in seen for heard in one.heard)
    asked = sum(len(one.heard) for one in seen) - replayed
    return SideFacts(name, run.model, run.endpoint_kind, run.prompts, asked, replayed)


def _unit_pairs(
    name: str, several: Sequence[ComparisonRound], tested: frozenset[str]
) -> tuple[list[tuple[str, Pair]], int]:
    """A pair for every measure of every unit that both sides have, and how many units only one side has."""
    before = [measure_units(one.before, tested, one.subject.gold) for one in several]
    after = [measure_units(one.after, tested, one.subject.gold) for one in several]
    old, new = _over_repeats(before), _over_repeats(after)
    pairs = [
        (key, Pair(name, unit, old[unit][key], new[unit][key]))
        for unit in sorted(old.keys() & new.keys())
        for key in sorted(old[unit].keys() & new[unit].keys())
    ]
    return pairs, len(old.keys() ^ new.keys())


def _over_repeats(repeats: Sequence[Mapping[str, UnitMeasures]]) -> dict[str, dict[str, float]]:
    """Each unit's measures, mean over the repeats that have them, and whether its answer flickers."""
    found: dict[str, list[UnitMeasures]] = {}
    for one in repeats:
        for name, unit in one.items():
            found.setdefault(name, []).append(unit)
    return {
        name: {
            **_means([unit.values for unit in several]),
            **({"flicker": float(len({unit.said for unit in several}) > 1)} if len(several) > 1 else {}),
        }
        for name, several in found.items()
    }


def _means(values: Sequence[Mapping[str, float]]) -> dict[str, float]:
    keys = dict.fromkeys(key for one in values for key in one)
    told = {key: [one[key] for one in values if key in one] for key in keys}
    return {key: sum(numbers) / len(numbers) for key, numbers in told.items()}


def _report(several: Sequence[ComparisonRound]) -> ReportComparison:
    first = several[0]
    return ReportComparison(
        name=first.subject.name,
        file=first.before.digest.source.file,
        changes=_name_changes([(one.before.digest, one.after.digest) for one in several]),
        before=_means([measure_report(one.before, one.subject.gold) for one in several]),
        after=_means([measure_report(one.after, one.subject.gold) for one in several]),
    )


def _name_changes(digests: Sequence[tuple[Digest, Digest]]) -> tuple[NamedChange, ...]:
    """What changed in the first repeat or in most, in the order of the first; once each, with how often."""
    told = [
        [c for c in dict.fromkeys(find_changes(before, after)) if c.what not in _UNTOLD] for before, after in digests
    ]
    times = Counter(change for one in told for change in one)
    wanted = [*told[0], *(c for c in times if c not in set(told[0]) and times[c] > _HALF * len(digests))]
    return tuple(NamedChange(change, times[change]) for change in wanted)


def _notes(
    done: Sequence[ComparisonRound], setting: ComparisonSetting, data: Mapping[Measure, Sequence[Pair]], alone: int
) -> tuple[str, ...]:
    bare = sorted({one.subject.name for one in done if one.subject.gold is None})
    silent = [measure.title for measure, pairs in data.items() if not pairs and measure.key in NEEDS_GOLD]
    stray = sum(
        not heard.replayed and heard.ticket is not None and heard.ticket.prompt_id not in setting.tested
        for one in done
        for seen in (one.before, one.after)
        for heard in seen.heard
    )
    few = len({one.subject.name for one in done}) < LEAST_REPORTS
    incomplete = sum(not seen.digest.run.complete for one in done for seen in (one.before, one.after))
    return tuple(
        note
        for note, applies in (
            (
                f"no annotation for {', '.join(bare)}: {'; '.join(silent) or 'its part of what needs one'} left out",
                bare,
            ),
            (f"{alone} units are left out: only one side was asked about them", alone),
            (f"{stray} questions of other prompts had no fresh recording and were asked live", stray),
            (f"{incomplete} of {2 * len(done)} digests are incomplete: a question got no usable answer", incomplete),
            (f"fewer than {LEAST_REPORTS} reports: every interval {THESE_ONLY}", few),
            ("one repeat: flicker is not measured", setting.repeats == 1),
        )
        if applies
    )


def to_json(comparison: PromptComparison) -> str:
    """The comparison as JSON text, keys in the order of the values, one newline at the end."""
    data = asdict(comparison)
    data["judgements"] = [_flat(judgement) for judgement in comparison.judgements]
    data["reports"] = [
        {**asdict(report), "changes": [_change(named) for named in report.changes]} for report in comparison.reports
    ]
    return json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _flat(judgement: Judgement) -> dict[str, Any]:
    values = asdict(judgement)
    measure = values.pop("measure")
    return {"measure": measure["key"], "title": measure["title"], "better": measure["better"], **values}


def _change(named: NamedChange) -> dict[str, Any]:
    change = named.change
    return {
        "kind": change.kind,
        "what": change.what,
        "name": change.name,
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "sources": [evidence.model_dump() for evidence in change.sources],
        "times": named.times,
    }


def to_outcome(comparison: PromptComparison, lines: Iterable[str] = ()) -> GateOutcome:
    """As the gate's page shows it: changes and measures a report, the judgements as `lines` above them."""
    return GateOutcome(
        reports=tuple(
            ReportOutcome(
                name=report.name,
                file=report.file,
                problems=(),
                changes=tuple(named.change for named in report.changes),
                measures=report.after,
                accepted_measures=report.before,
                recordings={},
                seconds=0.0,
            )
            for report in comparison.reports
        ),
        problems=(*lines, *comparison.notes),
        seconds=comparison.seconds,
    )
