"""`huimou check-layout`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.errors import UsageError

_EXIT_DIFFERS = 1


def check_layout(
    files: Annotated[list[Path], typer.Argument(metavar="FILE.docx...", help="Word documents, of huimou or others.")],
) -> None:
    """Hold Word documents against the layout of official papers, GB/T 9704-2012: one line for each thing that differs.

    Looked at are paper, margins, 22 lines of 28 characters, the title, levels of headings, fonts, sizes, indents and
    page numbers. Exit status 1 if anything differs.
    """
    from huimou.language.text import to_one_line
    from huimou.outputs.office.word.layout_check import check_layout as find_differences

    differs = False
    for path in files:
        try:
            found = find_differences(_read_document(path))
        except UsageError as error:
            raise UsageError(f"{path}: {error.message}", error.hint) from error
        differs |= bool(found)
        for line in found or ("as GB/T 9704-2012 has it",):
            typer.echo(f"{to_one_line(path.name)}: {to_one_line(line)}")
    raise typer.Exit(_EXIT_DIFFERS if differs else 0)


def _read_document(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror or error}", "name a .docx file") from error
