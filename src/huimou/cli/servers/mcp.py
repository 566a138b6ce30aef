"""`huimou mcp`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.batch.engines.signals import get_exit_status, get_signal
from huimou.cli import options
from huimou.cli.option_groups import DEFAULT_RECORDINGS, DigestOptions, ServersOptions, spread_options
from huimou.cli.results.guide import SKILL
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.batch.run_settings import RunSettings
    from huimou.service.agents.tools import AgentTools
    from huimou.service.agents.workplace import Workplace

_GRACE = 1.0  # seconds that work in hand may take once the agent is gone


@spread_options
def mcp(  # noqa: PLR0913 (one parameter an option)
    *,
    root: Annotated[
        list[Path] | None,
        typer.Option(
            parser=options.parse_path,
            metavar="<path>",
            help="Folder that agents may work in; repeatable. [default: the current one]",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            parser=options.parse_path,
            metavar="<path>",
            help="Folder for digests that are made. [default: out in the first root]",
        ),
    ] = None,
    server: ServersOptions,
    replay: Annotated[bool, typer.Option("--replay", help="Answer from recordings only; no server is asked.")] = False,
    recordings: Annotated[Path, typer.Option(help="Folder that --replay reads.")] = DEFAULT_RECORDINGS,
    digests: DigestOptions,
    skill: Annotated[
        bool, typer.Option("--skill", help="Print the skill file that tells agents how to use huimou, and exit.")
    ] = False,
) -> None:
    """Serve agents over MCP on standard input and output: digest, read, search, compare, follow up, review.

    The agent's tool starts this command; `huimou guide agents` shows its settings. Nothing outside the roots and OUT is
    touched, and texts go to no server but the one that the options name.
    """
    if skill:
        typer.echo(SKILL.read_text(encoding="utf-8"), nl=False)
        return
    from huimou.batch.run_settings import RunSettings
    from huimou.service.agents.workplace import Workplace

    roots = root or [Path()]
    place = Workplace.of(roots, out or roots[0] / "out")
    settings = options.load_digest_settings(server, digests, asks=not replay)
    _run_server(place, RunSettings(settings, replay=recordings if replay else None))


def _run_server(place: Workplace, run: RunSettings) -> None:
    """Serve until standard input ends.

    Raises:
        UsageError: the extra is not installed.

    """
    try:
        from huimou.service.agents.server import serve_agents
    except ModuleNotFoundError as error:
        raise UsageError(f"mcp needs {error.name}, which is not installed", 'pip install "huimou[mcp]"') from error
    from huimou.language.rules import use_rules
    from huimou.service.agents.digesting import AgentDigester
    from huimou.service.agents.following import PlanFollower
    from huimou.service.agents.tools import AgentTools

    if sys.stdin.isatty():
        typer.echo("waiting for an agent on standard input; huimou guide agents shows its settings", err=True)
    choices = run.digest.choices
    follower = PlanFollower(run.digest, place.out, run.replay, options.report_line)
    tools = AgentTools(place, AgentDigester(place.out, run), follower, choices.profiles)
    with use_rules(choices.rules), _end_soon(tools):
        serve_agents(tools)


@contextmanager
def _end_soon(tools: AgentTools) -> Iterator[None]:
    """End the process where a question is still out when its agent is gone; Python would wait for the answer.

    What is paid for is in the store, and the system drops every lock.
    """
    status = 0
    try:
        yield
    except KeyboardInterrupt as error:
        status = get_exit_status(get_signal(error))
        raise
    finally:
        if not tools.is_idle(_GRACE):
            typer.echo("ended with a report in hand; digest_report goes on with it the next time", err=True)
            sys.stderr.flush()
            os._exit(status)
