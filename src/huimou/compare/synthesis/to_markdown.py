"""A synthesis as Markdown, each sentence with its sources behind it."""

from __future__ import annotations

from collections.abc import Iterator

from huimou.compare.synthesis.blocks import RULE, SynthesisLine, format_place, format_title, list_lines
from huimou.compare.synthesis.synthesis import Synthesis
from huimou.language.text import to_one_line
from huimou.outputs.render.to_markdown import escape


def to_markdown(synthesis: Synthesis) -> str:
    """Markdown text."""
    return "\n\n".join(_paragraphs(synthesis)) + "\n"


def _paragraphs(synthesis: Synthesis) -> Iterator[str]:
    yield f"# {escape(format_title(synthesis))}"
    yield escape(RULE)
    yield "\n".join(f"- {escape(to_one_line(side.label))}" for side in synthesis.sides)
    if synthesis.notes:
        yield "\n".join(f"> {escape(note)}" for note in synthesis.notes)
    yield from (_paragraph(line) for line in list_lines(synthesis))


def _paragraph(line: SynthesisLine) -> str:
    text = escape(line.text)
    if line.level:
        return f"{'#' * (line.level + 1)} {text}"
    places = "；".join(dict.fromkeys(format_place(one) for one in line.sources))
    return f"{text}（{escape(places)}）" if places else text
