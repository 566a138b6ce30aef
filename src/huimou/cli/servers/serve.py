"""`huimou serve`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import AllowMarked, DigestOptions, PromptOptions, ServersOptions, spread_options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from fastapi import FastAPI

    from huimou.batch.run_settings import RunSettings
    from huimou.service.settings import ServiceSettings

_MIB = 1 << 20


@spread_options
def serve(  # noqa: PLR0913 (one parameter an option)
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", parser=options.parse_path, help="Folder that huimou summarise wrote, or a new one."
        ),
    ],
    *,
    host: Annotated[
        str, typer.Option(help="Address to listen on. Anything but this machine needs a token, and is not encrypted.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8765,
    token: Annotated[
        str | None,
        typer.Option(
            envvar="HUIMOU_SERVE_TOKEN",
            help="What people and programs must know; safer in the environment. Made where one is needed.",
        ),
    ] = None,
    max_size: Annotated[int, typer.Option(min=1, help="MB that one uploaded file may have.")] = 20,
    max_files: Annotated[int, typer.Option(min=1, max=1000, help="Files of one upload.")] = 20,
    max_waiting: Annotated[int, typer.Option(min=1, help="Uploaded reports that may wait.")] = 100,
    server: ServersOptions,
    prompts: PromptOptions,
    allow_marked: AllowMarked = False,
) -> None:
    """Show a folder of digests to browsers and programs until Ctrl-C: read and review them, upload more reports.

    Reviews are kept in OUT's store. An uploaded report is digested as summarise does it, in the kind and
    style that its sender chose, else as the last run in OUT, by the model server that the options name.
    The store is taken only while something is written: while a batch runs in OUT, the folder can be read. The
    interface for programs is described at /openapi.json.
    """
    from huimou.batch.run_settings import RunSettings
    from huimou.service.settings import list_kinds
    from huimou.store.files import make_folder

    wanted = DigestOptions(prompts.prompts, None, prompts.profiles, prompts.rules, allow_marked=allow_marked)
    digest = options.load_digest_settings(server, wanted)
    settings = _build_settings(out, host, token)
    settings = replace(settings, max_bytes=max_size * _MIB, max_files=max_files, max_pending=max_waiting)
    if digest.choices.profiles is not None:
        settings = replace(settings, kinds=list_kinds(digest.choices.profiles))
    app = _build_app(settings, RunSettings(digest, part=True))
    if not out.is_dir():
        make_folder(out)
    _serve_app(app, settings, port, made=token is None and settings.token is not None)


def _build_settings(out: Path, host: str, token: str | None) -> ServiceSettings:
    import secrets

    from huimou.service.settings import ServiceSettings
    from huimou.settings import is_loopback

    if token is None and not is_loopback(host):
        token = secrets.token_urlsafe(24)
    return ServiceSettings(out, host, token)


def _build_app(settings: ServiceSettings, run: RunSettings) -> FastAPI:
    """Build the application of the service.

    Raises:
        UsageError: the extra is not installed.

    """
    try:
        import python_multipart  # noqa: F401
        import uvicorn  # noqa: F401

        from huimou.service.app import create_app
        from huimou.service.digester import ReportDigester
    except ModuleNotFoundError as error:
        raise UsageError(f"serve needs {error.name}, which is not installed", 'pip install "huimou[serve]"') from error
    return create_app(settings, ReportDigester(settings.out, run))


def _serve_app(app: FastAPI, settings: ServiceSettings, port: int, *, made: bool) -> None:
    """Serve until Ctrl-C.

    Raises:
        UsageError: the address cannot be listened on.

    """
    from huimou.service.access.server import build_server
    from huimou.settings import is_loopback

    bound = _bind_socket(settings.host, port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"http://{host}:{bound.getsockname()[1]}/")
    if made:
        typer.echo(f"token: {settings.token}")
    if settings.token is not None and not is_loopback(settings.host):
        typer.echo("it is not encrypted: put a proxy with TLS before it where the network is not your own", err=True)
    typer.echo("Ctrl-C stops the service; answers that are out by then are waited for.", err=True)
    build_server(app).run(sockets=[bound])
    typer.echo("stopped; what was in hand goes on at the next start", err=True)


def _bind_socket(host: str, port: int) -> socket.socket:
    """Listen on an address; done before anything is printed, so that a port that is taken is known."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        hint = "choose another with --port, or 0 for a free one"
        raise UsageError(f"cannot listen on {host} port {port}: {error.strerror or error}", hint) from error
