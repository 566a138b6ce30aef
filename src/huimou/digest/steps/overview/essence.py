"""What must be heard of an item in an overview: its figures, its result, its name, in clauses that are whole."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from huimou.language.clauses import Clause, find_names, split_clauses
from huimou.language.figures import find_quantities
from huimou.language.overlap import HALF, measure_share
from huimou.language.rules import get_rule, remember
from huimou.language.text import fold
from huimou.model.computed_once import cached_property

_RESULT = get_rule("overview.result")
_FIRST = get_rule("overview.first_of_its_kind")
_NEW = get_rule("overview.newly_made")
_MECHANISM = get_rule("overview.mechanism")
_PROMISE = get_rule("overview.hard_promise")
_VOW = get_rule("overview.vow")
_NEEDS_BEFORE = get_rule("overview.needs_what_stands_before")
_SCOPE = get_rule("overview.scope_of_figures")
_SETTING = get_rule("clauses.setting")
_PREDICATE = get_rule("clauses.predicate")
_QUOTED = re.compile(r"“[^“”]{3,}”")
_SHORT = 30  # an item of so few characters is said whole
_LEAST = 10  # a statement that tells nothing and is shorter is a slogan
_SHORT_STEP = 14
_FRAME = 16  # a frame longer than that goes where the clause behind it can stand alone
_TELLING = 1.0
_REMEMBERED = 1024


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
class Statement:
    """What can stand alone: the frames in front of a clause, the clause, and what leans on it."""

    frames: tuple[Clause, ...]
    main: Clause
    leaning: tuple[Clause, ...] = ()

    @cached_property
    def figures(self) -> frozenset[str]:
        """The figures that it prints."""
        return frozenset(fold(q.quote) for clause in self._clauses for q in find_quantities(clause.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The documents or brands that it names."""
        return frozenset(find_titles(self.write()))

    @cached_property
    def weight(self) -> float:
        """How much would be lost without it: figures and results most, then names, means and lists."""
        text = fold(self.write())
        told = 2.0 * len(self.figures) + 2 * bool(_RESULT.search(text)) + 1.5 * bool(_FIRST.search(text))
        told += bool(self.names) + bool(_NEW.search(text)) + bool(_MECHANISM.search(text)) + bool(_PROMISE.search(text))
        told -= 3 * bool(_VOW.search(text))
        return told + 0.5 * (text.count("、") > 1) - 2 * (self.main.is_purpose and not self.leaning)

    @property
    def is_telling(self) -> bool:
        """Whether it has a figure, a result, a name or a means: something to be checked."""
        return self.weight >= _TELLING

    def is_repeated(self, said: Collection[str]) -> bool:
        """Whether a text tells the same figures of the same thing, or names the same thing where it has none."""
        if not self.figures:
            text = fold(self.write())
            again = bool(self.names) and all(any(name in other for other in said) for name in self.names)
            return again and not _RESULT.search(text) and not _FIRST.search(text)
        return any(
            self.figures <= {fold(q.quote) for q in find_quantities(text)}
            and measure_share(self.main.text, text) >= HALF
            for text in said
        )

    @property
    def _clauses(self) -> tuple[Clause, ...]:
        return (*self.frames, self.main, *self.leaning)

    def write(self) -> str:
        """The whole of it."""
        return "，".join(clause.brief for clause in self._clauses)

    def shorten(self) -> str:
        """Without a long frame where a figure is told, and without what leans on it and cannot be checked."""
        alone = self.main.has_figure and bool(_PREDICATE.search(fold(self.main.text)))
        frames = [f for f in self.frames if not alone or len(f.text) <= _FRAME or find_titles(f.text)]
        leaning = [c for c in self.leaning if c.has_figure or _RESULT.search(fold(c.text))]
        return "，".join(clause.brief for clause in (*frames, self.main, *leaning))


def find_titles(text: str) -> tuple[str, ...]:
    """The documents and brands that a text names, or else what it sets in quotation marks."""
    return find_names(text) or tuple(_QUOTED.findall(text))


@remember(_REMEMBERED)
def split_statements(summary: str) -> tuple[Statement, ...]:
    """The statements of a summary in their order; a frame with nothing behind it counts as one."""
    found: list[Statement] = []
    frames: list[Clause] = []
    for clause in split_clauses([summary.strip("。")]):
        setting = _SETTING.fullmatch(fold(clause.text))
        if setting and not _SCOPE.search(fold(clause.text)):
            continue
        if clause.hangs or setting:
            frames.append(clause)
        elif clause.leans and found and not frames:
            found[-1] = Statement(found[-1].frames, found[-1].main, (*found[-1].leaning, clause))
        else:
            found.append(Statement(tuple(frames), clause))
            frames = []
    if frames:
        found.append(Statement(tuple(frames[:-1]), frames[-1]))
    return tuple(found)


def find_essence(summary: str, said: Collection[str] = (), room: int = 60) -> str:
    """The summary shortened to what must be heard of it, without closing mark; empty where nothing of it is new.

    Args:
        summary: of the item.
        said: words of other sentences; a statement whose figures one of them tells of the same thing is left out.
        room: characters that it should keep to; figures and results go last.

    """
    statements = split_statements(summary)
    fresh = [s for s in statements if not s.is_repeated(said)]
    if not fresh or (not any(s.figures for s in fresh) and any(s.figures for s in statements)):
        return ""
    if len(summary) <= _SHORT and len(fresh) == len(statements):
        return summary.strip("。")
    return _join(_keep_telling(fresh, room))


def _keep_telling(statements: Sequence[Statement], room: int) -> list[Statement]:
    """Those that tell something, with what one of them needs before it, while they fit; at least the weightiest."""
    wanted = [s.is_telling for s in statements]
    if not any(wanted):
        return _keep_best(statements)
    for at, (one, after) in enumerate(pairwise(statements)):
        if wanted[at] and one.frames and not after.main.is_purpose and len(after.main.text) <= _SHORT_STEP:
            wanted[at + 1] = True  # what a frame leads to goes on
    for at in range(len(statements) - 1, 0, -1):
        if wanted[at] and _NEEDS_BEFORE.match(fold(statements[at].write())):
            wanted[at - 1] = True
            wanted[0] |= not statements[at - 1].is_telling  # what it is about stands further in front
    kept = [s for s, is_wanted in zip(statements, wanted, strict=True) if is_wanted]
    while len(kept) > 1 and len(_join(kept)) > room:
        lightest = kept.index(min(reversed(kept), key=lambda s: (bool(s.figures), s.weight + (s is statements[0]))))
        stop = lightest + 1
        while stop < len(kept) and _needs_before(kept[stop]):
            stop += 1  # what is not understood without it goes with it
        if stop - lightest == len(kept):
            break
        del kept[lightest:stop]
    return _fill_up(kept, [s for s, is_wanted in zip(statements, wanted, strict=True) if is_wanted], room)


def _fill_up(kept: list[Statement], wanted: Sequence[Statement], room: int) -> list[Statement]:
    """What was kept, with what can stand alone of the rest, the weightiest first, while there is room."""
    for one in sorted((s for s in wanted if s not in kept and not _needs_before(s)), key=lambda s: -s.weight):
        longer = [s for s in wanted if s in kept or s is one]
        if len(_join(longer)) <= room:
            kept = longer
    return kept


def _keep_best(statements: Sequence[Statement]) -> list[Statement]:
    """Of statements that tell nothing all, if they are short, else the weightiest if it is more than a slogan."""
    if len(_join(statements)) <= _SHORT:
        return list(statements)
    best = max(statements, key=lambda s: s.weight)
    return [best] if len(best.write()) >= _LEAST else []


def _needs_before(statement: Statement) -> bool:
    return bool(_NEEDS_BEFORE.match(fold(statement.write())))


def _join(statements: Sequence[Statement]) -> str:
    return "，".join(statement.shorten() for statement in statements).replace("；", "，")


def find_scope(summary: str, evidence: Sequence[str]) -> str:
    """The words that say for which time the figures of a summary hold, where its evidence has them and it has not."""
    figures = [fold(q.quote) for q in find_quantities(summary)]
    if not figures or _SCOPE.search(fold(summary)):
        return ""
    for sentence in map(fold, evidence):
        found = _SCOPE.search(sentence)
        if found and any(figure in sentence[found.end() :] for figure in figures):
            return re.sub(r"[,，].*", "", found.group())
    return ""
