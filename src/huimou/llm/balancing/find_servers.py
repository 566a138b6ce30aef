"""The servers behind an endpoint, found out about once: one model on all of them, and how much each may be given."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from huimou.errors import EndpointError, UsageError
from huimou.llm.balancing.adaptive_limit import AdaptiveLimit
from huimou.llm.balancing.upstream import Upstream
from huimou.llm.network.model_names import choose_model, fetch_model_names, list_names
from huimou.llm.probing.record import apply_record, read_record
from huimou.llm.tokens import EndpointFacts, detect_server
from huimou.settings import Endpoint, Share

if TYPE_CHECKING:
    import httpx2

START = 4  # requests at once at a server that does not say how many it works on
MOST = 64
_SPARE = 4  # one request more for each so many slots: a slot that gets free finds the next one there


@dataclass(frozen=True, slots=True)
class Servers:
    """What is known of all of them.

    Args:
        endpoint: the first that answers, with the model chosen and what a probe found; the rest in `others`.
        facts: of that one; the context is the smallest of all.
        upstreams: one for each server, that one first.

    """

    endpoint: Endpoint
    facts: EndpointFacts
    upstreams: tuple[Upstream, ...]


def find_servers(
    endpoint: Endpoint, http: httpx2.Client, note: Callable[[str], None] = lambda _: None, *, fixed: bool = False
) -> Servers:
    """Ask each server what it is; one that does not answer is kept, for it may come.

    Args:
        endpoint: one server or several.
        http: to ask with.
        note: told what the user should know.
        fixed: the limits neither begin lower nor adapt, as for a recording or the built-in model.

    Raises:
        UsageError: there is no model to choose, or not all servers offer it.
        EndpointError: no server answers and the model is not named; nothing is reliable at the first.

    """
    members = endpoint.each()
    if len(members) == 1:
        endpoint = replace(endpoint, model=choose_model(endpoint))
        members = (endpoint,)
    else:
        endpoint, members = _agree_on_model(members, note)
    told = [detect_server(member, http) for member in members]
    settled, facts = apply_record(endpoint, told[0], note)
    windows = [size for one in (facts, *told[1:]) if (size := one.context_tokens) is not None]
    own = members[0].is_chosen("concurrency")
    upstreams = tuple(
        Upstream(
            replace(settled, base_url=member.base_url, others=()),
            share_limit(_fix_limit(settled) if fixed else choose_first_limit(member, one, chosen=own), endpoint.share),
        )
        for member, one in zip(members, told, strict=True)
    )
    others = tuple(member.base_url for member in members[1:])
    cap = sum(upstream.limit.cap for upstream in upstreams)
    return Servers(
        replace(settled, others=others, concurrency=cap),
        replace(facts, context_tokens=min(windows, default=None)),
        upstreams,
    )


def choose_first_limit(endpoint: Endpoint, facts: EndpointFacts, *, chosen: bool) -> AdaptiveLimit:
    """Where a server's limit begins and how far it may go.

    It begins at the server's slots and some spare, else at what a probe found, else at `START`. The user's number is
    the cap of each server; without one it is where it begins, since a server cannot do more than it has slots, and
    `MOST` where it names none.
    """
    if chosen:
        cap = endpoint.concurrency
        return AdaptiveLimit(min(cap, facts.slots or cap), cap, endpoint.timeout)
    if facts.slots:
        spare = math.ceil(facts.slots / _SPARE)
        return AdaptiveLimit(facts.slots + spare, facts.slots + spare, endpoint.timeout)
    record = read_record(endpoint, facts)
    knee = record.parallelism.knee if record is not None else None
    return AdaptiveLimit(min(knee or START, MOST), MOST, endpoint.timeout, known=knee is not None)


def share_limit(limit: AdaptiveLimit, share: Share) -> AdaptiveLimit:
    """A process's part of a server's limit, at least 1."""
    return replace(limit, limit=share.part(limit.limit), cap=share.part(limit.cap))


def _fix_limit(endpoint: Endpoint) -> AdaptiveLimit:
    return AdaptiveLimit(endpoint.concurrency, endpoint.concurrency, endpoint.timeout)


def _agree_on_model(members: Sequence[Endpoint], note: Callable[[str], None]) -> tuple[Endpoint, tuple[Endpoint, ...]]:
    """The model that all of several servers have, and the servers, those that answer first."""
    offered: dict[str, list[str]] = {}
    silent: dict[str, EndpointError] = {}
    for member in members:
        try:
            offered[member.base_url] = fetch_model_names(member)
        except EndpointError as error:
            silent[member.base_url] = error
    if not offered and not members[0].model:
        raise silent[members[0].base_url]
    there = [member for member in members if member.base_url in offered]
    model = choose_model(there[0], offered[there[0].base_url]) if there else members[0].model
    _check_same(model, offered)
    for url in silent:
        note(f"{url} does not say which models it has; it is asked for {model} all the same")
    ordered = tuple(replace(member, model=model) for member in (*there, *(m for m in members if m not in there)))
    return ordered[0], ordered


def _check_same(model: str, offered: Mapping[str, Sequence[str]]) -> None:
    """Answers of two models must not be mixed.

    A llama.cpp server answers to any name, so where none lists the model all must list the same.
    """
    if not offered:
        return
    without = [url for url, names in offered.items() if model not in names]
    lists = {tuple(sorted(names)) for names in offered.values()}
    if not without or (len(without) == len(offered) and len(lists) == 1):
        return
    wrong = without[0] if len(without) < len(offered) else without[-1]
    names = list_names(offered[wrong]) or "no model"
    raise UsageError(
        f"the servers do not have the same model: {wrong} offers {names}, not {model}",
        "load the same one on all, under the same name, or leave that --base-url out",
    )
