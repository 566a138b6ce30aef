"""huimou (回眸): checked digests of long Chinese annual work reports.

    digest = huimou.digest_report("report.txt", base_url="http://127.0.0.1:8000/v1")  # one report, asking a server
    digest = huimou.digest_report("report.txt")                                       # … the built-in model
    digest = huimou.digest_report("report.txt", recordings="fixtures/recordings")     # … recordings
    result = huimou.summarise("reports/", "out/")                                     # many, into a folder; goes on
    digest = huimou.load_digest("out/report.json")                                    # one that was written

`read_report` gives the report itself; a digest (`ReportDigest`) is the output contract (`year_review.achievements`,
`next_year_plan.tasks`, `figures` …; `evidence[0].quote` is the report's own text) with ways to walk and tabulate it.

How a report becomes a digest, in the order of `digest.pipeline`:

    document = steps.ingest.read_report(path)              bytes to text, decoded strictly, never changed afterwards
    reading  = steps.ingest.reading.remove_damage(text)    the text without its damage, with a way back
    outline  = steps.segment.segment(text)                 numbered sentences, units with headings, sections with roles
    facts    = steps.facts.read_facts(text, outline, ...)  who reports on which years; steps.genre: is it a report?
    figures  = language.figures.find_quantities(text)      every quantity, by program
    groups   = steps.group.group_sentences(text, ...)      candidate items; steps.merge joins what is said twice
    worded   = steps.wording.word_groups(text, ...)        the model words groups; questions.verify lets it pass or not
    second   = steps.second_look.look_again(text, ...)     what nothing cites is asked about once more
    items    = steps.domain, shortcomings, titles          each item's domain and title; weak points as printed
    overview = steps.overview.write_overviews(...)         the shape of the year and its main matters, by program
    digest   = steps.assemble.assemble(draft, ...)         the output contract, with every sentence accounted for
    digest   = steps.restore.restore_positions(...)        back onto the text as printed; steps.checks what to check

Names below are imported when they are first used, so that `import huimou` takes no time.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huimou.batch.engines.engine import RunResult
    from huimou.batch.events import (
        BatchStarted,
        Event,
        Noted,
        ReportFailed,
        ReportFinished,
        ReportStarted,
        ServersOpened,
        Warned,
    )
    from huimou.batch.library import digest_report, load_digest, read_report, summarise
    from huimou.errors import (
        AnswerError,
        EndpointError,
        HuimouError,
        InputError,
        PromptCut,
        PromptError,
        ReplayMiss,
        StoreInUse,
        UsageError,
    )
    from huimou.model.digest import Achievement, Digest, Evidence, Figure, Shortcoming, Task
    from huimou.model.events import PartDone, StepStarted, TokensSpent, UnitDone, UnitsPlanned
    from huimou.model.outcome import ReportResult
    from huimou.model.report import Document
    from huimou.outputs.report_digest import ReportDigest

__version__ = "0.1.0"
__all__ = [
    "Achievement",
    "AnswerError",
    "BatchStarted",
    "Digest",
    "Document",
    "EndpointError",
    "Event",
    "Evidence",
    "Figure",
    "HuimouError",
    "InputError",
    "Noted",
    "PartDone",
    "PromptCut",
    "PromptError",
    "ReplayMiss",
    "ReportDigest",
    "ReportFailed",
    "ReportFinished",
    "ReportResult",
    "ReportStarted",
    "RunResult",
    "ServersOpened",
    "Shortcoming",
    "StepStarted",
    "StoreInUse",
    "Task",
    "TokensSpent",
    "UnitDone",
    "UnitsPlanned",
    "UsageError",
    "Warned",
    "digest_report",
    "load_digest",
    "read_report",
    "summarise",
]
_MODULES = (
    "huimou.errors",
    "huimou.model.report",
    "huimou.model.events",
    "huimou.model.outcome",
    "huimou.model.digest",
    "huimou.outputs.report_digest",
    "huimou.batch.events",
    "huimou.batch.engines.engine",
    "huimou.batch.library",
)


def __getattr__(name: str) -> Any:
    """The public name, from the module that defines it."""
    if name in __all__:
        for module in _MODULES:
            found = getattr(importlib.import_module(module), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
