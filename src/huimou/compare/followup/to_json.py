"""A follow-up as JSON text; the same follow-up gives the same bytes."""

from __future__ import annotations

from huimou.compare.followup.result import FollowUp
from huimou.outputs.render.to_json import format_json


def to_json(found: FollowUp) -> str:
    """The JSON text: keys as declared, plain elements of a list one a line, LF at the end."""
    return format_json(found.model_dump(mode="json"))
