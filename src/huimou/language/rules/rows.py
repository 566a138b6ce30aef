"""Rows of the rule files: what a rule may say, read from TOML and checked, each fault in one line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, get_args

from huimou.errors import UsageError
from huimou.model.report import Role

RULE_ID = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
METHODS = ("search", "match", "fullmatch")
_FLAGS = {"ignore_case": re.IGNORECASE, "dot_all": re.DOTALL, "multi_line": re.MULTILINE}
_ROLES = get_args(Role)
_BODIES = ("pattern", "any", "words", "characters", "map", "program")
_HINT = "huimou guide rules says what a rule may hold; huimou rules ID prints one as it stands"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as it is written.

    One of `pattern`, `any`, `words`, `characters`, `map` and `program` says what it finds.

    Args:
        id: `file.name`.
        title: what the rule is called, in Chinese, as pages show it.
        why: what it is for, one sentence in Chinese.
        decides: the verdict that follows where the rule applies, such as `rhetoric`; empty for a building block.
        pattern: a regular expression; `{class}` stands for a class of the lexicon, `{file.name}` for another rule. It
            may be written over several lines: line breaks, and blanks that open a line, are left out.
        any: alternatives, each a regular expression; one that is but the name of another list stands for all of that.
        words: alternatives as they are printed.
        characters: single characters, any of which is meant; inside `[…]` a reference to it inserts them.
        map: words and what each stands for.
        program: what decides instead of a pattern, for a rule that looks at more than words.
        method: how the pattern is laid on a text: anywhere, at its beginning, or on all of it.
        flags: `ignore_case`, `dot_all`, `multi_line`.
        longest_first: whether longer alternatives are tried before shorter ones.
        unless: ids of rules of which none may apply to the same text.
        together_with: ids of rules that must all apply to the same text as well.
        ignoring: patterns whose matches are cut out of the text first, in their order.
        longest: the most characters that the text may have; 0 for any length.
        shortest: the fewest characters that it must have.
        within: how many characters at the beginning of the text are looked at; 0 for all.
        sections: roles of sections in which the rule holds; empty for all.
        needs: name of a further condition that the program tests.
        weight: how much the rule counts where several are weighed against each other.
        examples: texts to which it applies.
        counter_examples: texts like them to which it does not.
        fixed: whether a user cannot change it or switch it off, since others rest on it.
        off: whether a user switched it off.

    """

    id: str
    title: str = ""
    why: str = ""
    decides: str = ""
    pattern: str = ""
    any: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    characters: str = ""
    map: Mapping[str, str | int | float] = field(default_factory=dict)
    program: str = ""
    method: str = "search"
    flags: tuple[str, ...] = ()
    longest_first: bool = False
    unless: tuple[str, ...] = ()
    together_with: tuple[str, ...] = ()
    ignoring: tuple[str, ...] = ()
    longest: int = 0
    shortest: int = 0
    within: int = 0
    sections: tuple[str, ...] = ()
    needs: str = ""
    weight: int = 0
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    fixed: bool = False
    off: bool = False

    def fits(self, text: str) -> bool:
        """Whether a text has a length that the rule looks at."""
        return self.shortest <= len(text) and (not self.longest or len(text) <= self.longest)

    @property
    def entries(self) -> tuple[str, ...]:
        """What the rule lists, as regular expressions, in the order in which it is written."""
        return self.any or tuple(re.escape(word) for word in self.words) or tuple(map(re.escape, self.map))

    def order(self, entries: Sequence[str]) -> tuple[str, ...]:
        """Entries in the order in which they are tried: as they stand, or longer ones first, each once."""
        if not self.longest_first:
            return tuple(entries)
        return tuple(sorted(dict.fromkeys(entries), key=lambda word: (-_measure_literal(word), word)))

    @property
    def flag_bits(self) -> re.RegexFlag:
        """The flags as `re` takes them."""
        bits = re.NOFLAG
        for name in self.flags:
            bits |= _FLAGS[name]
        return bits


def _measure_literal(alternative: str) -> int:
    return len(alternative.split("(?", maxsplit=1)[0])


_TYPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("title", "why", "decides", "pattern", "characters", "program", "method", "needs"), str),
    **dict.fromkeys(("longest_first", "fixed", "off"), bool),
    **dict.fromkeys(("longest", "shortest", "within", "weight"), int),
    "map": dict,
    **dict.fromkeys(("any", "words", "flags", "unless", "together_with", "ignoring", "sections"), list),
    **dict.fromkeys(("examples", "counter_examples", "add", "remove"), list),
}
_TYPE_NAMES = {str: "a text", bool: "true or false", int: "a whole number", dict: "a table", list: "a list of texts"}
_OWN_KEYS = frozenset({"add", "remove"})


def parse_rows(text: str, name: str) -> dict[str, dict[str, Any]]:
    """The tables of a rule file by rule id, with keys and types checked.

    Args:
        text: of the file.
        name: of the file, for messages.

    Raises:
        UsageError: not TOML, an unknown key, or a value of the wrong type: file, rule and key are named.

    """
    try:
        groups = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        hint = 'texts stand in straight quotes ("…"), with half-width commas between them, names in small letters'
        raise UsageError(f"{name} is not TOML: {error}", hint) from error
    if not groups:
        raise UsageError(f"{name} holds no rule", _HINT)
    return {rule_id: _check_table(table, f"{name}: {rule_id}") for rule_id, table in _list_tables(groups, name)}


def _list_tables(groups: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    for group, rules in groups.items():
        if not isinstance(rules, dict):
            raise UsageError(f"{name}: {group}: must be the table of a rule, such as [dispositions.proverb]", _HINT)
        for rule, table in rules.items():
            rule_id = f"{group}.{rule}"
            if not isinstance(table, dict) or not RULE_ID.fullmatch(rule_id):
                raise UsageError(
                    f"{name}: {rule_id}: must be the table of a rule, such as [dispositions.proverb]", _HINT
                )
            yield rule_id, table


def _check_table(table: dict[str, Any], place: str) -> dict[str, Any]:
    for key, value in table.items():
        wanted = _TYPES.get(key)
        if wanted is None:
            raise UsageError(f"{place}: {key}: no such key", _HINT)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise UsageError(f"{place}: {key}: must be {_name_type(wanted)}", _HINT)
        if isinstance(value, list) and not all(isinstance(entry, str) and entry for entry in value):
            raise UsageError(f"{place}: {key}: must be a list of texts, none of them empty", _HINT)
    return table


def _name_type(wanted: Any) -> str:
    return _TYPE_NAMES[wanted]


def build_row(rule_id: str, table: Mapping[str, Any], place: str) -> RuleRow:
    """The rule of one checked table.

    Raises:
        UsageError: it does not say what it finds, or says it twice; an unknown method or flag.

    """
    bodies = [key for key in _BODIES if table.get(key)]
    if len(bodies) != 1:
        said = "nothing" if not bodies else " and ".join(bodies)
        raise UsageError(f"{place}: must have one of {', '.join(_BODIES)}; has {said}", _HINT)
    if table.get("method", "search") not in METHODS:
        raise UsageError(f"{place}: method: must be one of {', '.join(METHODS)}", _HINT)
    if wrong := [flag for flag in table.get("flags", ()) if flag not in _FLAGS]:
        raise UsageError(f"{place}: flags: no such flag: {wrong[0]}", _HINT)
    if wrong := [role for role in table.get("sections", ()) if role not in _ROLES]:
        raise UsageError(f"{place}: sections: no such role: {wrong[0]}", f"known are {', '.join(_ROLES)}")
    known = {one.name for one in fields(RuleRow)}
    given = {key: value for key, value in table.items() if key in known}
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given.items()}
    if "\n" in values.get("pattern", ""):
        values["pattern"] = "".join(line.lstrip() for line in values["pattern"].split("\n"))
    return RuleRow(rule_id, **values)


def change_row(row: RuleRow, own: Mapping[str, Any], place: str) -> RuleRow:
    """A shipped rule with what a user's table says of it: fields replaced, alternatives added and removed, or off.

    Raises:
        UsageError: what is to be removed is not there, or the rule has no list to add to.

    """
    table: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(RuleRow) if one.name != "id"}
    if replaced := [key for key in _BODIES if key in own]:
        table.update({key: type(table[key])() for key in _BODIES if key not in replaced})
    table.update({key: value for key, value in own.items() if key not in _OWN_KEYS})
    if listing := (_OWN_KEYS & own.keys()):
        key = next((name for name in ("any", "words") if table[name]), None)
        if key is None:
            raise UsageError(f"{place}: {min(listing)}: this rule is no list; give its whole pattern instead", _HINT)
        table[key] = _edit_list(table[key], own, place)
    return build_row(row.id, table, place)


def _edit_list(entries: Sequence[str], own: Mapping[str, Any], place: str) -> list[str]:
    if missing := [entry for entry in own.get("remove", ()) if entry not in entries]:
        raise UsageError(f"{place}: remove: the rule does not have {missing[0]}", _HINT)
    if known := [entry for entry in own.get("add", ()) if entry in entries]:
        raise UsageError(f"{place}: add: the rule has {known[0]} already", "leave it out")
    return [entry for entry in entries if entry not in own.get("remove", ())] + list(own.get("add", ()))
