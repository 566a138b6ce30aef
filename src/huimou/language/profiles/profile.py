"""Profiles: for each kind of report, how it is recognised, its sections, its domains and its ledger. Data, not code.

The shipped ones lie beside this module; a folder of the user's own adds kinds or replaces shipped ones. What a file may
hold is said at the head of `political_consultative.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from huimou.errors import UsageError
from huimou.language.text import fold
from huimou.model.report import Role

DEFAULT_KIND = "political_consultative"
OTHER = "other"
SHIPPED_ORIGIN = "shipped"
_LEVEL = "{level}"
_LEVELS = "省市县区州盟旗"
_NEAR_WEIGHT = 3


@dataclass(frozen=True, slots=True, eq=False)  # by identity: its cues are a mapping, which has no hash
class Domain:
    """One domain: its key, its Chinese title, and its cue words with their weights.

    The cues of a `topical` domain do not count inside the subject of a survey or consultation; where a cue
    of a `formal` one (协商, 监督, 调研, 提案) is heard beside them, they count less. `roles` speak for a domain.
    Inside the words of `near` no cue of this domain counts: they look like it but belong to another, whose cues they
    are.
    """

    key: str
    title: str
    cues: Mapping[str, int]
    topical: bool = False
    formal: bool = False
    roles: tuple[str, ...] = ()
    definition: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of report; the order of `domains` breaks ties.

    Args:
        kind: its key.
        title: what such a report is called.
        recognise: words that name the body, where they do not stand inside one of `recognise_not`.
        domains: the closed list, `other` last.
        recognise_not: see `recognise`.
        rank: of several kinds that a title names, the lowest rank is meant.
        own_names: what the body calls itself, such as 市政协 or 本院.
        body: its name where it stands after a level (市 + 政协).
        organisation: how its full name is formed, with `{region}`; empty if unknown.
        sections: headings by section role, beside those that every report uses.
        columns: of the ledger of its plan, in their order.
        order: keys of the domains as officials expect to read them.
        origin: `shipped`, or the file it was read from.

    """

    kind: str
    title: str
    recognise: tuple[str, ...]
    domains: tuple[Domain, ...]
    recognise_not: tuple[str, ...] = ()
    rank: int = 0
    own_names: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    organisation: str = ""
    sections: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    origin: str = SHIPPED_ORIGIN

    def find_domain_title(self, key: str) -> str:
        """Chinese title of a domain, or the key itself if it is not this profile's."""
        return next((domain.title for domain in self.domains if domain.key == key), key)

    def titles(self) -> dict[str, str]:
        """Titles of all domains by key, in the order in which they are read."""
        keys = dict.fromkeys((*self.order, *(domain.key for domain in self.domains)))
        return {key: self.find_domain_title(key) for key in (*(k for k in keys if k != OTHER), OTHER)}

    def count_mentions(self, text: str) -> int:
        """How often a folded text names a body of this kind."""
        return sum(match.group("body") is not None for match in _build_name_pattern(self).finditer(text))


@cache
def _build_pattern(words: tuple[str, ...], but: tuple[str, ...]) -> re.Pattern[str]:
    masked = [re.escape(word) for word in sorted(but, key=len, reverse=True)]
    named = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile("|".join([*masked, f"(?P<body>{named})"]))


def _build_name_pattern(profile: Profile) -> re.Pattern[str]:
    return _build_pattern(profile.recognise, profile.recognise_not)


@dataclass(frozen=True, slots=True)
class ProfileSet:
    """All profiles of a run, those that are looked for first at the front."""

    all: tuple[Profile, ...]

    @property
    def digest(self) -> str:
        """First 16 hex digits of the sha256 of their files, by which a run knows whether they have changed."""
        return sha256("\0".join(map(read_profile_source, self.all)).encode()).hexdigest()[:16]

    def kinds(self) -> tuple[str, ...]:
        """The kinds, by name."""
        return tuple(sorted(profile.kind for profile in self.all))

    def select(self, kind: str | None) -> Profile:
        """The profile of a kind; the one of 政协 reports where there is none of its own."""
        by_kind = {profile.kind: profile for profile in self.all}
        return by_kind.get(kind or DEFAULT_KIND) or by_kind[DEFAULT_KIND]

    def find_kind(self, line: str) -> str | None:
        """The kind whose body a folded title line names."""
        return next((profile.kind for profile in self.all if profile.count_mentions(line)), None)


def read_profile_source(profile: Profile) -> str:
    """The file of a profile as it stands."""
    if profile.origin != SHIPPED_ORIGIN:
        return _read_text(Path(profile.origin))
    return (resources.files(__package__) / f"{profile.kind}.toml").read_text(encoding="utf-8")


def load_profiles(folder: Path | None = None) -> ProfileSet:
    """The shipped profiles, and those of a folder, which come first and replace shipped ones of their kind.

    Raises:
        UsageError: the folder holds no profile, or one is wrong: file and field are named.

    """
    own: dict[str, Profile] = {}
    for path in _find_files(folder) if folder is not None else ():
        profile = _parse_profile(_read_text(path), path.name, str(path))
        if profile.kind in own:
            raise UsageError(f"{path.name}: kind: {profile.kind} is also that of {Path(own[profile.kind].origin).name}")
        own[profile.kind] = profile
    kept = [profile for profile in load_shipped_profiles().all if profile.kind not in own]
    return ProfileSet(tuple(sorted([*own.values(), *kept], key=lambda profile: (profile.rank, profile.kind))))


@cache
def load_shipped_profiles() -> ProfileSet:
    """The profiles that come with huimou."""
    folder = resources.files(__package__)
    texts = ((path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir() if path.name.endswith(".toml"))
    found = [_parse_profile(text, name, SHIPPED_ORIGIN) for name, text in texts]
    return ProfileSet(tuple(sorted(found, key=lambda profile: (profile.rank, profile.kind))))


def select_shipped_profile(kind: str | None) -> Profile:
    """The shipped profile of a kind; the one of 政协 reports where there is none of its own."""
    return load_shipped_profiles().select(kind)


def _find_files(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:
        raise UsageError(f"cannot read the profiles in {folder}", error.strerror or "check the path") from error
    if not found:
        raise UsageError(f"{folder} holds no profile", "give a folder with .toml files")
    return found


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the profile {path.name}", str(error)) from error


_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\n]*$")]


class _StrictTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _NearMiss(_StrictTable):
    words: list[_Word] = Field(min_length=1)
    goes_to: _Key


class _DomainTable(_StrictTable):
    key: _Key
    title: _Word
    definition: _Line = ""
    topical: bool = False
    formal: bool = False
    roles: list[Role] = []
    cues: dict[Annotated[str, StringConstraints(pattern=r"^[1-9]\d?$")], list[_Word]]
    near_misses: list[_NearMiss] = []


class _ProfileTable(_StrictTable):
    kind: _Key
    title: _Word
    recognise: list[_Word] = Field(min_length=1)
    recognise_not: list[_Word] = []
    rank: int = 0
    own_names: list[_Word] = Field(default=[], alias="self")
    organisation: _Line = ""
    order: list[_Key] = []
    columns: list[_Word] = []
    sections: dict[Role, list[_Word]] = {}
    domain: list[_DomainTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _agree(self) -> _ProfileTable:
        """Check that the keys of domains that a file names are those that it defines, and that `other` is last."""
        keys = [domain.key for domain in self.domain]
        if len(set(keys)) < len(keys):
            raise ValueError("domain: two have the same key")
        if OTHER in keys and (keys[-1] != OTHER or self.domain[-1].cues):
            raise ValueError(f"domain: {OTHER} must be the last, without cues")
        known = {*keys, OTHER}
        if any(near.goes_to == domain.key for domain in self.domain for near in domain.near_misses):
            raise ValueError("near_misses: goes_to must name another domain")
        wrong = [key for key in self.order if key not in known]
        wrong += [near.goes_to for domain in self.domain for near in domain.near_misses if near.goes_to not in known]
        if wrong:
            raise ValueError(f"order, near_misses: {wrong[0]} is no domain of this profile")
        if self.organisation and "{region}" not in self.organisation:
            raise ValueError("organisation: must hold {region}")
        return self


def _parse_profile(text: str, name: str, origin: str) -> Profile:
    try:
        table = _ProfileTable.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{name} is not TOML: {error}",
            "huimou profiles political_consultative prints a file that says what each field means",
        ) from error
    except ValidationError as error:
        raise UsageError(
            f"{name}: {_describe_first_error(error)}",
            "huimou profiles political_consultative prints a file that says what each field means",
        ) from error
    return Profile(
        kind=table.kind,
        title=table.title,
        recognise=_fold_words(table.recognise),
        domains=_build_domains(table.domain),
        recognise_not=_fold_words(table.recognise_not),
        rank=table.rank,
        own_names=tuple(name for word in _fold_words(table.own_names) for name in _expand_levels(word)),
        body=tuple(word.removeprefix(_LEVEL) for word in _fold_words(table.own_names) if word.startswith(_LEVEL)),
        organisation=table.organisation,
        sections={role: _fold_words(words) for role, words in table.sections.items()},
        columns=tuple(table.columns),
        order=tuple(table.order),
        origin=origin,
    )


def _describe_first_error(error: ValidationError) -> str:
    """Field and fault in one line."""
    details: dict[str, Any] = dict(error.errors(include_url=False)[0])
    place = ".".join(str(part) for part in details["loc"] if part != "[key]")
    said = str(details["msg"]).removeprefix("Value error, ")
    if details["type"] == "extra_forbidden":
        said = "no such key"
    return f"{place}: {said}" if place else said


def _fold_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words as texts are compared: half width, simplified."""
    return tuple(fold(word) for word in words)


def _expand_levels(word: str) -> list[str]:
    return [word.replace(_LEVEL, level) for level in _LEVELS] if _LEVEL in word else [word]


def _build_domains(tables: Sequence[_DomainTable]) -> tuple[Domain, ...]:
    cues = {table.key: _fold_cues(table.cues) for table in tables} | {OTHER: {}}
    for table in tables:
        for near in table.near_misses:
            for word in _fold_words(near.words) if near.goes_to != OTHER else ():
                inside = [weight for cue, weight in _fold_cues(table.cues).items() if cue in word]
                cues[near.goes_to].setdefault(word, max(inside, default=_NEAR_WEIGHT))
    domains = [
        Domain(
            table.key,
            table.title,
            cues[table.key],
            table.topical,
            table.formal,
            tuple(table.roles),
            table.definition,
            tuple(word for near in table.near_misses for word in _fold_words(near.words)),
        )
        for table in tables
    ]
    return tuple(domains) if domains[-1].key == OTHER else (*domains, Domain(OTHER, "其他", {}))


def _fold_cues(by_weight: Mapping[str, Sequence[str]]) -> dict[str, int]:
    return {fold(cue): int(weight) for weight, cues in by_weight.items() for cue in cues}
