"""`huimou schema`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema of the output files."""
    from huimou.model.digest import Digest

    typer.echo(json.dumps(Digest.model_json_schema(mode="serialization"), ensure_ascii=False, indent=2))
