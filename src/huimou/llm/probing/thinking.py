"""Where a model's thinking lands and which addition to the body turns it off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from huimou.llm.probing.raw_calls import ProbeSession, Reply

Place = Literal["none", "content", "reasoning_content", "reasoning"]
GREETING = (("system", "你是助手。"), ("user", "请回答：好。"))
_MAX_TOKENS = 256
_AFTER = 48
# llama.cpp, vLLM and SGLang hand the first to the chat template; Ollama (and llama.cpp) know the second.
_SWITCHES: tuple[Mapping[str, Any], ...] = (
    {"chat_template_kwargs": {"enable_thinking": False}},
    {"reasoning_effort": "none"},
)


@dataclass(frozen=True, slots=True)
class Thinking:
    """Thinking as the server sends it by default, and what ends it.

    Args:
        place: where it lands without a switch.
        extra: what turns it off when merged into the body; empty where nothing is needed or nothing helps.
        off: whether the questions to come are free of it.
        evidence: what was seen, in a few words.

    """

    place: Place
    extra: Mapping[str, Any] = field(default_factory=dict)
    off: bool = True
    evidence: str = ""


def locate_thinking(reply: Reply) -> Place:
    """Where a completion holds thinking; a bare `</think>` counts, since templates may put the opening mark first."""
    for name in ("reasoning_content", "reasoning"):
        if str(reply.message.get(name) or "").strip():
            return "reasoning_content" if name == "reasoning_content" else "reasoning"
    marked = "<think>" in reply.content or "</think>" in reply.content
    # Where the opening mark is part of the template, a cut answer shows no mark at all, only its length.
    return "content" if marked or (reply.finish == "length" and len(reply.content) > _AFTER) else "none"


def find_thinking(session: ProbeSession) -> Thinking:
    """Greet once; where that shows thinking, try the switches. Leaves the one that works in `session.extra`.

    Raises:
        EndpointError: the very first answer is none.

    """
    first = session.ask(GREETING, _MAX_TOKENS)
    if first.error:
        raise first.error
    place = locate_thinking(first)
    if place == "none":
        return Thinking(place, evidence=f"answered {first.content.strip()[:12]!r}")
    tried: list[str] = []
    for switch in _order_switches(place):
        before, session.extra = session.extra, {**session.extra, **switch}
        reply = session.ask(GREETING, _AFTER)
        if not reply.error and locate_thinking(reply) == "none" and reply.content.strip():
            return Thinking(place, dict(switch), evidence=f"{_name_switch(switch)} turns it off")
        session.extra = before
        tried.append(f"{_name_switch(switch)}: {f'status {reply.status}' if reply.error else 'still thinks'}")
    return Thinking(place, off=False, evidence="; ".join(tried))


def _order_switches(place: Place) -> tuple[Mapping[str, Any], ...]:
    """Ollama is the one that calls its field `reasoning`, and it ignores the first switch."""
    return _SWITCHES[::-1] if place == "reasoning" else _SWITCHES


def _name_switch(switch: Mapping[str, Any]) -> str:
    return next(iter(switch))
