"""Find out by behaviour what a model server can do: `probe(endpoint)` gives a `ProbeRecord`.

Nothing is believed for its version or its status code; every finding comes from an answer. Read `raw_calls` (counted
calls), then the findings in their order: `thinking`, `context`, `constraint` (modes and keywords), `speed`; `choose`
draws the conclusion and `record` keeps it. The traps of each server are named where they are tested for. It imports
`answerers.refusals` and `completion` for what an answer means, and `tokens`; it does not go through the client.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from huimou.llm.network.model_names import choose_model
from huimou.llm.probing.choose import Choice, choose_mode
from huimou.llm.probing.constraint import Keyword, ModeFinding, list_untried, try_keywords, try_mode
from huimou.llm.probing.context import Context, measure_context, read_claim
from huimou.llm.probing.identity import build_identity
from huimou.llm.probing.raw_calls import ProbeSession
from huimou.llm.probing.record import ProbeRecord
from huimou.llm.probing.speed import (
    Determinism,
    Parallelism,
    Speed,
    compare_replies,
    find_knee,
    measure_speed,
    repeat_request,
)
from huimou.llm.probing.thinking import Thinking, find_thinking
from huimou.llm.tokens import EndpointFacts, detect_server
from huimou.settings import Endpoint, Mode

FULL, QUICK = 30, 6  # chat completions, at most
PATIENCE = 120.0
_NOT_REPEATED, _NOT_TIMED, _NOT_WIDENED = Determinism(), Speed(), Parallelism()
_AFTER_KEYWORDS = 7  # calls that determinism and widths 2 and 4 still need


def probe(
    endpoint: Endpoint,
    *,
    quick: bool = False,
    tell: Callable[[str], None] = lambda _: None,
    patience: float = PATIENCE,
) -> ProbeRecord:
    """All findings about an endpoint, in at most `FULL` (or `QUICK`) chat completions.

    Args:
        endpoint: whom to ask; a mode that the user chose is the one that keywords are tested in.
        quick: only who answers, what context it claims, json_schema, and thinking.
        tell: told what is being done.
        patience: seconds to wait for a server that is loading or asks to wait.

    Raises:
        EndpointError: it cannot be reached, refuses the key, or does not answer a plain question.
        UsageError: the server offers several models or none.

    """
    begun = time.monotonic()
    with ProbeSession(endpoint, budget=QUICK if quick else FULL, patience=patience) as session:
        session.await_models()
        session.endpoint = replace(endpoint, model=choose_model(endpoint))
        tell("thinking")
        thinking = find_thinking(session)  # also makes a server load its model, which Ollama's context depends on
        facts = detect_server(session.endpoint, session.http)
        found = _probe_quickly(session, facts) if quick else _probe_fully(session, facts, tell)
        choice = choose_mode(found.modes, found.context, thinking, facts.kind)
        if quick and choice.mode is None:
            choice = replace(choice, remedies=("run the full probe, without --quick", *choice.remedies))
        return ProbeRecord(
            build_identity(endpoint.base_url, facts),
            found.context,
            found.modes,
            found.keywords,
            thinking,
            found.determinism,
            found.speed,
            found.parallelism,
            choice,
            session.calls,
            round(time.monotonic() - begun, 1),
            quick,
        )


@dataclass(frozen=True, slots=True)
class _Found:
    context: Context
    modes: tuple[ModeFinding, ...]
    keywords: tuple[Keyword, ...]
    determinism: Determinism = _NOT_REPEATED
    speed: Speed = _NOT_TIMED
    parallelism: Parallelism = _NOT_WIDENED


def _probe_quickly(session: ProbeSession, facts: EndpointFacts) -> _Found:
    modes = [try_mode(session, "json_schema")]
    others: list[Mode] = ["tools", "json", "md_json"]
    if modes[0].state != "constrains" and session.left:
        modes.append(try_mode(session, "md_json"))
        others.remove("md_json")
    modes += [ModeFinding(name, "untried") for name in others]
    return _Found(read_claim(facts), tuple(modes), list_untried("quick"))


def _probe_fully(session: ProbeSession, facts: EndpointFacts, tell: Callable[[str], None]) -> _Found:
    tell("context")
    context, long = measure_context(session, facts)
    tell("determinism")
    alone = repeat_request(session, 3)
    tell("modes")
    modes = tuple(try_mode(session, name) for name in ("json_schema", "json", "md_json", "tools"))
    tell("schema keywords")
    keywords = _probe_keywords(session, modes)
    later = repeat_request(session, 1)
    tell("parallel requests")
    parallelism = find_knee(session, alone, facts.slots)
    return _Found(context, modes, keywords, compare_replies(alone, later), measure_speed(alone, long), parallelism)


def _probe_keywords(session: ProbeSession, modes: tuple[ModeFinding, ...]) -> tuple[Keyword, ...]:
    """Keywords of the mode that the user chose, else of the first that binds an answer to its schema."""
    if session.endpoint.is_chosen("mode"):
        return try_keywords(session, session.endpoint.mode, _AFTER_KEYWORDS)
    binding = [mode.name for mode in modes if mode.state == "constrains" and mode.name in {"json_schema", "tools"}]
    if not binding:
        return list_untried("no mode binds an answer to a schema")
    return try_keywords(session, binding[0], _AFTER_KEYWORDS)


__all__ = ["FULL", "QUICK", "Choice", "ProbeRecord", "Thinking", "probe"]
