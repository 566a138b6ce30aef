"""A short way to the collector: most requests are worded without the libraries in between, which take the most time.

All requests of one form differ in messages and bound only. So the first of each form goes the usual way down to the
collector, and gives the frame of the others; one that the ledger has an answer to goes that way, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from huimou.errors import AnswerPending
from huimou.llm.answerers.collecting import Collector, Hold, Wanted
from huimou.llm.client import Client
from huimou.llm.question import Question, Ticket, request_digest
from huimou.store.answers import AnswerReader

_OWN = frozenset({"messages", "max_tokens"})


class FramingCollector(Collector):
    """Remembers of each form of request, by the name of its schema, what all of that form have in common."""

    def __init__(self, hold: Hold) -> None:
        super().__init__(hold)
        self.frames: dict[str, Mapping[str, Any]] = {}

    def note(self, wanted: Wanted) -> None:
        """Keep a request as a collector does, and its frame."""
        self.frames[wanted.ticket.schema] = {key: value for key, value in wanted.body.items() if key not in _OWN}
        super().note(wanted)


def foresee(client: Client, answers: AnswerReader, collector: FramingCollector) -> None:
    """Let a client take the short way, wherever the mode leaves the messages as they are.

    Args:
        client: made by `collecting_client` of the two others.
        answers: what is paid for.
        collector: of what is not.

    """

    def before(question: Question[Any]) -> None:
        frame = collector.frames.get(question.schema.__name__)
        if frame is None:
            return
        messages = [{"role": role, "content": content} for role, content in question.messages]
        body = {**frame, "messages": messages, "max_tokens": question.max_tokens}
        digest = request_digest(body)
        if not answers.has(digest):
            collector.note(Wanted(Ticket.of(question), digest, body))
            raise AnswerPending(f"{question.slot.path}: the answer is still to come")

    if client.served()["mode"] == "json_schema":
        client.before = before
