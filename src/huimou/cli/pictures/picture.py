"""`huimou picture`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from huimou.model.digest import Digest
    from huimou.outputs.pictures.sheet import PictureSheet

_FORMS = (".svg", ".png")


def picture(
    digests: Annotated[
        list[str], typer.Argument(metavar="DIGEST...", help="Digests (.json), their folders, or globs.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write, .svg or .png.")],
    zoom: Annotated[float, typer.Option(min=0.5, max=8, help="Pixels of a .png for each of the .svg.")] = 2.0,
) -> None:
    """Draw digests: one is its year at a glance; of one body, its years; of several, the bodies side by side.

    Only numbers that count the same stand side by side, each as the report prints it and with its sentence. Nothing
    is drawn where a report is silent. PNG needs huimou[pictures] and a Chinese font.
    """
    from huimou.cli.digest_files import read_digests
    from huimou.outputs.pictures import to_png, to_svg
    from huimou.store.files import make_folder, write_bytes, write_text

    options.check_ending(output, _FORMS)
    svg = to_svg(_build_sheet(read_digests(digests)))
    data = to_png(svg, zoom) if output.suffix.lower() == ".png" else None
    make_folder(output.parent)
    if data is None:
        write_text(output, svg)
    else:
        write_bytes(output, data)
    typer.echo(f"written to {output}")


def _build_sheet(digests: Sequence[Digest]) -> PictureSheet:
    """The sheet that so many digests make.

    Raises:
        UsageError: nothing can be drawn.

    """
    from huimou.compare.cities import compare_reports
    from huimou.compare.cities.to_picture import build_comparison_sheet, sort_by_years
    from huimou.outputs.pictures import build_year_sheet

    if len(digests) == 1:
        sheet = build_year_sheet(digests[0])
        why = "the digest has neither figures nor items"
    else:
        sheet = build_comparison_sheet(compare_reports(sort_by_years(digests)))
        why = "no two of the reports print a number that counts the same"
    if sheet is None:
        raise UsageError(f"nothing to draw: {why}", "huimou compare lists the figures and why they stand apart")
    return sheet
