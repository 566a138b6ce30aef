"""Sentences cut into clauses, and what each clause is worth to a summary: figure, deed, name, or mere purpose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from huimou.language.figures import find_quantities
from huimou.language.rules import Rule, get_rule, get_rules, remember
from huimou.language.text import fold
from huimou.model.computed_once import cached_property

_CUT = re.compile(r",(?!(?<=\d,)\d{3}(?!\d))|[;。!?:]|…{1,2}")
_PAIRS = ("《》", "()", "“”", "「」", "『』", "【】", "〈〉")
_DIGIT = re.compile(r"\d")
_PURPOSE = get_rule("clauses.purpose")
_WEAK_TAIL = get_rule("clauses.ends_in_hollow_result")
_DEED = get_rule("clauses.deed")
_DOCUMENT = re.compile(r"《[^《》]+》")
_BRAND = get_rule("clauses.brand")
_ADVICE = get_rule("clauses.advice")
_HANGING = get_rule("clauses.frames_what_follows")
_HANGING_END = get_rule("clauses.ends_as_frame")
_LEANING = get_rule("clauses.leans_on_earlier")
_PREDICATE = get_rule("clauses.predicate")
_EMPHASIS = get_rule("clauses.zeal_in_front")
_ORDINAL = get_rule("clauses.ordinal")
_FRAME = get_rule("clauses.frame")
_LISTED = 4
_SHORTENED = 4096
_OPENERS = "“《"
_TOPIC_INSIDE = get_rule("wording.topic_inside")
_REMEMBERED = 1024  # a passage is cut again for each answer about it


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
class Clause:
    """One clause of a group's sentences.

    Args:
        text: as printed, without its closing mark.
        sentence: ordinal of its sentence in the group, from 0.
        governs: whether it holds the verb of advice (建议, 协商, 调研……) that the sentence hangs on; without it, what
            was advised would read as what was done.
        opens: whether it is the first of its sentence.
        of_proposal: whether it tells of proposals, so that what they moved others to do is their result.
    """

    text: str
    sentence: int
    governs: bool = False
    opens: bool = False
    of_proposal: bool = False

    @cached_property
    def _folded_text(self) -> str:
        return fold(self.text)

    @cached_property
    def has_figure(self) -> bool:
        """Whether it prints a number or holds a quantity in words, and must therefore be kept."""
        return bool(_DIGIT.search(self._folded_text) or find_quantities(self.text))

    @cached_property
    def brief(self) -> str:
        """The clause without its number (一是) and adverbs of zeal in front; of a long list with 等 three members."""
        bare = _ORDINAL.sub("", self.text)
        return abridge_list(bare[len(bare) - len(_EMPHASIS.sub("", fold(bare))) :])

    @cached_property
    def is_purpose(self) -> bool:
        """Whether it states a purpose and no deed; such clauses go first when a summary is too long."""
        body = self._folded_text
        return bool(_PURPOSE.match(body) or _WEAK_TAIL.search(body)) and not self.has_figure and "《" not in body

    @cached_property
    def hangs(self) -> bool:
        """Whether it only frames what a later clause says (在……中, 就……等议题), with no verb of its own at its end."""
        body = self._folded_text
        if _HANGING_END.search(body):
            return True
        return bool(_HANGING.match(body)) and not _PREDICATE.search(re.split(r"[、“”》]|等", body)[-1][-24:])

    @cached_property
    def leans(self) -> bool:
        """Whether its subject stands in an earlier clause (被采纳, 并……)."""
        return bool(_LEANING.match(self._folded_text))

    @cached_property
    def weight(self) -> int:
        """How much a summary would lose without it.

        0 a purpose, 1 a circumstance, 2 a deed or a name, 3 a deed with a name, 4 the verb of advice that governs.
        """
        if self.governs:
            return 4
        if self.is_purpose:
            return 0
        return 1 + bool(_DEED.search(self._folded_text)) + bool(re.search(r"[《“]", self.text))


def split_clauses(sentences: Sequence[str], *, of_proposals: bool = False) -> tuple[Clause, ...]:
    """Clauses of the sentences, in order, without their closing punctuation; brackets and quotes are never cut."""
    clauses = (clause for index, sentence in enumerate(sentences) for clause in _build_clauses(sentence, index))
    return tuple(replace(clause, of_proposal=True) for clause in clauses) if of_proposals else tuple(clauses)


@remember(_REMEMBERED)
def _build_clauses(sentence: str, index: int) -> tuple[Clause, ...]:
    pieces = _split(sentence)
    verbs = find_advice_verbs(sentence)
    governing = next(
        (at for at in range(len(pieces) - 1, -1, -1) if any(verb in fold(pieces[at]) for verb in verbs)), None
    )
    return tuple(Clause(text, index, governs=at == governing, opens=at == 0) for at, text in enumerate(pieces))


def find_advice_verbs(sentence: str) -> frozenset[str]:
    """The verbs of advice that govern a sentence framed by 就……, 围绕……, 在……上; none if it is not so framed."""
    body = fold(sentence)
    return frozenset(_ADVICE.findall(re.sub(r"《[^》]*》|“[^”]*”", "", body))) if _FRAME.match(body) else frozenset()


def find_names(text: str) -> tuple[str, ...]:
    """What a text is about by name: its documents 《》, else its brands (“……”行动), as printed."""
    return tuple(_DOCUMENT.findall(text) or _BRAND.findall(text))


def _split(sentence: str) -> list[str]:
    folded = fold(sentence)
    closed = _list_closed_pairs(folded)
    pieces: list[str] = []
    last = 0
    for found in _CUT.finditer(folded):
        if _count_open_brackets(folded[last : found.start()], closed) <= 0 and found.group() != ":":
            pieces.append(sentence[last : found.start()])
            last = found.end()
    pieces.append(sentence[last:])
    stripped = [piece.strip(" *、") for piece in pieces]
    return [piece for piece in stripped if re.search(r"\w", piece)]


def _list_closed_pairs(folded: str) -> list[str]:
    """The brackets and quotes of which a text closes as many as it opens; others end nowhere."""
    return [pair for pair in _PAIRS if folded.count(pair[0]) == folded.count(pair[1])]


def split_clause_places(sentence: str) -> list[tuple[int, int]]:
    """Ranges of the clauses of a sentence without closing mark and white space; a colon ends one, too."""
    folded = fold(sentence)
    closed = _list_closed_pairs(folded)
    cuts = [m.span() for m in _CUT.finditer(folded) if _count_open_brackets(folded[: m.start()], closed) <= 0]
    starts, ends = [0, *(end for _, end in cuts)], [*(start for start, _ in cuts), len(folded)]
    spans = [_strip_range(folded, start, end) for start, end in zip(starts, ends, strict=True)]
    return [(start, end) for start, end in spans if re.search(r"\w", folded[start:end])]


def _strip_range(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


@remember(_REMEMBERED)
def abridge_list(clause: str) -> str:
    """A clause with three members of its list (就甲、乙、丙、丁、戊等议题); members with a number are never cut."""
    folded = fold(clause)
    places = [at for at in range(len(folded)) if folded[at] in "、等" and _count_open_brackets(folded[:at]) <= 0]
    marks = [at for at in places if folded[at] == "、"]
    stop = next((at for at in places if folded[at] == "等" and len([m for m in marks if m < at]) >= _LISTED), None)
    if stop is None:
        return clause
    inside = [at for at in marks if at < stop]
    dropped = clause[inside[_LISTED - 2] : stop]
    is_counted = find_quantities(dropped) or _DIGIT.search(fold(dropped))
    return clause if is_counted else clause[: inside[_LISTED - 2]] + clause[stop:]


def _count_open_brackets(text: str, pairs: Sequence[str] = _PAIRS) -> int:
    """How many brackets and quotes of these pairs are open at the end of a text."""
    return sum(text.count(pair[0]) - text.count(pair[1]) for pair in pairs)


@remember(_SHORTENED)
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
