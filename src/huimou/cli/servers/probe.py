"""`huimou probe`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import SingleServerOptions, spread_options
from huimou.errors import to_inert

if TYPE_CHECKING:
    from huimou.llm.probing.record import ProbeRecord


@dataclass(frozen=True, slots=True)
class ProbeOptions(SingleServerOptions):
    """The server that is probed; it is found out how to ask it."""

    mode: Annotated[str | None, typer.Option(help="Test schema keywords in this mode instead of the best.")] = None


@spread_options
def probe(
    server: ProbeOptions,
    quick: Annotated[bool, typer.Option("--quick", help="At most 6 calls: context as claimed, json_schema.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole record as JSON.")] = False,
) -> None:
    """Find out by trying what the endpoint can do, choose how huimou will use it, and keep that for later runs.

    About 25 short calls: how much of a long prompt is read, which ways of binding an answer really bind it, where
    thinking lands, how fast it is and how many requests at once it gains from. Exit 4 where nothing is reliable.
    """
    from huimou.llm.builtin_server import serve_endpoint
    from huimou.llm.probing import probe as probe_endpoint
    from huimou.llm.probing.record import explain_unreliable, to_json, write_record

    endpoint = options.resolve_server(server)
    if endpoint.others:
        typer.echo(f"only {endpoint.base_url} is probed, the first of {len(endpoint.each())} servers", err=True)
    with serve_endpoint(endpoint) as served:
        record = probe_endpoint(served, quick=quick, tell=lambda step: typer.echo(f"trying: {step}", err=True))
    if endpoint.kind != "builtin":  # that one is known, and has another address every time
        write_record(record)
    if as_json:
        typer.echo(to_json(record), nl=False)
    else:
        for label, finding in describe_record(record):
            typer.echo(f"{label:<13} {to_inert(finding)}".rstrip())
    if record.choice.mode is None:
        raise explain_unreliable(record)


def describe_record(record: ProbeRecord) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a finding with its evidence, for each part of the record."""
    identity = record.identity
    yield "endpoint", f"{identity.kind} {identity.build} at {identity.base_url}".replace("  ", " ")
    yield "model", identity.model
    yield "context", _describe_context(record)
    yield "overflow", record.context.overflow
    yield "tokenizer", identity.tokenizer
    yield "thinking", _describe_thinking(record)
    for mode in record.modes:
        status = f"with status {mode.status}" if mode.state == "rejected" else ""
        yield mode.name, _format_line(mode.state, status, mode.evidence, *mode.notes)
    for state in ("enforced", "ignored", "rejected", "untried"):
        named = [keyword.name for keyword in record.keywords if keyword.state == state]
        if named:
            yield "keywords", f"{state}: {', '.join(named)}"
    yield "same answer", _describe_sameness(record)
    yield "speed", _describe_speed(record)
    yield "parallel", _describe_parallel(record)
    yield "calls", f"{record.calls} in {record.seconds:g} s" + (", quick" if record.quick else "")
    yield "chosen", f"{record.choice.mode or 'nothing'}: {record.choice.why}"
    for remedy in record.choice.remedies:
        yield "to do", remedy


def _format_line(*parts: str) -> str:
    head, *rest = [part for part in parts if part]
    return f"{head} ({'; '.join(rest)})" if rest else head


def _describe_context(record: ProbeRecord) -> str:
    context = record.context
    claimed = "none claimed" if context.claimed is None else f"{context.claimed} tokens claimed"
    cut = {
        "no": f"prompts of up to {context.checked} arrived whole",
        "yes": f"CUT WITHOUT A WORD at the {context.side}",
        "suspected": f"probably cut at the {context.side}",
        "unknown": "",
    }[context.cut]
    usable = "" if context.usable in {None, context.claimed} else f"{context.usable} usable"
    return _format_line(", ".join(part for part in (claimed, usable) if part), cut, context.evidence)


def _describe_thinking(record: ProbeRecord) -> str:
    thinking = record.thinking
    if thinking.place == "none":
        return _format_line("none seen", thinking.evidence)
    switch = f"off with {json.dumps(dict(thinking.extra))}" if thinking.off else "CANNOT BE TURNED OFF"
    return _format_line(f"in {thinking.place}, {switch}", thinking.evidence)


def _describe_sameness(record: ProbeRecord) -> str:
    words = {True: "yes", False: "no", None: "not tried"}
    found = record.determinism
    return f"three times in a row: {words[found.repeated]}; after other requests: {words[found.after_others]}"


def _describe_speed(record: ProbeRecord) -> str:
    reads, writes = record.speed.prompt, record.speed.generation
    known = [f"{verb} {rate:g} tokens/s" for verb, rate in (("reads", reads), ("writes", writes)) if rate]
    return ", ".join(known) or "not measured"


def _describe_parallel(record: ProbeRecord) -> str:
    found = record.parallelism
    if found.knee is None:
        return _format_line("not measured", found.evidence)
    rates = ", ".join(f"{width.requests}: {width.rate:g}" for width in found.widths)
    return _format_line(f"{found.knee} at once (tokens/s at {rates})", found.evidence)
