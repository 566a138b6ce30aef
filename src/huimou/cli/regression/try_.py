"""`huimou try`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huimou.cli import options
from huimou.cli.option_groups import Fixtures, PromptOptions, SingleServerOptions, spread_options
from huimou.errors import AnswerError, PromptError, UsageError

if TYPE_CHECKING:
    from huimou.digest.questions.prompts import PromptSet
    from huimou.evaluation.ab_test.trial import PromptTrial, TrialSetup
    from huimou.llm.answerers.listening import Exchange
    from huimou.settings import Endpoint

_POLL = 0.3  # seconds between two looks at the prompt file
_SHOWN = 40


@spread_options
def try_(  # noqa: PLR0913 (one parameter an option)
    question: Annotated[str, typer.Argument(help="Which prompt, by its id, such as item-summary.")],
    report: Annotated[Path, typer.Argument(help="The report to ask about.")],
    *,
    unit: Annotated[str | None, typer.Option(help="Which unit, by number from 1 or by name. [default: 1]")] = None,
    list_units: Annotated[bool, typer.Option("--list", help="List the units and ask nothing.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Ask again whenever the prompt's file is saved.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Show the whole prompt and the schema as sent.")] = False,
    prompts: PromptOptions,
    fixtures: Fixtures = None,
    server: SingleServerOptions,
) -> None:
    """Ask one question about one unit of a report: what is sent, what comes back, what verification says.

    Everything else is answered from recordings where there are any, so that it takes seconds.
    """
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.digest.questions.prompts import find_prompt_folder
    from huimou.digest.steps.ingest import read_report
    from huimou.evaluation.ab_test import trial
    from huimou.language.profiles.profile import load_profiles
    from huimou.language.rules.own_rules import load_rules
    from huimou.llm.builtin_server import serve_endpoint
    from huimou.llm.network.model_names import choose_model
    from huimou.settings import resolve_folders

    folders = resolve_folders(dataclasses.replace(prompts, fixtures=fixtures))
    bench = trial.TrialSetup(
        read_report(report),
        (folders.fixtures or Path("fixtures")) / "recordings",
        load_profiles(folders.profiles),
        load_rules(folders.rules),
    )
    checked = load_checked_prompts(folders.prompts)
    tickets = trial.list_units(bench, question, checked)
    if list_units:
        for number, ticket in enumerate(tickets, start=1):
            typer.echo(f"{number:>3}  {ticket.path.rpartition('/')[2]}  {ticket.chunking}")
        return
    ticket = trial.choose_unit(tickets, unit)
    endpoint = options.resolve_server(dataclasses.replace(server, concurrency=1))
    recorded = _read_recorded_model(bench.recordings)
    _refuse_other_model(endpoint, server.model, recorded)
    with serve_endpoint(endpoint) as served:
        named = dataclasses.replace(served, model=choose_model(served))
        if recorded is not None and named.model != recorded:
            options.report_line(f"the recordings are of {recorded}; this question goes to {named.model}")
        _print_trial(trial.try_unit(bench, ticket, named, checked), full=full)
        if edit:
            _repeat_on_save(
                bench, ticket, named, _find_prompt_file(find_prompt_folder(folders.prompts), question), full=full
            )


def _read_recorded_model(recordings: Path) -> str | None:
    """The model that the recordings are of; None where there are none."""
    from huimou.llm.recordings.manifest import has_recordings, read_manifest

    return read_manifest(recordings).facts.model if has_recordings(recordings) else None


def _refuse_other_model(endpoint: Endpoint, named: str | None, recorded: str | None) -> None:
    """Refuse to start the built-in model where nobody named it and the recordings are of another one.

    Raises:
        UsageError: the recordings are of a model that some server had, and no server is named.

    """
    from huimou.llm.builtin_model_file import BUILTIN

    wanted = endpoint.kind != "builtin" or endpoint.gguf or named == BUILTIN.name
    if not wanted and recorded not in {None, BUILTIN.name}:
        raise UsageError(
            f"the recordings are of {recorded}, and no server is named: the built-in model would answer instead",
            f"name the server with --base-url or in huimou.toml, or say --model {BUILTIN.name}",
        )


def _repeat_on_save(bench: TrialSetup, ticket: Any, endpoint: Endpoint, file: Path, *, full: bool) -> None:
    from huimou.digest.prompt_check import load_checked_prompts
    from huimou.evaluation.ab_test import trial

    saved = _watch_file(file, _read_content(file))
    typer.echo(f"\nwaiting for {file} to be saved; Ctrl-C ends")
    try:
        for _ in saved:
            try:
                prompts: PromptSet = load_checked_prompts(file.parent)
                _print_trial(trial.try_unit(bench, ticket, endpoint, prompts), full=full)
            except (PromptError, AnswerError) as error:
                options.report_error(error)
            typer.echo(f"\nwaiting for {file} to be saved; Ctrl-C ends")
    except KeyboardInterrupt:
        typer.echo("")


def _watch_file(file: Path, last: bytes) -> Iterator[None]:
    """Yield each time that the file's content has changed, at first from `last`."""
    while True:
        time.sleep(_POLL)
        now = _read_content(file)
        if now and now != last:  # an editor may empty or replace the file while it saves
            last = now
            yield


def _read_content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def _find_prompt_file(folder: Path, question: str) -> Path:
    """The file of a prompt.

    Raises:
        UsageError: the prompts are those inside the installed package.

    """
    from huimou.digest.questions.prompts import parse_prompt

    if folder.name == "_prompts":
        raise UsageError("these prompts are part of the installed huimou", "copy them: huimou fixtures init, --prompts")
    files = sorted(folder.glob("*.md"))
    return next(f for f in files if parse_prompt(f.read_text(encoding="utf-8"), f.name).id == question)


def _print_trial(trial: PromptTrial, *, full: bool) -> None:
    from huimou.language.text import to_one_line
    from huimou.outputs.labels import ORIGINS

    for heard in trial.heard:
        _print_exchange(heard, full=full)
    typer.secho("verification", bold=True)
    for verdict in trial.verdicts:
        for line in verdict.refused:
            typer.secho(f"  refused: {to_one_line(line)}", fg="red")
        typer.secho(f"  {verdict.id}  {to_one_line(verdict.text)} ({ORIGINS[verdict.made].name})", fg="green")
        for evidence in verdict.sources:
            typer.echo(
                f"    〔第{evidence.sentence}句，字符{evidence.start}–{evidence.end}〕{to_one_line(evidence.quote)}"
            )
    if not trial.verdicts:
        typer.echo("  no item or sentence came of it")


def _print_exchange(heard: Exchange, *, full: bool) -> None:
    from huimou.language.text import to_one_line

    ticket = heard.ticket
    name = f"{ticket.path}, attempt {ticket.attempt}, prompt {ticket.prompt_id} {ticket.prompt_version}"
    typer.secho(f"sent  {to_one_line(name)}", bold=True)
    messages = heard.sent["messages"]
    shown = messages if full else messages[-1:]
    if not full and len(messages) > 1:
        typer.secho(f"  ({len(messages) - 1} messages of prompt and examples before it: --full)", dim=True)
    for message in shown:
        for number, line in enumerate(str(message["content"]).splitlines() or [""]):
            typer.echo(f"  {message['role'] + ':' if not number else '':<10} {to_one_line(line)}")
    settings = {k: v for k, v in heard.sent.items() if k != "messages" and (full or k != "response_format")}
    typer.secho(f"  {json.dumps(settings, ensure_ascii=False)}", dim=True)
    _print_answer(heard)


def _print_answer(heard: Exchange) -> None:
    from huimou.language.text import to_one_line

    usage = heard.usage
    cached = "–" if usage.cached_tokens is None else usage.cached_tokens
    tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens ({cached} cached)"
    ended = to_one_line(str(heard.choice.get("finish_reason") or "no choice"))
    told = heard.choice.get("message")
    message = told if isinstance(told, dict) else {}
    typer.secho(f"came back  status {heard.status}, {ended}, {tokens}, {usage.seconds:.1f} s", bold=True)
    thought = message.get("reasoning_content") or message.get("reasoning")
    if thought:
        typer.echo(f"  thinking:  {to_one_line(str(thought))}")
    said = message.get("content") or message.get("tool_calls") or heard.text[: _SHOWN * 10]
    typer.echo(f"  {to_one_line(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False))}")
