"""What is said between the process that reads a document and the one that asks, beside the bytes of the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import TypeAdapter

from huimou.digest.steps.ingest.child.bounds import Bounds
from huimou.model.report import ExtractedText

SCAN = "scan"  # format of an order to recognise the text of a PDF


@dataclass(frozen=True, slots=True)
class Order:
    """A document to be read: its format (pdf, docx, html …) and the name of its file, for error messages."""

    format: str
    name: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a document cannot be read: message and hint of an `InputError`, and whether its text can be recognised."""

    message: str
    hint: str
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class ReaderReply:
    """What became of an order: one of the two."""

    read: ExtractedText | None = None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Setup:
    """What a process is told first."""

    bounds: Bounds = field(default_factory=Bounds)


SETUP, ORDER, REPLY = TypeAdapter(Setup), TypeAdapter(Order), TypeAdapter(ReaderReply)
