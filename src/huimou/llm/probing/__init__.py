"""Find out by behaviour what a model server can do: `probe(endpoint)` gives a `ProbeRecord`.

Nothing is believed for its version or its status code; every finding comes from an answer. `research` behind it: the
traps of each server are named in the modules that test for them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from huimou.llm.probing.choose import Choice, choose
from huimou.llm.probing.constraint import Keyword, ModeFinding, try_keywords, try_mode, untried
from huimou.llm.probing.context import Context, claimed_only, measure_context
from huimou.llm.probing.identity import identity_of
from huimou.llm.probing.raw_calls import Wire
from huimou.llm.probing.record import ProbeRecord
from huimou.llm.probing.speed import Determinism, Parallelism, Speed, find_knee, repeat, same, speed_of
from huimou.llm.probing.thinking import Thinking, find_thinking
from huimou.llm.tokens import EndpointFacts, detect
from huimou.settings import Endpoint, Mode, choose_model

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
    with Wire(endpoint, budget=QUICK if quick else FULL, patience=patience) as wire:
        wire.await_models()
        wire.endpoint = replace(endpoint, model=choose_model(endpoint))
        tell("thinking")
        thinking = find_thinking(wire)  # also makes a server load its model, which Ollama's context depends on
        facts = detect(wire.endpoint, wire.http)
        found = _quick(wire, facts) if quick else _full(wire, facts, tell)
        choice = choose(found.modes, found.context, thinking, facts.kind)
        if quick and choice.mode is None:
            choice = replace(choice, remedies=("run the full probe, without --quick", *choice.remedies))
        return ProbeRecord(
            identity_of(endpoint.base_url, facts),
            found.context,
            found.modes,
            found.keywords,
            thinking,
            found.determinism,
            found.speed,
            found.parallelism,
            choice,
            wire.calls,
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


def _quick(wire: Wire, facts: EndpointFacts) -> _Found:
    modes = [try_mode(wire, "json_schema")]
    others: list[Mode] = ["tools", "json", "md_json"]
    if modes[0].state != "constrains" and wire.left:
        modes.append(try_mode(wire, "md_json"))
        others.remove("md_json")
    modes += [ModeFinding(name, "untried") for name in others]
    return _Found(claimed_only(facts), tuple(modes), untried("quick"))


def _full(wire: Wire, facts: EndpointFacts, tell: Callable[[str], None]) -> _Found:
    tell("context")
    context, long = measure_context(wire, facts)
    tell("determinism")
    alone = repeat(wire, 3)
    tell("modes")
    modes = tuple(try_mode(wire, name) for name in ("json_schema", "json", "md_json", "tools"))
    tell("schema keywords")
    keywords = _keywords(wire, modes)
    later = repeat(wire, 1)
    tell("parallel requests")
    parallelism = find_knee(wire, alone, facts.slots)
    return _Found(context, modes, keywords, same(alone, later), speed_of(alone, long), parallelism)


def _keywords(wire: Wire, modes: tuple[ModeFinding, ...]) -> tuple[Keyword, ...]:
    """Keywords of the mode that the user chose, else of the first that binds an answer to its schema."""
    if wire.endpoint.is_chosen("mode"):
        return try_keywords(wire, wire.endpoint.mode, _AFTER_KEYWORDS)
    binding = [mode.name for mode in modes if mode.state == "constrains" and mode.name in {"json_schema", "tools"}]
    if not binding:
        return untried("no mode binds an answer to a schema")
    return try_keywords(wire, binding[0], _AFTER_KEYWORDS)


__all__ = ["FULL", "QUICK", "Choice", "ProbeRecord", "Thinking", "probe"]
