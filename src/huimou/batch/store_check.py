"""Every digest of a folder derived anew from the answers in its store, and held against the file: nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from huimou.batch.report_run import name_document
from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.questions.effort import EFFORTS
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.overview import STYLES
from huimou.errors import HuimouError
from huimou.language.profiles.profile import ProfileSet
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook
from huimou.llm.answerers.collecting import Collector
from huimou.llm.client import collecting_client, open_client
from huimou.llm.tokens import EndpointFacts
from huimou.model.digest import Review
from huimou.model.events import ignore_event
from huimou.outputs.render.to_json import from_json, to_json
from huimou.settings import NO_MODEL, Endpoint, Mode
from huimou.store.answers import AnswerStore
from huimou.store.files import read_text
from huimou.store.journal import JournalEntry, JournalReader, JournalRun, fingerprint

_FACTS = TypeAdapter(EndpointFacts)
_ASKED = TypeAdapter(tuple[Mode, dict[str, Any]])


@dataclass(frozen=True, slots=True)
class DigestCheck:
    """One report: `problem` is None where the file is what follows from the store; `told` if that cannot be said."""

    name: str
    problem: str | None
    told: bool = True


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What digests are derived with: prompts, kinds of report and rules."""

    prompts: PromptSet
    profiles: ProfileSet
    rules: RuleBook = SHIPPED_RULES


def verify(out: Path, store: AnswerStore, made: MadeWith) -> Iterator[DigestCheck]:
    """A verdict for every report that is complete or partial, in the order of their names."""
    journal = JournalReader(store.database)
    # Of the runs of one job the last that asked: a later one may have passed over everything.
    asked = {fingerprint(run.job): run for run in reversed(journal.runs()) if run.facts}
    for name, entry in sorted(journal.entries().items()):
        if entry.result.status == "failed":
            continue
        run = asked.get(entry.job)
        why = _explain_underivable(entry, run, made)
        if why or run is None:
            yield DigestCheck(name, why, told=False)
        else:
            yield DigestCheck(name, _find_difference(out, entry, run, store, made))


def _explain_underivable(entry: JournalEntry, run: JournalRun | None, made: MadeWith) -> str | None:
    if run is None:
        return "nothing is known of the run that made it"
    job = run.job
    known_style = (job.get("style") or "standard") in STYLES and (job.get("effort") or "standard") in EFFORTS
    reasons = (
        (_read_endpoint(run) is None, "it is not known how its server was asked"),
        (not known_style, "it was made in a style or with an effort that this huimou does not know"),
        (
            entry.stamp.renew(entry.stamp.file) is None,
            f"its input {entry.stamp.path} is gone or has changed since",
        ),
        (job.get("prompts") != made.prompts.labels, "it was made with other prompts: name their folder with --prompts"),
        (
            job.get("profiles") != made.profiles.digest,
            "it was made with other profiles: name their folder with --profiles",
        ),
        (job.get("rules", "") != made.rules.digest, "it was made with other rules: name their folder with --rules"),
    )
    return next((reason for is_so, reason in reasons if is_so), None)


def _find_difference(out: Path, entry: JournalEntry, run: JournalRun, store: AnswerStore, made: MadeWith) -> str | None:
    found = _read_endpoint(run)
    if found is None:
        return "it is not known how its server was asked"
    endpoint, facts = found
    collector = Collector(lambda *_: False)
    path = out / f"{entry.result.name}.json"
    try:
        written = read_text(path)
        document = name_document(read_report(entry.stamp.file), entry.result.name)
        style = STYLES[run.job.get("style") or "standard"]
        effort = EFFORTS[run.job.get("effort") or "standard"]
        choices = DigestChoices(run.job.get("kind"), style, made.profiles, rules=made.rules, effort=effort)
        nobody = facts.kind == NO_MODEL
        opened = open_client(Endpoint(NO_MODEL)) if nobody else collecting_client(endpoint, facts, store, collector)
        with opened as client:
            derived = digest_report(document, client, made.prompts, ignore_event, choices)
    except HuimouError as error:
        return error.message
    missing = len(collector.take(entry.result.name))
    if missing:
        return f"{missing} answers that it rests on are not in the store"
    reviewed = derived.model_copy(update={"review": _read_review(written)})  # a person's word follows from no answer
    return None if to_json(reviewed) == written else f"{path} is not what follows from the store"


def _read_endpoint(run: JournalRun) -> tuple[Endpoint, EndpointFacts] | None:
    """How a run asked its server; None where that was not noted before it was killed, or makes no sense."""
    served = run.facts or {}
    try:
        facts = _FACTS.validate_python(served["facts"])
        mode, extra = _ASKED.validate_python((served["mode"], served["extra"]))
    except (KeyError, ValueError):
        return None
    return Endpoint("openai", "http://store.invalid/v1", facts.model, mode=mode, extra=extra, concurrency=1), facts


def _read_review(written: str) -> Review | None:
    try:
        return from_json(written).review
    except HuimouError:
        return None
