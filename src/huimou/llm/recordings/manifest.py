"""Which endpoint a folder of recordings is of: its `endpoint.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from huimou.errors import UsageError
from huimou.llm.recordings.request_parts import dump_pretty
from huimou.llm.tokens import EndpointFacts
from huimou.settings import NO_MODEL, Mode
from huimou.store.files import write_text

_FORMAT = 2
_FILE = "endpoint.json"
_BROKEN = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which endpoint made a folder of recordings.

    Args:
        facts: of the server.
        mode: how answers were bound.
        extra: what every request body had besides.
        also: another folder, relative to this one, whose recordings answer identical requests.

    """

    facts: EndpointFacts
    mode: Mode
    extra: Mapping[str, Any] = field(default_factory=dict)
    also: str | None = None


def refuse_in_ci() -> None:
    """Recordings are made by a person who looks at them.

    Raises:
        UsageError: this is a CI run.

    """
    if os.environ.get("CI", "").lower() not in {"", "0", "false"}:
        raise UsageError("recordings are not made in CI", "record on your own machine and commit the files")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Say which endpoint the recordings in the folder are of.

    Raises:
        UsageError: the folder holds recordings of another model or mode, or this is a CI run.

    """
    refuse_in_ci()
    path = folder / _FILE
    also = manifest.also
    if path.exists():
        kept = read_manifest(folder)
        if (kept.facts.model, kept.mode) != (manifest.facts.model, manifest.mode):
            raise UsageError(
                f"{folder} holds recordings of {kept.facts.model} in mode {kept.mode}", "record into another folder"
            )
        also = also or kept.also
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, Any] = {"format": _FORMAT, "mode": manifest.mode, **asdict(manifest.facts)}
    said |= {"extra": dict(manifest.extra)} if manifest.extra else {}
    said |= {"also": also} if also else {}
    write_text(path, dump_pretty(said))


def read_manifest(folder: Path) -> Manifest:
    """Read what `write_manifest` wrote.

    Raises:
        UsageError: the folder holds no recordings, or those of another version of huimou.

    """
    try:
        kept = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        if kept.pop("format") != _FORMAT:
            raise UsageError(f"the recordings in {folder} were made by another version of huimou", "record them anew")
        mode, extra, also = kept.pop("mode"), kept.pop("extra", {}), kept.pop("also", None)
        return Manifest(EndpointFacts(**kept), mode, extra, also)
    except _BROKEN as error:
        raise UsageError(f"{folder} holds no recordings ({_FILE} is missing or broken)", "record first") from error


def has_recordings(folder: Path) -> bool:
    """Whether the folder says which endpoint its recordings are of."""
    return (folder / _FILE).is_file()


def first_manifest(folders: Sequence[Path]) -> Manifest:
    """The manifest of the first folder that has one.

    Raises:
        UsageError: none has.

    """
    return read_manifest(next(filter(has_recordings, folders), folders[-1]))


def first_manifest_if_any(folders: Sequence[Path]) -> Manifest:
    """The manifest of the first folder that has one; of no model where none has."""
    try:
        return first_manifest(folders)
    except UsageError:
        return Manifest(EndpointFacts(NO_MODEL, NO_MODEL), "json_schema")
