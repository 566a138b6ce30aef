"""What a probe found, kept for the runs to come: one JSON file for each server address, model and build.

The file holds no key, no prompt and no answer beyond a few words of evidence.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from huimou.errors import EndpointError, UsageError
from huimou.llm.builtin_model_file import locate_cache
from huimou.llm.probing.choose import Choice
from huimou.llm.probing.constraint import Keyword, ModeFinding
from huimou.llm.probing.context import Context
from huimou.llm.probing.identity import Identity
from huimou.llm.probing.speed import Determinism, Parallelism, Speed
from huimou.llm.probing.thinking import Thinking
from huimou.llm.tokens import EndpointFacts
from huimou.settings import Endpoint
from huimou.store.files import write_text
from huimou.store.hashing import hash_text, to_canonical_json

VERSION = 1
_FOLDER = "probes"


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """All findings about one endpoint; `calls` chat completions were made in `seconds` of wall time."""

    identity: Identity
    context: Context
    modes: tuple[ModeFinding, ...]
    keywords: tuple[Keyword, ...]
    thinking: Thinking
    determinism: Determinism
    speed: Speed
    parallelism: Parallelism
    choice: Choice
    calls: int
    seconds: float
    quick: bool
    version: int = VERSION


_ADAPTER: TypeAdapter[ProbeRecord] = TypeAdapter(ProbeRecord)


def to_json(record: ProbeRecord) -> str:
    """Stable JSON, Chinese as it is."""
    return json.dumps(_ADAPTER.dump_python(record, mode="json"), ensure_ascii=False, indent=2) + "\n"


def from_json(text: str | bytes) -> ProbeRecord | None:
    """What `to_json` wrote; None if it is broken or of another version."""
    try:
        record = _ADAPTER.validate_json(text)
    except ValidationError:
        return None
    return record if record.version == VERSION else None


def locate_record(base_url: str, model: str, build: str) -> Path:
    """Where the record of an endpoint is kept."""
    name = hash_text(to_canonical_json([base_url, model, build])).removeprefix("sha256:")[:16]
    return locate_cache() / _FOLDER / f"{name}.json"


def write_record(record: ProbeRecord) -> Path:
    """Write the record in place of an older one of the same server, model and build.

    Raises:
        UsageError: the cache folder cannot be written to.

    """
    path = locate_record(record.identity.base_url, record.identity.model, record.identity.build)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "set HUIMOU_CACHE to a folder that can be written"
        raise UsageError(f"the record cannot be kept in {path.parent} ({error.strerror or error})", hint) from error
    write_text(path, to_json(record))
    return path


def read_record(endpoint: Endpoint, facts: EndpointFacts) -> ProbeRecord | None:
    """The record of a server that the user named; None for the built-in model, which is known."""
    if endpoint.kind == "builtin":
        return None
    try:
        return from_json(locate_record(endpoint.base_url, facts.model, facts.build).read_bytes())
    except OSError:
        return None


def apply_record(
    endpoint: Endpoint, facts: EndpointFacts, note: Callable[[str], None]
) -> tuple[Endpoint, EndpointFacts]:
    """Endpoint and facts with what a probe found in place of what the user has not set.

    Raises:
        EndpointError: the record says that nothing is reliable, and the user has chosen no mode.

    """
    if endpoint.kind == "builtin":
        return endpoint, facts
    record = read_record(endpoint, facts)
    if record is None:
        note(f"{endpoint.base_url} has not been probed; huimou probe finds out how best to use it")
        return endpoint, facts
    choice = record.choice
    if choice.mode is None and not endpoint.is_chosen("mode"):
        raise explain_unreliable(record)
    known = [size for size in (facts.context_tokens, record.context.usable) if size is not None]
    return replace(endpoint, **_list_findings(record, endpoint)), replace(
        facts, context_tokens=min(known, default=None)
    )


def _list_findings(record: ProbeRecord, endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = {
        "mode": record.choice.mode,
        "concurrency": record.parallelism.knee,
        "extra": record.thinking.extra,
    }
    return {name: value for name, value in found.items() if value and not endpoint.is_chosen(name)}


def explain_unreliable(record: ProbeRecord) -> EndpointError:
    """The error for an endpoint on which nothing is reliable."""
    remedy = record.choice.remedies[0] if record.choice.remedies else "use another server or model"
    where = f"{record.identity.model} at {record.identity.base_url}"
    return EndpointError(f"{where} cannot be relied on: {record.choice.why}", f"{remedy}; then run huimou probe again")
