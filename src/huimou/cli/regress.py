"""`huimou regress`: the gate."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from huimou.cli import options

_EXIT_DIFFERENT = 1


def regress(  # noqa: PLR0913, PLR0917 (one parameter an option)
    names: options.ReportNames = None,
    reports: options.SuiteReports = None,
    fixtures: options.Fixtures = None,
    prompts: options.Prompts = None,
    profiles: options.Profiles = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write a JUnit XML report to this file.")] = None,
    html: options.HtmlFile = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Name every change.")] = False,
) -> None:
    """Replay the recordings; the digests must be the accepted ones and no measure below its floor.

    Needs no model server. Exit 1 on any difference, which is named item by item.
    """
    from huimou.prompt_check import load_checked
    from huimou.regression.gate import run_gate

    suite = options.suite(names, reports, fixtures, prompts, profiles)
    gate = run_gate(suite, load_checked(suite.prompts))
    options.print_outcome(gate.outcome, most=None if verbose else options.CHANGES_SHOWN)
    if junit:
        from huimou.files import write_text
        from huimou.regression.junit import to_junit

        write_text(junit, to_junit(gate.outcome))
    if html:
        options.write_page(html, gate)
    passed = sum(report.passed for report in gate.outcome.reports)
    typer.echo(f"{passed} of {len(gate.outcome.reports)} reports as accepted, {gate.outcome.seconds:.1f} s")
    raise typer.Exit(0 if gate.outcome.passed else _EXIT_DIFFERENT)
