"""What the file of a profile may hold, as `profile` checks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Annotated, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from huimou.language.profiles.faults import suggest
from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import Role

OTHER = "other"
REGION = "{region}"
PLACE = "{place}"
LEVEL = "{level}"
_TERM = "{term}"
_PLACEHOLDERS = MappingProxyType({PLACE: get_rule("bodies.place"), _TERM: get_rule("bodies.term")})
_PLACEHOLDER = re.compile(r"\{[A-Za-z_]\w*\}")


def fill_placeholders(pattern: str) -> str:
    """A pattern of a profile with the rules that {place} and {term} stand for."""
    for name, rule in _PLACEHOLDERS.items():
        pattern = pattern.replace(name, f"(?:{rule.pattern})")
    return pattern


def _allow(*placeholders: str) -> Callable[[str], str]:
    """Refuse a text with another placeholder than these."""

    def check(value: str) -> str:
        wrong = next((name for name in _PLACEHOLDER.findall(fold(value)) if name not in placeholders), None)
        if wrong:
            known = suggest(wrong, placeholders) or "; this field has none"
            raise ValueError(f"{wrong} is no placeholder here{known}")
        return value

    return check


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
_Word = Annotated[_Text, AfterValidator(_allow())]
_OwnName = Annotated[_Text, AfterValidator(_allow(LEVEL))]
_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\n]*$")]


def _check_pattern(value: str) -> str:
    try:
        compiled = re.compile(fill_placeholders(value).replace(REGION, ""))
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    if compiled.groupindex:
        raise ValueError("must have no named group")
    return fold(value)


_Form = Annotated[_Line, AfterValidator(_allow(REGION))]
_Source = Annotated[str, StringConstraints(min_length=1, max_length=600)]
_Pattern = Annotated[_Source, AfterValidator(_allow()), AfterValidator(_check_pattern)]
_PatternOfTitle = Annotated[_Source, AfterValidator(_allow(PLACE, _TERM)), AfterValidator(_check_pattern)]
_PatternOfName = Annotated[_Source, AfterValidator(_allow(REGION, PLACE, _TERM)), AfterValidator(_check_pattern)]


class _StrictTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _NearMiss(_StrictTable):
    words: list[_Word] = Field(min_length=1)
    goes_to: _Key


class _NameEnd(_StrictTable):
    after: _Word
    where: _Word
    adds: _Word


class DomainTable(_StrictTable):
    """One domain as a file says it."""

    key: _Key
    title: _Word
    definition: _Line = ""
    topical: bool = False
    formal: bool = False
    roles: list[Role] = []
    cues: dict[Annotated[str, StringConstraints(pattern=r"^[1-9]\d?$")], list[_Word]]
    near_misses: list[_NearMiss] = []


class ProfileTable(_StrictTable):
    """A whole file."""

    kind: _Key
    title: _Word
    recognise: list[_Word] = []
    recognise_not: list[_Word] = []
    recognise_title: list[_PatternOfTitle] = []
    rank: int = 0
    default: bool = False
    own_names: list[_OwnName] = Field(default=[], alias="self")
    organisation: _Form = ""
    organisation_of_province: _Form = ""
    printed_name: _PatternOfName = ""
    name_ends: list[_NameEnd] = []
    national_printed: _PatternOfTitle = ""
    national_name: _Line = ""
    doers: list[_Pattern] = []
    members: list[_Pattern] = []
    owns_government_figures: bool = False
    doubts_others: bool = False
    forms_of_work: bool = False
    order: list[_Key] = []
    columns: list[_Word] = []
    sections: dict[Role, list[_Word]] = {}
    domain: list[DomainTable] = Field(min_length=1)

    @model_validator(mode="after")
    def _agree(self) -> ProfileTable:
        """Check that the keys of domains that a file names are those that it defines, and that `other` is last."""
        keys = [domain.key for domain in self.domain]
        if twice := next((key for key in keys if keys.count(key) > 1), None):
            raise ValueError(f"domain {twice}: two have the same key")
        if OTHER in keys and (keys[-1] != OTHER or self.domain[-1].cues):
            raise ValueError(f"domain: {OTHER} must be the last, without cues")
        targets = [(domain.key, near.goes_to) for domain in self.domain for near in domain.near_misses]
        if own := next((key for key, target in targets if key == target), None):
            raise ValueError(f"domain {own}: near_misses: goes_to must name another domain")
        named = [("order", key) for key in self.order]
        named += [(f"domain {key}: near_misses.goes_to", target) for key, target in targets]
        for field, key in named:
            if key not in {*keys, OTHER}:
                raise ValueError(f"{field}: {key} is no domain of this profile{suggest(key, keys)}")
        if not self.recognise and not self.recognise_title:
            raise ValueError("recognise: must name the body, unless recognise_title does")
        for name, form in (
            ("organisation", self.organisation),
            ("organisation_of_province", self.organisation_of_province),
        ):
            if form and REGION not in form:
                raise ValueError(f"{name}: must hold {REGION}")
        return self


def list_known_keys() -> dict[str, tuple[str, ...]]:
    """The keys that each table of a file may have, by its name; those of the whole file by an empty one."""
    tables: dict[str, type[BaseModel]] = {
        "": ProfileTable,
        "domain": DomainTable,
        "near_misses": _NearMiss,
        "name_ends": _NameEnd,
    }
    keys = {name: tuple(one.alias or key for key, one in table.model_fields.items()) for name, table in tables.items()}
    return {**keys, "sections": get_args(Role)}
