"""Running an A/B test of two prompts, models or endpoints, judging it, and its result as values and JSON."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from huimou.errors import UsageError
from huimou.evaluation.ab_test.lockstep import ABRound, ABTestSetting, AnnotatedReport, run_rounds
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
from huimou.evaluation.regression.outcome import GateOutcome, GateProblem, ReportOutcome
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit

_HALF = 0.5
_UNTOLD = frozenset({"run"})  # two runs never cost the same; the measures say by how much


@dataclass(frozen=True, slots=True)
class SideFacts:
    """What is known of one side: its name, model, kind of server and prompts.

    `asked` is the number of requests to the server, `replayed` that of requests answered from a recording.
    """

    name: str
    model: str
    server: str
    prompts: Mapping[str, str]
    asked: int
    replayed: int


@dataclass(frozen=True, slots=True)
class RepeatedChange:
    """A change from one side to the other, and the number of repeats in which it was seen."""

    change: Change
    times: int


@dataclass(frozen=True, slots=True)
class ABReportResult:
    """The result of an A/B test for one report.

    Args:
        name: stem of its file.
        file: its file as the digests name it.
        changes: changes of the first repeat and of most repeats, in the order of `find_changes`.
        before: its measures on the first side, mean over repeats.
        after: its measures on the other side.

    """

    name: str
    file: str
    changes: tuple[RepeatedChange, ...]
    before: Mapping[str, float]
    after: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ABTestResult:
    """The result of an A/B test; `tested` are the prompts whose questions were always asked, `seconds` is wall time."""

    before: SideFacts
    after: SideFacts
    tested: tuple[str, ...]
    repeats: int
    judgements: tuple[Judgement, ...]
    reports: tuple[ABReportResult, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def worse(self) -> tuple[Judgement, ...]:
        """The measures that became worse."""
        return tuple(judgement for judgement in self.judgements if judgement.verdict == "worse")


def run_ab_test(
    subjects: Sequence[AnnotatedReport],
    setting: ABTestSetting,
    emit: DigestEmit,
    told: Callable[[ABRound], None] | None = None,
) -> ABTestResult:
    """Run both sides on the reports and judge the differences.

    Args:
        subjects: the reports.
        setting: the two sides and how they are run.
        emit: gets the events of both sides.
        told: is called with each round when it ends.

    Raises:
        UsageError: there is no report, two have one name, or scipy is missing (before anything is asked); no model
            to choose.
        EndpointError: a server cannot be used.

    """
    load_statistics()
    names = [subject.name for subject in subjects]
    if not names:
        raise UsageError("there is no report to compare on", "name some, or a folder of reports")
    if twice := sorted(name for name, count in Counter(names).items() if count > 1):
        raise UsageError(f"two reports are named {twice[0]}", "give each a name of its own")
    started = time.monotonic()
    done: list[ABRound] = []
    for one in run_rounds(subjects, setting, emit):
        done.append(one)
        if told is not None:
            told(one)
    return judge_rounds(done, setting, time.monotonic() - started)


def judge_rounds(done: Sequence[ABRound], setting: ABTestSetting, seconds: float) -> ABTestResult:
    """The result of finished rounds; the reports have the order of the first repeat."""
    by_report: dict[str, list[ABRound]] = {}
    for one in done:
        by_report.setdefault(one.subject.name, []).append(one)
    data: dict[Measure, list[Pair]] = {measure: [] for measure in (*OF_UNITS, *OF_REPORTS)}
    reports: list[ABReportResult] = []
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
    return ABTestResult(
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


def _unit_pairs(name: str, several: Sequence[ABRound], tested: frozenset[str]) -> tuple[list[tuple[str, Pair]], int]:
    """A pair of values for every measure of every unit of both sides, and how many units only one side has."""
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
    """The measures of each unit, mean over the repeats that have them, and whether its answers differ (flicker)."""
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


def _report(several: Sequence[ABRound]) -> ABReportResult:
    first = several[0]
    return ABReportResult(
        name=first.subject.name,
        file=first.before.digest.source.file,
        changes=_name_changes([(one.before.digest, one.after.digest) for one in several]),
        before=_means([measure_report(one.before, one.subject.gold) for one in several]),
        after=_means([measure_report(one.after, one.subject.gold) for one in several]),
    )


def _name_changes(digests: Sequence[tuple[Digest, Digest]]) -> tuple[RepeatedChange, ...]:
    """The changes of the first repeat or of most repeats, in the order of the first; each once, with its number."""
    told = [
        [c for c in dict.fromkeys(find_changes(before, after)) if c.what not in _UNTOLD] for before, after in digests
    ]
    times = Counter(change for one in told for change in one)
    wanted = [*told[0], *(c for c in times if c not in set(told[0]) and times[c] > _HALF * len(digests))]
    return tuple(RepeatedChange(change, times[change]) for change in wanted)


def _notes(
    done: Sequence[ABRound], setting: ABTestSetting, data: Mapping[Measure, Sequence[Pair]], alone: int
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


def to_json(comparison: ABTestResult) -> str:
    """The result as JSON text, keys in the order of the fields, one newline at the end."""
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


def _change(named: RepeatedChange) -> dict[str, Any]:
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


def to_outcome(comparison: ABTestResult, lines: Iterable[str] = ()) -> GateOutcome:
    """The result as an outcome for `to_html`: changes and measures of each report, and the judgements as `lines`."""
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
        problems=(
            *(GateProblem("verdict", line, named=line) for line in lines),
            *(GateProblem("whole", note, named=note) for note in comparison.notes),
        ),
        seconds=comparison.seconds,
    )
