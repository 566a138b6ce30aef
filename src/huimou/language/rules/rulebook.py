"""A book of rules: the shipped ones, a user's own over them, and their patterns, put together and compiled once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Literal

from huimou.errors import UsageError
from huimou.language.rules.rows import RuleRow, build_row, parse_rows

LEXICON = "lexicon"
Change = Literal["changed", "added", "off"]
_REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")
_NEVER = r"(?!)"
_HINT = "huimou guide rules says what a rule may hold; huimou rules ID prints one as it stands"


@dataclass(frozen=True, slots=True, eq=False)
class RuleBook:
    """Rules by id.

    Args:
        own: rows of the user that are not as shipped.
        changes: what the user did to each of `own`, by id.
        digest: first 16 hex digits of the sha256 of the user's files; empty without any.

    """

    own: Mapping[str, RuleRow] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(default_factory=dict)
    digest: str = ""
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def find_row(self, rule_id: str) -> RuleRow:
        """The rule of an id.

        Raises:
            UsageError: there is none.

        """
        row = self.own.get(rule_id) or load_shipped_file(rule_id.partition(".")[0]).get(rule_id)
        if row is None:
            raise UsageError(
                f"no such rule: {rule_id}", "huimou rules lists them; the folder of your own is named with --rules"
            )
        return row

    def without(self, rule_id: str) -> RuleBook:
        """The same book with one rule switched off."""
        row = replace(self.find_row(rule_id), off=True)
        digest = f"{self.digest} without {rule_id}"
        return RuleBook({**self.own, rule_id: row}, {**self.changes, rule_id: "off"}, digest)

    def list_group(self, group: str) -> tuple[str, ...]:
        """Ids of the rules of one file, in their order; a user's additions come last."""
        added = (rule_id for rule_id, change in self.changes.items() if change == "added")
        return (*load_shipped_file(group), *(rule_id for rule_id in added if rule_id.startswith(f"{group}.")))

    def list_ids(self) -> tuple[str, ...]:
        """Ids of all rules, file by file."""
        return tuple(rule_id for group in list_shipped_groups() for rule_id in self.list_group(group))

    def compile(self, rule_id: str) -> re.Pattern[str]:
        """The pattern of a rule; one that is switched off, or that the program decides, never matches."""
        found = self._patterns.get(rule_id)
        if found is None:
            row = self.find_row(rule_id)
            source = _NEVER if row.off or row.program else self.expand(rule_id)
            found = self._patterns[rule_id] = re.compile(source, row.flag_bits)
        return found

    def expand(self, rule_id: str) -> str:
        """The pattern of a rule with every reference put in.

        Raises:
            UsageError: it names a class or rule that there is not, or itself.

        """
        return self._expand(rule_id, ())

    def expand_alternatives(self, rule_id: str) -> Mapping[str, str]:
        """The alternatives of a list as they are written, each with its pattern; none for a rule that is no list.

        Raises:
            UsageError: one names a class or rule that there is not, or the rule itself.

        """
        row = self.find_row(rule_id)
        sources = {entry: entry for entry in row.any} or {word: re.escape(word) for word in row.words}
        return {written: self.fill_in(source, rule_id) for written, source in sources.items()}

    def _expand(self, rule_id: str, above: tuple[str, ...]) -> str:
        if rule_id in above:
            raise UsageError(f"rule {rule_id}: names itself, by way of {above[-1]}", _HINT)
        row = self.find_row(rule_id)
        if row.off and above:
            return _NEVER
        if row.characters:
            return f"[{row.characters}]"
        source = row.pattern or "|".join(row.order(self.list_entries(rule_id, above))) or _NEVER
        return self._fill_in(source, (*above, rule_id))

    def fill_in(self, source: str, rule_id: str) -> str:
        """A piece of a rule's pattern with every reference put in.

        Raises:
            UsageError: it names a class or rule that there is not, or the rule itself.

        """
        return self._fill_in(source, (rule_id,))

    def _fill_in(self, source: str, above: tuple[str, ...]) -> str:
        return _REFERENCE.sub(lambda found: self._insert(found, source, above), source)

    def list_entries(self, rule_id: str, above: tuple[str, ...] = ()) -> tuple[str, ...]:
        """What a rule lists; an entry that is but the name of another list stands for what that one lists.

        Raises:
            UsageError: it names a class or rule that there is not, or itself.

        """
        if rule_id in above:
            raise UsageError(f"rule {rule_id}: names itself, by way of {above[-1]}", _HINT)
        found: list[str] = []
        for entry in self.find_row(rule_id).entries:
            named = _REFERENCE.fullmatch(entry)
            other = self.find_row(complete_id(named[1])) if named else None
            if other is None or not other.entries:
                found.append(entry)
            elif not other.off:
                found.extend(self.list_entries(other.id, (*above, rule_id)))
        return tuple(found)

    def _insert(self, found: re.Match[str], source: str, above: tuple[str, ...]) -> str:
        name = complete_id(found[1])
        inserted = self._expand(name, above)
        if self.find_row(name).characters:
            return inserted[1:-1] if _is_in_class(source, found.start()) else inserted
        return f"(?:{inserted})"


def _is_in_class(source: str, place: int) -> bool:
    """Whether a place of a regular expression lies inside `[…]`."""
    inside = False
    index = 0
    while index < place:
        if source[index] == "\\":
            index += 1
        elif source[index] == "[" and not inside:
            inside = True
            index += source.startswith(("[]", "[^]"), index) and len("[")
        elif source[index] == "]":
            inside = False
        index += 1
    return inside


def find_references(row: RuleRow) -> tuple[str, ...]:
    """The classes and rules that a rule's pattern names, as they are written."""
    return tuple(name for source in (row.pattern, *row.any) for name in _REFERENCE.findall(source))


def complete_id(name: str) -> str:
    """The id of the rule that a reference means: a bare name is a class of the lexicon."""
    return name if "." in name else f"{LEXICON}.{name}"


@cache
def list_shipped_groups() -> tuple[str, ...]:
    """Names of the shipped rule files, without `.toml`."""
    files = (path.name for path in resources.files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in files if name.endswith(".toml")))


@cache
def load_shipped_file(group: str) -> Mapping[str, RuleRow]:
    """The rules of one shipped file by id; none if there is no such file."""
    name, text = f"{group}.toml", read_shipped_text(group)
    tables = parse_rows(text, name) if text else {}
    return {rule_id: build_row(rule_id, table, f"{name}: {rule_id}") for rule_id, table in tables.items()}


def read_shipped_text(group: str) -> str:
    """The text of a shipped rule file; empty if there is none."""
    path = resources.files(__package__) / f"{group}.toml"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


SHIPPED_RULES = RuleBook()
