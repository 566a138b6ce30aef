"""What `digest.steps.ingest.reading` makes of a damaged text: the view without the damage, and what was set aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huimou.language.text import View
from huimou.model.report import Problem

AsideReason = Literal[
    "page_number", "running_head", "watermark", "translation", "html_residue", "mojibake", "boilerplate"
]


@dataclass(frozen=True, slots=True)
class Aside:
    """A range that is set aside; `text[start:end]` is the line as printed, without the white space around it."""

    start: int
    end: int
    reason: AsideReason


@dataclass(frozen=True, slots=True)
class CleanReading:
    """The text as it is read; lines set aside and problems have their places in the text itself."""

    view: View
    asides: tuple[Aside, ...]
    problems: tuple[Problem, ...]
