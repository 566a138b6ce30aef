"""The layer that answers from the store of paid answers, and keeps in it what the layers below answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace

from huimou.errors import HuimouError
from huimou.llm.answerers.completion import read_completion
from huimou.llm.answerers.wire import OK, Answerer, WireAnswer, WireRequest
from huimou.store.answers import Answers, AnswerSource, KeptAnswer


class StoringAnswerer:
    """Answers from the store where it can, and keeps each new answer before handing it up.

    Once an answer could not be kept, no other is paid for.

    Args:
        inner: the layer below.
        source: where answers are looked up; None for a recording, for which every request is to be made.
        keeper: where new answers are kept; None where there will be none.

    """

    def __init__(self, inner: Answerer, source: AnswerSource | None, keeper: Answers | None) -> None:
        self._inner = inner
        self._source, self._keeper = source, keeper
        self._counting = threading.Lock()
        self._out: dict[str, tuple[threading.Lock, int]] = {}
        self._lost: HuimouError | None = None

    def answer(self, request: WireRequest) -> WireAnswer:
        """Answer from the store or from below; only completions that can be used are kept.

        A request that is out already is waited for: reports side by side may ask the very same.
        """
        with self._alone(request.digest):
            kept = self._find_kept(request.digest)
            if kept is not None:
                return WireAnswer(kept.status, kept.body, kept.calls, kept.seconds, origin="store")
            if self._lost is not None:
                raise copy(self._lost)
            answer = self._inner.answer(request)
            if self._keeper is not None and answer.status == OK and read_completion(answer.body) is not None:
                return self._keep(self._keeper, request, answer)
            return answer

    def _find_kept(self, digest: str) -> KeptAnswer | None:
        """What is kept and can be used; what has rotted is dropped, so that the answer that follows can be kept."""
        kept = self._source.get(digest) if self._source is not None else None
        if kept is None or (kept.status == OK and read_completion(kept.body) is not None):
            return kept
        if self._keeper is not None:
            self._keeper.drop(digest)
        return None

    def _keep(self, keeper: Answers, request: WireRequest, answer: WireAnswer) -> WireAnswer:
        """The answer, once it is kept; what it cost and why it is lost, if it cannot be."""
        ticket = request.ticket
        kept = KeptAnswer(ticket.path, ticket.attempt, OK, answer.body, answer.calls, round(answer.seconds, 3))
        try:
            keeper.put(request.digest, kept)
        except HuimouError as error:
            self._lost = error
            return replace(answer, status=None, body=b"", error=error)
        return answer

    @contextmanager
    def _alone(self, digest: str) -> Iterator[None]:
        """One at a time for each request."""
        with self._counting:
            lock, others = self._out.get(digest, (threading.Lock(), 0))
            self._out[digest] = lock, others + 1
        try:
            with lock:
                yield
        finally:
            with self._counting:
                lock, others = self._out.pop(digest)
                if others > 1:
                    self._out[digest] = lock, others - 1
