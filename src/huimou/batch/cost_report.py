"""What a run came to and cost, written for programs and people: `OUT/run.json` and `OUT/failures.csv`."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from huimou import __version__
from huimou.model.cost_category import CostPart
from huimou.model.outcome import ReportResult
from huimou.model.report import Usage
from huimou.outputs.formula_text import disarm_formula
from huimou.store.files import write_text

RUN, FAILURES = "run.json", "failures.csv"
NOT_DONE = "not done"  # in the place of a status, where the run ended before the report
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Money for a million tokens of each kind; None has cached prompt tokens cost what the others do."""

    prompt: float
    completion: float
    cached: float | None = None

    def of(self, spent: Usage) -> float:
        """The cost of so many tokens."""
        cached = self.prompt if self.cached is None else self.cached
        told = spent.cached_tokens or 0
        fresh = spent.prompt_tokens - told
        return (fresh * self.prompt + told * cached + spent.completion_tokens * self.completion) / _MILLION


@dataclass(frozen=True, slots=True)
class Bill:
    """One run and what it cost.

    Args:
        job: every setting that a digest depends on.
        results: of the reports, those that were done before included.
        planned: reports in all.
        seconds: wall time of the run.
        paid_for: usage of this run's calls, by stage and question; answers that were kept from before cost nothing.
        exit_status: of the run.
        stopped: the error that ended it early.
        prices: if given.
        left: name of the outputs and the input's name, fit to print, of each report that the run did not come to.

    """

    job: Mapping[str, Any]
    results: Sequence[ReportResult]
    planned: int
    seconds: float
    paid_for: Mapping[CostPart, Usage]
    exit_status: int
    stopped: str | None = None
    prices: Prices | None = None
    left: Sequence[tuple[str, str]] = ()

    @property
    def spent(self) -> Usage:
        """Usage of all answers that are in the digests, in this run and before."""
        return sum((result.spent for result in self.results), Usage())

    @property
    def paid(self) -> Usage:
        """Usage of this run's calls."""
        return sum(self.paid_for.values(), Usage())

    def usage_by(self, key: Callable[[CostPart], str]) -> dict[str, Usage]:
        """Usage of this run's calls, summed by what `key` makes of their stage and question."""
        sums: dict[str, Usage] = {}
        for part, usage in self.paid_for.items():
            sums[key(part)] = sums.get(key(part), Usage()) + usage
        return sums

    def counts(self) -> dict[str, int]:
        """Reports by status, and those not done yet as `left`."""
        states = Counter(result.status for result in self.results)
        return {
            "planned": self.planned,
            **{state: states[state] for state in ("complete", "partial", "failed")},
            "left": self.planned - len(self.results),
        }

    def as_data(self) -> dict[str, Any]:
        """The content of `run.json`."""
        money = {"cost": round(self.prices.of(self.paid), 4)} if self.prices else {}
        return {
            "version": __version__,
            "exit_status": self.exit_status,
            "stopped": self.stopped,
            "seconds": round(self.seconds, 1),
            "reports": self.counts(),
            "paid": _describe_usage(self.paid) | money,
            "paid_by_stage": {
                name: _describe_usage(usage) for name, usage in self.usage_by(lambda part: part.stage).items()
            },
            "paid_by_question": {
                name: _describe_usage(usage)
                for name, usage in sorted(self.usage_by(lambda part: part.question).items())
            },
            "spent_on_digests": _describe_usage(self.spent),
            "job": dict(self.job),
            "failures": [
                {"name": r.name, "file": r.file, "status": r.status, "reason": r.reason, "retryable": r.retryable}
                for r in self.results
                if r.status != "complete"
            ],
            "not_done": [{"name": name, "file": file} for name, file in self.left],
        }


def write_bill(out: Path, bill: Bill) -> None:
    """Write both files, each whole or not at all.

    Raises:
        UsageError: the folder or the disk does not take them.

    """
    write_text(out / FAILURES, render_failures_csv(bill.results, bill.left, bill.stopped))
    write_text(out / RUN, json.dumps(bill.as_data(), ensure_ascii=False, indent=2) + "\n")


def render_failures_csv(
    results: Sequence[ReportResult], left: Sequence[tuple[str, str]] = (), stopped: str | None = None
) -> str:
    """Every report that is not complete; with a byte order mark, so that spreadsheets read the Chinese in it.

    Args:
        results: what became of reports.
        left: name and input's name of each report that the run did not come to.
        stopped: the error that ended it before them; None where it was interrupted.

    """
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(["name", "file", "status", "reason", "retryable"])
    odd = [(r.name, r.file, r.status, r.reason or "", r.retryable) for r in results if r.status != "complete"]
    why = stopped or "the run was interrupted before it"
    for *cells, retryable in (*odd, *((name, file, NOT_DONE, why, True) for name, file in left)):
        rows.writerow([*map(disarm_formula, map(str, cells)), "yes" if retryable else "no"])
    return "\ufeff" + text.getvalue()


def _describe_usage(usage: Usage) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(usage).items()}
