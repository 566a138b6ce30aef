"""Every quantity of a report, read by program: printed form, value, unit, mode, what is counted, whose deed it is.

A number with a unit is a quantity unless its surroundings make it a name, an ordinal, a date or a figure of speech. In
this order: `numerals` (how a number is written), `context` (whether it counts), `metric` (what it counts), `actor`
(whose deed it is), `counted` (one name for all reports). May import: `language.text`, `language.rules`,
`language.profiles.doers` and `model`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from huimou.language.figures.actor import ActorVerdict, find_actors
from huimou.language.figures.context import find_masks, judge_number
from huimou.language.figures.description import describe_figures
from huimou.language.figures.metric import MetricReading, distribute_rates, find_directions, read_metric
from huimou.language.figures.numerals import (
    QUANTITY,
    SINGLE,
    NumberReading,
    equalise_unit,
    is_measure,
    normalise_digits,
    normalise_unit,
    parse_number,
    read_match,
)
from huimou.language.profiles.doers import Doers
from huimou.language.rules import get_rule, remember
from huimou.language.text import View, find_places, fold
from huimou.model.report import Direction, Quantity

QuantityKey = tuple[str | None, int | float | None, int | float | None, str]

_LISTED = get_rule("quantities.start_of_an_item")
_MARKER = get_rule("quantities.start_of_a_short_line")
_JOINT = get_rule("quantities.joint_of_a_list")
_LONGER = get_rule("quantities.part_of_a_longer_number")
_GOES_ON = get_rule("quantities.number_goes_on")
_NUMERAL = get_rule("quantities.sign_of_a_quantity")
_FROM = get_rule("quantities.start_of_a_change")
_MINUS = get_rule("quantities.minus_in_words")
_PEOPLE = get_rule("quantities.units_of_people")
_BREAK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")
# 12 345 is one number; 5 6 7, a year before a number, and a row of more numbers are not.
_SPACED = re.compile(
    r"(?<![\d.,])(?<!\d\s)[1-9]\d{0,2}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d|,\d|[ \u00a0\u2009\u202f]\d)"
)
_CUT_OFF = re.compile(r"\d(?: |,,)$")
_TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)*")
_HEADING = 30
_REMEMBERED = 1024  # texts; a passage is read again for each answer about it
_AT_HAND = 128  # texts that are looked at from several sides, one after another
_MARKED = 20
_LONE_NUMBER = re.compile(r"[-—\s]*\d+[-—\s]*")


@dataclass(frozen=True, slots=True)
class NumberVerdict:
    """A number as printed, whether it counts or measures something, and the id of the rule that decided so.

    `quote == text[start:end]`, offsets in code points.
    """

    quote: str
    start: int
    end: int
    counts: bool
    rule: str


@remember(_REMEMBERED)
def find_quantities(text: str, doers: Doers | None = None) -> tuple[Quantity, ...]:
    """Every quantity in order, without overlaps; `quote == text[start:end]`, offsets in code points.

    `doers` are those of the profile of the report, where its kind is known: a deed without a subject is then the
    reporting body's own.
    """
    if not _NUMERAL.search(fold(text)):
        return ()
    view = _compact_text(text)
    counted: list[MetricReading] = []
    rules: list[str] = []
    for reading, rule in _find_accepted(view.text):
        counted.append(read_metric(view.text, reading, counted[-1] if counted else None))
        rules.append(rule)
    counted = distribute_rates(counted, view.text)
    actors = find_actors(view.text, counted, doers)
    told = describe_figures(view.text, counted, actors)
    directions = find_directions(view.text, counted)
    return tuple(
        _build_quantity(text, view, item, rule, (words, actor, direction))
        for item, rule, words, actor, direction in zip(counted, rules, told, actors, directions, strict=True)
    )


def _build_quantity(
    text: str, view: View, item: MetricReading, rule: str, said: tuple[str | None, ActorVerdict, Direction | None]
) -> Quantity:
    reading, (metric, actor, direction) = item.reading, said
    start, end = view.map_back(reading.start, reading.end)
    return Quantity(
        quote=text[start:end],
        start=start,
        end=end,
        value=reading.value,
        value_max=reading.value_max,
        mode=reading.mode,
        unit=reading.unit,
        metric=metric,
        actor=actor.actor,
        direction=direction,
        rule=rule,
        actor_rule=actor.rule,
        counted=item.metric,
    )


def list_numbers(text: str) -> tuple[NumberVerdict, ...]:
    """Every number of a text in order, whether or not it counts something: 两次 does, 第二次 does not."""
    view = _compact_text(text)
    masks = find_masks(view.text)
    found: list[NumberVerdict] = []
    for reading in _find_candidates(view.text):
        verdict = judge_number(view.text, reading, masks)
        start, end = view.map_back(reading.start, reading.end)
        found.append(NumberVerdict(text[start:end], start, end, verdict.counts, verdict.rule))
    return tuple(found)


@remember(_REMEMBERED)
def find_number_tokens(text: str) -> tuple[str, ...]:
    """All numbers in digits, in order, in one form: half width, no separators, line breaks inside them joined."""
    tokens = _TOKEN.findall(_compact_text(text).text)
    plain = (normalise_digits(token) for token in tokens)
    return tuple(part for token in plain for part in (token.split(".") if token.count(".") > 1 else [token]))


@remember(_REMEMBERED)
def build_quantity_keys(text: str) -> frozenset[QuantityKey]:
    """Unit, value, highest value and mode of every quantity: what two writings of one figure share."""
    return frozenset(_build_key(reading) for reading, _ in _find_accepted(_compact_text(text).text))


def find_unsupported_numbers(summary: str, evidence: str) -> tuple[str, ...]:
    """Printed numbers of `summary` that `evidence` does not hold, in order, each once; empty if all stand.

    A number in digits must be printed in the evidence in the same digits; a quantity must also have the same value,
    unit and qualifier there (400余场 does not support 400场), or the very same writing.
    """
    compact, source = _compact_text(summary).text, _compact_text(evidence).text
    tokens, keys = frozenset(find_number_tokens(evidence)), build_quantity_keys(evidence)
    bad: list[tuple[int, int]] = []
    for reading in _find_candidates(compact):
        quote = compact[reading.start : reading.end]
        printed = all(token in tokens for token in find_number_tokens(quote))
        held = (
            _build_key(reading) in keys or _is_written_in(quote, source) or _needs_no_support(compact, source, reading)
        )
        if not (printed and held):
            bad.append((reading.start, reading.end))
    for token in _TOKEN.finditer(compact):
        inside = any(start <= token.start() < end for start, end in bad)
        if not inside and not all(part in tokens for part in find_number_tokens(token[0])):
            bad.append(token.span())
    return tuple(dict.fromkeys(compact[start:end] for start, end in sorted(bad)))


def _needs_no_support(compact: str, source: str, reading: NumberReading) -> bool:
    """Whether a reading is no quantity and needs no support beyond its digits, or its writing (第三次, 三个环节)."""
    if judge_number(compact, reading, find_masks(compact)).counts:
        return False
    return not reading.chinese or reading.value in {None, 0, 1} or compact[reading.start : reading.end] in source


def _is_written_in(quote: str, source: str) -> bool:
    """Whether the quote stands in the source as a whole, not as a part of a longer number or a qualified one."""
    return any(
        not _LONGER.search(source, max(0, at - 2), at) and not _GOES_ON.match(source, at + len(quote))
        for at in find_places(quote, source)
    )


def _build_key(reading: NumberReading) -> QuantityKey:
    unit = "人" if reading.unit in _PEOPLE.words else reading.unit
    return (
        equalise_unit(unit),
        reading.value,
        reading.value_max,
        reading.mode if reading.value is not None else reading.number,
    )


@remember(_AT_HAND)
def _compact_text(text: str) -> View:
    """The folded text without white space; a line feed stays where a line break ends a line of thought."""
    folded = fold(text).replace("\u2236", ":")
    grouped = {place for number in _SPACED.finditer(folded) for place in range(*number.span())}
    chars: list[str] = []
    origin: list[int] = []
    done = 0
    for gap in _BREAK.finditer(folded):
        chars.extend(folded[done : gap.start()])
        origin.extend(range(done, gap.start()))
        done = gap.end()
        if gap.start() not in grouped and (kept := _replace_gap(folded, gap)):
            chars.append(kept)
            origin.append(gap.start())
    chars.extend(folded[done:])
    origin.extend(range(done, len(folded)))
    return View("".join(chars), tuple(origin))


def _replace_gap(folded: str, gap: re.Match[str]) -> str:
    """What remains of a run of white space: nothing inside a sentence, else a space or a line feed."""
    left, right = folded[gap.start() - 1 : gap.start()], folded[gap.end() : gap.end() + 1]
    if not any(mark in gap[0] for mark in "\r\n\f\v\u2028\u2029"):
        apart = (left.isalnum() or left == ",") and right.isalnum()
        return " " if apart and left.isascii() and right.isascii() else ""
    line_start = max(folded.rfind("\n", 0, gap.start()), folded.rfind("\r", 0, gap.start())) + 1
    before = folded[line_start : gap.start()]
    after = re.split(r"[\r\n]", folded[gap.end() : gap.end() + 200], maxsplit=1)[0]
    if left in "。!?;:" or _LISTED.match(after) or _LONE_NUMBER.fullmatch(before) or _LONE_NUMBER.fullmatch(after):
        return "\n"
    if not left.isdigit() and left not in ",、" and len(before) <= _MARKED and _MARKER.match(before.lstrip()):
        return "\n"
    if not left.isdigit() and len(before) <= _HEADING and 2 * len(before) < len(after):
        return "\n"
    if left.isdigit() and right.isdigit():
        # Only a line that was filled to its end can have cut a number.
        return "" if min(len(before), len(after)) >= 12 else "\n"
    return ""


def _find_candidates(compact: str) -> Iterator[NumberReading]:
    """Every number with its unit, whether or not it counts something."""
    place = 0
    while match := QUANTITY.search(compact, place):
        reading = read_match(match)
        if reading and reading.mode == "range" and compact[max(0, reading.start - 1) : reading.start] in _FROM.words:
            reading = None
        if reading is None and (single := SINGLE.match(compact, match.start())):
            match, reading = single, read_match(single)
        if reading and _is_numbered(compact, reading):
            place = compact.index(".", reading.start) + 1
            continue
        if reading and not _is_fragment(compact, reading):
            yield _apply_sign(compact, _share_unit(compact, match, reading))
        place = max(reading.end if reading else match.start() + 1, place + 1)


def _share_unit(compact: str, match: re.Match[str], reading: NumberReading) -> NumberReading:
    """A number in a list without a unit, with unit and scale of the next one: 分别提高15、22个百分点."""
    if match.groupdict().get("number") is None or reading.unit or compact[max(0, reading.start - 1)] in "\n0123456789":
        return reading
    following: re.Match[str] | None = match
    while following and (joint := _JOINT.match(compact, following.end())):
        following = SINGLE.match(compact, joint.end())
        if following and following["unit"]:
            unit, scale = normalise_unit(following["unit"]), match["scale"] or following["scale"]
            if is_measure(unit) or match["scale"]:
                return replace(reading, unit=unit, value=parse_number(match["number"], scale), scaled=True)
            return reading
    return reading


def _is_numbered(compact: str, reading: NumberReading) -> bool:
    """Whether 3.10种 at the start of a line is paragraph 3 and then 10种: nobody counts a tenth of a thing."""
    decimal = re.fullmatch(r"\d{1,2}\.\d+", reading.number)
    starts = reading.start == 0 or compact[reading.start - 1] == "\n"
    return decimal is not None and starts and not reading.scaled and not is_measure(reading.unit)


def _is_fragment(compact: str, reading: NumberReading) -> bool:
    """Whether it is what a gap or a doubled comma left of a longer number: 345 in 12 3 345人, 000 in 3,,000万元."""
    return (
        reading.number.startswith("000")
        or _CUT_OFF.search(compact[max(0, reading.start - 3) : reading.start]) is not None
    )


def _apply_sign(compact: str, reading: NumberReading) -> NumberReading:
    """The reading with a minus sign in front of it, where that cannot be a dash between two numbers."""
    lead = compact[max(0, reading.start - 2) : reading.start]
    if lead[-1:] in {"-", "\u2212"} and lead[:1] >= "\u4e00" and reading.value is not None and not reading.chinese:
        return replace(reading, start=reading.start - 1, value=-reading.value)
    if reading.value is not None and reading.unit in {"%", "‰", "百分点", "℃"} and _MINUS.fullmatch(lead):
        return replace(reading, start=reading.start - 1, value=-reading.value)
    return reading


def _find_accepted(compact: str) -> Iterator[tuple[NumberReading, str]]:
    """Every number that counts something, with the id of the rule by which it does."""
    masks = find_masks(compact)
    for reading in _find_candidates(compact):
        verdict = judge_number(compact, reading, masks)
        if verdict.counts:
            yield reading, verdict.rule
