"""What a Word document is made of: headings, paragraphs of pieces, tables, and what stands in their margin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarginNote:
    """A comment in the margin: its text, who says it, and when (ISO 8601; None for the program)."""

    text: str
    author: str = "回眸"
    time: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What a piece of text said before a person changed it, who changed it, and when (ISO 8601)."""

    before: str
    author: str
    time: str | None


@dataclass(frozen=True, slots=True)
class BriefingPiece:
    """A piece of a paragraph, with its notes and, where a person changed it, its correction."""

    text: str
    notes: tuple[MarginNote, ...] = ()
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 0 (the title, which may have several lines) to 1, with notes."""

    level: int
    text: str
    notes: tuple[MarginNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of pieces; `lead` is the heading of level 2 that it begins with, empty where there is none.

    A `small` one is set as the text of tables is.
    """

    pieces: tuple[BriefingPiece, ...]
    lead: str = ""
    small: bool = False

    @property
    def text(self) -> str:
        """Its text with the lead."""
        return self.lead + "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class BriefingTable:
    """Rows of text, the first of titles; `widths` are shares of the line's width."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class AnnexHeading:
    """The mark 附件 at the head of a new page."""

    text: str = "附件"


BriefingBlock = Heading | Paragraph | BriefingTable | AnnexHeading
