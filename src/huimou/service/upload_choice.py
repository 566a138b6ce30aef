"""What the sender of a report chose for it: the kind of report and the style of its overviews."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from huimou.digest.choices import DigestChoices
from huimou.digest.steps.overview import STYLES
from huimou.errors import HuimouError, UsageError
from huimou.store.files import read_json, write_text

READ_FROM_TEXT = "auto"  # a kind that says: the one that the text shows


@dataclass(frozen=True, slots=True)
class UploadChoice:
    """What the sender of a report chose; None where the folder's last run is followed.

    Args:
        kind: key of a kind of report, or `auto` for the one that the text shows.
        style: of the overviews.

    """

    kind: str | None = None
    style: str | None = None

    def apply(self, choices: DigestChoices) -> DigestChoices:
        """The choices of a run with these in their place; `auto` leaves the kind to the text."""
        if self.kind is not None:
            choices = replace(choices, kind=None if self.kind == READ_FROM_TEXT else self.kind)
        return replace(choices, style=STYLES.get(self.style or "", choices.style))


def check_choice(choice: UploadChoice, kinds: frozenset[str]) -> None:
    """Check that kind and style are known.

    Raises:
        UsageError: one is not.

    """
    if choice.kind is not None and choice.kind not in kinds | {READ_FROM_TEXT}:
        raise UsageError(f"no such kind of report: {choice.kind}", f"known are: {', '.join(sorted(kinds))}")
    if choice.style is not None and choice.style not in STYLES:
        raise UsageError(f"no such style of overviews: {choice.style}", f"known are: {', '.join(STYLES)}")


def keep_choice(upload: Path, choice: UploadChoice) -> None:
    """Write the choice beside an uploaded file, so that a service that starts again knows it."""
    if choice != UploadChoice():
        write_text(_find_place(upload), json.dumps({"kind": choice.kind, "style": choice.style}))


def read_choice(upload: Path) -> UploadChoice:
    """The choice that stands beside an uploaded file; none where there is no file or it cannot be read."""
    try:
        kept = read_json(_find_place(upload))
    except HuimouError:
        return UploadChoice()
    kind, style = (one if isinstance(one, str) else None for one in (kept.get("kind"), kept.get("style")))
    return UploadChoice(kind, style)


def _find_place(upload: Path) -> Path:
    return upload.with_name(f".{upload.name}.choice.json")
