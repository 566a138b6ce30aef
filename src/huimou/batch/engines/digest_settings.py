"""How digests are made, in a form that can be sent to another process, and the session that makes them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Self

from huimou.digest.pipeline import DigestChoices, DigestEvents, digest_report
from huimou.digest.questions.prompts import PromptSet
from huimou.llm.client import Client, open_client
from huimou.model.digest import Digest
from huimou.model.report import Document
from huimou.settings import Endpoint
from huimou.store.answers import Answers


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """Whom to ask, with what prompts, to what end; everything that a digest depends on but the report."""

    endpoint: Endpoint
    prompts: PromptSet
    choices: DigestChoices

    def digest(self, document: Document, client: Client, events: DigestEvents) -> Digest:
        """The digest of one document; the client's costs of it are forgotten.

        Raises:
            EndpointError: the model server cannot be used.

        """
        try:
            return digest_report(document, client, self.prompts, events, self.choices)
        finally:
            client.forget(document.stem)


class ClientSession:
    """Settings with a client of their own, which is opened when the first document comes; safe in several threads.

    Args:
        recipe: how digests are made.
        ledger: where answers are kept.
        note: told what the user should know.
        opened: told the client once there is one.

    """

    def __init__(
        self, recipe: DigestSettings, ledger: Answers, note: Callable[[str], None], opened: Callable[[Client], None]
    ) -> None:
        self._recipe, self._ledger, self._note, self._opened = recipe, ledger, note, opened
        self._lock = Lock()
        self._closing = ExitStack()
        self._stopped = False
        self.client: Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def digest(self, document: Document, events: DigestEvents) -> Digest:
        """The digest of one document.

        Raises:
            EndpointError: the model server cannot be used.

        """
        return self._recipe.digest(document, self._open(), events)

    def stop(self) -> None:
        """Begin no further question."""
        self._stopped = True
        if self.client is not None:
            self.client.stop()

    def _open(self) -> Client:
        with self._lock:
            if self.client is None:
                client = open_client(self._recipe.endpoint, ledger=self._ledger, note=self._note)
                self.client = self._closing.enter_context(client)
                if self._stopped:
                    client.stop()
                self._opened(client)
            return self.client
