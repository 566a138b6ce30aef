"""`huimou audit`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.regression.tables import draw_table
from huimou.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from huimou.evaluation.blind_reading.answers import ReaderAnswers
    from huimou.evaluation.blind_reading.rates import LineRate, ReaderAgreement
    from huimou.evaluation.blind_reading.sample import LineSample
    from huimou.evaluation.words import PointWords
    from huimou.model.digest import Digest

_LINES, _SEED = 60, 7
_PAGE = Path("audit.html")
_EXIT_WAITING = 3


def audit(  # noqa: PLR0913, PLR0917 (one parameter an option)
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder that huimou summarise wrote.")],
    lines: Annotated[int | None, typer.Option(min=1, help=f"How many sentences to draw. [default: {_LINES}]")] = None,
    seed: Annotated[int | None, typer.Option(help=f"Another seed draws others. [default: {_SEED}]")] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help=f"Write the page to this file, its sheet beside it. [default: {_PAGE}]"),
    ] = None,
    read: Annotated[
        list[Path] | None,
        typer.Option("--read", metavar="FILE", help="Count what a reader answered, page (.json) or sheet; repeatable."),
    ] = None,
    gold: Annotated[Path, typer.Option(help="Folder of gold annotations.")] = Path("fixtures/gold"),
    source: Annotated[Path | None, typer.Option(help="The folder of the reports, where they are not found.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="With --read: list what was not taken over unchanged, and why.")
    ] = False,
) -> None:
    """Let persons say what they would take over unchanged: draw sentences to be read blind, then count their answers.

    Draws items and sentences of overviews from all digests of a folder, each report in proportion, and writes a page
    (.html) on which a reader answers, and a sheet (.csv) to fill in by hand. It shows the sources of each sentence, not
    what the program thinks of it. The same digests and seed give the same sentences.

    With --read, prints the share that is taken over unchanged with its 95 % interval (Wilson), by kind and by report,
    what the program says of the same sentences where there are annotations, and how far readers agree (Cohen's kappa).
    Exit 3 while sentences wait for an answer.
    """
    digests = _read_digests(out)
    if read:
        if lines is not None or seed is not None or output is not None:
            raise UsageError("--read takes no --lines, --seed or --output", "the files say which sample they answer")
        answered = _read_files(read)
        sample = _draw_again(digests, answered)
        _print_results(sample, answered, _judge_points(out, digests, gold), verbose=verbose)
        raise typer.Exit(0 if all(_count_waiting(sample, one) == 0 for one in answered.values()) else _EXIT_WAITING)
    if verbose:
        raise UsageError("--verbose goes with --read", "name the file of a reader's answers with --read")
    _write_sample(out, digests, (lines or _LINES, _SEED if seed is None else seed), output or _PAGE, source)


def _read_digests(out: Path) -> dict[str, Digest]:
    """The digests of a folder by name; files of answers that lie beside them are passed over.

    Raises:
        UsageError: there is none, or one cannot be read.

    """
    from huimou.batch.index_page import find_digests
    from huimou.evaluation.blind_reading.answers import FORMAT
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    found = {}
    for path in find_digests(out):
        text = read_text(path)
        if f'"{FORMAT}"' in text[:200]:
            continue
        try:
            found[path.stem] = from_json(text)
        except UsageError as error:
            raise UsageError(f"{path}: {error.message}", error.hint) from error
    if not found:
        raise UsageError(f"{out} holds no digest", "give a folder that huimou summarise wrote")
    return found


def _write_sample(
    out: Path, digests: Mapping[str, Digest], drawn: tuple[int, int], page: Path, source: Path | None
) -> None:
    from huimou.batch.source_text import find_sources, find_text_or_none
    from huimou.evaluation.blind_reading.sample import draw_sample
    from huimou.evaluation.blind_reading.sheet import to_sheet
    from huimou.evaluation.blind_reading.to_html import to_html
    from huimou.store.files import write_text

    sheet = page.with_suffix(".csv")
    _refuse_taken(page, sheet)
    sources = find_sources(out, source)
    texts = {name: text for name, one in digests.items() if (text := find_text_or_none(name, one, sources)) is not None}
    sample = draw_sample(digests, *drawn, texts)
    if not sample.lines:
        raise UsageError(f"the digests in {out} have no item and no overview", "there is nothing to read")
    options.make_place(page)
    write_text(page, to_html(sample))
    write_text(sheet, to_sheet(sample))
    count, reports = len(sample.lines), len({line.report for line in sample.lines})
    told = f"{options.format_count(count, 'sentence')} of {options.format_count(reports, 'report')}"
    typer.echo(f"{told} wait for a reader: {page}, or by hand {sheet}")
    typer.echo(f"then: huimou audit {out} --read FILE")


def _refuse_taken(page: Path, sheet: Path) -> None:
    """Refuse to write over a report's own page, or over a sheet that a person has filled in.

    Raises:
        UsageError: it would.

    """
    from huimou.errors import HuimouError
    from huimou.evaluation.blind_reading.answers import read_answers

    if page.suffix.casefold() not in {".html", ".htm"}:
        raise UsageError(f"{page} is no name for a page", "give -o FILE.html")
    if page.with_suffix(".json").is_file():
        raise UsageError(f"{page} is the page of a report", "give another name with -o")
    if not sheet.is_file():
        return
    try:
        taken = bool(read_answers(sheet.read_bytes()).choices)
    except HuimouError:
        taken = True
    if taken:
        raise UsageError(f"{sheet} is filled in, or is no sheet of a sample", "give another name with -o")


def _read_files(paths: Sequence[Path]) -> dict[str, ReaderAnswers]:
    """The answers by name of their reader; of one without a name, by that of the file.

    Raises:
        UsageError: one is no file of answers, or two are of one reader.

    """
    from huimou.evaluation.blind_reading.answers import read_answers
    from huimou.language.text import to_one_line

    found: dict[str, ReaderAnswers] = {}
    for path in paths:
        try:
            answers = read_answers(path.read_bytes())
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror or error}") from error
        except UsageError as error:
            raise UsageError(f"{path} {error.message}", error.hint) from error
        name = to_one_line(answers.reader) or path.stem
        if name in found:
            raise UsageError(f"{path}: two files are of the reader {name}", "give the file of each reader once")
        found[name] = answers
    return found


def _draw_again(digests: Mapping[str, Digest], answered: Mapping[str, ReaderAnswers]) -> LineSample:
    """The sample that the readers answered, drawn from the digests as they are now.

    Raises:
        UsageError: it is another one.

    """
    from huimou.evaluation.blind_reading.answers import check_sample
    from huimou.evaluation.blind_reading.sample import draw_sample, parse_token

    sample = None
    for name, answers in answered.items():
        drawn = parse_token(answers.sample)
        if drawn is None:
            raise UsageError(f"the file of {name} names no sample", "save the answers from the page anew")
        sample = sample or draw_sample(digests, *drawn)
        try:
            check_sample(answers, sample)
        except UsageError as error:
            raise UsageError(f"the file of {name} {error.message}", error.hint) from error
    assert sample is not None  # noqa: S101 (there is at least one file)
    return sample


def _judge_points(out: Path, digests: Mapping[str, Digest], gold: Path) -> dict[str, tuple[PointWords, ...]]:
    """What the program says of the annotated points of the digests that have an annotation of their words."""
    from huimou.evaluation.words import judge_points, read_word_annotation
    from huimou.store.files import read_json

    found = {}
    for name, digest in digests.items():
        path = gold / f"{name}.json"
        words = read_word_annotation(path) if path.is_file() else None
        if words is None:
            continue
        annotation = read_json(path)
        if annotation.get("chars") != digest.source.chars:
            raise UsageError(
                f"{out / path.name} and {path} are not of the same text", "name another folder with --gold"
            )
        found[name] = judge_points(digest, annotation, words)
    return found


def _count_waiting(sample: LineSample, answers: ReaderAnswers) -> int:
    return len(sample.lines) - len(answers.choices)


def _print_results(
    sample: LineSample,
    answered: Mapping[str, ReaderAnswers],
    points: Mapping[str, tuple[PointWords, ...]],
    *,
    verbose: bool,
) -> None:
    """Rates of each reader and agreements; nothing but how many sentences wait where a reader has answered none."""
    from huimou.evaluation.blind_reading.rates import compare_readers, compare_with_program, count_rates, judge_lines
    from huimou.language.text import to_one_line

    judged = judge_lines(sample, points)
    console = options.open_console()
    for name, answers in answered.items():
        waiting = _count_waiting(sample, answers)
        if waiting:
            typer.echo(f"{to_one_line(name)}: {options.format_count(waiting, 'sentence')} of {len(sample.lines)} wait")
        if answers.choices:
            console.print(_draw_rates(name, count_rates(sample, answers, judged)))
    with_answers = [(name, answers) for name, answers in answered.items() if answers.choices]
    agreements: list[ReaderAgreement] = []
    for (name, one), (other_name, other) in combinations(with_answers, 2):
        agreements += compare_readers(one, other, (name, other_name))
    agreements += [compare_with_program(answers, judged, name) for name, answers in with_answers if judged]
    if agreements:
        console.print(_draw_agreements(agreements))
    if verbose:
        _print_refused(sample, answered)


def _draw_rates(name: str, rates: Iterable[LineRate]) -> RenderableType:
    columns = ("lines", "read", "unchanged", "few", "no", "rate", "95 %", "program", "there")
    rows = [
        (
            one.name,
            f"{one.lines}",
            f"{one.read}",
            *map(str, one.choices.values()),
            _format_share(one.rate),
            f"{one.interval[0]:.2f} to {one.interval[1]:.2f}" if one.interval else "-",
            f"{one.by_program / one.judged:.2f} of {one.judged}" if one.judged else "-",
            f"{one.by_reader / one.judged:.2f}" if one.judged else "-",
        )
        for one in rates
    ]
    return draw_table((name, *columns), rows)


def _draw_agreements(agreements: Iterable[ReaderAgreement]) -> RenderableType:
    rows = [
        (" / ".join(one.names), one.about, f"{one.lines}", _format_share(one.raw), _format_share(one.kappa))
        for one in agreements
    ]
    return draw_table(("agreement", "on", "lines", "raw", "kappa"), rows)


def _format_share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _print_refused(sample: LineSample, answered: Mapping[str, ReaderAnswers]) -> None:
    """Every sentence that some reader did not take over unchanged, with the choices and reasons."""
    from huimou.evaluation.blind_reading.rates import UNCHANGED
    from huimou.evaluation.labels import READER_CHOICES
    from huimou.language.text import to_one_line

    for line in sample.lines:
        said = {name: one.choices[line.number] for name, one in answered.items() if line.number in one.choices}
        if all(choice == UNCHANGED for choice in said.values()):
            continue
        typer.echo(to_one_line(f"{line.number} {line.report} {line.item or line.kind}  {line.text}"))
        for name, choice in said.items():
            reason = answered[name].reasons.get(line.number, "")
            typer.echo(f"    {to_one_line(f'{name}: {READER_CHOICES[choice]} {reason}')}")
