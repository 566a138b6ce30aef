"""What `huimou` prints when nothing else is said: the three next things to do."""

from __future__ import annotations

import typer

from huimou import __version__

_LINES = """\
huimou {version} reads long Chinese annual work reports and writes digests that can be checked. Three things to do next:

  huimou demo                       sample digests in your browser, in seconds, without a model
  huimou summarise REPORT -o out    your own report, or a folder of them (--no-model: without a model)
  huimou doctor                     what is installed here, which model would answer, and what is missing

huimou guide lists the guides, huimou --help all commands."""


def print_next_steps() -> None:
    """Print what a person who is new here may do next, in less than ten lines."""
    typer.echo(_LINES.format(version=__version__))
