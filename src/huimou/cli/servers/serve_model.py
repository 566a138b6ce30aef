"""`huimou serve-model`: the built-in model as an OpenAI-compatible server."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from huimou.batch.engines.signals import obey_signals
from huimou.settings import is_loopback


def serve_model(
    host: Annotated[
        str,
        typer.Option(help="Address to listen on. Anything but this machine opens it to the network, without a key."),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8080,
    gguf: Annotated[Path | None, typer.Option(help="GGUF file to load instead of the built-in model.")] = None,
    context: Annotated[int, typer.Option(min=512, help="Tokens that one request may have.")] = 4096,
    slots: Annotated[int, typer.Option(min=1, max=64, help="Requests worked on at once.")] = 2,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; the number of cores if not given.")] = None,
) -> None:
    """Serve the built-in model to other programs until Ctrl-C."""
    from huimou.llm.builtin_model_file import locate_weights  # noqa: PLC0415 (with it)
    from huimou.llm.builtin_server import serve_builtin  # noqa: PLC0415 (heavy)

    if not is_loopback(host):
        typer.echo(f"warning: {host} can be reached from the network, and the server asks for no key", err=True)
    typer.echo("loading the model ...", err=True)
    locate_weights(gguf, progress=_show_joining if sys.stderr.isatty() else None)
    with serve_builtin(gguf=gguf, host=host, port=port, context_tokens=context, slots=slots, threads=threads) as server:
        typer.echo(server.base_url)
        typer.echo(
            f"{server.model}, {server.slots} slots of {server.context_tokens} tokens. In another terminal:\n"
            f"  huimou summarise REPORT.txt -o OUT --base-url {server.base_url} --model {server.model}\n"
            "Ctrl-C stops the server.",
            err=True,
        )
        _wait_for_stop()
    typer.echo("stopped", err=True)


def _show_joining(done: int, total: int) -> None:
    end = "\n" if done >= total else "\r"
    typer.echo(f"preparing the model file, once: {done / total:4.0%}{end}", nl=False, err=True)


def _wait_for_stop() -> None:
    """Return at Ctrl-C, SIGTERM or another signal that asks the process to end."""
    stop = threading.Event()
    with obey_signals(lambda _: stop.set()):
        while not stop.wait(1.0):
            pass
