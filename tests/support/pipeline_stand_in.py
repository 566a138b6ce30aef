"""A stand-in for the pipeline behind the command line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from huimou.digest.session import ClientSession
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit
from huimou.model.report import Document
from huimou.settings import Endpoint

Opened = list[tuple[Endpoint, ClientSession]]


def stand_in(monkeypatch: pytest.MonkeyPatch, work: Callable[[Document], Digest]) -> Opened:
    """Let `work` stand in for the pipeline."""
    found: Opened = []

    def stands_in(self: ClientSession, document: Document, _emit: DigestEmit) -> Digest:
        if not found or found[-1][1] is not self:
            found.append((self.settings.endpoint, self))
        return work(document)

    monkeypatch.setattr(ClientSession, "digest", stands_in)
    return found
