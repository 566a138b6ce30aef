"""What several commands share: options that are no group, consoles, and how errors and outcomes are printed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou import __version__
from huimou.cli.option_groups import DigestOptions, NamedSuiteOptions, SuiteOptions
from huimou.errors import HuimouError, UsageError
from huimou.store.paths import STORE

if TYPE_CHECKING:
    from rich.console import Console

    from huimou.digest.session import DigestSettings
    from huimou.evaluation.regression.gate import Gate
    from huimou.evaluation.regression.outcome import GateOutcome
    from huimou.evaluation.regression.suite import Suite
    from huimou.evaluation.regression.to_html import PageTitles
    from huimou.settings import Endpoint, EndpointOptions

CHANGES_SHOWN = 10


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"huimou {__version__}")
        raise typer.Exit


def parse_path(given: str | Path) -> Path:
    """The file or folder that a word on the command line names.

    Raises:
        typer.BadParameter: it names none, which `Path` would take for the working directory.

    """
    if not str(given).strip():
        raise typer.BadParameter("an empty word names no file or folder")
    return Path(given)


OutFolder = Annotated[
    Path,
    typer.Option(
        "--output",
        "-o",
        parser=parse_path,
        metavar="<path>",
        help="Folder for the digests: <stem>.json, .md, .html.",
    ),
]
Workers = Annotated[
    str, typer.Option(help="Processes that work on reports, or auto for one a core; --concurrency is shared out.")
]
HtmlFile = Annotated[Path | None, typer.Option("--html", help="Write one self-contained page to this file.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        help="html (the default), xlsx, docx, onepage.md, onepage.html, onepage.docx, or all; several with commas, or "
        "the option again. JSON and md are always written.",
    ),
]
Version = Annotated[
    bool, typer.Option("--version", "-V", callback=_print_version, is_eager=True, help="Print the version and exit.")
]


def report_error(error: HuimouError) -> None:
    """Print an error on stderr: what is wrong in one line, what to do in another."""
    typer.echo(f"error: {error.message}", err=True)
    if error.hint:
        typer.echo(f"hint: {error.hint}", err=True)


def format_count(number: int, noun: str) -> str:
    """A number with its noun in the plural where it is not one: `1 report`, `2 reports`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def report_line(line: str) -> None:
    """Print a line on stderr that may hold names from files: no markup or escape code in it has any effect."""
    from huimou.language.text import to_one_line  # noqa: PLC0415 (heavy)

    typer.echo(to_one_line(line), err=True)


def open_console() -> Console:
    """A console on stdout, for tables and digests."""
    from huimou.cli.consoles import OutputConsole  # noqa: PLC0415 (heavy)

    return OutputConsole()


def open_error_console() -> Console:
    """A console on stderr, for what happens meanwhile."""
    from huimou.cli.consoles import LogConsole  # noqa: PLC0415 (heavy)

    return LogConsole()


def make_place(*files: Path | None) -> None:
    """Make the folders that these files go into, where they are missing.

    Raises:
        UsageError: one cannot be made or written to.

    """
    from huimou.store.files import make_folder  # noqa: PLC0415 (not where nothing is written)

    for folder in {file.parent for file in files if file is not None}:
        if not folder.is_dir():
            make_folder(folder)


def check_ending(path: Path, forms: Sequence[str]) -> Path:
    """The path of a file to be written, by whose ending its form is known.

    Args:
        path: as the user gives it.
        forms: the endings that there are, such as `.html`.

    Raises:
        UsageError: it has another ending.

    """
    if path.suffix.lower() not in forms:
        raise UsageError(f"{path}: the ending says what to write", f"use one of {' '.join(forms)}")
    return path


def parse_workers(given: str) -> int:
    """How many processes `--workers` means.

    Raises:
        UsageError: it is neither auto nor a number from 1.

    """
    if given == "auto":
        from huimou.digest.cores import count_cores  # noqa: PLC0415 (heavy)

        return count_cores()
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise UsageError(f"--workers {given}: not a number from 1", "give a number, or auto for one process a core")
    return int(given)


def load_suite(tested: SuiteOptions) -> Suite:
    """Open the suite that the options and the settings file name.

    Raises:
        UsageError: a setting is wrong, or a report is not there.

    """
    from huimou.evaluation.regression.suite import open_suite  # noqa: PLC0415 (heavy)
    from huimou.settings import resolve_folders  # noqa: PLC0415 (heavy)

    folders = resolve_folders(tested)
    names = tested.names if isinstance(tested, NamedSuiteOptions) else None
    return open_suite(
        folders.reports or Path("seeds"),
        folders.fixtures or Path("fixtures"),
        names or (),
        prompts=folders.prompts,
        profiles=folders.profiles,
        rules=folders.rules,
    )


def print_outcome(outcome: GateOutcome, *, most: int | None = CHANGES_SHOWN) -> None:
    """Print a line a report, each followed by what is wrong with it."""
    from huimou.evaluation.regression.summary_lines import format_outcome  # noqa: PLC0415 (heavy)

    for line in format_outcome(outcome, most):
        typer.echo(line)


def write_page(path: Path, gate: Gate, titles: PageTitles | None = None) -> None:
    """Write the page of an outcome to a file."""
    from huimou.evaluation.regression.to_html import to_html  # noqa: PLC0415 (heavy)
    from huimou.store.files import write_text  # noqa: PLC0415 (heavy)

    make_place(path)
    write_text(path, to_html(gate.outcome, gate.texts, titles))


def resolve_server(server: EndpointOptions, *, asks: bool = True) -> Endpoint:
    """The endpoint as the options, the environment and the settings file say.

    Where only a settings file says the address, a line on stderr tells where the texts go and who says so: such a file
    may lie in a folder that came from elsewhere.

    Args:
        server: what the user says.
        asks: whether the server will be asked; False where all is replayed.

    Raises:
        UsageError: a setting is wrong.

    """
    from huimou.settings import resolve_endpoint  # noqa: PLC0415 (heavy)

    endpoint = resolve_endpoint(server)
    if endpoint.origin and asks:
        urls = " and ".join(each.base_url for each in endpoint.each())
        report_line(f"texts go to {urls}, as {endpoint.origin} says")
    if endpoint.key_withheld and asks:
        report_line(
            "the key in HUIMOU_API_KEY does not go there: name the address with --base-url or HUIMOU_BASE_URL, "
            "or give the key with --api-key or in that file"
        )
    return endpoint


def load_digest_settings(server: EndpointOptions, digests: DigestOptions, *, asks: bool = True) -> DigestSettings:
    """How digests are made, as the options, the environment and the settings file say.

    Args:
        server: what the user says of the endpoint.
        digests: and of the digests.
        asks: whether the server will be asked.

    Raises:
        UsageError: a setting is wrong, or there is no such kind of report.
        PromptError: a prompt is wrong.

    """
    from huimou.digest.session import build_digest_settings  # noqa: PLC0415 (heavy)
    from huimou.settings import resolve_folders  # noqa: PLC0415 (heavy)

    folders = resolve_folders(digests.folders)
    endpoint, style, effort = resolve_server(server, asks=asks), digests.style.value, digests.effort.value
    return build_digest_settings(
        endpoint,
        folders.prompts,
        folders.profiles,
        folders.rules,
        kind=digests.kind,
        style=style,
        effort=effort,
        allow_marked=digests.allow_marked,
    )


def open_rules(folder: Path | None) -> AbstractContextManager[None]:
    """Read with the user's own rules, of this folder or the one that the settings file names, as long as it is open.

    Raises:
        UsageError: the settings file or a rule is wrong.

    """
    from huimou.language.rules import use_rules  # noqa: PLC0415 (heavy)
    from huimou.language.rules.own_rules import load_rules  # noqa: PLC0415 (heavy)
    from huimou.settings import FolderOptions, resolve_folders  # noqa: PLC0415 (heavy)

    return use_rules(load_rules(resolve_folders(FolderOptions(rules=folder)).rules))


def require_store(out: Path) -> None:
    """Refuse a folder that has no store.

    Raises:
        UsageError: it has none; where it has digests they come from recordings.

    """
    from huimou.batch.index_page import find_digests  # noqa: PLC0415 (heavy)

    if (out / STORE).exists():
        return
    if out.is_dir() and find_digests(out):
        raise UsageError(
            f"no store in {out}: these digests come from recordings (--replay)",
            "huimou summarise without --replay keeps one; huimou regress replays recordings against accepted digests",
        )
    raise UsageError(f"there is no store in {out}", "name a folder that huimou summarise wrote")
