"""The command line: arguments, printing and exit statuses; everything else is done by what it calls.

`option_groups` declares the options that commands share, `old_options` those that had another name, `options` has
other helpers, `displays` shows what is told on one of the `consoles`, `progress` of a run and `tracking` of other work,
`streams` bears output that ends.
One module a command: `start` helps who is new here, `runs` digest, `results` show what there is, `office` writes files
for the office, `pictures` draw, `regression` tests prompts and models, `servers` serve.
May import everything; nothing imports it. Heavy modules are imported inside commands, so that `--help` is quick.
"""

from __future__ import annotations

import contextlib
import gc
import io
import sys
from collections.abc import Iterator
from typing import Any

import typer

from huimou.batch.engines.signals import get_exit_status, get_signal, obey_signals
from huimou.cli import options
from huimou.cli.comparisons import synthesise
from huimou.cli.office import briefing, check_layout, worksheet
from huimou.cli.old_options import CommandGroup
from huimou.cli.pictures import picture
from huimou.cli.regression import audit, fixtures, regress, try_
from huimou.cli.regression import eval as eval_
from huimou.cli.results import (
    apply_review,
    compare,
    explain,
    export,
    follow,
    guide,
    profiles,
    render,
    rules,
    schema,
    show,
)
from huimou.cli.runs import openai_batch, status, store, summarise
from huimou.cli.servers import mcp, probe, serve, serve_model
from huimou.cli.start import demo, doctor
from huimou.cli.start.welcome import print_next_steps
from huimou.cli.streams import end_where_output_ends
from huimou.errors import HuimouError, UsageError

_COLLECT_EVERY = 50_000  # objects; digests are made of many that live on, and Python's 700 cost a tenth of the time


class _Commands(CommandGroup):
    """Commands whose errors, and the signals that end them, become one line and an exit status."""

    def make_context(self, *arguments: Any, **options: Any) -> Any:
        """Read the command line."""
        with _report_end():
            return super().make_context(*arguments, **options)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        with _report_end(), end_where_output_ends():
            return super().invoke(ctx)


@contextlib.contextmanager
def _report_end() -> Iterator[None]:
    """Turn what ends a command into a line and an exit status.

    Raises:
        typer.Exit: an error or a signal ended it.

    """
    try:
        yield
    except HuimouError as error:
        options.report_error(error)
        raise typer.Exit(error.exit_status) from error
    except KeyboardInterrupt as error:
        typer.echo("interrupted; run the same command again", err=True)
        raise typer.Exit(get_exit_status(get_signal(error))) from error


app = typer.Typer(
    name="huimou",
    cls=_Commands,
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo", short_help="Sample digests in the browser, without a model.")(demo.demo)
app.command("doctor", short_help="Say what is installed, which model answers, what is missing.")(doctor.doctor)
app.command("summarise", short_help="Digest reports, one or many.")(summarise.summarise)
app.command("status", short_help="Say how far a batch is.")(status.status)
app.command("retry", short_help="Try again what failed or is partial.")(status.retry)
app.command("show")(show.show)
app.command("compare", short_help="Set digests side by side.")(compare.compare)
app.command("synthesise", short_help="Draw several reports into one, with sources.")(synthesise.synthesise)
app.command("follow", short_help="Hold last year's plan against this year's review.")(follow.follow)
app.command("picture", short_help="Draw digests: a year, a body over years, cities side by side.")(picture.picture)
app.command("export", short_help="Write digests as tables, JSONL and Parquet.")(export.export)
app.command("worksheet", short_help="Write digests as a workbook of ledgers, XLSX.")(worksheet.worksheet)
app.command("briefing", short_help="Write digests as briefings of two pages, DOCX.")(briefing.briefing)
app.command("check-layout", short_help="Hold Word documents against GB/T 9704-2012.")(check_layout.check_layout)
app.command("ledgers", hidden=True)(worksheet.ledgers)  # the former name; goes with the next release
app.command("render", short_help="Make pages and other files again.")(render.render)
app.command("apply-review", short_help="Put what a person checked into the digests.")(apply_review.apply_review)
app.command("serve", short_help="Serve a folder: read, review, upload.")(serve.serve)
app.command("mcp", short_help="Serve agents over MCP: digest, read, compare, review.")(mcp.mcp)
app.command("eval", short_help="Measure digests against annotations.")(eval_.evaluate)
app.command("audit", short_help="Let persons say what they would take over unchanged.")(audit.audit)
app.command("regress", short_help="Hold prompts and models against what was accepted.")(regress.regress)
app.add_typer(store.app, name="store", short_help="The store of a folder: verify, rebuild.")
app.add_typer(store.app, name="ledger", hidden=True)  # its name until 0.2
app.add_typer(fixtures.app, name="fixtures", short_help="Recordings: status, record, diff, accept, trim.")
app.add_typer(openai_batch.app, name="openai-batch", short_help="Digests by OpenAI batch files: export, import.")
app.command("try", short_help="Ask one question about one unit.")(try_.try_)
app.command("probe", short_help="Say what the endpoint can do.")(probe.probe)
app.command("serve-model", short_help="Serve the built-in model.")(serve_model.serve_model)
app.command("explain", short_help="Say why a sentence is where it is, and by which rule.")(explain.explain)
app.command("profiles", short_help="List the kinds of report.")(profiles.profiles)
app.command("rules", short_help="List what is known of the language of reports.")(rules.rules)
app.command("schema")(schema.schema)
app.command("guide", short_help="Show a guide, or list them.")(guide.guide)


@app.callback()
def _root(context: typer.Context, version: options.Version = False) -> None:
    """Read long Chinese annual work reports; write checked year reviews and next-year plans.

    Exit status: 0 all complete, 1 something differs from what was accepted, 2 wrong usage, 3 some report
    failed or is incomplete, 4 the endpoint cannot be used, 128 + n ended by signal n (130 Ctrl-C, 143 SIGTERM).
    """
    del version  # its callback has acted
    if context.invoked_subcommand is None:
        print_next_steps()


def main() -> None:
    """Run the command line of this process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without Chinese is no reason to fail
    gc.set_threshold(_COLLECT_EVERY)
    with obey_signals():
        _run_app()


def _run_app() -> None:
    """Run the command; what is printed before there is one, such as help, may meet with a full disk too."""
    try:
        with end_where_output_ends():
            app()
    except UsageError as error:
        options.report_error(error)
        sys.exit(error.exit_status)
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
