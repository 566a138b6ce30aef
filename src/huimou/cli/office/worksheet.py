"""`huimou worksheet`, and `huimou ledgers`, its former name."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huimou.cli import options
from huimou.cli.option_groups import Profiles, ProgressOptions, Rules, spread_options
from huimou.errors import HuimouError, UsageError

if TYPE_CHECKING:
    from huimou.batch.events import Emit
    from huimou.language.profiles.profile import ProfileSet
    from huimou.outputs.office.ledgers.records import WorkbookReport

_SUFFIX = ".xlsx"
_EXIT_BROKEN = 3


@spread_options
def worksheet(  # noqa: PLR0913 (one parameter an option)
    digests: Annotated[
        list[Path], typer.Argument(metavar="OUT_OR_JSON...", help="Folders that huimou summarise wrote, or digests.")
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            parser=options.parse_path,
            metavar="<path>",
            help="FILE.xlsx for one workbook, or a folder for a workbook a report.",
        ),
    ],
    previous: Annotated[
        Path | None, typer.Option(help="Older workbook to fill anew. [default: FILE.xlsx, where it is there]")
    ] = None,
    csv: Annotated[bool, typer.Option(help="Write each ledger as CSV beside the workbook, too.")] = True,
    profiles: Profiles = None,
    rules: Rules = None,
    *,
    progress: ProgressOptions,
) -> None:
    """Write the ledgers of the office as a workbook (XLSX): review, plan and figures.

    A workbook that is there already is filled anew: what you typed, your rows, columns, sheets and formats stay, new
    items come below, and the column 变动 says what is new, changed or no longer found. What only the older file can
    hold (text boxes, form controls) is named, and that file is kept beside as FILE.before.xlsx.
    Beside it lie FILE.review.csv, FILE.plan.csv and FILE.figures.csv: the same rows, UTF-8 as Excel opens it.
    A digest that cannot be read is named and left out, and the exit status is 3.
    """
    from huimou.cli.tracking import open_steps
    from huimou.language.profiles.profile import load_profiles
    from huimou.model.events import tell_parts
    from huimou.outputs.formats import require_library
    from huimou.store.files import make_folder

    require_library("xlsx")
    one = to.suffix.casefold() == _SUFFIX
    if to.suffix and not one and not to.is_dir():
        raise UsageError(f"{to} is no name for a workbook", "give -o FILE.xlsx, or the name of a folder")
    if previous is not None and not one:
        raise UsageError("--previous goes with one workbook", "give -o FILE.xlsx")
    kinds = load_profiles(profiles)
    with open_steps(progress) as emit:
        found, broken = _read_all(digests, emit)
        if found:
            make_folder(to.parent if one else to)
            with options.open_rules(rules):
                for path, reports in tell_parts(emit, "workbooks", _plan_workbooks(found, to, one)):
                    news = _write_workbook(path, reports, previous or path, kinds, csv=csv)
                    if not progress.quiet:
                        typer.echo(f"{options.format_count(len(reports), 'report')} in {path}{_describe_news(news)}")
    for line in broken:
        options.report_line(f"left out: {line}")
    raise typer.Exit(_EXIT_BROKEN if broken else 0)


@functools.wraps(worksheet)
def ledgers(*arguments: Any, **settings: Any) -> None:
    """Do what `huimou worksheet` does, under the name that it had before."""
    typer.echo("note: huimou ledgers is called huimou worksheet now; the old name goes with the next release", err=True)
    worksheet(*arguments, **settings)


def _read_all(named: Sequence[Path], emit: Emit) -> tuple[list[WorkbookReport], list[str]]:
    """Reports, and a line for each file that is no digest; a file named twice counts once."""
    from huimou.batch.index_page import resolve_digest_paths
    from huimou.batch.source_text import find_sources, find_text_or_none
    from huimou.model.events import tell_parts
    from huimou.outputs.office.ledgers.records import WorkbookReport
    from huimou.outputs.office.person_reviews import collect_person_reviews
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text
    from huimou.store.inputs import to_printable

    paths = list({path.resolve(): path for path in resolve_digest_paths(named)}.values())
    stems = Counter(path.stem for path in paths)
    known = {folder: find_sources(folder) for folder in {path.parent for path in paths}}
    reports: list[WorkbookReport] = []
    broken: list[str] = []
    for path in tell_parts(emit, "digests", paths):
        name = to_printable(path.stem)
        try:
            digest = from_json(read_text(path))
        except HuimouError as error:
            broken.append(f"{path.name}: {error.message.removeprefix(f'{path}: ')}")
            continue
        shown = name if stems[path.stem] == 1 else f"{to_printable(path.parent.name)}/{name}"
        reports.append(
            WorkbookReport(
                shown, digest, find_text_or_none(path.stem, digest, known[path.parent]), collect_person_reviews(digest)
            )
        )
    return reports, broken


def _plan_workbooks(
    reports: Sequence[WorkbookReport], to: Path, one: bool
) -> list[tuple[Path, Sequence[WorkbookReport]]]:
    if one:
        return [(to, reports)]
    return [(to / f"{report.name.replace('/', '_')}{_SUFFIX}", [report]) for report in reports]


def _write_workbook(
    path: Path, reports: Sequence[WorkbookReport], previous: Path, profiles: ProfileSet, *, csv: bool
) -> Mapping[str, int]:
    """Write a workbook and, with `csv`, its ledgers beside it; gives what filling an older one anew brought."""
    from huimou.outputs.office.ledgers.workbook import build_workbook as to_bytes
    from huimou.outputs.office.ledgers.workbook import list_losses, read_previous
    from huimou.store.files import write_bytes

    older = read_previous(previous) if previous.exists() or previous != path else None
    lost = list_losses(older) if older is not None else ()
    news: Counter[str] = Counter()
    beside: dict[str, bytes] = {}
    data = to_bytes(reports, older, profiles, news, beside if csv else None)
    if lost and previous == path and older is not None:
        kept = _backup_path(path)
        write_bytes(kept, older)
        options.report_line(f"{path.name} held {', '.join(lost)}, which is not carried over: see {kept.name}")
    write_bytes(path, data)
    for name, ledger in beside.items():
        write_bytes(path.with_name(f"{path.stem}.{name}.csv"), ledger)
    return news


def _describe_news(news: Mapping[str, int]) -> str:
    """What filling an older workbook anew brought; nothing of a workbook that is new."""
    return ": " + ", ".join(f"{what} {number}" for what, number in news.items()) if news else ""


def _backup_path(path: Path) -> Path:
    names = (path.with_name(f"{path.stem}.before{n or ''}{path.suffix}") for n in range(10_000))
    return next(name for name in names if not name.exists())
