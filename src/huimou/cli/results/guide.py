"""`huimou guide`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options
from huimou.errors import UsageError

_LINK = re.compile(r"\[([^]]+)\]\(\w+\.md\)")  # to another guide; its label is the command that shows it
_COLUMN = 12  # characters; longer names stand out of it, and their titles behind them
GUIDES = Path(__file__).resolve().parents[1] / "guides"
NOTEBOOK = GUIDES / "notebook.ipynb"
SKILL = GUIDES / "skill" / "SKILL.md"


def find_guides() -> Mapping[str, Path]:
    """The guides that come with huimou: their files by name, sorted."""
    return {path.stem: path for path in sorted(GUIDES.glob("*.md"))}


def list_guides(begun: str) -> list[str]:
    """Names of the guides that begin so."""
    return [name for name in find_guides() if name.startswith(begun)]


def guide(
    name: Annotated[
        str | None, typer.Argument(help="Guide to show; without it they are listed.", autocompletion=list_guides)
    ] = None,
    notebook: Annotated[
        bool, typer.Option("--notebook", help="Print a notebook for Jupyter (.ipynb) that reads a digest instead.")
    ] = False,
) -> None:
    """Show a guide: what to do for one task, with the commands. Without a name: a list of the guides.

    In a pipe or a file it is the guide's own text, Markdown.
    """
    if notebook:
        typer.echo(NOTEBOOK.read_text(encoding="utf-8"), nl=False)
        return
    known = find_guides()
    if name is None:
        width = max(len(found) for found in known if len(found) <= _COLUMN)
        for found, path in known.items():
            typer.echo(f"{found:{width}}  {read_title(path)}")
        return
    if name not in known:
        raise UsageError(f"no such guide: {name}", f"known are: {', '.join(known)}")
    text = known[name].read_text(encoding="utf-8")
    console = options.open_console()
    if console.is_terminal:
        from rich.markdown import Markdown

        console.print(Markdown(_LINK.sub(r"\1", text), hyperlinks=False))
    else:
        typer.echo(text, nl=False)


def read_title(path: Path) -> str:
    """The title of a guide: its first line without the mark of a heading."""
    with path.open(encoding="utf-8") as lines:
        return lines.readline().removeprefix("# ").strip()
