"""What the file of a profile may hold, as `profile` checks it."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from huimou.language.rules import get_rule
from huimou.language.text import fold
from huimou.model.report import Role

OTHER = "other"
REGION = "{region}"
PLACE = "{place}"
_PLACEHOLDERS = MappingProxyType({PLACE: get_rule("bodies.place"), "{term}": get_rule("bodies.term")})


def fill_placeholders(pattern: str) -> str:
    """A pattern of a profile with the rules that {place} and {term} stand for."""
    for name, rule in _PLACEHOLDERS.items():
        pattern = pattern.replace(name, f"(?:{rule.pattern})")
    return pattern


_Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
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


_Pattern = Annotated[str, StringConstraints(min_length=1, max_length=400), AfterValidator(_check_pattern)]


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
    recognise_title: list[_Pattern] = []
    rank: int = 0
    default: bool = False
    own_names: list[_Word] = Field(default=[], alias="self")
    organisation: _Line = ""
    organisation_of_province: _Line = ""
    printed_name: _Pattern = ""
    name_ends: list[_NameEnd] = []
    national_printed: _Pattern = ""
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
        if not self.recognise and not self.recognise_title:
            raise ValueError("recognise: must name the body, unless recognise_title does")
        for name, form in (
            ("organisation", self.organisation),
            ("organisation_of_province", self.organisation_of_province),
        ):
            if form and REGION not in form:
                raise ValueError(f"{name}: must hold {REGION}")
        return self


def describe_first_error(error: ValidationError) -> str:
    """Field and fault in one line."""
    details: dict[str, Any] = dict(error.errors(include_url=False)[0])
    place = ".".join(str(part) for part in details["loc"] if part != "[key]")
    said = str(details["msg"]).removeprefix("Value error, ")
    if details["type"] == "extra_forbidden":
        said = "no such key"
    return f"{place}: {said}" if place else said
