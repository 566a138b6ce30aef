"""Which model server to use and how; resolved once, by the command line or the library, and handed down.

Each setting is taken from the first place that has it: the options, the environment (`HUIMOU_BASE_URL`,
`HUIMOU_MODEL`, `HUIMOU_API_KEY`), `huimou.toml` or else `[tool.huimou]` of `pyproject.toml` in the working directory.
There may be several base URLs of one model: a list in the file, with spaces between them in the environment. Without
any the built-in model serves. No other variable is read, and a key in the environment goes to no address that only a
settings file names: whoever wrote that file might not be meant to have the key.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from huimou.errors import UsageError

NO_MODEL: Final = "none"  # kind of an endpoint that nobody is behind, and the name of its model
Mode = Literal["json_schema", "md_json", "tools", "json"]
_FOLDERS = ("profiles", "rules", "prompts", "reports", "fixtures")
_NAMES: Mapping[str, type | tuple[type, ...]] = {
    "base_url": (str, list, tuple),
    "model": str,
    "api_key": str,
    "mode": str,
    "concurrency": int,
    "timeout": (int, float),
    "patience": (int, float),
    "gguf": str,
    "extra": dict,
    **dict.fromkeys(_FOLDERS, str),
}
# What a request is made of; `extra` may add to it but not replace it.
_RESERVED = frozenset({"model", "messages", "max_tokens", "response_format", "tools", "tool_choice", "stream", "n"})
ENVIRONMENT = {"base_url": "HUIMOU_BASE_URL", "model": "HUIMOU_MODEL", "api_key": "HUIMOU_API_KEY"}


@dataclass(frozen=True, slots=True)
class EndpointOptions:
    """What a user says of the endpoint; None is not said, and is taken from the environment or the settings file.

    Args:
        base_url: address of a server, or several of the same model.
        model: as the server names it.
        api_key: of the server.
        mode: how the answer is bound to its schema, one of `Mode`.
        concurrency: requests in flight at once, at each server.
        timeout: seconds for one call.
        gguf: a model file for the built-in server to load.

    """

    base_url: str | Sequence[str] | None = None
    model: str | None = None
    api_key: str | None = field(default=None, repr=False)
    mode: str | None = None
    concurrency: int | None = None
    timeout: float | None = None
    gguf: Path | str | None = None


@dataclass(frozen=True, slots=True)
class FolderOptions:
    """Folders that a user names; None is not named.

    Args:
        reports: under test.
        fixtures: with recordings, gold annotations and accepted digests.
        prompts: instead of huimou's own.
        profiles: beside the shipped ones.
        rules: of the language, over the shipped ones.

    """

    reports: Path | None = None
    fixtures: Path | None = None
    prompts: Path | None = None
    profiles: Path | None = None
    rules: Path | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the requests in flight that one of several processes may use; `number` counts from 0."""

    number: int = 0
    of: int = 1

    def part(self, whole: int) -> int:
        """This process's part of `whole`, at least 1; all parts add up to `whole` where it is large enough."""
        each, left = divmod(whole, self.of)
        return max(1, each + (self.number < left))


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model server and how to talk to it.

    Args:
        kind: `builtin`, `openai` for any server with an OpenAI-compatible interface, or `none` where no model is asked.
        base_url: such as `http://127.0.0.1:8080/v1`; empty for the built-in model until it is served.
        model: as the server names it; empty until chosen.
        api_key: not shown by `repr`.
        mode: how the answer is bound to its schema.
        concurrency: requests in flight at one server; if chosen, never more, else where to begin.
        timeout: seconds for one call.
        gguf: a model file of the user's own for the built-in server; empty for the one that comes with it.
        extra: merged into the body of every request, such as a switch that turns thinking off.
        others: base URLs of further servers of the same model and key, over which requests are spread.
        patience: seconds to wait for a server that was at work and is gone, or for one of several; 0 fails at once.
        chosen: names of the settings that the user gave; what a probe found takes the place of the others only.
        share: the part of `concurrency`, given or found, that this process may use.
        origin: the settings file that says the address, where the user has not; empty if the user has.
        key_withheld: whether there is a key in the environment that is not sent, since nobody knows whether that file
            may have it.

    """

    kind: Literal["builtin", "openai", "none"]
    base_url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    mode: Mode = "json_schema"
    concurrency: int = 2
    timeout: float = 600.0
    gguf: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    others: tuple[str, ...] = ()
    patience: float = 900.0
    chosen: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    share: Share = field(default_factory=Share, compare=False, repr=False)
    origin: str = field(default="", compare=False, repr=False)
    key_withheld: bool = field(default=False, compare=False, repr=False)

    def is_chosen(self, name: str) -> bool:
        """Whether a setting was given by the user or otherwise differs from its default."""
        return name in self.chosen or getattr(self, name) != getattr(Endpoint(self.kind), name)

    def each(self) -> tuple[Endpoint, ...]:
        """The servers of the endpoint, each as an endpoint of its own."""
        return tuple(replace(self, base_url=url, others=()) for url in (self.base_url, *self.others))

    def list_remote(self) -> tuple[str, ...]:
        """The addresses of those of its servers that are not on this machine."""
        return tuple(
            url for url in (self.base_url, *self.others) if url and not is_loopback(urlsplit(url).hostname or "")
        )


def resolve_endpoint(
    options: EndpointOptions | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Endpoint:
    """Endpoint from options, environment and settings file; each setting from the first of them that has it.

    Args:
        options: what the user says.
        environment: instead of the process's own.
        folder: where to look for a settings file; the working directory if None.

    Raises:
        UsageError: a setting is unknown, of the wrong type, or not a usable value.

    """
    given = _check_settings(_list_given(options or EndpointOptions()), "the options")
    surroundings = os.environ if environment is None else environment
    named = {key: surroundings[name] for key, name in ENVIRONMENT.items() if surroundings.get(name)}
    place = Path.cwd() if folder is None else folder
    written = _read_settings(place)
    settings: dict[str, Any] = {**written, **named, **given}
    for name in _FOLDERS:
        settings.pop(name, None)
    if "gguf" in given and "base_url" in given:
        raise UsageError("a base URL and a gguf file exclude each other", "the file is for the built-in server")
    if "gguf" in given or "base_url" not in settings:
        # A model name or key of some other server means nothing to the built-in one.
        kept = {key: value for key, value in settings.items() if key not in ENVIRONMENT}
        return Endpoint("builtin", **kept, chosen=frozenset(kept))
    is_told_by_file = "base_url" not in given and "base_url" not in named
    withheld = is_told_by_file and "api_key" in named and "api_key" not in given
    if withheld:
        settings.pop("api_key")
        settings |= {key: value for key, value in written.items() if key == "api_key"}
    check_key(settings.get("api_key", ""))
    url, *others = _normalise_urls(settings["base_url"])
    taken = {**settings, "base_url": url, "others": tuple(others), "gguf": ""}
    origin = _name_settings_file(place) if is_told_by_file else ""
    return Endpoint("openai", **taken, chosen=frozenset(settings), origin=origin, key_withheld=withheld)


def is_loopback(host: str) -> bool:
    """Whether an address or name is of this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_key(key: str) -> None:
    """Refuse a key that cannot be sent.

    Raises:
        UsageError: it holds a space, a line break, or a character that is not ASCII.

    """
    if not (key.isascii() and all("!" <= char <= "~" for char in key)):
        raise UsageError(
            "the key cannot be sent: it holds a space, a line break or a character that is not ASCII",
            "copy it again, without what surrounds it",
        )


def _list_given(options: EndpointOptions) -> dict[str, Any]:
    """The options that are not None, by name; a path becomes text."""
    named = {one.name: getattr(options, one.name) for one in fields(EndpointOptions)}
    return {name: str(v) if isinstance(v, Path) else v for name, v in named.items() if v is not None}


def resolve_folders(options: FolderOptions | None = None, *, folder: Path | None = None) -> FolderOptions:
    """Folders: from the options, else from the settings file, to which they are relative, else None.

    Args:
        options: what the user says.
        folder: where to look for a settings file; the working directory if None.

    Raises:
        UsageError: the settings file is wrong.

    """
    options = options or FolderOptions()
    written = _read_settings(Path.cwd() if folder is None else folder)
    place = folder or Path()
    found = {name: place / written[name] for name in _FOLDERS if name in written}
    return FolderOptions(**{name: getattr(options, name) or found.get(name) for name in _FOLDERS})


def _name_settings_file(folder: Path) -> str:
    """Path of the settings file that counts in a folder."""
    own = folder / "huimou.toml"
    return str(own if own.is_file() else folder / "pyproject.toml")


def _read_settings(folder: Path) -> dict[str, Any]:
    own = folder / "huimou.toml"
    if own.is_file():
        return _check_settings(_read_toml(own), own.name)
    project = folder / "pyproject.toml"
    if not project.is_file():
        return {}
    table = _read_toml(project).get("tool", {}).get("huimou", {})
    return _check_settings(table, "[tool.huimou] of pyproject.toml")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"cannot read {path.name}: {error}") from error


def _check_settings(settings: Mapping[str, Any], where: str) -> dict[str, Any]:
    unknown = sorted(set(settings) - set(_NAMES))
    if unknown:
        raise UsageError(f"{where}: unknown setting {', '.join(unknown)}", f"known are {', '.join(_NAMES)}")
    for key, value in settings.items():
        if not isinstance(value, _NAMES[key]) or isinstance(value, bool):
            raise UsageError(f"{where}: {key} has the wrong type ({type(value).__name__})")
    if "mode" in settings and settings["mode"] not in get_args(Mode):
        raise UsageError(f"{where}: mode {settings['mode']!r} is unknown", f"choose one of {', '.join(get_args(Mode))}")
    for key in ("concurrency", "timeout"):
        if key in settings and not settings[key] > 0:
            raise UsageError(f"{where}: {key} must be greater than 0")
    if settings.get("patience", 0) < 0:
        raise UsageError(f"{where}: patience must not be less than 0")
    taken = sorted(_RESERVED & set(settings.get("extra", {})))
    if taken:
        raise UsageError(f"{where}: extra may not set {', '.join(taken)}", "that is what huimou itself sends")
    return {key: value for key, value in settings.items() if value not in ("", [], ())}


def _normalise_urls(given: str | Sequence[Any]) -> list[str]:
    """The addresses in a list or in a text with spaces between them, each once, in the form that requests need."""
    texts = given.split() if isinstance(given, str) else given
    if not texts or not all(isinstance(text, str) for text in texts):
        hint = 'give one such as http://127.0.0.1:8080/v1, or a list ["http://one:8080/v1", "http://two:8080/v1"]'
        raise UsageError("the base URL is empty or no text", hint)
    return list(dict.fromkeys(_normalise_url(text) for text in texts))


def _normalise_url(text: str) -> str:
    import httpx2  # noqa: PLC0415 (the command line reads this module's options for its help)

    try:
        url = httpx2.URL(text.strip())
    except httpx2.InvalidURL as error:
        raise UsageError("the base URL is not a URL", "give one such as http://127.0.0.1:8080/v1") from error
    if url.userinfo:
        raise UsageError("the base URL holds a user name or key", "give the key in HUIMOU_API_KEY")
    if url.scheme not in {"http", "https"} or not url.host:
        raise UsageError(f"the base URL {text!r} is not of http or https", "give one such as http://127.0.0.1:8080/v1")
    path = url.path.rstrip("/").removesuffix("/chat/completions")
    return str(url.copy_with(path=path or "/v1", query=None, fragment=None)).rstrip("/")
