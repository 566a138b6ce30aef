"""`huimou regress`: the gate, and the way to the comparison."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import NamedSuiteOptions, ServerOptions, spread_options
from huimou.cli.regression.regress_compare import REPEATS, ComparisonFiles, ComparisonSides, run_comparison
from huimou.errors import UsageError

_EXIT_DIFFERENT = 1


@spread_options
def regress(  # noqa: PLR0913 (one parameter an option)
    *,
    tested: NamedSuiteOptions,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write a JUnit XML report to this file.")] = None,
    html: options.HtmlFile = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every change.")] = False,
    prompt: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="Compare this prompt (ID@new, ID@N, ID@git:REV, ID@FILE.md), live …"),
    ] = None,
    against: Annotated[str | None, typer.Option(metavar="SPEC", help="… with this version of it.")] = None,
    server: ServerOptions,
    against_model: Annotated[str | None, typer.Option(help="Compare the model with this one.")] = None,
    against_base_url: Annotated[
        str | None, typer.Option(help="Compare with this server; its key is in HUIMOU_AGAINST_API_KEY.")
    ] = None,
    against_gguf: Annotated[Path | None, typer.Option(help="Compare with this GGUF file.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="How often each side digests each report.")] = REPEATS,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the comparison to this file.")] = None,
) -> None:
    """Replay the recordings; the digests must be the accepted ones and no measure below its floor.

    Needs no model server. Exit 1 on any difference, which is named item by item.

    With --prompt and --against, or --against-model, --against-base-url or --against-gguf, compare two sides instead:
    both are asked live, in turn, about the same units, without a model as judge. Exit 1 if a measure is worse.
    """
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.regression.gate import run_gate

    suite = options.load_suite(tested)
    contest = ComparisonSides(prompt, against, server, against_model, against_base_url, against_gguf, repeat)
    if contest.is_wanted:
        if junit:
            raise UsageError("--junit is of the gate", "write a comparison with --json or --html")
        run_comparison(suite, contest, ComparisonFiles(json_file, html, verbose))
    gate = run_gate(suite, load_checked_prompts(suite.prompts))
    options.print_outcome(gate.outcome, most=None if verbose else options.CHANGES_SHOWN)
    if junit:
        from huimou.evaluation.regression.to_junit import to_junit
        from huimou.store.files import write_text

        options.make_place(junit)
        write_text(junit, to_junit(gate.outcome))
    if html:
        options.write_page(html, gate)
    passed = sum(report.passed for report in gate.outcome.reports)
    typer.echo(f"{passed} of {len(gate.outcome.reports)} reports as accepted, {gate.outcome.seconds:.1f} s")
    raise typer.Exit(0 if gate.outcome.passed else _EXIT_DIFFERENT)
