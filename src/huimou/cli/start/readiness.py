"""Whether a digest can be made here: which model server would be asked, why that one, and whether it answers."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from huimou.errors import HuimouError
from huimou.llm.builtin_model_file import BUILTIN, INSTALL_HINT, find_pieces, locate_cache
from huimou.llm.network.model_names import fetch_model_names, list_names
from huimou.settings import ENVIRONMENT, Endpoint, EndpointOptions, resolve_endpoint

_MODEL_MEMORY = 1_600_000_000  # bytes, as measured with the built-in model
_ROOM = 50_000_000  # bytes on top of the model file
_ASK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ModelReadiness:
    """The model that would answer.

    Args:
        place: address of the server, or what serves in its stead.
        why: who says so.
        ready: whether it can be asked now.
        found: what was found out, each in a line.
        to_do: what to do where it is not ready, or before it is used; each in a line.

    """

    place: str
    why: str
    ready: bool
    found: tuple[str, ...]
    to_do: tuple[str, ...]


def check_model(options: EndpointOptions, free_memory: int | None = None) -> ModelReadiness:
    """Find out which model would answer and whether it can; nothing is asked but for the names of its models.

    Args:
        options: what the user says of the endpoint.
        free_memory: bytes that programs may still take; None where that is not known.

    """
    try:
        endpoint = resolve_endpoint(options)
    except HuimouError as error:
        return ModelReadiness("none", "a setting is wrong", ready=False, found=(error.message,), to_do=_hints(error))
    if endpoint.kind == "builtin":
        return _check_builtin(endpoint, free_memory)
    return _check_servers(endpoint, _explain_choice(options, endpoint))


def _hints(error: HuimouError) -> tuple[str, ...]:
    return (error.hint,) if error.hint else ()


def _explain_choice(options: EndpointOptions, endpoint: Endpoint) -> str:
    if endpoint.origin:
        return f"base_url in {endpoint.origin}"
    return "--base-url" if options.base_url else f"{ENVIRONMENT['base_url']} in the environment"


def _check_servers(endpoint: Endpoint, why: str) -> ModelReadiness:
    """Ask each server for its models; one that answers is enough."""
    found: list[str] = []
    to_do: list[str] = []
    ready = False
    for server in endpoint.each():
        try:
            names = fetch_model_names(replace(server, timeout=_ASK_SECONDS))
        except HuimouError as error:
            found.append(f"{server.base_url}: {error.message}")
            to_do += _hints(error)
            continue
        fault = _find_model_fault(endpoint.model, names)
        found.append(f"{server.base_url} answers: {list_names(names) or 'no model'}")
        to_do += [fault] if fault else []
        ready = ready or fault is None
    if endpoint.key_withheld:
        to_do.append("the key in HUIMOU_API_KEY is not sent there: name the address with --base-url or HUIMOU_BASE_URL")
    place = ", ".join(one.base_url for one in endpoint.each())
    named = f", model {endpoint.model}" if endpoint.model else ""
    return ModelReadiness(f"{place}{named}", why, ready, tuple(found), tuple(dict.fromkeys(to_do)))


def _find_model_fault(model: str, offered: list[str]) -> str | None:
    """What is wrong with the choice of the model; a server may answer to names that it does not list."""
    if model:
        return None
    if len(offered) == 1:
        return None
    return "choose a model with --model or HUIMOU_MODEL" if offered else "load a model there, or name it with --model"


def _check_builtin(endpoint: Endpoint, free_memory: int | None) -> ModelReadiness:
    found, to_do = [], []
    if importlib.util.find_spec("xllamacpp") is None:
        found.append("xllamacpp, which runs it, is not installed")
        to_do.append(INSTALL_HINT)
    if endpoint.gguf:
        place, missing = endpoint.gguf, not Path(endpoint.gguf).is_file()
        found += [f"no such file: {place}"] if missing else []
        to_do += ["name a GGUF file with --gguf"] if missing else []
    else:
        place = f"the built-in model {BUILTIN.name}"
        said, lacking = _check_weights()
        found.append(said)
        to_do += lacking
    ready = not to_do
    if free_memory is not None and free_memory < _MODEL_MEMORY:
        found.append(f"{free_memory / 1e9:.1f} GB of memory are free, it needs {_MODEL_MEMORY / 1e9:.1f} GB")
        to_do.append("close other programs, or name a server with --base-url")
    why = "no server is named: --base-url, HUIMOU_BASE_URL, base_url in huimou.toml"
    return ModelReadiness(place, why, ready, tuple(found), tuple(dict.fromkeys(to_do)))


def _check_weights() -> tuple[str, list[str]]:
    """Where the model file is, or what it will be joined from; and what to do where neither is there."""
    file = locate_cache() / f"{BUILTIN.name}.gguf"
    if file.is_file() and file.stat().st_size == BUILTIN.size:
        return f"its file is {file}", []
    try:
        find_pieces(BUILTIN)
    except HuimouError as error:
        return error.message, list(_hints(error))
    folder = next(parent for parent in file.parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    if free < BUILTIN.size + _ROOM or not os.access(folder, os.W_OK):
        what = f"its file, {BUILTIN.size / 1e9:.1f} GB, cannot be joined in {file.parent}: {free / 1e9:.1f} GB are free"
        return what, ["make room, or set HUIMOU_CACHE to another folder"]
    return f"its file will be joined from the installed pieces on first use, in seconds, in {file.parent}", []
