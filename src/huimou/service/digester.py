"""Digests uploaded reports, one after another, into a folder whose store is open already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Lock

from huimou.batch.engines.engine import RunResult
from huimou.batch.events import Emit
from huimou.batch.index_page import read_results, write_index
from huimou.batch.planning import PlannedReport
from huimou.batch.run import BatchRun
from huimou.batch.run_settings import RunSettings
from huimou.digest.questions.effort import EFFORTS
from huimou.digest.steps.overview import STYLES
from huimou.service.upload_choice import UploadChoice
from huimou.store.answers import AnswerStore
from huimou.store.inputs import Input
from huimou.store.journal import Journal


class ReportDigester:
    """Digests one report after another as `huimou summarise` does; `stop` may be called from another thread.

    Args:
        out: folder of the outputs.
        settings: of each run; kind, style and effort are those of the folder's last run, so that its digests are
            alike, where the sender of a report chose none.

    """

    def __init__(self, out: Path, settings: RunSettings) -> None:
        self._out, self._settings = out, replace(settings, part=True)
        self._lock = Lock()
        self._run: BatchRun | None = None
        self._stopped = False

    def __call__(self, store: AnswerStore, report: Input, emit: Emit, choice: UploadChoice) -> RunResult:
        """Digest a report; what the whole folder has come to is written, too."""
        settings = self._settle(store, choice)
        run = BatchRun((PlannedReport.of(report, report.stem),), self._out, settings, emit)
        with self._lock:
            self._run = run
            if self._stopped:
                run.stop()
        result = run.run(store)
        write_index(self._out, read_results(self._out), settings.formats)  # with digests that came without a journal
        return result

    def stop(self) -> None:
        """Begin no further question."""
        with self._lock:
            self._stopped = True
            if self._run is not None:
                self._run.stop()

    def _settle(self, store: AnswerStore, choice: UploadChoice) -> RunSettings:
        """The settings of a run: those of the folder's last one, and over them what the sender chose."""
        last = Journal(store.database).last_job() or {}
        choices = self._settings.digest.choices
        kinds = choices.profiles.kinds() if choices.profiles is not None else ()
        kind = last.get("kind") if last.get("kind") in kinds else None
        style = STYLES.get(last.get("style") or "", choices.style)
        effort = EFFORTS.get(last.get("effort") or "", choices.effort)
        chosen = choice.apply(replace(choices, kind=kind, style=style, effort=effort))
        digest = replace(self._settings.digest, choices=chosen)
        return replace(self._settings, digest=digest)
