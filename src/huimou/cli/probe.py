"""`huimou probe`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from huimou.cli import options
from huimou.errors import AnswerError, EndpointError

if TYPE_CHECKING:
    from huimou.llm.client import Client

_NUMBER = 7
_MAX_TOKENS = 24
_PATIENCE = 10.0


def probe(  # noqa: PLR0913, PLR0917 (one parameter an option)
    base_url: options.BaseUrl = None,
    model: options.Model = None,
    api_key: options.ApiKey = None,
    mode: options.Mode = None,
    concurrency: options.Concurrency = None,
    timeout: options.Timeout = None,
    gguf: options.Gguf = None,
) -> None:
    """Say what the endpoint is, how huimou will talk to it, and whether a constrained answer works."""
    from huimou.config import resolve_endpoint
    from huimou.llm.client import open_client

    endpoint = resolve_endpoint(
        base_url=base_url,
        model=model,
        api_key=api_key,
        mode=mode,
        concurrency=concurrency,
        timeout=timeout,
        gguf=gguf,
    )
    with options.served(endpoint) as server, open_client(server, budget=_PATIENCE) as client:
        facts = client.facts
        rows = (
            ("endpoint", f"{facts.kind} {server.base_url}"),
            ("model", facts.model),
            ("context", "unknown" if facts.context_tokens is None else f"{facts.context_tokens} tokens"),
            ("slots", "unknown" if facts.slots is None else str(facts.slots)),
            ("tokenizer", "served" if facts.has_tokenizer else "none served, tokens are estimated"),
            ("mode", endpoint.mode),
            ("requests", f"{endpoint.concurrency} in flight"),
        )
        for label, value in rows:
            typer.echo(f"{label:<10} {value}")
        typer.echo(f"{'answer':<10} {_try_answer(client)}")


def _try_answer(client: Client) -> str:
    """Ask for one small object; say how that went.

    Raises:
        EndpointError: no answer that fits its schema, or the wrong one.

    """
    from pydantic import BaseModel

    from huimou.llm.question import Question, Slot

    class Echo(BaseModel):
        number: int

    messages = (
        ("system", 'Answer with one JSON object and nothing else: {"number": the number that the user names}.'),
        ("user", str(_NUMBER)),
    )
    question = Question(Slot("probe", "echo", "1"), "probe", 1, messages, Echo, _MAX_TOKENS, {})
    hint = "try another --mode (json_schema, json, md_json, tools) or another model"
    begun = time.monotonic()
    try:
        answer = client.ask(question)
    except AnswerError as error:
        raise EndpointError(f"no usable answer to a constrained question: {error.message}", hint) from error
    if answer.value.number != _NUMBER:
        raise EndpointError(f"the answer fits its schema but is wrong ({answer.value.number} for {_NUMBER})", hint)
    return f"works, {time.monotonic() - begun:.1f} s" + (", at the second attempt" if answer.reasked else "")
