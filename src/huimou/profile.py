"""Profiles: for each kind of report, how it is recognised and the closed list of its domains. Data, not code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

DEFAULT_KIND = "political_consultative"


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain: its key, its Chinese title, and its cue words with their weights.

    The cues of a `topical` domain do not count inside the subject of a survey or consultation; `roles` speak for it.
    """

    key: str
    title: str
    cues: Mapping[str, int]
    topical: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of report; the order of `domains` breaks ties."""

    kind: str
    title: str
    recognise: tuple[str, ...]
    domains: tuple[Domain, ...]

    def domain_title(self, key: str) -> str:
        """Chinese title of a domain, or the key itself if it is not this profile's."""
        return next((domain.title for domain in self.domains if domain.key == key), key)


def kinds() -> tuple[str, ...]:
    """The kinds of report that have a profile."""
    folder = resources.files("huimou") / "profiles"
    return tuple(sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml")))


@cache
def profile_for(kind: str | None) -> Profile:
    """The profile of a kind; the one of 政协 reports where there is none of its own."""
    folder = resources.files("huimou") / "profiles"
    path = folder / f"{kind or DEFAULT_KIND}.toml"
    if not path.is_file():
        path = folder / f"{DEFAULT_KIND}.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    domains = tuple(
        Domain(d["key"], d["title"], _cues(d["cues"]), d.get("topical", False), tuple(d.get("roles", ())))
        for d in raw["domain"]
    )
    return Profile(raw["kind"], raw["title"], tuple(raw["recognise"]), domains)


def _cues(by_weight: Mapping[str, list[str]]) -> dict[str, int]:
    return {cue: int(weight) for weight, cues in by_weight.items() for cue in cues}
