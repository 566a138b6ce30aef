"""A follow-up as a file: stable, readable, byte-identical for the same follow-up."""

from __future__ import annotations

from huimou.compare.followup.result import FollowUp
from huimou.outputs.render.to_json import format_json


def to_json(found: FollowUp) -> str:
    """Keys as declared, plain elements of a list one a line, LF at the end."""
    return format_json(found.model_dump(mode="json"))
