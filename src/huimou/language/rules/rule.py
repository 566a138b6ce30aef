"""Rules as the program uses them: a handle that looks its pattern up in the book in force, when it is first asked.

A process reads with one book at a time. `use_rules` puts another one in force; whatever was remembered under the last
one is forgotten then.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, wraps
from threading import Condition, local
from typing import Any, ParamSpec, TypeVar, cast

from huimou.errors import UsageError
from huimou.language.rules.rows import RuleRow
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook, complete_id

P = ParamSpec("P")
T = TypeVar("T")
_OF_PATTERN = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split", "pattern")
_OF_ROW = ("row", "items", "words", "map")
_LONG = 60_000  # characters
_ROOMY = 100_000  # results
_SELDOM = 200_000  # objects made between two looks for garbage


class Rule:
    """One rule of the book in force, or of a book that is named; behaves like its compiled pattern.

    Args:
        id: `file.name`, such as `dispositions.proverb`.
        book: that it is read in; None for the one in force, whichever that is.

    """

    __slots__ = ("_book", "_companions", "_exceptions", "_ignored", "_laid", "id", *_OF_PATTERN, *_OF_ROW)

    id: str
    pattern: str
    row: RuleRow
    items: tuple[str, ...]
    words: frozenset[str]
    map: Mapping[str, Any]
    search: Callable[..., re.Match[str] | None]
    match: Callable[..., re.Match[str] | None]
    fullmatch: Callable[..., re.Match[str] | None]
    finditer: Callable[..., Iterator[re.Match[str]]]
    findall: Callable[..., list[Any]]
    sub: Callable[..., str]
    split: Callable[..., list[Any]]
    _book: RuleBook | None
    _exceptions: tuple[Rule, ...]
    _companions: tuple[Rule, ...]
    _ignored: tuple[re.Pattern[str], ...]
    _laid: tuple[Callable[[str], re.Match[str] | None], int, int, int]

    def __init__(self, rule_id: str, book: RuleBook | None = None) -> None:
        self.id = rule_id
        self._book = book

    def __repr__(self) -> str:
        return f"Rule({self.id!r})"

    def __getattr__(self, name: str) -> Any:
        """What a slot will hold: it is empty until it is first asked for, and again after a change of books."""
        book = self._book or _in_force.book
        if name in _OF_PATTERN:
            value: Any = getattr(book.compile(self.id), name)
        elif name == "row":
            value = book.find_row(self.id)
        elif name in {"items", "words"}:
            row = self.row
            listed = row.words or tuple(row.map) or tuple(map(_read_literal, book.list_entries(self.id)))
            value = () if row.off else listed
            value = frozenset(value) if name == "words" else value
        elif name == "map":
            value = {} if self.row.off else dict(self.row.map)
        elif name in {"_exceptions", "_companions"}:
            ids = self.row.unless if name == "_exceptions" else self.row.together_with
            value = tuple(self._find_beside(complete_id(other)) for other in ids)
        elif name == "_laid":
            row = self.row
            value = (getattr(self, row.method), row.shortest, row.longest or sys.maxsize, row.within)
        elif name == "_ignored":
            value = tuple(re.compile(pattern) for pattern in self.row.ignoring)
        else:
            raise AttributeError(name)
        setattr(self, name, value)
        return value

    @property
    def decides(self) -> str:
        """The verdict that follows where the rule applies; empty for a building block."""
        return self.row.decides

    def find(self, text: str) -> re.Match[str] | None:
        """Where the rule applies to a text; None where it does not.

        That is where the text is too long or too short, nothing is found, an exception holds or a companion does not.
        """
        laid, shortest, longest, within = self._laid
        if not shortest <= len(text) <= longest:
            return None
        cut = text
        for ignored in self._ignored:
            cut = ignored.sub("", cut)
        found = laid(cut[:within] if within else cut)
        if found is None or any(other.find(text) for other in self._exceptions):
            return None
        return found if all(other.find(text) for other in self._companions) else None

    def _find_beside(self, rule_id: str) -> Rule:
        """Another rule of the same book."""
        return Rule(rule_id, self._book) if self._book else get_rule(rule_id)

    def forget(self) -> None:
        """Look everything up again when it is next asked for."""
        _empty_slots(self, self.__slots__)


def _empty_slots(handle: object, names: Iterable[str]) -> None:
    for name in names:
        if name not in {"id", "group", "_book"}:
            with suppress(AttributeError):  # it was not filled
                delattr(handle, name)


class RuleList:
    """The rules of one file that decide something, in the order in which the first that applies counts."""

    __slots__ = ("group", "rules")

    group: str
    rules: tuple[Rule, ...]

    def __init__(self, group: str) -> None:
        self.group = group

    def __getattr__(self, name: str) -> Any:
        if name != "rules":
            raise AttributeError(name)
        book = _in_force.book
        self.rules = tuple(get_rule(one) for one in book.list_group(self.group) if book.find_row(one).decides)
        return self.rules

    def forget(self) -> None:
        """Look everything up again when it is next asked for."""
        _empty_slots(self, ("rules",))


def _read_literal(alternative: str) -> str:
    return alternative.split("(?", maxsplit=1)[0].replace("\\", "")


class _InForce:
    """The book in force, and how many read with it."""

    def __init__(self) -> None:
        self.book = SHIPPED_RULES
        self.readers = 0
        self.changed = Condition()
        self.forgetting: list[Callable[[], None]] = []
        self.roomy: list[Callable[[], None]] = []
        self.long_texts = 0
        self.collecting = gc.get_threshold()

    def open(self, book: RuleBook) -> None:
        """Put a book in force; what was read by another one is forgotten."""
        if self.book.digest != book.digest:
            self.book = book
            for forget in self.forgetting:
                forget()


_in_force = _InForce()
_reading = local()


@cache
def get_rule(rule_id: str) -> Rule:
    """The rule of an id, such as `dispositions.proverb`; looked up when it is first used."""
    rule = Rule(rule_id)
    _in_force.forgetting.append(rule.forget)
    return rule


@cache
def get_rules(group: str) -> RuleList:
    """The rules of a file that decide something, as a list in which the first that applies counts."""
    rules = RuleList(group)
    _in_force.forgetting.append(rules.forget)
    return rules


def remember(most: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the results of a function until another book of rules comes in force: the last `most` of them.

    While a long text is read (`remember_more`) far more are kept: its sentences come by once for each step.
    """

    def wrap(function: Callable[P, T]) -> Callable[P, T]:
        usual, roomy = lru_cache(maxsize=most)(function), lru_cache(maxsize=_ROOMY)(function)
        _in_force.forgetting += (usual.cache_clear, roomy.cache_clear)
        _in_force.roomy.append(roomy.cache_clear)

        @wraps(function)
        def recall(*args: Any, **kwargs: Any) -> T:
            return (roomy if _in_force.long_texts else usual)(*args, **kwargs)

        return cast("Callable[P, T]", recall)

    return wrap


@contextmanager
def remember_more(characters: int) -> Iterator[None]:
    """Keep far more results while a text of so many characters is read, if that is long; then let go of them.

    Meanwhile Python looks for garbage less often: hardly any of so much that is kept is garbage, and to look costs a
    tenth of the time.
    """
    if characters < _LONG:
        yield
        return
    with _in_force.changed:
        if not _in_force.long_texts:
            _in_force.collecting = gc.get_threshold()
            gc.set_threshold(_SELDOM, *_in_force.collecting[1:])
        _in_force.long_texts += 1
    try:
        yield
    finally:
        with _in_force.changed:
            _in_force.long_texts -= 1
            if not _in_force.long_texts:
                gc.set_threshold(*_in_force.collecting)
                for forget in _in_force.roomy:
                    forget()


@contextmanager
def use_rules(book: RuleBook) -> Iterator[None]:
    """Read with a book of rules, and with the shipped ones again when nobody reads with it any longer.

    Whoever wants another book in the same process waits until then.

    Raises:
        RuntimeError: the same thread reads with another one already, and would wait for itself.

    """
    mine: int = getattr(_reading, "depth", 0)
    with _in_force.changed:
        if mine and _in_force.book.digest != book.digest:
            raise RuntimeError("this thread reads with another book of rules already")
        while _in_force.book.digest != book.digest and _in_force.readers:
            _in_force.changed.wait()
        _in_force.open(book)
        _in_force.readers += 1
    _reading.depth = mine + 1
    try:
        yield
    finally:
        _reading.depth = mine
        with _in_force.changed:
            _in_force.readers -= 1
            if not _in_force.readers:
                _in_force.open(SHIPPED_RULES)
            _in_force.changed.notify_all()


def read_book() -> RuleBook:
    """The book of rules in force."""
    return _in_force.book


def find_title(rule_id: str) -> str:
    """What a rule is called, in Chinese; the id itself where the book in force does not have it."""
    try:
        return _in_force.book.find_row(rule_id).title or rule_id
    except UsageError:
        return rule_id
