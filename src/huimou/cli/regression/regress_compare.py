"""The comparing part of `huimou regress`: two versions of a prompt, two models or two endpoints."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from huimou.cli import options
from huimou.errors import UsageError
from huimou.settings import EndpointOptions

if TYPE_CHECKING:
    from rich.console import RenderableType

    from huimou.evaluation.ab_test.lockstep import ABRound, ABSide, ABTestSetting, AnnotatedReport
    from huimou.evaluation.ab_test.paired_statistics import Judgement
    from huimou.evaluation.ab_test.result import ABTestResult
    from huimou.evaluation.regression.suite import Suite
    from huimou.settings import Endpoint

REPEATS = 3
_EXIT_WORSE = 1
_AGAINST_KEY = "HUIMOU_AGAINST_API_KEY"
_ONE_THING = "compare one thing at a time: two prompts, or two models or endpoints"
_STYLES = {"improved": "green", "worse": "red", "too few data": "yellow"}


@dataclass(frozen=True, slots=True)
class ComparisonSides:
    """The two sides of a comparison as given on the command line; None is not given.

    `prompt` and `server` name the side in question, the others the side it is held against; what `server` says of
    key, mode, concurrency and timeout holds for both.
    """

    prompt: str | None = None
    against: str | None = None
    server: EndpointOptions = field(default_factory=EndpointOptions)
    against_model: str | None = None
    against_base_url: str | None = None
    against_gguf: Path | None = None
    repeats: int = REPEATS

    @property
    def is_wanted(self) -> bool:
        """Whether a comparison is meant: some option is given that the gate, which asks nobody, has no use for."""
        server = self.server
        return any((self.prompt, self.against, self.other_endpoint, server.model, server.base_url, server.gguf))

    @property
    def other_endpoint(self) -> bool:
        """Whether the other side is another model or endpoint."""
        return any((self.against_model, self.against_base_url, self.against_gguf))


@dataclass(frozen=True, slots=True)
class ComparisonFiles:
    """Files to write, if any, and whether every change is named."""

    json: Path | None = None
    html: Path | None = None
    verbose: bool = False


def run_comparison(suite: Suite, contest: ComparisonSides, output: ComparisonFiles) -> None:
    """Run the comparison, print it, and leave with 0 if nothing is worse, else 1.

    Args:
        suite: reports, annotations, recordings and accepted prompts.
        contest: what is compared.
        output: what is written.

    Raises:
        UsageError: options that do not go together, a version that is not there, scipy missing.
        PromptError: a prompt's examples do not hold.
        EndpointError: a server cannot be used.
        typer.Exit: always, at the end.

    """
    from huimou.batch.engines.signals import get_exit_status, get_signal
    from huimou.batch.events import Noted
    from huimou.cli.progress import ProgressLines
    from huimou.evaluation.ab_test.result import run_ab_test as run

    check_sides(contest)
    subjects = [_load_subject(suite, case) for case in suite.cases]
    lines = ProgressLines(options.open_error_console())
    with _open_setting(suite, contest) as setting:
        total = len(subjects) * contest.repeats
        number = iter(range(1, total + 1))

        def told(one: ABRound) -> None:
            lines.show(Noted(f"[{next(number)}/{total}] {one.subject.name}, repeat {one.repeat}"))

        try:
            comparison = run(subjects, setting, lines.show, told)
        except KeyboardInterrupt as error:
            typer.echo("interrupted; a comparison is not kept half done", err=True)
            raise typer.Exit(get_exit_status(get_signal(error))) from None
    for line in _describe_sides(comparison):
        typer.echo(line)
    options.open_console().print(build_table(comparison))
    _print_changes(comparison, verbose=output.verbose)
    _write_files(comparison, subjects, output)
    for note in comparison.notes:
        typer.echo(f"note: {note}")
    for judgement in comparison.worse:
        typer.echo(f"worse: {judgement.measure.title} {_number(judgement.before)} to {_number(judgement.after)}")
    raise typer.Exit(_EXIT_WORSE if comparison.worse else 0)


def check_sides(contest: ComparisonSides) -> None:
    """Refuse options that do not name two sides.

    Raises:
        UsageError: one side is missing, or there are two differences at once.

    """
    if bool(contest.prompt) != bool(contest.against):
        missing, given = ("--against", "--prompt") if contest.prompt else ("--prompt", "--against")
        raise UsageError(
            f"{given} needs {missing}", "such as --prompt item-summary@new --against item-summary@git:HEAD"
        )
    if not contest.prompt and not contest.other_endpoint:
        hint = "give --prompt and --against, or one of --against-model, --against-base-url and --against-gguf"
        raise UsageError("there is no other side to compare with", hint)
    if contest.prompt and contest.other_endpoint:
        raise UsageError("two prompts and two endpoints at once", _ONE_THING)
    if contest.against_base_url and contest.against_gguf:
        raise UsageError("--against-base-url and --against-gguf exclude each other", _ONE_THING)


@contextlib.contextmanager
def _open_setting(suite: Suite, contest: ComparisonSides) -> Iterator[ABTestSetting]:
    """Both sides with their servers, which run while the context lasts."""
    from huimou.digest.pipeline import DigestChoices
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.ab_test.lockstep import ABSide, ABTestSetting
    from huimou.llm.builtin_server import serve_endpoint

    endpoint = options.resolve_server(contest.server)
    choices = DigestChoices(profiles=suite.profiles, rules=suite.rules)
    if contest.prompt and contest.against:
        before, after, tested = _build_prompt_sides(suite, contest.prompt, contest.against, endpoint)
        with serve_endpoint(endpoint) as server:
            yield ABTestSetting(
                replace(before, endpoint=server),
                replace(after, endpoint=server),
                tested,
                contest.repeats,
                suite.recordings if (suite.recordings / "endpoint.json").is_file() else None,
                choices,
            )
        return
    other = _resolve_other_endpoint(contest, endpoint)
    prompts = load_checked_prompts(suite.prompts)
    halves = [
        replace(one, concurrency=max(1, one.concurrency // 2)) if one.kind == "builtin" else one
        for one in (other, endpoint)
    ]
    with serve_endpoint(halves[0]) as old, serve_endpoint(halves[1]) as new:
        names = _name_sides(old, new)
        yield ABTestSetting(
            ABSide(names[0], old, prompts),
            ABSide(names[1], new, prompts),
            repeats=contest.repeats,
            choices=choices,
        )


def _build_prompt_sides(
    suite: Suite, prompt: str, against: str, endpoint: Endpoint
) -> tuple[ABSide, ABSide, frozenset[str]]:
    from huimou.evaluation.ab_test.lockstep import ABSide
    from huimou.evaluation.ab_test.versions import VersionPlaces, find_both_versions, load_prompts_with

    places = VersionPlaces(suite.prompts, suite.accepted / "prompts")
    before, after = find_both_versions(prompt, against, places)
    sides = [ABSide(version.label, endpoint, load_prompts_with(version, places)) for version in (before, after)]
    return sides[0], sides[1], frozenset({after.prompt.id})


def _resolve_other_endpoint(contest: ComparisonSides, endpoint: Endpoint) -> Endpoint:
    """The endpoint held against. A key is for one address: that of the other side has an option of its own.

    Raises:
        UsageError: it is the same as the first, or a setting is wrong.

    """
    from huimou.settings import check_key, resolve_endpoint

    own = contest.server
    address = contest.against_base_url or (None if contest.against_gguf else own.base_url)
    model = contest.against_model or own.model
    gguf = contest.against_gguf or (None if address else own.gguf)
    other = resolve_endpoint(replace(own, base_url=address, model=model, gguf=gguf))
    if other.base_url != endpoint.base_url:
        other = replace(other, api_key=os.environ.get(_AGAINST_KEY, ""))
        check_key(other.api_key)
    if other.kind == endpoint.kind == "builtin" and other.gguf == endpoint.gguf:
        raise UsageError("the built-in server knows one model", "name another file with --against-gguf")
    if (endpoint.base_url, endpoint.model, endpoint.gguf) == (other.base_url, other.model, other.gguf):
        raise UsageError("both sides are the same model at the same endpoint", _ONE_THING)
    return other


def _name_sides(before: Endpoint, after: Endpoint) -> tuple[str, str]:
    """The models' names; with their addresses where those alone would not tell them apart."""
    if before.model != after.model and before.model and after.model:
        return before.model, after.model
    return f"{before.model or 'its model'} at {before.base_url}", f"{after.model or 'its model'} at {after.base_url}"


def _load_subject(suite: Suite, case: Any) -> AnnotatedReport:
    """A report with its annotation, unless that is of another text."""
    import json

    from huimou.evaluation.ab_test.lockstep import AnnotatedReport
    from huimou.evaluation.regression.audit import read_case
    from huimou.store.files import read_text

    document = read_case(case)
    path = suite.gold / f"{case.name}.json"
    if not path.is_file():
        return AnnotatedReport(document)
    try:
        gold = json.loads(read_text(path))
        fits = gold["chars"] == len(document.text)
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not a gold annotation") from error
    return AnnotatedReport(document, gold if fits else None)


def _describe_sides(comparison: ABTestResult) -> tuple[str, ...]:
    """Lines that say who was compared, and on what."""
    before, after = comparison.before, comparison.after
    sides = [
        f"{letter}  {side.name}; {side.model} ({side.server}); {side.asked} requests, {side.replayed} from recordings"
        for letter, side in (("A", before), ("B", after))
    ]
    reports = f"{len(comparison.reports)} report{'s' * (len(comparison.reports) != 1)}"
    return (*sides, f"{reports}, {comparison.repeats} times each, {comparison.seconds:.0f} s")


def build_table(comparison: ABTestResult) -> RenderableType:
    """A row a measure: both sides, the difference with its interval, the least that could be seen, the verdict."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from huimou.evaluation.ab_test.paired_statistics import THESE_ONLY

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("measure", "units", "A", "B", "B - A", "95 % interval", "could see", "verdict"):
        made.add_column(title, justify="left" if title in {"measure", "verdict"} else "right")
    for judgement in comparison.judgements:
        verdict = judgement.verdict or "-"
        said = Text(verdict, style=_STYLES.get(verdict, ""))
        if note := judgement.note.removesuffix(THESE_ONLY).rstrip("; "):  # that is said once, below
            said.append(f" ({note})", style="dim")
        made.add_row(*_format_cells(judgement), said)
    return made


def _format_cells(judgement: Judgement) -> tuple[str, ...]:
    interval = "-"
    if judgement.low is not None and judgement.high is not None:
        interval = f"{_number(judgement.low, sign=True)} to {_number(judgement.high, sign=True)}"
    return (
        judgement.measure.title,
        f"{judgement.units}/{judgement.reports}",
        _number(judgement.before),
        _number(judgement.after),
        _number(judgement.difference, sign=True),
        interval,
        "-" if judgement.detectable is None else _number(judgement.detectable),
    )


def _number(value: float, *, sign: bool = False) -> str:
    """A number with three decimal places below ten, one above."""
    digits = ".3f" if abs(value) < 10 else ".1f"
    return format(value, f"{'+' if sign else ''}{digits}")


def _print_changes(comparison: ABTestResult, *, verbose: bool) -> None:
    from huimou.evaluation.regression.summary_lines import format_change, summarise_changes
    from huimou.language.text import to_one_line

    for report in comparison.reports:
        typer.echo(to_one_line(f"{report.name}: {summarise_changes(named.change for named in report.changes)}"))
        shown = report.changes if verbose else report.changes[: options.CHANGES_SHOWN]
        for named in shown:
            first, *rest = format_change(named.change)
            often = f"  ({named.times} of {comparison.repeats})" if comparison.repeats > 1 else ""
            typer.echo(f"  {first}{often}")
            for line in rest:
                typer.echo(f"  {line}")
        if len(report.changes) > len(shown):
            typer.echo(f"  and {len(report.changes) - len(shown)} more; see them with --verbose")


def _write_files(comparison: ABTestResult, subjects: list[AnnotatedReport], output: ComparisonFiles) -> None:
    from huimou.evaluation.ab_test.result import to_json, to_outcome
    from huimou.evaluation.regression.to_html import PageTitles, to_html
    from huimou.store.files import write_text

    if output.json:
        options.make_place(output.json)
        write_text(output.json, to_json(comparison))
    if output.html:
        texts = {subject.name: subject.document.text for subject in subjects}
        titles = PageTitles("对比", f"A {comparison.before.name}", f"B {comparison.after.name}")
        options.make_place(output.html)
        write_text(output.html, to_html(to_outcome(comparison, describe_verdicts(comparison)), texts, titles))


def describe_verdicts(comparison: ABTestResult) -> tuple[str, ...]:
    """A Chinese line for each measure that has a verdict, for the page."""
    from huimou.evaluation.labels import AB_TEST_MEASURES, VERDICTS

    return tuple(
        f"{AB_TEST_MEASURES[one.measure.key]}：{_number(one.before)} → {_number(one.after)}，{VERDICTS[one.verdict]}"
        for one in comparison.judgements
        if one.verdict
    )
