"""Options that several commands share, declared once each, as fields of frozen dataclasses.

A command takes a whole group as one value: `@spread_options` gives it an option for each annotated field of the group.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

import typer

from huimou.errors import UsageError
from huimou.settings import EndpointOptions, FolderOptions

if TYPE_CHECKING:
    from huimou.batch.cost_report import Prices

DEFAULT_RECORDINGS = Path("fixtures/recordings")


class OverviewLength(StrEnum):
    """How long overviews are: the names of `digest.steps.overview.STYLES`."""

    brief = "brief"
    standard = "standard"
    full = "full"


class WordingEffort(StrEnum):
    """How often a question may be asked again: the names of `digest.choices.EFFORTS`."""

    low = "low"
    standard = "standard"
    high = "high"


BaseUrl = Annotated[
    str | None, typer.Option(help="OpenAI-compatible server, such as http://127.0.0.1:8000/v1. [env: HUIMOU_BASE_URL]")
]
BaseUrls = Annotated[
    list[str] | None,
    typer.Option(
        help="OpenAI-compatible server, such as http://127.0.0.1:8000/v1; several of one model share the work."
        " [env: HUIMOU_BASE_URL]"
    ),
]
Model = Annotated[str | None, typer.Option(help="Model name at that server. [env: HUIMOU_MODEL]")]
ApiKey = Annotated[
    str | None, typer.Option(help="Key for that server; safer in the environment. [env: HUIMOU_API_KEY]")
]
Mode = Annotated[
    str | None, typer.Option(help="How answers are constrained: json_schema (default), json, md_json or tools.")
]
Concurrency = Annotated[int | None, typer.Option(min=1, help="Requests in flight at once, at each server.")]
Timeout = Annotated[float | None, typer.Option(min=1, help="Seconds to wait for one answer.")]
Gguf = Annotated[Path | None, typer.Option(help="GGUF file for the built-in server to load.")]
Prompts = Annotated[Path | None, typer.Option(help="Folder of prompts instead of huimou's own.")]
Profiles = Annotated[Path | None, typer.Option(help="Folder of your own profiles (.toml), beside the shipped ones.")]
Rules = Annotated[Path | None, typer.Option(help="Folder of your own rules (.toml), over the shipped ones.")]
Fixtures = Annotated[
    Path | None, typer.Option("--fixtures", help="Folder of fixtures. [default: fixtures, or huimou.toml]")
]
AllowMarked = Annotated[
    bool,
    typer.Option(
        "--allow-marked", help="Let reports marked 秘密, 内部资料 and the like go to a server on another machine."
    ),
]
Kind = Annotated[str | None, typer.Option(help="Kind of report, e.g. government; else read from the text.")]


@dataclass(frozen=True, slots=True)
class _CommonServerOptions(EndpointOptions):
    model: Model = None
    api_key: ApiKey = dataclasses.field(default=None, repr=False)
    mode: Mode = None
    timeout: Timeout = None
    gguf: Gguf = None


@dataclass(frozen=True, slots=True)
class SingleServerOptions(_CommonServerOptions):
    """One server, asked one question at a time."""

    base_url: BaseUrl = None


@dataclass(frozen=True, slots=True)
class ServerOptions(_CommonServerOptions):
    """One server."""

    base_url: BaseUrl = None
    concurrency: Concurrency = None


@dataclass(frozen=True, slots=True)
class ServersOptions(_CommonServerOptions):
    """One server, or several of the same model."""

    base_url: BaseUrls = None
    concurrency: Concurrency = None


@dataclass(frozen=True, slots=True)
class PromptOptions(FolderOptions):
    """Folders of prompts, profiles and rules."""

    prompts: Prompts = None
    profiles: Profiles = None
    rules: Rules = None


@dataclass(frozen=True, slots=True)
class SuiteOptions(FolderOptions):
    """The reports under test by name, and the folders of the suite."""

    reports: Annotated[
        Path | None,
        typer.Option("--reports", help="Folder of the reports under test. [default: seeds, or huimou.toml]"),
    ] = None
    fixtures: Fixtures = None
    prompts: Prompts = None
    profiles: Profiles = None
    rules: Rules = None


@dataclass(frozen=True, slots=True)
class NamedSuiteOptions(SuiteOptions):
    """A suite, or some reports of it."""

    names: Annotated[list[str] | None, typer.Argument(metavar="[REPORT]...", help="Only these reports, by name.")] = (
        None
    )


@dataclass(frozen=True, slots=True)
class DigestOptions:
    """Prompts, kind, profiles, rules, style of the overviews, effort of the wording, and what may leave the machine."""

    prompts: Prompts = None
    kind: Kind = None
    profiles: Profiles = None
    rules: Rules = None
    style: Annotated[OverviewLength, typer.Option(help="Length of the overviews.")] = OverviewLength.standard
    effort: Annotated[
        WordingEffort, typer.Option(help="How often to ask again for a better sentence: never, once, four times.")
    ] = WordingEffort.standard
    allow_marked: AllowMarked = False

    @property
    def folders(self) -> FolderOptions:
        """The folders among them."""
        return FolderOptions(prompts=self.prompts, profiles=self.profiles, rules=self.rules)


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """Whether answers are recorded, or come from recordings."""

    record: Annotated[bool, typer.Option("--record", help="Keep every request and answer as a recording.")] = False
    replay: Annotated[bool, typer.Option("--replay", help="Answer from recordings only; no server is asked.")] = False
    recordings: Annotated[Path, typer.Option(help="Folder that --record writes and --replay reads.")] = (
        DEFAULT_RECORDINGS
    )

    def choose_folders(self) -> tuple[Path | None, Path | None]:
        """The folder to record into and the folder to replay, at most one of the two.

        Raises:
            UsageError: both are wanted.

        """
        if self.record and self.replay:
            raise UsageError("--record and --replay exclude each other", "record with a server first, then replay")
        return self.recordings if self.record else None, self.recordings if self.replay else None


@dataclass(frozen=True, slots=True)
class ProgressOptions:
    """How much is said while a command works, and where else it is written.

    Raises:
        UsageError: more and less is wanted at once.

    """

    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say of each report what is being done.")] = False
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False
    log: Annotated[
        Path | None, typer.Option("--log", metavar="FILE", help="Add what happens, with its time, to this file.")
    ] = None

    def __post_init__(self) -> None:
        if self.verbose and self.quiet:
            raise UsageError("--verbose and --quiet exclude each other", "leave one of them out")


@dataclass(frozen=True, slots=True)
class PriceOptions:
    """Prices of a million tokens of each kind."""

    price_in: Annotated[float | None, typer.Option(min=0, help="Price of a million prompt tokens, for the bill.")] = (
        None
    )
    price_out: Annotated[float | None, typer.Option(min=0, help="Price of a million answer tokens.")] = None
    price_cached: Annotated[float | None, typer.Option(min=0, help="Price of a million cached prompt tokens.")] = None

    def to_prices(self) -> Prices | None:
        """Prices, if both that are needed are given.

        Raises:
            UsageError: only some are.

        """
        from huimou.batch.cost_report import Prices  # noqa: PLC0415 (heavy)

        if self.price_in is None and self.price_out is None and self.price_cached is None:
            return None
        if self.price_in is None or self.price_out is None:
            raise UsageError("a bill needs both --price-in and --price-out", "give the two, or neither")
        return Prices(self.price_in, self.price_out, self.price_cached)


def spread_options(command: Callable[..., None]) -> Callable[..., None]:
    """Replace every parameter of a command that is a dataclass by an option for each annotated field of it.

    Fields without a typer annotation keep their default.
    """
    hints = get_type_hints(command, include_extras=True)
    spread: list[inspect.Parameter] = []
    groups: dict[str, tuple[type[Any], list[str]]] = {}
    for parameter in inspect.signature(command).parameters.values():
        kind = hints[parameter.name]
        if isinstance(kind, type) and dataclasses.is_dataclass(kind):
            options = list(_list_options(kind))
            groups[parameter.name] = kind, [option.name for option in options]
            spread += options
        else:
            spread.append(parameter.replace(annotation=kind, kind=inspect.Parameter.KEYWORD_ONLY))

    @functools.wraps(command)
    def run(**given: Any) -> None:
        for name, (kind, options) in groups.items():
            given[name] = kind(**{option: given.pop(option) for option in options})
        command(**given)

    run.__signature__ = inspect.Signature(spread)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in spread}
    return run


def _list_options(group: type[Any]) -> Iterator[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    for one in dataclasses.fields(group):
        if get_origin(hints[one.name]) is Annotated and len(get_args(hints[one.name])) > 1:
            yield inspect.Parameter(
                one.name, inspect.Parameter.KEYWORD_ONLY, default=one.default, annotation=hints[one.name]
            )
