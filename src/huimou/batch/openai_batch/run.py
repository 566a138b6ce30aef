"""An export from, and an import into, an output folder: its store is opened, its journal is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from huimou.batch.engines.engine import LoopOptions
from huimou.batch.openai_batch.exchange import (
    AnswerImport,
    RequestExport,
    check_exported,
    export_requests,
    import_answers,
    is_blocked,
)
from huimou.batch.planning import plan_reports
from huimou.digest.session import DigestSettings
from huimou.digest.steps.ingest import read_report
from huimou.llm.answerers.collecting import Collector
from huimou.llm.client import collecting_client
from huimou.llm.tokens import EndpointFacts
from huimou.outputs.formats import DEFAULT
from huimou.store.answers import open_store
from huimou.store.files import make_folder
from huimou.store.journal import Journal, fingerprint
from huimou.store.paths import STORE


def export_batch(
    inputs: Sequence[Path],
    out: Path,
    settings: DigestSettings,
    *,
    to: Path | None = None,
    context_tokens: int | None = None,
) -> RequestExport:
    """Write digests of reports that lack no answer, and request files for the others; no server is asked.

    Args:
        inputs: reports.
        out: folder of the digests; made where it is missing.
        settings: how digests are made; the endpoint's address is never used.
        to: folder of the request files; `openai-batch` in `out` if None.
        context_tokens: tokens that one request may have at the batch service, prompt and answer together.

    Raises:
        UsageError: `out` holds an input, cannot be written to, or is in use; or no model is named.

    """
    plan_reports(inputs, out)  # refuses a folder that holds inputs before anything is written
    make_folder(out)
    endpoint, job = settings.endpoint, settings.as_job()
    facts = EndpointFacts("openai", endpoint.model, context_tokens)
    collector = Collector(is_blocked)
    with open_store(out / STORE) as store, collecting_client(endpoint, facts, store, collector) as client:
        client.destinations = ("a batch service",)  # for which the files are
        journal = Journal(store.database)
        journal.begin(job, len(inputs))
        journal.note_server(client.describe_settings())
        done = export_requests(
            inputs,
            out,
            to or out / "openai-batch",
            lambda document, emit: settings.digest(document, client, emit),
            collector,
            read_report,
            strict=endpoint.mode == "md_json",
            options=LoopOptions(journal, fingerprint(job), formats=DEFAULT),
        )
        journal.end(done.reports.exit_status)
    return done


def import_batch(out: Path, files: Sequence[Path]) -> AnswerImport:
    """Take answers from output and error files, in any order, into the store of an output folder.

    Raises:
        UsageError: nothing was exported from the folder, a file cannot be read, or the folder is in use.

    """
    check_exported(out)
    with open_store(out / STORE) as store:
        return import_answers(out, files, store)
