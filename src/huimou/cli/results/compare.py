"""`huimou compare`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from huimou.cli import options
from huimou.cli.option_groups import Profiles, ProgressOptions, Rules, spread_options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.batch.events import Emit
    from huimou.model.digest import Digest

_MOST = 400


@dataclass(frozen=True, slots=True)
class DigestFile:
    """A digest and the file that it was read from."""

    path: Path
    digest: Digest


@spread_options
def compare(
    digests: Annotated[
        list[str],
        typer.Argument(metavar="DIGEST...", help=f"Digests (.json), their folders, or globs; 2 to {_MOST} reports."),
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write one page (.html) to this file.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write the same as a workbook to this file.")] = None,
    profiles: Profiles = None,
    rules: Rules = None,
    *,
    progress: ProgressOptions,
) -> None:
    """Set digests side by side: what each report did and plans, and figures only like with like.

    A figure stands beside another only where both count the same thing in the same state, in the same unit, of the
    same doer, over the same length of time; all others are listed with the reason why they do not.
    """
    from huimou.cli.tracking import open_steps
    from huimou.compare.cities import compare_reports as compared
    from huimou.compare.cities.to_html import to_html
    from huimou.compare.cities.to_terminal import to_terminal
    from huimou.compare.cities.to_xlsx import to_xlsx
    from huimou.language.profiles.profile import load_profiles
    from huimou.settings import FolderOptions, resolve_folders
    from huimou.store.files import write_bytes, write_text

    with open_steps(progress) as emit:
        found = read_reports(digests, emit)
    kinds = load_profiles(resolve_folders(FolderOptions(profiles=profiles)).profiles)
    with options.open_rules(rules):
        comparison = compared([one.digest for one in found], kinds)
    for target in (output, xlsx):
        refuse_input(target, found)
    options.make_place(output, xlsx)
    if output is not None:
        write_text(output, to_html(comparison, [find_page(one.path, output) for one in found]))
    if xlsx is not None:
        write_bytes(xlsx, to_xlsx(comparison))
    if not progress.quiet:
        options.open_console().print(to_terminal(comparison))
        for target in filter(None, (output, xlsx)):
            typer.echo(f"written to {target}")


def read_reports(patterns: Sequence[str], emit: Emit) -> list[DigestFile]:
    """The digests that files, folders and globs name, in that order.

    Raises:
        UsageError: there is none or too many, one is named twice, or one cannot be read.

    """
    from huimou.batch.index_page import is_beside
    from huimou.cli.digest_files import expand_digests
    from huimou.model.events import tell_parts
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    paths = [path for pattern in patterns for path in expand_digests(pattern)]
    if len(paths) > 1:
        paths = [path for path in paths if not is_beside(path.name)]
    seen: dict[Path, str] = {}
    for path in paths:
        if path.resolve() in seen:
            raise UsageError(f"the same report is given twice: {path}", "name each digest once")
        seen[path.resolve()] = str(path)
    if len(paths) > _MOST:
        raise UsageError(f"{len(paths)} digests are too many to set side by side", f"name at most {_MOST}")
    found = []
    for path in tell_parts(emit, "digests", paths):
        try:
            found.append(DigestFile(path, from_json(read_text(path))))
        except UsageError as error:
            raise UsageError(f"{path}: {error.message}", error.hint) from error
    return found


def find_page(path: Path, output: Path) -> str | None:
    """Address of the report's own page from the page of the comparison; None where it has none."""
    page = path.with_suffix(".html")
    if not page.is_file():
        return None
    try:
        return quote(Path(os.path.relpath(page.resolve(), output.resolve().parent)).as_posix())
    except ValueError:  # another drive
        return page.resolve().as_uri()


def refuse_input(target: Path | None, found: Sequence[DigestFile]) -> None:
    """Refuse to write the result over a digest or a report's own page.

    Raises:
        UsageError: it would.

    """
    taken = {name.resolve() for one in found for name in (one.path, one.path.with_suffix(".html"))}
    if target is not None and target.resolve() in taken:
        raise UsageError(f"{target} belongs to one of the reports compared", "choose another name")
