"""A summary out of the report's own clauses, taken whole and shortened as an editor would.

Clauses that belong together (a frame and what it frames, a deed and what became of it) are one piece. Hollow pieces go;
of the others as many as fit are kept, the weightiest first: figures, results, names, topics, deeds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from huimou.language.clauses import Clause, abridge_list
from huimou.language.figures import find_quantities
from huimou.language.rules import Rule, get_rule, get_rules, remember
from huimou.language.text import DAMAGE, fold

LONGEST, _LONGEST_SHARE = 60, 0.6
_REMEMBERED = 2048
_RESULT = get_rule("wording.result")
_SLOGAN = get_rule("wording.slogan")
_HOLLOW_TAIL = get_rule("wording.hollow_tail")
_HOLLOW_FRAME = get_rule("wording.hollow_frame")
_BROUGHT_ABOUT = get_rule("wording.brought_about")
_FOUR = get_rule("wording.four_and_four")
_BRAND = get_rule("clauses.brand")
_CLOSES_FRAME = get_rule("wording.closes_frame")
_OPENS_FRAME = get_rule("wording.opens_frame")
_STUDY = get_rule("wording.study_of_papers")
_BOW = get_rule("wording.bow_to_paper")
_DIRECTS = get_rule("wording.directs_others")
_OWN_SUBJECT = get_rule("wording.begins_own_subject")
_SETTING = get_rule("clauses.setting")
_TOPIC_INSIDE = get_rule("wording.topic_inside")
_SOFT_DEED = get_rule("wording.soft_deed")
_DEED = get_rule("clauses.deed")
_TOPIC = get_rule("wording.topic")
_OTHER_DOER = get_rule("wording.other_doer")
_SCOPE = get_rule("wording.scope")
_DOER = get_rule("wording.doer_in_front")
_GOVERNING = get_rule("wording.governing_verb")
_TOPIC_END = get_rule("wording.end_of_topic")
_VERB = get_rule("wording.verb_of_work")
_PREDICATE = get_rule("clauses.predicate")
_BARE_VERB, _MOST_CHOICES, _SENTENCE = 5, 12, 3.0
_PER_CHARACTER, _PER_CHARACTER_TOO_MANY = 0.02, 0.08
_MEMBER, _MOST_MEMBERS = 0.8, 6
_HEADLINE = 14  # characters
_OPENERS = "“《"
_DOCUMENT = re.compile(r"《[^《》]+》")
_NAMES = re.compile(r"《[^《》]*》|“[^“”]{8,}”")
_QUOTED = re.compile(r"“[^“”]{3,}”")
_FIGURE, _RESULT_VALUE, _NAME, _TOPIC_VALUE, _DEED_VALUE, _SOFT, _BARE = 4.0, 4.0, 3.0, 2.0, 2.0, 1.5, 0.6


@dataclass(frozen=True, eq=False)
class Piece:
    """Clauses of one sentence that are kept or left together, in the order of the text.

    Args:
        clauses: with their places among all clauses of the passage.
        sentence: ordinal of their sentence.
    """

    clauses: tuple[tuple[int, Clause], ...]
    sentence: int

    @cached_property
    def value(self) -> float:
        """How much a summary would lose without it; 0 for one that is hollow."""
        return sum(measure_value(clause) for _, clause in self.clauses)

    @cached_property
    def has_figure(self) -> bool:
        """Whether a quantity stands in it; a date is none."""
        return any(find_quantities(clause.text) for _, clause in self.clauses)


@remember(_REMEMBERED)
def measure_value(clause: Clause) -> float:
    """What a clause is worth to a summary, 0 for a mere purpose, slogan or setting."""
    body = fold(shorten_clause(clause.text, long=False, lists=False))
    quantities = len(find_quantities(clause.text))
    value = (_FIGURE + 0.5 * (quantities - 1)) if quantities else 0.0
    slogan = find_slogan(clause.text) is not None
    if _RESULT.search(body) or (not slogan and _BROUGHT_ABOUT.search(body)):
        value += _RESULT_VALUE
    if _DOCUMENT.search(body):
        value += 1.0 if _BOW.search(body) else _NAME
    frame, tail = bool(_HOLLOW_FRAME.match(body)), _is_hollow_tail(clause)
    slogan = slogan or bool(_FOUR.fullmatch(body))
    if value == 0 and (slogan or frame or (tail and not _BRAND.search(body))):
        return 0.0
    if _QUOTED.search(body) and not frame:
        value += _NAME
    if (_TOPIC.match(body) and not frame) or _TOPIC_INSIDE.search(body):
        value += _TOPIC_VALUE + _MEMBER * min(_MOST_MEMBERS, body.count("、"))
    if clause.governs:
        value += _DEED_VALUE
    if _DEED.search(body):
        value += _DEED_VALUE
    elif _SOFT_DEED.search(body):
        value += _BARE if _STUDY.match(body) else _SOFT
    if DAMAGE in body and not quantities:
        sound = body.replace(DAMAGE, "")
        return (value or _BARE) / 2 if body.count(DAMAGE) == 1 and len(sound) > _HEADLINE // 2 else 0.0
    return value or _BARE


def _is_hollow_tail(clause: Clause) -> bool:
    return not clause.opens and not clause.of_proposal and bool(_HOLLOW_TAIL.match(fold(clause.text)))


def split_pieces(clauses: Sequence[Clause]) -> tuple[Piece, ...]:
    """Clauses put together: a frame with the clause it frames, a clause without a subject with the one before it."""
    pieces: list[list[tuple[int, Clause]]] = []
    for number, clause in enumerate(clauses):
        last = pieces[-1] if pieces else None
        same = last is not None and last[-1][1].sentence == clause.sentence
        opened = last is not None and same and _is_open(last[-1][1])
        if last is not None and same and (opened or clause.leans):
            last.append((number, clause))
        else:
            pieces.append([(number, clause)])
    return tuple(Piece(tuple(piece), piece[0][1].sentence) for piece in pieces)


def _is_open(clause: Clause) -> bool:
    """Whether a clause is a frame that says something, which the next clause completes."""
    body = fold(clause.text)
    says = clause.hangs and measure_value(clause) > 0 and not _OPENS_FRAME.match(body)
    return says or bool(_SETTING.fullmatch(body) or _DIRECTS.match(body))


def compose_summary(clauses: tuple[Clause, ...], longest: int, *, shorten_lists: bool = True) -> str:
    """The passage in its own words, hollow pieces left out, at most `longest` characters if its figures allow it."""
    pieces = split_pieces(clauses)
    acting = [piece for piece in pieces if _acts(piece)]
    plain = [piece for piece in acting if not any(find_slogan(clause.text) for _, clause in piece.clauses)]
    kept = [piece for piece in pieces if piece.value] or plain or acting or list(pieces)
    kept = [piece for piece in kept if not is_headline(piece.clauses[0][0], clauses)] or kept
    for long in (False, True):
        written = write_pieces(clauses, kept, long=long, lists=shorten_lists)
        if len(written) <= longest:
            return written
    most = max(longest, int(_LONGEST_SHARE * sum(len(clause.text) + 1 for clause in clauses)))
    return write_pieces(
        clauses, _choose_pieces(kept, longest, most, lists=shorten_lists), long=True, lists=shorten_lists
    )


def _acts(piece: Piece) -> bool:
    return any(_DEED.search(fold(clause.text)) or _SOFT_DEED.search(fold(clause.text)) for _, clause in piece.clauses)


def is_headline(number: int, clauses: Sequence[Clause]) -> bool:
    """Whether a clause is a whole short sentence that only announces what follows it (综合实力显著增强。).

    Args:
        number: of the clause, from 0.
        clauses: of the passage.
    """
    clause = clauses[number]
    alone = sum(other.sentence == clause.sentence for other in clauses) == 1
    follows = number + 1 < len(clauses)
    return alone and follows and len(clause.text) <= _HEADLINE and measure_value(clause) < _DEED_VALUE


def _choose_pieces(pieces: Sequence[Piece], longest: int, most: int, *, lists: bool) -> list[Piece]:
    """The pieces that say most for their length; those with a figure are always kept.

    Every character costs a little, one beyond `longest` much; beyond `most` only figures go.
    """
    free = sorted((p for p in pieces if not p.has_figure), key=lambda piece: piece.value)[-_MOST_CHOICES:]
    fixed = [piece for piece in pieces if piece.has_figure]
    lengths = [_measure_piece(piece, lists=lists) for piece in free]
    taken = sum(_measure_piece(piece, lists=lists) for piece in fixed)
    best: tuple[float, tuple[Piece, ...]] = (-1e9, ())
    for choice in range(0 if fixed else 1, 1 << len(free)):
        chosen = tuple(piece for at, piece in enumerate(free) if choice >> at & 1)
        length = taken + sum(lengths[at] for at in range(len(free)) if choice >> at & 1)
        if length > most and len(chosen) > (0 if fixed else 1):
            continue
        told = {piece.sentence for piece in (*fixed, *chosen)}
        value = sum(piece.value for piece in chosen) + _SENTENCE * len(told)
        value -= _PER_CHARACTER * length + _PER_CHARACTER_TOO_MANY * max(0, length - max(longest, taken))
        best = max(best, (value, chosen), key=lambda one: one[0])
    kept = {id(piece) for piece in (*fixed, *best[1])}
    return [piece for piece in pieces if id(piece) in kept]


def _measure_piece(piece: Piece, *, lists: bool) -> int:
    """Characters of a piece as it is written, with the mark after it."""
    return sum(
        len(shorten_clause(clause.text, long=True, lists=lists)) + 1
        for _, clause in piece.clauses
        if _is_written(piece, clause)
    )


def write_pieces(clauses: tuple[Clause, ...], pieces: Sequence[Piece], *, long: bool, lists: bool) -> str:
    """The pieces as one sentence, each clause shortened; `long` where it must become shorter still.

    A doer whose clause is left out is put before the next clause that is kept.
    """
    kept = {number for piece in pieces for number, clause in piece.clauses if _is_written(piece, clause)}
    doers = find_doers(clauses)
    parts: list[str] = []
    before: Clause | None = None
    told = ""
    for number, clause in enumerate(clauses):
        words = shorten_clause(clause.text, long=long, lists=lists) if number in kept else ""
        if not words:
            continue
        if clause.opens or (before is not None and before.sentence != clause.sentence):
            told = ""
        if doers[number] and doers[number] != told and not _find_doer(clause):
            words = doers[number] + words
        told = doers[number]
        opening = _find_opening(clauses, number) if _CLOSES_FRAME.match(fold(words)) else -1
        if opening >= 0 and opening not in kept:
            words = clauses[opening].text[0] + words
        if before is not None:
            parts.append(_join(before, clause, words))
        parts.append(words)
        before = clause
    return "".join(parts)


def _find_opening(clauses: Sequence[Clause], number: int) -> int:
    """The nearest clause before this one, in its sentence, that opens a frame which it does not close; -1 for none."""
    before = (n for n in range(number - 1, -1, -1) if clauses[n].sentence == clauses[number].sentence)
    return next((n for n in before if _OPENS_FRAME.match(fold(clauses[n].text))), -1)


def _is_written(piece: Piece, clause: Clause) -> bool:
    return len(piece.clauses) == 1 or measure_value(clause) > 0 or bool(_SCOPE.search(fold(clause.text)))


@remember(_REMEMBERED)
def find_doers(clauses: tuple[Clause, ...]) -> tuple[str, ...]:
    """Who did what each clause says, where it is somebody else than the reporting body; empty where it is not.

    A clause that begins with a verb has the doer of the clause before it in its sentence.
    """
    doers: list[str] = []
    for number, clause in enumerate(clauses):
        own = _find_doer(clause)
        before = doers[number - 1] if number and not clause.opens else ""
        goes_on = clause.leans or not _OWN_SUBJECT.match(fold(clause.text))
        doers.append(own or (before if goes_on else ""))
    return tuple(doers)


def find_slogan(text: str) -> str | None:
    """A slogan in a text, outside its quotes and names; None where there is none."""
    found = _SLOGAN.search(_NAMES.sub("“”", fold(shorten_clause(text, long=False, lists=False))))
    return found.group() if found else None


def is_hollow(clause: Clause) -> bool:
    """Whether a clause is but a purpose, a slogan or a setting."""
    return measure_value(clause) == 0


def has_predicate(clause: Clause) -> bool:
    """Whether a verb of work or a figure stands in it."""
    body = fold(clause.text)
    verbs = (_DEED, _SOFT_DEED, _RESULT, _VERB, _PREDICATE)
    return clause.has_figure or clause.governs or any(verb.search(body) for verb in verbs)


def measure_longest(clauses: Sequence[Clause], printed: int) -> int:
    """Characters that a summary of these clauses may have: sixty, or more where figures need them.

    Args:
        clauses: of the passage.
        printed: characters of the passage.
    """
    figured = any(clause.has_figure for clause in clauses)
    return max(LONGEST, int(_LONGEST_SHARE * printed)) if figured else LONGEST


def _find_doer(clause: Clause) -> str:
    """Who does what a clause says, where it begins with somebody else than the reporting body."""
    folded = fold(clause.text)
    found = _DOER.match(folded) or (_GOVERNING.match(folded) if _is_hollow_tail(clause) else None)
    return clause.text[found.start("doer") : found.end("doer")] if found else ""


def _join(before: Clause, clause: Clause, words: str) -> str:
    """The mark between two clauses: none between a frame and a bare verb (就……等课题调研)."""
    if clause.sentence != before.sentence:
        return ";"
    return "" if before.hangs and len(words) <= _BARE_VERB and _TOPIC_END.search(fold(before.text)) else ","


@remember(_REMEMBERED)
def shorten_clause(text: str, *, long: bool, lists: bool) -> str:
    """A clause without what an editor strikes out: adverbs of zeal, praise, our city; more where it is too `long`."""
    words = text
    topic = long and bool(_TOPIC_INSIDE.search(fold(text)))
    for rule in get_rules("wording").rules:
        if (
            rule.decides == "drop"
            or (long and rule.decides == "drop_when_long")
            or (topic and rule.decides == "drop_from_topic")
        ):
            words = _drop(words, rule)
    return abridge_list(words) if long and lists else words


def _drop(text: str, rule: Rule) -> str:
    """A text without what the rule finds in it; the text is searched folded, one character for one."""
    folded = fold(text)
    out, last = [], 0
    for found in rule.finditer(folded):
        if found.end() > found.start() and (_is_outside(folded, found.start()) or found.group()[0] in _OPENERS):
            out.append(text[last : found.start()])
            last = found.end()
    return "".join(out) + text[last:]


def _is_outside(folded: str, place: int) -> bool:
    """Whether a place lies outside all names 《》 and quotes “”."""
    before = folded[:place]
    return before.count("《") <= before.count("》") and before.count("“") <= before.count("”")
