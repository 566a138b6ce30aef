"""`huimou briefing`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import ProgressOptions, spread_options
from huimou.errors import HuimouError, UsageError

if TYPE_CHECKING:
    from huimou.outputs.office.word.briefing import BriefingOptions

_SUFFIX = ".docx"
_EXIT_BROKEN = 3


@spread_options
def briefing(  # noqa: PLR0913 (one parameter an option)
    digests: Annotated[
        list[Path], typer.Argument(metavar="OUT_OR_JSON...", help="Folders that huimou summarise wrote, or digests.")
    ],
    to: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            parser=options.parse_path,
            metavar="<path>",
            help="FILE.docx for one briefing, or a folder. [default: beside each digest]",
        ),
    ] = None,
    pages: Annotated[int, typer.Option(help="Most pages without the annex, 1 to 3.")] = 2,
    annex: Annotated[bool, typer.Option("--annex", help="Add all items with sources, figures and checks.")] = False,
    letterhead: Annotated[
        str | None, typer.Option(help="Name of the office in red above the text (版头), e.g. 政协临江市委员会文件.")
    ] = None,
    number: Annotated[str | None, typer.Option(help="Number of the paper below it, e.g. 临政协〔2023〕1号.")] = None,
    *,
    progress: ProgressOptions,
) -> None:
    """Write a briefing of two pages for each digest, in the form of GB/T 9704-2012 (DOCX).

    What is to be checked stands as comments in the margin, what a person corrected as tracked changes. Each file is
    held against the standard, and what differs is said. One that a person has edited is left alone; the new one is
    FILE.new.docx. A digest that cannot be read is named and left out, and the exit status is 3.
    """
    from huimou.batch.index_page import resolve_digest_paths
    from huimou.cli.tracking import open_steps
    from huimou.model.events import tell_parts
    from huimou.outputs.office.word.briefing import BriefingOptions
    from huimou.outputs.office.word.template_file import load_docx
    from huimou.store.files import make_folder

    load_docx()
    wanted = BriefingOptions(pages, annex, letterhead, number)
    paths = list({path.resolve(): path for path in resolve_digest_paths(digests)}.values())
    one = to is not None and to.suffix.casefold() == _SUFFIX
    if one and len(paths) > 1:
        raise UsageError(f"{len(paths)} digests for one briefing", "give -o FOLDER, or name one digest")
    if to is not None:
        make_folder(to.parent if one else to)
    with open_steps(progress) as emit:
        briefings = tell_parts(emit, "briefings", paths)
        done = sum(_write_briefing(path, _name_briefing(path, to, one=one), wanted) for path in briefings)
    if not progress.quiet:
        where = "beside the digests" if to is None else f"in {to}"
        typer.echo(f"{options.format_count(done, 'briefing')} {where}")
    raise typer.Exit(0 if done == len(paths) else _EXIT_BROKEN)


def _name_briefing(digest: Path, to: Path | None, *, one: bool) -> Path:
    if to is None:
        return digest.with_suffix(_SUFFIX)
    return to if one else to / f"{digest.stem}{_SUFFIX}"


def _write_briefing(path: Path, target: Path, wanted: BriefingOptions) -> bool:
    """Write one briefing and say what of it differs from the standard; False where its digest cannot be read."""
    from huimou.outputs.formats import write_unless_edited
    from huimou.outputs.office import to_docx
    from huimou.outputs.office.word.layout_check import check_layout
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    try:
        digest = from_json(read_text(path))
    except HuimouError as error:
        options.report_line(f"left out: {path.name}: {error.message.removeprefix(f'{path}: ')}")
        return False
    data = to_docx(digest, wanted)
    for line in (write_unless_edited(target, data, "briefing"), *check_layout(data)):
        if line:
            options.report_line(line if line.startswith(target.name) else f"{target.name}: {line}")
    return True
