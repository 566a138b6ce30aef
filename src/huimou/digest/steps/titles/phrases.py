"""Phrases of a report made shorter as an editor does: whole words, names, numbers and members of lists only.

All texts here are folded (simplified, half width, no white space).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from huimou.language.rules import get_rule
from huimou.language.rules.rule import Rule

BEST, LONGEST, SHORTEST = 16, 22, 4  # characters of a title
_NAMED = re.compile(r"《[^《》]+》|“[^“”]+”|\([^()]+\)|<[^<>]+>")
_OPENS_NAME = re.compile("[《“(<]")
_LONG_ASIDE = re.compile(r"\([^()]{5,}\)|\([^()]*\)$")
_BETWEEN_NAMES = re.compile(r"(?<=[”》])(?=[“《])")
_INNER_NAME = re.compile(r"<([^<>]*)>")
_MARK = re.compile("、")
_MEASURED = re.compile(r"[\d.×]+[万亿]*\w{2}")  # a number and its measure
_OUTSIDE = "□"
_ALIKE = 3  # characters in a row
_STATUS = get_rule("titles.status")
_GOVERNS_ETC = get_rule("titles.governs_etc")
_PREDICATE = get_rule("titles.predicate_inside")
_CAUSING = get_rule("titles.causing_verb")
_ETC = get_rule("titles.etc")
_SETTING = get_rule("titles.setting_in_front")
_OWN_BODY = get_rule("titles.own_body_in_front")
_PLACE = get_rule("titles.place_of_ours")
_ZEAL = get_rule("titles.zeal")
_PROMOTING = get_rule("titles.promoting")
_PROMOTING_AFTER = get_rule("titles.promoting_after")
_DOUBLE_VERB = get_rule("titles.double_verb")
_HEAD_OF_NOUNS = get_rule("titles.head_of_nouns")
_AIM_HALF = get_rule("titles.aim_half")
_MEANS = get_rule("titles.means")
_PRAISE = get_rule("titles.praise_of_noun")
_WEAK_TAIL = get_rule("titles.weak_tail")
_WEAK_TAIL_OF_TOPIC = get_rule("titles.weak_tail_of_topic")
_FIGURE_BEHIND = get_rule("titles.figure_behind")
_FIGURE_INSIDE = get_rule("titles.figure_inside")
_OF_PHRASE = get_rule("titles.of_phrase")
_FRAME = get_rule("titles.frame_in_front")
_LIGHT_VERB = get_rule("titles.light_verb")
_AIM = get_rule("titles.tail_that_only_aims")
_JOINT = get_rule("titles.joint_of_members")
_HEAD = get_rule("titles.head_of_list")
_SAYS_ALL = get_rule("titles.says_all")
_PROJECTS = get_rule("titles.head_of_projects")
_VERB = get_rule("titles.verb")
_OPENS_PAPER = get_rule("titles.opens_paper_name")
_KIND_OF_PAPER = get_rule("titles.kind_of_paper")
_OWN_NAME = get_rule("titles.own_body_by_name")


def mask_names(text: str) -> str:
    """The text with what stands in quotes and brackets blotted out; every character keeps its place."""
    return _NAMED.sub(_blot, text) if _OPENS_NAME.search(text) else text


def _blot(found: re.Match[str]) -> str:
    return found.group()[0] + _OUTSIDE * (len(found.group()) - 2) + found.group()[-1]


def find_outside(rule: Rule, text: str) -> Iterator[re.Match[str]]:
    """Where a rule is found outside quotes and brackets."""
    return rule.finditer(mask_names(text))


def split_members(phrase: str) -> tuple[str, ...]:
    """The members of a list, cut at its joints outside quotes and brackets; the phrase itself if it is none."""
    places = [(0, 0), *_find_joints(phrase), (len(phrase), len(phrase))]
    members = [phrase[end:start] for (_, end), (start, _) in pairwise(places)]
    return tuple(member for member in members if member) or (phrase,)


def _find_joints(phrase: str) -> list[tuple[int, int]]:
    """Where a list is cut: at its 、 and at the last 和; at every 和 where there is no 、."""
    masked = mask_names(phrase)
    marks = [found.span() for rule in (_MARK, _BETWEEN_NAMES) for found in rule.finditer(masked)]
    words = [found.span() for found in _JOINT.finditer(masked)]
    last = max(marks, default=(0, 0))[1]
    return sorted(marks) + [span for span in words if span[0] >= last][: 1 if marks else None]


def strip_front(clause: str) -> str:
    """A clause without time, own body, zeal and “our city”."""
    bare = _OWN_BODY.sub("", _SETTING.sub("", clause))
    return _sub_outside(_PLACE, _sub_outside(_ZEAL, _SETTING.sub("", bare)))


def find_status(clause: str) -> int | None:
    """Where a clause begins to say how things stand (规模持续扩大); None where it says what was done."""
    found = _STATUS.search(mask_names(clause))
    return found.start() if found and not _VERB.match(strip_front(clause)) else None


def _strip_status(clause: str) -> str:
    """What stands so, where enough of the clause is left of it."""
    start = find_status(clause)
    return clause if start is None or start < SHORTEST else clause[:start]


def shorten_topic(topic: str, most: int) -> str:
    """What a discussion, report or proposal is about as a noun phrase; empty where nothing short enough is left.

    Args:
        topic: as printed, with its verbs.
        most: characters that it may have.

    """
    return next((phrase for phrase in _list_topics(topic) if 2 <= len(phrase) <= most), "")


def _list_topics(topic: str) -> Iterator[str]:
    """Ever shorter ways to name a topic."""
    bare = _PROMOTING_AFTER.sub("", _unquote(topic.strip(",、")))
    bare = _unquote(_strip_promoting(_sub_outside(_DOUBLE_VERB, bare))) if "“" in bare else _DOUBLE_VERB.sub("", bare)
    bare = _WEAK_TAIL.sub("", _sub_outside(_PRAISE, bare))
    halves = [half for half in _split_at_commas(bare) if half]
    halves = [half for half in halves if not _MEANS.match(half)] or halves[-1:]
    if len(halves) > 1 and len(bare) <= BEST and not _AIM_HALF.match(halves[1]):
        yield f"{_strip_promoting(halves[0])}和{_strip_promoting(halves[1])}"
    yield from _list_nouns(halves[0]) if halves else ()


def _list_nouns(phrase: str) -> Iterator[str]:
    members = [_unquote(member) for member in split_members(phrase)]
    nouns = [_strip_promoting(member) for member in members]
    if all(noun == member for noun, member in zip(nouns[1:], members[1:], strict=True)):
        whole = _strip_promoting(phrase)  # one verb, if any, governs the whole list
        shorter = _LONG_ASIDE.sub("", whole)
        yield from (whole, shorter, _WEAK_TAIL_OF_TOPIC.sub("", shorter))
    yield from _join_members([_take_head(nouns[0]), *nouns[1:]], verbal=nouns[-1] != members[-1])


def _take_head(noun: str) -> str:
    """A noun without the “……的” in front of it, unless a deed stands behind 的."""
    head = noun.rsplit("的", 1)[-1]
    return noun if not head or _VERB.match(head) else head


def _split_at_commas(text: str) -> list[str]:
    masked = mask_names(text)
    places = [-1, *(at for at, char in enumerate(masked) if char == ","), len(text)]
    return [text[start + 1 : end] for start, end in pairwise(places)]


def _join_members(nouns: Sequence[str], *, verbal: bool) -> Iterator[str]:
    """Fewer and fewer members of a list, with 等; `verbal`: whether the last of them had a verb of its own."""
    if len(nouns) < 2:
        return
    rows = (nouns, [_WEAK_TAIL_OF_TOPIC.sub("", noun) for noun in nouns])
    head = next((word for word in _find_heads(nouns[-1], _HEAD_OF_NOUNS) if nouns[-1].endswith(word)), "")
    head = "" if nouns[0].endswith(head) or len(nouns[-1]) > 2 * SHORTEST or verbal else head
    yield from (_join_two(row, head) for row in rows)
    yield from (f"{row[0]}等{head}" for row in rows)
    yield from (f"{noun}等" for noun in nouns[1:] if len(noun) >= SHORTEST)


def _join_two(nouns: Sequence[str], head: str) -> str:
    first, second = nouns[0], nouns[1]
    if len(nouns) > 2:
        return f"{first}、{second}等{head}"
    return min(nouns, key=len) if first in second or second in first else f"{first}和{second}"


def _strip_promoting(noun: str) -> str:
    return _WEAK_TAIL.sub("", _PROMOTING.sub("", noun))


def shorten_document(document: str, most: int) -> str:
    """A document's name in its brackets if it is short enough, else its topic and kind; empty if that is too long."""
    if len(document) <= most:
        return document
    name = document.strip("《》")
    kind = _KIND_OF_PAPER.search(name)
    if not kind:
        return ""
    tail, body = kind["kind"], name[: kind.start()]
    inner = _INNER_NAME.search(body)
    if inner:
        return _add_kind(shorten_document(f"《{inner[1]}》", most - len(tail)).strip("《》"), tail)
    bare = _OPENS_PAPER.sub("", body)
    if bare == body and len(document) <= LONGEST:
        return ""  # a proper name
    body = bare
    if len(body) + len(tail) <= most:
        return _add_kind(body, tail)
    short = shorten_topic(body, most - len(tail)) or shorten_topic(body.rsplit("的", 1)[-1], most - len(tail))
    return _add_kind(short, tail)


def _add_kind(topic: str, kind: str) -> str:
    return topic + kind if topic else ""


def shorten_story(heading: str, most: int) -> str:
    """The heading of a newspaper article without the name of the body that it praises; empty if it is too long."""
    story = shorten_topic(_OWN_NAME.sub("", heading), most)
    return story or (f"《{heading}》" if len(heading) + 2 <= most else "")


def shorten_clause(clause: str, most: int = BEST) -> str:
    """A clause as a title of at most `most` characters, losing what tells least first; empty where none is whole."""
    return next((step for step in _shorten_by_steps(clause) if SHORTEST <= len(step) <= most), "")


def _shorten_by_steps(clause: str) -> Iterator[str]:
    bare = _drop_figures(_LIGHT_VERB.sub("", _LONG_ASIDE.sub("", strip_front(_strip_status(clause)))))
    yield bare
    steps: tuple[Callable[[str], str], ...] = (
        lambda text: _AIM.sub("", text),
        lambda text: _drop_figures(_drop_weak_tail(text)),
        lambda text: _LIGHT_VERB.sub("", strip_front(_FRAME.sub("", text))),
        _drop_of_phrase,
        lambda text: _CAUSING.sub("", text),
        lambda text: _sub_outside(_FIGURE_INSIDE, text),
        _shorten_papers,
        lambda text: _cut_list(text, 2),
        lambda text: _cut_list(text, 1),
        _strip_promoting,
    )
    for step in steps:
        shorter = step(bare)
        if shorter and shorter != bare:
            bare = shorter
            yield bare


def _drop_figures(text: str) -> str:
    """A text without the counts behind its members, unless nothing but a verb is left of it."""
    masked = mask_names(text)
    places = [0, *(found.end() for found in re.finditer("、", masked)), len(text)]
    parts = [text[start:end] for start, end in pairwise(places)]
    bare = [_FIGURE_BEHIND.sub("", part.rstrip("、")) for part in parts]
    shorter = "、".join(part for part in bare if part)
    hollow = len(shorter) < SHORTEST or _VERB.fullmatch(shorter) or not bare[0]
    return text if hollow else shorter


def _drop_weak_tail(text: str) -> str:
    """A text without 工作, 情况 and the like at its end; a list that 等 leaves open stays open."""
    found = _WEAK_TAIL.search(text)
    if not found:
        return text
    if not (_ETC.match(found.group()) and "、" in text):
        return text[: found.start()]
    kept = None if _VERB.match(text) else _GOVERNS_ETC.search(text)
    return text[: found.start()] + ("等" + kept["kept"] if kept else "等")


def _drop_of_phrase(text: str) -> str:
    found = _OF_PHRASE.search(mask_names(text))
    return text[: found.end("verb")] + text[found.start("head") :] if found else text


def _shorten_papers(text: str) -> str:
    return re.sub(r"《[^《》]*》", lambda found: shorten_document(found.group(), BEST - 4) or found.group(), text)


def _cut_list(text: str, kept: int) -> str:
    """A list with its first members, 等 and the word that governs all; the text where that word is not known."""
    joints = [joint for joint in _find_joints(text) if not _VERB.fullmatch(text[: joint[0]])]
    if len(joints) < kept or _is_no_single_list(text, joints):
        return text
    front, last = text[: joints[kept - 1][0]], text[joints[-1][1] :]
    if kept == 1 and not _ETC.search(mask_names(last)) and _is_parallel(front, last):
        return front
    return _close_list(front, last) or text


def _close_list(front: str, last: str) -> str:
    """The first members of a list, 等 and what the last member says of all; empty where that is not known."""
    etc = next(find_outside(_ETC, last), None)
    if etc:
        return f"{front}等{last[etc.end() :]}"
    if last.endswith(("》", "”")) and front.endswith(("》", "”")):
        return f"{front}等"
    if len(last) > 2 * SHORTEST:
        projects = [] if _PREDICATE.search(last) else _find_heads(last, _PROJECTS)
        return next((f"{front}等{word}" for word in projects if last.endswith(word)), "")
    heads = [word for word in _find_heads(last, _HEAD) if last.endswith(word) and word != last]
    if not heads:
        return ""
    return f"{front}等" if any(map(front.endswith, _find_heads(front, _HEAD))) else f"{front}等{heads[0]}"


def _is_no_single_list(text: str, joints: Sequence[tuple[int, int]]) -> bool:
    """Whether a predicate or another 等 stands between the first and the last joint of what looks like a list."""
    middle = mask_names(text)[joints[0][1] : joints[-1][0]]
    return bool(_ETC.search(middle) or _PREDICATE.search(middle))


def _is_parallel(first: str, last: str) -> bool:
    """Whether two members say the same of different things, so that each is a clause of its own."""
    if _SAYS_ALL.search(first) and _SAYS_ALL.search(last):
        return True
    first, last = _MEASURED.sub("", first), _MEASURED.sub("", last)
    common = any(first[at : at + _ALIKE] in last for at in range(len(first) - _ALIKE + 1))
    return common and min(len(first), len(last)) >= 2 * SHORTEST


def _find_heads(text: str, heads: Rule) -> list[str]:
    found = {match.group() for at in range(len(text)) if (match := heads.match(text[at:]))}
    return sorted(found, key=len, reverse=True)


def _unquote(text: str) -> str:
    """What stands in the quotes where a text is nothing but one quotation that is too long for a name."""
    found = re.fullmatch(r"“([^“”]*)”", text)
    return found[1] if found and ("," in text or "、" in text or _PROMOTING.match(found[1])) else text


def _sub_outside(rule: Rule, text: str) -> str:
    """The text without what the rule finds outside quotes and brackets."""
    masked = mask_names(text)
    if masked is text:
        return rule.sub("", text)
    kept, last = "", 0
    for found in rule.finditer(masked):
        kept, last = kept + text[last : found.start()], found.end()
    return kept + text[last:]
