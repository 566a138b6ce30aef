"""What goes over the wire, for whoever wants to see or measure it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from huimou.llm.answerers.completion import read_usage
from huimou.llm.answerers.wire import Answerer, WireAnswer, WireRequest
from huimou.llm.network.json_object import read_object
from huimou.llm.question import Ticket
from huimou.model.report import Usage


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request as it was sent, what came back, and what it cost.

    Args:
        ticket: whose request it was.
        sent: the wire body.
        status: of HTTP; None where no answer came.
        text: the whole body of the answer; empty where none came.
        usage: tokens, calls and seconds.
        replayed: whether a recording answered.

    """

    ticket: Ticket
    sent: Mapping[str, Any]
    status: int | None
    text: str
    usage: Usage
    replayed: bool

    @property
    def choice(self) -> Mapping[str, Any]:
        """The first choice of the completion; empty where the answer is none."""
        choices = (read_object(self.text) or {}).get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        return first if isinstance(first, dict) else {}


ExchangeListener = Callable[[Exchange], None]


class ListeningAnswerer:
    """Tells a listener of every exchange, failed ones too; the listener may be called from several threads."""

    def __init__(self, inner: Answerer, listener: ExchangeListener) -> None:
        self._inner = inner
        self._listener = listener

    def answer(self, request: WireRequest) -> WireAnswer:
        """Ask the layer below and tell."""
        answer = WireAnswer(None, calls=0)
        try:
            answer = self._inner.answer(request)
            return answer
        finally:
            self._listener(_build_exchange(request, answer))


def _build_exchange(request: WireRequest, answer: WireAnswer) -> Exchange:
    usage = read_usage(read_object(answer.body) or {}) if answer.body else Usage()
    spent = usage + Usage(calls=answer.calls, seconds=round(answer.seconds, 3))
    return Exchange(request.ticket, request.body, answer.status, answer.text, spent, answer.origin == "recording")
