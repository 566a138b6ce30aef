"""How a quantity is written (the rules of `quantities.toml`), and what it is worth.

Everything here works on folded text (half width, simplified); see `huimou.language.text.fold`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from huimou.language.rules import Rule, get_rule
from huimou.model.report import FigureMode

Number = int | float

QUANTITY = get_rule("quantities.quantity")
SINGLE = get_rule("quantities.single_quantity")
NOUNS = get_rule("quantities.nouns")
_MEASURES = get_rule("quantities.measures")
_SPELLINGS = get_rule("quantities.spellings_of_units")
_SPELLINGS_OF_HALVES = get_rule("quantities.spellings_of_half_units")
_EQUAL_UNITS = get_rule("quantities.equal_units")
_DIGITS = get_rule("quantities.digits")
_PLACES = get_rule("quantities.places")
_SCALES = get_rule("quantities.scales")
_MODES: tuple[tuple[FigureMode, Rule], ...] = (
    ("at_least", get_rule("quantities.at_least")),
    ("at_most", get_rule("quantities.at_most")),
    ("over", get_rule("quantities.over")),
    ("nearly", get_rule("quantities.nearly")),
    ("about", get_rule("quantities.about")),
)


def is_measure(unit: str | None) -> bool:
    """Whether a unit measures (吨, 元, %, 吨/日) rather than counts (件, 户)."""
    return unit is not None and unit.split("/", maxsplit=1)[0] in _MEASURES.words


def equalise_unit(unit: str | None) -> str | None:
    """One unit for all that are the same amount, for comparing: km and 千米 are 公里, m3/d is 立方米/日."""
    return None if unit is None else "/".join(_EQUAL_UNITS.map.get(part, part) for part in unit.split("/"))


def find_mode(*qualifiers: str | None) -> FigureMode:
    """How the words around a number limit it; `exact` without any."""
    present = {word for word in qualifiers if word}
    return next((mode for mode, rule in _MODES if rule.words & present), "exact")


def parse_chinese(run: str) -> int | None:
    """Value of a Chinese numeral such as 一百二十三 or 两千万; None where it is not one well-formed number."""
    digits, places, scales = _DIGITS.map, _PLACES.map, _SCALES.map
    total = section = digit = 0
    last_unit = 10**9
    pending = False
    for char in run:
        if char in digits:
            if pending and digit:
                return None
            digit, pending = digits[char], True
        elif char in places:
            if places[char] >= last_unit:
                return None
            section += (digit if pending else 1) * places[char]
            last_unit, digit, pending = places[char], 0, False
        else:
            if char not in scales:
                return None
            total = _apply_scale(total, section + digit, scales[char])
            section, digit, pending, last_unit = 0, 0, False, 10**9
    return total + section + digit if run else None


def _apply_scale(total: int, section: int, scale: int) -> int:
    """The total after a scale word: 两亿三千万 adds, 三万亿 and 六万万 multiply."""
    if total and not section:
        return total * scale
    return (total + section or 1) * scale if total < scale else total + (section or 1) * scale


def parse_adjacent(run: str) -> tuple[int, int] | None:
    """Two neighbouring numerals as a range: 三四 is 3 to 4, 七八十 is 70 to 80, 三五 is 3 to 5."""
    digits = _DIGITS.map
    if len(run) < 2 or run[0] not in digits or run[1] not in digits:
        return None
    low, high = parse_chinese(run[0] + run[2:]), parse_chinese(run[1:])
    if low is None or high is None or not (digits[run[1]] - digits[run[0]] == 1 or run[:2] == "三五"):
        return None
    return low, high


def parse_scale(scale: str | None) -> int:
    """Factor of a scale such as 万, 千万 or 万亿; 1 without one."""
    factor = 1
    for char in scale or "":
        factor *= _SCALES.map[char]
    return factor


def parse_number(number: str, scale: str | None = None) -> Number | None:
    """Value of a printed number (digits with or without separators, or a Chinese numeral) times its scale."""
    if number[0].isdigit():
        exact = Fraction(number.replace(",", "")) * parse_scale(scale)
        return int(exact) if exact.denominator == 1 else float(exact)
    value = parse_chinese(number)
    return None if value is None else value * parse_scale(scale)


def normalise_digits(token: str) -> str:
    """A digit token without separators, as two writings of it compare."""
    return re.sub(r"[,\s]", "", token)


@dataclass(frozen=True, slots=True)
class NumberReading:
    """What a match says by itself, before its surroundings are looked at."""

    start: int
    end: int
    number: str
    value: Number | None
    value_max: Number | None
    mode: FigureMode
    unit: str | None
    chinese: bool
    scaled: bool = False


def read_match(match: re.Match[str]) -> NumberReading | None:
    """Reading of a match of `QUANTITY` or `SINGLE`; None where its numeral or its range is malformed.

    三成 is a share of ten and comes out in base units: 30 %.
    """
    groups = match.groupdict()
    reading = _READERS[next((name for name in _READERS if groups.get(name)), "plain")](match)
    return _to_percent(reading) if reading and reading.unit == "成" else reading


def _to_percent(tenths: NumberReading) -> NumberReading:
    low, high = ((None if part is None else part * 10) for part in (tenths.value, tenths.value_max))
    return replace(tenths, value=low, value_max=high, unit="%")


def _build_reading(match: re.Match[str], number: str, value: Number | None, unit: str | None) -> NumberReading:
    mode = find_mode(match["before"], match["after"])
    return NumberReading(match.start(), match.end(), number, value, None, mode, unit, chinese=True)


def _read_half(match: re.Match[str]) -> NumberReading | None:
    whole = parse_chinese(match["half"].removesuffix("半").removesuffix("个"))
    unit = _SPELLINGS_OF_HALVES.map.get(match["half_unit"], match["half_unit"])
    return _build_reading(match, match["half"], (whole or 0) + 0.5, unit)


def _read_part(match: re.Match[str]) -> NumberReading | None:
    whole, _, places = match["part"].partition("点")
    value = parse_number(whole)
    base = parse_chinese(match["base"])
    if value is None or not base:
        return None
    if places:
        value = float(f"{value}.{''.join(str(_DIGITS.map.get(char, 0)) for char in places)}")
    unit = {100: "%", 1000: "‰"}.get(base)
    return _build_reading(match, match[0], value if unit else round(value / base, 6), unit)


def _read_vague(match: re.Match[str]) -> NumberReading | None:
    return replace(_build_reading(match, match["vague"], None, match["vague_unit"]), mode="vague")


def _read_digits(match: re.Match[str]) -> NumberReading | None:
    return replace(_build_reading(match, match["digits"], None, None), mode="vague")


def _read_share(match: re.Match[str]) -> NumberReading | None:
    shared = _build_reading(match, match["share"], 0.5, None)
    return replace(shared, mode="over") if match["share"] == "过半" else shared


def _read_ratio(match: re.Match[str]) -> NumberReading | None:
    """Reading of a ratio: 2.1:1 is 2.1; one of three parts has no single value."""
    first, second, *third = (Fraction(part) for part in match["ratio"].split(":"))
    if not second:
        return None
    value = None if third else round(float(first / second), 6)
    return replace(_build_reading(match, match["ratio"], value, "比"), chinese=False)


def _read_over(match: re.Match[str]) -> NumberReading | None:
    value = round(float(Fraction(match["over"])), 6)
    return replace(_build_reading(match, match["over"], value, None), chinese=False) if value < 1 else None


def _read_range(match: re.Match[str]) -> NumberReading | None:
    unit = match["range_unit"]
    if match["low_unit"] not in {None, unit} or match["low"][0].isdigit() != match["high"][0].isdigit():
        return None
    scale = match["low_scale"] or (None if match["low_unit"] else match["high_scale"])
    low, high = parse_number(match["low"], scale), parse_number(match["high"], match["high_scale"])
    if low is None or high is None or low >= high:
        return None
    written = not match["low"][0].isdigit()
    return NumberReading(
        match.start(), match.end(), match["low"], low, high, "range", normalise_unit(unit), chinese=written
    )


def _read_plain(match: re.Match[str]) -> NumberReading | None:
    if match["number"] is None:
        return _read_written(match)
    value = parse_number(match["number"], match["scale"])
    if match["rest"] and value is not None:
        value += parse_number(match["rest"].rstrip("百千万"), match["rest"].lstrip("0123456789")) or 0
    value = _add_half(value, match["and_half"])
    scaled = bool(match["odd"] or match["odd2"] or (match["scale"] and match["scale"][-1] in "万亿"))
    noun = match["noun"] if scaled else None
    end = match.end() if noun == match["noun"] else match.start("noun")
    more = "多" if (match["unit"] or "").startswith("个多") else None
    mode = find_mode(match["before"], match["odd"], match["odd2"], more, match["after"] if end == match.end() else None)
    unit = normalise_unit(match["unit"]) or noun
    return NumberReading(match.start(), end, match["number"], value, None, mode, unit, chinese=False, scaled=scaled)


def _read_written(match: re.Match[str]) -> NumberReading | None:
    if match["big"]:
        return _build_reading(match, match["big"], parse_number(match["big"]), None)
    number, scale, unit = match["cn"], match["cn_scale"], normalise_unit(match["cn_unit"])
    mode = find_mode(match["before"], match["cn_odd"], match["cn_odd2"], match["after"])
    value: Number | None = parse_number(number, scale)
    most: Number | None = None
    if value is None and (pair := parse_adjacent(number)):
        value, most = pair[0] * parse_scale(scale), pair[1] * parse_scale(scale)
        mode = "range"
    if value is None:
        return None
    value, most = _add_half(value, match["cn_and_half"]), _add_half(most, match["cn_and_half"])
    return NumberReading(match.start(), match.end(), number, value, most, mode, unit, chinese=True)


def _add_half(value: Number | None, half: str | None) -> Number | None:
    """The value with another half of its unit where 半 stands behind that: 一倍半 is 1.5 times."""
    return value + 0.5 if half and value is not None else value


def normalise_unit(unit: str | None) -> str | None:
    """One spelling of a unit that is written in several ways."""
    return None if unit is None else _SPELLINGS.map.get(unit, unit)


_READERS = {
    "half": _read_half,
    "share": _read_share,
    "part": _read_part,
    "ratio": _read_ratio,
    "over": _read_over,
    "low": _read_range,
    "vague": _read_vague,
    "digits": _read_digits,
    "plain": _read_plain,
}
