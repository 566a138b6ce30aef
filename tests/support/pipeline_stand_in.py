"""A stand-in for the pipeline behind the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from huimou.batch.run import Events
from huimou.cli.runs.job import Job, JobPipeline
from huimou.model.digest import Digest
from huimou.model.report import Document
from huimou.settings import Endpoint

Opened = list[tuple[Endpoint, Job]]


def stand_in(monkeypatch: pytest.MonkeyPatch, work: Callable[[Document], Digest]) -> Opened:
    """Let `work` stand in for the pipeline."""
    found: Opened = []

    def stands_in(self: JobPipeline, document: Document, _events: Events) -> Digest:
        if not found or found[-1][1] is not self.job:
            found.append((self.job.endpoint, self.job))
        return work(document)

    monkeypatch.setattr(JobPipeline, "__call__", stands_in)
    return found
