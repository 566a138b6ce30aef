"""Profiles: for each kind of report, how it is recognised, its sections, its domains and its ledger. Data, not code.

The shipped ones lie beside this module; a folder of the user's own adds kinds or replaces shipped ones. What a file may
hold is said at the head of `political_consultative.toml`.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from huimou.errors import UsageError
from huimou.language.profiles.doers import Doers
from huimou.language.profiles.domains import Domain, build_domains, fold_words
from huimou.language.profiles.faults import describe_first_error
from huimou.language.profiles.tables import (
    LEVEL,
    OTHER,
    PLACE,
    REGION,
    ProfileTable,
    fill_placeholders,
    list_known_keys,
)
from huimou.language.rules import get_rule
from huimou.language.rules.own_files import read_own_file, read_own_files
from huimou.language.text import fold
from huimou.model.report import GOVERNMENT, OWN_BODY, Role

SHIPPED_ORIGIN = "shipped"
_LEVELS = get_rule("bodies.levels")
_PROVINCE = get_rule("bodies.province")
_START_OF_A_NAME = get_rule("bodies.start_of_a_name_of_its_own")
_BEHIND_A_NAME = get_rule("bodies.name_in_a_title")
_ONESELF = get_rule("bodies.word_for_oneself")
_NEVER = "(?!)"
_HINT = "huimou guide kinds says what the fields mean; huimou profiles KIND prints the file of a kind"


@dataclass(frozen=True, slots=True)
class NameEnd:
    """What a printed name lacks (`adds`) that ends in `after`, where the head of its report holds `where`."""

    after: str
    where: str
    adds: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of report; the order of `domains` breaks ties.

    Args:
        kind: its key.
        title: what such a report is called.
        recognise: words that name the body, where they do not stand inside one of `recognise_not`.
        domains: the closed list, `other` last.
        recognise_not: see `recognise`.
        recognise_title: patterns by which a title names the body, where words that others use too name it elsewhere.
        rank: of several kinds that a title names, the lowest rank is meant.
        default: whether a report of no known kind is read with this one.
        own_names: what the body calls itself, such as 市政协 or 本院.
        body: its name where it stands after a level (市 + 政协).
        organisation: how its full name is formed, with `{region}`; empty if unknown.
        organisation_of_province: the same for a province, where that differs.
        printed_name: pattern of its full name as it is printed; empty where none is looked for.
        name_ends: how a printed name that is cut short is completed.
        national_printed: pattern by which a title names the national body.
        national_name: full name of the national body; empty where it is as printed.
        doers: by which words a sentence names the body and its members.
        owns_government_figures: whether what the government did is the body's own.
        doubts_others: whether deeds of others among its achievements are doubtful.
        forms_of_work: whether its review counts meetings, visits and the like, of which the ledger names the form.
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
    recognise_title: tuple[str, ...] = ()
    rank: int = 0
    default: bool = False
    own_names: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    organisation: str = ""
    organisation_of_province: str = ""
    printed_name: str = ""
    name_ends: tuple[NameEnd, ...] = ()
    national_printed: str = ""
    national_name: str = ""
    doers: Doers = field(default_factory=Doers)
    owns_government_figures: bool = False
    doubts_others: bool = False
    forms_of_work: bool = False
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
        return _count_body(_build_pattern(self.recognise, self.recognise_not), text)

    def count_names(self, text: str) -> int:
        """How often a folded text names such a body or uses a word that the body has for itself."""
        return _count_body(self._names, text)

    def remove_names(self, text: str) -> str:
        """A folded text without what `count_names` counts."""
        return self._names.sub(lambda match: match.group() if match.group("body") is None else "", text)

    @property
    def _names(self) -> re.Pattern[str]:
        return _build_pattern((*self.recognise, *self.own_names), self.recognise_not)

    def count_words_for_itself(self, text: str) -> int:
        """How often a folded text says 我镇, 全镇 or the like; a number without end if this kind has no such words."""
        words = tuple(name for name in self.own_names if _ONESELF.find(name))
        return _count_body(_build_pattern(words, ()), text) if words else sys.maxsize

    @property
    def needs_a_name(self) -> bool:
        """Whether others' headings name such bodies as well, so that its words alone do not tell whose a report is."""
        return bool(self.recognise_title)

    def is_short_for(self, other: Profile) -> bool:
        """Whether a name of this kind (政府) stands inside one of another kind (镇政府), for which it may be short."""
        return any(word in longer and word != longer for word in self.recognise for longer in other.recognise)

    def is_named_in_title(self, line: str) -> bool:
        """Whether a folded title line names a body of this kind."""
        if not self.needs_a_name:
            return self.count_mentions(line) > 0
        kept = _build_pattern((), self.recognise_not).sub("", line) if self.recognise_not else line
        return any(re.search(fill_placeholders(pattern), kept) for pattern in self.recognise_title)

    @property
    def names_itself(self) -> bool:
        """Whether its full name holds more than its kind and its place, as that of a school does."""
        return bool(self.printed_name) and REGION not in self.printed_name

    def form_organisation(self, region: str) -> str | None:
        """The full name of the body of a region; None if the profile does not say how it is formed."""
        form = self.organisation
        if self.organisation_of_province and _PROVINCE.search(region):
            form = self.organisation_of_province
        return form.replace(REGION, region) or None

    def find_printed_name(self, region: str, text: str) -> str | None:
        """The full name of the body of a region as a text first prints it."""
        pattern = fill_placeholders(self.printed_name).replace(REGION, re.escape(region))
        found = re.search(pattern, text) if pattern else None
        return found.group() if found else None

    def find_name_and_place(self, head: Sequence[str]) -> tuple[str, str] | None:
        """The body's own full name as the head of a report prints it, and the place that it holds, else an empty text.

        Of the lines, those that name such a body as titles do come first; where another says more of the same name
        (青石镇, 青石镇人民政府), that is taken. None where a name of this kind says no more than kind and place.
        """
        if not self.names_itself:
            return None
        pattern = self._named_from_its_start
        lines = sorted(head, key=lambda line: not self.is_named_in_title(line))
        found = [match for line in lines for match in re.finditer(pattern, line)]
        named = [(match.group(), next(filter(None, match.groups()), "")) for match in found]
        if not named:
            return None
        first = named[0][0].removeprefix(named[0][1])
        same = [(name, place) for name, place in named if name.removeprefix(place).startswith(first)]
        fullest, _ = max(same, key=lambda one: len(one[0].removeprefix(one[1])))
        return self._complete(fullest, head), next((place for _, place in same if place), "")

    @property
    def _named_from_its_start(self) -> str:
        """The pattern of its full name where that begins, with a group for each place in it."""
        return f"{_START_OF_A_NAME.pattern}(?:{fill_placeholders(self.printed_name.replace(PLACE, f'({PLACE})'))})"

    def _complete(self, name: str, head: Sequence[str]) -> str:
        """A name with what the head says elsewhere: 青石镇2024年政府工作报告 is one of 青石镇人民政府."""
        for end in self.name_ends:
            if name.endswith(end.after) and any(end.where in line for line in head):
                return name + end.adds
        return name

    def opens_title(self, line: str) -> bool:
        """Whether a folded title line opens with the full name of such a body and then says 2024年工作总结 or so."""
        names = [self._named_from_its_start] if self.names_itself else []
        names += [f"^(?:{fill_placeholders(self.national_printed)})"] if self.national_printed else []
        return any(re.search(f"{name}(?:{_BEHIND_A_NAME.pattern})", line) for name in names)

    def find_national_name(self, title: str) -> str | None:
        """Full name of the national body, if a title names it."""
        if not self.national_printed:
            return None
        found = re.search(fill_placeholders(self.national_printed), title, re.MULTILINE)
        return (self.national_name or found.group()) if found else None


def _count_body(pattern: re.Pattern[str], text: str) -> int:
    return sum(match.group("body") is not None for match in pattern.finditer(text))


@cache
def _build_pattern(words: tuple[str, ...], but: tuple[str, ...]) -> re.Pattern[str]:
    masked = [re.escape(word) for word in sorted(but, key=len, reverse=True)]
    named = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or _NEVER
    return re.compile("|".join([*masked, f"(?P<body>{named})"]))


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

    @property
    def default(self) -> Profile:
        """The profile by which a report of no known kind is read: of several, the user's own."""
        chosen = [profile for profile in self.all if profile.default]
        return min(chosen, key=lambda profile: profile.origin == SHIPPED_ORIGIN) if chosen else self.all[0]

    def select(self, kind: str | None) -> Profile:
        """The profile of a kind; the default one where there is none of its own."""
        return self.find(kind) or self.default

    def find(self, kind: str | None) -> Profile | None:
        """The profile of a kind; None where there is none of its own."""
        return next((profile for profile in self.all if profile.kind == kind), None)

    def find_kind(self, line: str, text: str | None = None) -> str | None:
        """The kind whose body a folded title line names.

        Where only a pattern for titles names it, the text must name this body at least as often as any other.
        """
        return next((profile.kind for profile in self.all if self.is_meant(profile, line, text)), None)

    def is_meant(self, profile: Profile, line: str, text: str | None = None) -> bool:
        """Whether a folded title line names the body of a kind; see `find_kind`."""
        if not profile.is_named_in_title(line):
            return False
        if not profile.needs_a_name or text is None:
            return True
        rest = profile.remove_names(text)
        others = (other.count_mentions(rest) for other in self.all if other is not profile)
        return profile.count_names(text) >= max(others, default=0)

    def without_names(self) -> ProfileSet:
        """Those kinds whose words alone tell whose a report is."""
        return ProfileSet(tuple(profile for profile in self.all if not profile.needs_a_name))


def read_profile_source(profile: Profile) -> str:
    """The file of a profile as it stands."""
    if profile.origin != SHIPPED_ORIGIN:
        return read_own_file(Path(profile.origin), "profiles")
    return (resources.files(__package__) / f"{profile.kind}.toml").read_text(encoding="utf-8")


def load_profiles(folder: Path | None = None) -> ProfileSet:
    """The shipped profiles, and those of a folder, which come first and replace shipped ones of their kind.

    Raises:
        UsageError: the folder holds no profile, or one is wrong: file and field are named.

    """
    own: dict[str, Profile] = {}
    for path, text in read_own_files(folder, "profiles") if folder is not None else ():
        profile = _parse_profile(text, path.name, str(path))
        if profile.kind in own:
            raise UsageError(f"{path.name}: kind: {profile.kind} is also that of {Path(own[profile.kind].origin).name}")
        if profile.default and (first := next((one for one in own.values() if one.default), None)):
            raise UsageError(
                f"{path.name}: default: {Path(first.origin).name} says default = true as well",
                "leave default = true in the one file by which a report of no known kind is to be read",
            )
        own[profile.kind] = profile
    kept = [profile for profile in load_shipped_profiles().all if profile.kind not in own]
    for profile in load_shipped_profiles().all:
        if (
            profile.default and profile.kind in own and not any(one.default for one in own.values())
        ):  # whoever replaces it need not say so again
            own[profile.kind] = replace(own[profile.kind], default=True)
    return ProfileSet(tuple(sorted([*own.values(), *kept], key=lambda profile: (profile.rank, profile.kind))))


@cache
def load_shipped_profiles() -> ProfileSet:
    """The profiles that come with huimou."""
    folder = resources.files(__package__)
    texts = ((path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir() if path.name.endswith(".toml"))
    found = [_parse_profile(text, name, SHIPPED_ORIGIN) for name, text in texts]
    return ProfileSet(tuple(sorted(found, key=lambda profile: (profile.rank, profile.kind))))


def select_shipped_profile(kind: str | None) -> Profile:
    """The shipped profile of a kind; the default one where there is none of its own."""
    return load_shipped_profiles().select(kind)


def _parse_profile(text: str, name: str, origin: str) -> Profile:
    try:
        file = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not TOML: {error}", _HINT) from error
    try:
        table = ProfileTable.model_validate(file)
    except ValidationError as error:
        raise UsageError(f"{name}: {describe_first_error(error, file, list_known_keys())}", _HINT) from error
    names = fold_words(table.own_names)
    body = tuple(word.removeprefix(LEVEL) for word in names if word.startswith(LEVEL))
    return Profile(
        kind=table.kind,
        title=table.title,
        recognise=fold_words(table.recognise),
        domains=build_domains(table.domain),
        recognise_not=fold_words(table.recognise_not),
        recognise_title=tuple(table.recognise_title),
        rank=table.rank,
        default=table.default,
        own_names=tuple(name for word in names for name in _expand_levels(word)),
        body=body,
        organisation=fold(table.organisation),
        organisation_of_province=fold(table.organisation_of_province),
        printed_name=table.printed_name,
        name_ends=tuple(NameEnd(fold(end.after), fold(end.where), fold(end.adds)) for end in table.name_ends),
        national_printed=table.national_printed,
        national_name=fold(table.national_name),
        doers=Doers(
            own=tuple(table.doers) or tuple(map(re.escape, body)),
            members=tuple(table.members),
            label=GOVERNMENT if table.owns_government_figures else OWN_BODY,
        ),
        owns_government_figures=table.owns_government_figures,
        doubts_others=table.doubts_others,
        forms_of_work=table.forms_of_work,
        sections={role: fold_words(words) for role, words in table.sections.items()},
        columns=tuple(table.columns),
        order=tuple(table.order),
        origin=origin,
    )


def _expand_levels(word: str) -> list[str]:
    levels = _LEVELS.row.characters
    return [word.replace(LEVEL, level) for level in levels] if LEVEL in word else [word]
