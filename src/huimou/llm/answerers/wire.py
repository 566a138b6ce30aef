"""What the layers hand each other: a request on its way down, and what came of it on its way up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol, Self

from huimou.errors import HuimouError
from huimou.llm.question import Ticket, request_digest

OK = 200
UNREACHED = frozenset({"ConnectError", "ConnectTimeout"})  # faults of calls that came to no server
Origin = Literal["server", "store", "recording"]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One chat completion that is wanted.

    Args:
        ticket: whose request it is.
        digest: identity of the body.
        body: as a server gets it; it may be shared, and nobody changes it.

    """

    ticket: Ticket
    digest: str
    body: Mapping[str, Any]

    @classmethod
    def of(cls, ticket: Ticket, body: Mapping[str, Any]) -> Self:
        """The request for a body."""
        return cls(ticket, request_digest(body), body)


@dataclass(frozen=True, slots=True)
class WireAnswer:
    """What came of one request, whether or not that is an answer.

    Args:
        status: of HTTP; None where no answer came, and then there is a `fault` or an `error`.
        body: all of it, as it was sent.
        calls: how often a server got the request.
        seconds: that those calls took which were answered.
        retry_after: how long the server asks to wait, in its own words.
        fault: name of the fault of the network, such as `ReadTimeout`.
        error: what else ended the request, such as that all servers are gone.
        server: base URL of the server that was asked last; empty where none was.
        origin: who answered; what comes from the store has been paid for before.

    """

    status: int | None
    body: bytes = b""
    calls: int = 1
    seconds: float = 0.0
    retry_after: str | None = None
    fault: str = ""
    error: HuimouError | None = None
    server: str = ""
    origin: Origin = "server"

    @property
    def text(self) -> str:
        """The body as text; what is no UTF-8 shows as such."""
        return self.body.decode(errors="replace")


class Answerer(Protocol):
    """One layer: it answers a request itself or asks the layer below.

    What is still to come, and what a recording does not hold, is raised as an error; whatever a server does is a value.
    """

    def answer(self, request: WireRequest) -> WireAnswer:
        """What came of a request; may be called from several threads."""


def join_calls(answers: Sequence[WireAnswer]) -> WireAnswer:
    """The last of several calls for one request, with what all have cost; those that came to no server are none."""
    seconds = sum(answer.seconds for answer in answers if answer.status is not None)
    calls = sum(answer.calls for answer in answers if answer.fault not in UNREACHED)
    return replace(answers[-1], calls=calls, seconds=seconds)
