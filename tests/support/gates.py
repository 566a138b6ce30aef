"""Outcomes of the gate built by hand, for tests of what reports them."""

from __future__ import annotations

from handmade import a_digest
from huimou.evaluation.changes.changes import Change, find_changes
from huimou.evaluation.regression.outcome import GateOutcome, GateProblem, ReportOutcome
from huimou.model.digest import Digest, Evidence

STALE = GateProblem(
    "stale",
    "item-summary/002: stale: prompt item-summary 1 to 2",
    1,
    "prompt item-summary 1 to 2: item-summary/002",
    "version",
)
SCRIPT = '<script>alert("1")</script>&amp;'


def altered() -> Digest:
    """The handmade digest with another summary, another value and no task."""
    data = a_digest().model_dump(mode="json")
    data["year_review"]["achievements"][0]["summary"] = "开展协商活动400场。"
    data["figures"][0]["value"] = 4000
    data["next_year_plan"]["tasks"] = []
    data["sentences"][6]["items"] = []
    return Digest.model_validate(data, strict=True)


def a_report(name: str = "临江-2022", *, same: bool = False, error: str | None = None) -> ReportOutcome:
    """A report that changed, or is the `same`, or that could not be compared because of an `error`."""
    return ReportOutcome(
        name=name,
        file=f"reports/{name}.txt",
        problems=() if same or error else (STALE,),
        changes=() if same or error else find_changes(a_digest(), altered()),
        measures={"tasks.recall": 1.0 if same else 0.5, "figures.predicted": 2.0},
        accepted_measures={"tasks.recall": 1.0, "figures.predicted": 2.0},
        recordings={"fresh": 4} if same else {"fresh": 3, "stale": 1},
        seconds=0.25,
        error=error,
    )


def hostile() -> GateOutcome:
    """An outcome of which every free string is markup and control characters."""
    words = f"{SCRIPT}\x00\x1b[31m\ud800]]>"
    change = Change("altered", "task", words, words, words, f"另{SCRIPT}外", (evidence(words),))
    whole = Change("altered", "fact", "region", "region", "旧", SCRIPT)
    report = ReportOutcome(words, words, (a_problem(words),), (change, whole), {words: 1.0}, {}, {words: 1}, 0.1)
    return GateOutcome((report, ReportOutcome(words, words, (), (), {}, {}, {}, 0.1, words)), (a_problem(words),), 1.0)


def a_problem(line: str) -> GateProblem:
    """A problem of no report in particular."""
    return GateProblem("whole", line, named=line)


def evidence(quote: str) -> Evidence:
    """Evidence at the start of a text."""
    return Evidence(sentence=1, start=0, end=len(quote), quote=quote)
