"""`huimou show`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options


def show(
    digest: Annotated[Path, typer.Argument(help="A .json file that huimou summarise wrote.")],
    figures: Annotated[bool, typer.Option("--figures", help="Also the table of figures.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="Also the sentences that each item rests on.")] = False,
) -> None:
    """Read a digest in the terminal."""
    from huimou.outputs.render.to_json import from_json
    from huimou.outputs.render.to_terminal import to_terminal
    from huimou.store.files import read_text

    options.open_console().print(to_terminal(from_json(read_text(digest)), figures=figures, sources=sources))
