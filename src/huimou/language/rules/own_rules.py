"""A user's own rules over the shipped ones, each mistake in one line that names file, rule and key, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from huimou.errors import UsageError
from huimou.language.rules.checking import find_wrong_examples
from huimou.language.rules.own_files import find_nearest, read_own_files
from huimou.language.rules.rows import RuleRow, build_row, change_row, parse_rows
from huimou.language.rules.rulebook import (
    SHIPPED_RULES,
    Change,
    RuleBook,
    complete_id,
    find_references,
    list_shipped_groups,
    load_shipped_file,
)
from huimou.language.text import fold

_EDITS = frozenset({"add", "remove", "off"})
_PROGRAMS_OWN = ("program", "fixed")
_AS_PRINTED = frozenset({"reading", "blocks", "bodies"})  # what is read before texts are folded


def load_rules(folder: Path | None = None) -> RuleBook:
    """The shipped rules with those of a folder over them.

    Raises:
        UsageError: the folder holds no rules, or one is wrong: file, rule and key are named.

    """
    if folder is None:
        return SHIPPED_RULES
    own: dict[str, RuleRow] = {}
    changes: dict[str, Change] = {}
    tables: dict[str, tuple[Mapping[str, Any], str]] = {}
    texts = [(path.name, text) for path, text in read_own_files(folder, "rules")]
    for name, text in texts:
        for rule_id, said in parse_rows(text, name).items():
            if rule_id in own:
                raise UsageError(f"{name}: {rule_id}: this rule stands in two files", "keep one of them")
            own[rule_id], changes[rule_id] = _apply(rule_id, said, f"{name}: {rule_id}")
            tables[rule_id] = said, f"{name}: {rule_id}"
    book = RuleBook(own, changes, sha256("\0".join(text for _, text in texts).encode()).hexdigest()[:16])
    for rule_id, (table, place) in tables.items():
        _check(book, rule_id, table, place)
    return book


def takes_new_rules(group: str) -> bool:
    """Whether the rules of a file are a list in which the first that applies decides, so that others can join them."""
    return any(row.decides for row in load_shipped_file(group).values())


def _apply(rule_id: str, table: Mapping[str, Any], place: str) -> tuple[RuleRow, Change]:
    shipped = load_shipped_file(rule_id.partition(".")[0])
    if not table:
        raise UsageError(f"{place}: says nothing", "say what changes, such as add = [...] or off = true")
    if kept := [key for key in _PROGRAMS_OWN if key in table]:
        raise UsageError(f"{place}: {kept[0]}: only shipped rules have it", "leave it out")
    if table.get("off") and len(table) > 1:
        other = next(key for key in table if key != "off")
        raise UsageError(f"{place}: off and {other} exclude each other", "keep one of them")
    if rule_id not in shipped:
        return _add(rule_id, table, place), "added"
    if shipped[rule_id].fixed:
        hint = "words of your own kind of report go into its profile (huimou guide kinds)"
        raise UsageError(f"{place}: others rest on this one; it cannot be changed or switched off", hint)
    row = change_row(shipped[rule_id], table, place)
    return row, "off" if row.off else "changed"


def _add(rule_id: str, table: Mapping[str, Any], place: str) -> RuleRow:
    group = rule_id.partition(".")[0]
    shipped = load_shipped_file(group)
    if not takes_new_rules(group) or not table.keys() - _EDITS:
        known = ", ".join(group for group in list_shipped_groups() if takes_new_rules(group))
        likely = _suggest(rule_id) or f"new rules can be added to {known}; to a list add words: add = [...]"
        raise UsageError(f"{place}: there is no such rule", likely)
    for key in ("decides", "needs"):
        allowed = sorted({getattr(row, key) for row in shipped.values() if getattr(row, key)})
        said = table.get(key)
        if said not in allowed and (said or key == "decides"):
            raise UsageError(f"{place}: {key}: must be one of {', '.join(allowed)}")
    return build_row(rule_id, table, place)


def _suggest(rule_id: str) -> str:
    near = find_nearest(rule_id, SHIPPED_RULES.list_ids(), likeness=0.75)
    return f"do you mean {near}?" if near else ""


def _check(book: RuleBook, rule_id: str, table: Mapping[str, Any], place: str) -> None:
    """Check that a user's rule compiles, keeps the groups that the program reads, and holds its examples."""
    row = book.find_row(rule_id)
    if row.longest and row.longest < row.shortest:
        raise UsageError(f"{place}: longest: is less than shortest", "no text is both")
    _check_words(row, table, place)
    _check_references(book, row, place)
    if row.off:
        return
    for key, pattern in _list_patterns(book, row, table):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{place}: {key}: {pattern}: not a regular expression: {error}") from error
    groups = set(book.compile(rule_id).groupindex)
    if book.changes[rule_id] == "changed":
        shipped = set(SHIPPED_RULES.compile(rule_id).groupindex)
        if lost := shipped - groups:
            raise UsageError(f"{place}: the pattern must keep the group (?P<{min(lost)}>…)", "the program reads it")
        if new := groups - shipped:
            raise UsageError(f"{place}: the group (?P<{min(new)}>…) is nobody's", "write (?:…) instead")
    if wrong := next(find_wrong_examples(book, row), None):
        raise UsageError(f"{place}: {wrong}", "mend the pattern, or give examples that fit it")


def _list_patterns(book: RuleBook, row: RuleRow, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys of a rule with the patterns they hold, references put in; what the user added comes first."""
    written = [("add", entry) for entry in table.get("add", ()) if not row.words]
    written += [("any", entry) for entry in row.any]
    written += [("pattern", row.pattern)] if row.pattern else []
    yield from ((key, book.fill_in(source, row.id)) for key, source in written)
    yield from (("ignoring", pattern) for pattern in row.ignoring)


def _check_words(row: RuleRow, table: Mapping[str, Any], place: str) -> None:
    """Check that words are written as texts are compared: simplified, half width."""
    if row.id.partition(".")[0] in _AS_PRINTED:
        return
    for key in ("add", "any", "words", "pattern", "examples", "counter_examples"):
        said = table.get(key, ())
        for entry in (said,) if isinstance(said, str) else said:
            if fold(entry) != entry:
                hint = f"texts are compared in simplified characters and half width: {fold(entry)}"
                raise UsageError(f"{place}: {key}: {entry} is never found as it is written", hint)


def _check_references(book: RuleBook, row: RuleRow, place: str) -> None:
    """Check that every rule that is named is there, and that none comes back to itself."""
    named = [("unless", other) for other in row.unless] + [("together_with", other) for other in row.together_with]
    named += [("pattern" if row.pattern else "any", name) for name in find_references(row)]
    for key, name in named:
        other = complete_id(name)
        if other not in book.list_group(other.partition(".")[0]):
            raise UsageError(f"{place}: {key}: no such rule: {other}", _suggest(other) or "huimou rules lists them")
    if circle := _find_circle(book, row.id, ()):
        raise UsageError(f"{place}: rules that name each other: {', '.join(circle)}", "break the circle")


def _find_circle(book: RuleBook, rule_id: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """Rules that come back to the first, by their exceptions, companions or references; empty if none does."""
    if rule_id in above:
        return (*above[above.index(rule_id) :], rule_id)
    row = book.find_row(rule_id)
    others = map(complete_id, (*row.unless, *row.together_with, *find_references(row)))
    circles = (_find_circle(book, other, (*above, rule_id)) for other in others)
    return next(filter(None, circles), ())
