"""The built-in model server: llama.cpp's own OpenAI-compatible server inside this process, through xllamacpp."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from huimou.errors import EndpointError
from huimou.llm.builtin_model_file import BUILTIN, INSTALL_HINT, locate_weights
from huimou.settings import Endpoint

_READY_SECONDS = 120.0
_POLL_SECONDS = 0.1
_MOST_THREADS = 16
# A second slot gains nothing where arithmetic is what takes the time: on two cores 60 questions took 149 and 154 s with
# two slots, 124 and 126 s with one, which reads the prompt that all share once instead of twice.
_CORES_OF_ONE_SLOT = 2
_SLOTS = 2
_ANY_HOST = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (translated, not bound)
# Two slots hold two system prompts; a third would push one out at every request. Their states (some 28 kB a token)
# are kept in memory instead and put back. llama.cpp's own limit is 8 GB.
_PROMPT_CACHE_MIB = 512


@dataclass(frozen=True, slots=True)
class BuiltinServer:
    """A running server: `base_url` ends in `/v1`; `model` is the name it answers to."""

    base_url: str
    model: str
    context_tokens: int
    slots: int


@contextmanager
def serve_builtin(
    *,
    gguf: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    context_tokens: int = 4096,
    slots: int | None = None,
    threads: int | None = None,
) -> Iterator[BuiltinServer]:
    """Serve the built-in model, or `gguf`, until the context is left.

    Args:
        gguf: a model file of the user's own.
        host: address to listen on.
        port: port to listen on; 0 takes a free one.
        context_tokens: tokens that one request may have, prompt and answer together.
        slots: requests worked on at once, each with `context_tokens` of its own; by the number of cores if None.
        threads: as many as the machine has cores if None.

    Raises:
        EndpointError: xllamacpp or the model is missing, the port is taken, or the model does not load.

    """
    library = _import_library()
    path = locate_weights(gguf)
    model = BUILTIN.name if gguf is None else gguf.stem
    _check_port(host, port)
    cores = threads or count_usable_cores()
    slots = slots or choose_slots(cores)
    params = _build_params(library, path, model, cores)
    params.hostnames = [host]
    params.port = port
    params.n_parallel = slots
    params.n_ctx = context_tokens * slots
    server = _start(library, params, path)
    try:
        base = _find_reachable(server.listening_address)
        _wait_until_ready(base)
        yield BuiltinServer(f"{base}/v1", model, context_tokens, slots)
    finally:
        # The server stops when the last reference to it goes; it has no method for that.
        del server


def choose_slots(cores: int) -> int:
    """How many requests are best worked on at once with so many cores."""
    return 1 if cores <= _CORES_OF_ONE_SLOT else _SLOTS


def count_usable_cores() -> int:
    """Physical cores that this process may use, at most 16; a second thread on the same core only slows llama.cpp."""
    if not hasattr(os, "sched_getaffinity"):
        return min(os.cpu_count() or 1, _MOST_THREADS)
    allowed = os.sched_getaffinity(0)
    topology = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
    try:
        cores = {Path(topology.format(cpu)).read_text(encoding="ascii") for cpu in allowed}
    except OSError:
        return min(len(allowed), _MOST_THREADS)
    return min(len(cores), _MOST_THREADS)


def _import_library() -> Any:
    try:
        import xllamacpp  # noqa: PLC0415 (optional and heavy)
    except ImportError as error:
        raise EndpointError("the built-in model needs xllamacpp, which is not installed", INSTALL_HINT) from error
    return xllamacpp


def _build_params(library: Any, path: Path, model: str, threads: int) -> Any:
    params = library.CommonParams()
    params.model.path = str(path)
    params.model_alias = {model}
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.endpoint_metrics = True
    # Reports are confidential: no page in a browser may read from the server, and no request may list the prompts.
    params.cors_origins = ""
    params.endpoint_slots = False
    params.ui = False
    # Level 0 is silent; 1 and above write to stderr, past Python. What fails is raised.
    params.verbosity = 0
    return params


def _start(library: Any, params: Any, path: Path) -> Any:
    try:
        return library.Server(params)
    except RuntimeError as error:
        hint = "try another GGUF file, fewer slots or a smaller context"
        raise EndpointError(f"llama.cpp cannot serve {path}", hint) from error


def _check_port(host: str, port: int) -> None:
    """llama.cpp says only that it did not start, so the commonest cause is looked for first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":  # elsewhere this option lets two servers share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        hint = "use another port, or 0 for a free one"
        raise EndpointError(f"cannot listen on {host} port {port} ({reason})", hint) from error


def _find_reachable(address: str) -> str:
    """URL at which this machine reaches a server that listens at `address`."""
    parts = urlsplit(address)
    host = _ANY_HOST.get(parts.hostname or "", parts.hostname or "127.0.0.1")
    return f"http://[{host}]:{parts.port}" if ":" in host else f"http://{host}:{parts.port}"


def _wait_until_ready(base: str, seconds: float = _READY_SECONDS) -> None:
    """Return when `/health` answers 200; a proxy from the environment is not used."""
    deadline = time.monotonic() + seconds
    with httpx2.Client(trust_env=False, timeout=seconds) as client:
        while not _is_healthy(client, base):
            if time.monotonic() > deadline:
                raise EndpointError(
                    f"the built-in model was not ready after {seconds:.0f} s", "try a smaller GGUF file"
                )
            time.sleep(_POLL_SECONDS)


def _is_healthy(client: httpx2.Client, base: str) -> bool:
    try:
        return client.get(f"{base}/health").status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


@contextmanager
def serve_endpoint(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint with a server behind it: the built-in one is started where no server is named.

    Raises:
        EndpointError: the built-in server does not start.

    """
    if endpoint.kind != "builtin" or endpoint.base_url:
        yield endpoint
        return
    gguf = Path(endpoint.gguf) if endpoint.gguf else None
    most = endpoint.concurrency
    slots = most if endpoint.is_chosen("concurrency") else min(most, choose_slots(count_usable_cores()))
    with serve_builtin(gguf=gguf, slots=slots) as server:
        yield replace(endpoint, base_url=server.base_url, model=server.model)
