"""Of which place a report is: by its title, its speaker and the meeting it is given to, else by its text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import chain, takewhile

from huimou.digest.cores import HERE, Cores
from huimou.language.rules import get_rule

_CHINESE = get_rule("bodies.chinese")
_PLACE = get_rule("bodies.place_or_county")
_PART = get_rule("bodies.part_of_a_place")
_ZONE = get_rule("bodies.zone")
_NOT_A_NAME = get_rule("bodies.not_a_name")
_NOT_IN_A_TITLE = get_rule("bodies.not_a_name_in_a_title")
_REAL = get_rule("bodies.name_with_such_characters")
_LEVELS = get_rule("bodies.levels")
_ABOVE = get_rule("bodies.in_front_of_a_place")
_PROVINCE = get_rule("bodies.short_name_of_a_province")
_IN_FRONT = get_rule("bodies.in_front_of_a_title")
_BEFORE = get_rule("bodies.in_front_of_a_name")
_IN_A_TITLE = (get_rule("bodies.place_of_a_speaker"), get_rule("bodies.place_that_opens_a_title"))
_BESIDE_A_BODY = get_rule("bodies.place_in_front_of_a_body")
# These name a place even where they stand once in a text.
_CERTAIN = (
    get_rule("bodies.place_of_a_party_committee"),
    get_rule("bodies.place_of_a_consultative_conference"),
)
_OPENING = 600
_PIECE = 30_000  # characters
_WEIGHTS = (6, 3, 1)
_OFTEN = 3


def find_region(head: Sequence[str], text: str, bodies: tuple[str, ...], cores: Cores = HERE) -> str | None:
    """The place that is named most beside a body of `bodies` or another, of those in the head if it names any.

    Where only the text names it, it must be there more than once, or beside a committee that has it in its name.

    Args:
        head: lines of the title, the meeting and the speaker.
        text: the report, folded.
        bodies: names as they stand after a place (政府, 中级人民法院).
        cores: of the report.

    """
    votes: Counter[str] = Counter()
    in_head, in_opening, in_text = _WEIGHTS
    for line in head:
        votes.update(dict.fromkeys(find_anchored_places(line, bodies, title=True), in_head))
    known = set(votes)
    pieces = cores.map(partial(_find_by_rule, bodies=bodies, title=False), _cut_at_lines(text), "places")
    everywhere = [name for by_piece in zip(*pieces, strict=True) for names in by_piece for name in names]
    for weight, places in ((in_opening, find_anchored_places(text[:_OPENING], bodies)), (in_text, everywhere)):
        named = Counter(places)
        votes.update({name: weight * n for name, n in named.items() if name in (known or named)})
    if not known:
        votes = Counter({name: n for name, n in votes.items() if _is_certain(name, text)})
    level = _find_level(text, bodies)
    if not votes:
        return _find_frequent_place(text, level)
    return max(votes, key=lambda name: (votes[name] * (4 if name[-1] == level else 1), len(name)))


def _cut_at_lines(text: str) -> list[str]:
    """A very long text in pieces of whole lines: no name and no body goes on from one line to the next."""
    pieces: list[str] = []
    start = 0
    while len(text) - start > _PIECE and (end := text.find("\n", start + _PIECE)) >= 0:
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]


def find_anchored_places(text: str, bodies: tuple[str, ...], *, title: bool = False) -> list[str]:
    """The places that stand beside a body in a text; in a title also 青岚县县长 and 青岚县2024年工作总结."""
    return list(chain(*_find_by_rule(text, bodies, title=title)))


def _find_by_rule(text: str, bodies: tuple[str, ...], *, title: bool) -> list[list[str]]:
    """The places that stand beside a body in a text, those of each rule in the order of the text."""
    own = compile_names(bodies)
    rules = (*_CERTAIN, _BESIDE_A_BODY, *(_IN_A_TITLE if title else ()))
    found = [*(rule.finditer(text) for rule in rules), own.finditer(text) if own else ()]
    return [
        [
            name
            for match in matches
            if (name := find_last_place(match.group(1), opens_title=title and _opens_a_name(match)))
        ]
        for matches in found
    ]


def _opens_a_name(match: re.Match[str]) -> bool:
    """Whether a place in a title stands where a name begins, or beside a committee that has it in its name."""
    certain = match.re.pattern in {rule.pattern for rule in _CERTAIN}
    return certain or _IN_FRONT.search(match.string[: match.start(1)]) is not None


def _is_certain(name: str, text: str) -> bool:
    """Whether a text names a place more than once, or beside a committee that has it in its name."""
    found = (match.group(1) for rule in _CERTAIN for match in rule.finditer(text))
    return text.count(name) > 1 or any(place.endswith(name) for place in found)


def compile_names(bodies: tuple[str, ...]) -> re.Pattern[str] | None:
    """A place in front of one of some bodies; None without any."""
    words = "|".join(re.escape(body) for body in bodies)
    return re.compile(rf"(?:{_BEFORE.pattern}|代表)({_PLACE.pattern})(?:{words})") if words else None


def find_last_place(words: str, *, opens_title: bool = False) -> str | None:
    """The last place name of 江南省青岚县; none in 「被省政协采用」: one character names a 县 at most.

    In a name that opens a title, what follows the last place may look like one: 河东区竹溪社区居委会.
    """
    parts = [_PROVINCE.sub("", part) for part in _PART.findall(_ABOVE.sub("", words))]
    if opens_title:
        parts = list(takewhile(lambda part: _is_name(part, opens_title=True), parts))
    return parts[-1] if parts and _is_name(parts[-1], opens_title=opens_title) else None


def _is_name(place: str, *, opens_title: bool) -> bool:
    """Whether a word that ends in 省, 市, 县 … names a place: not 全市, 我省 or a bare 自治区."""
    zone = _ZONE.search(place)
    bare = place[: zone.start()] if zone else place[:-1]
    if not bare or place.startswith("自治"):
        return False
    return not (_NOT_IN_A_TITLE.search(place) if opens_title else _NOT_A_NAME.search(_REAL.sub("", bare)))


def _find_level(text: str, bodies: tuple[str, ...]) -> str | None:
    """省, 市, 区, 县 …: the level that the body puts before its name most often (市政协, 区政府)."""
    words = "|".join(re.escape(body) for body in bodies)
    found = Counter(re.findall(rf"([{_LEVELS.row.characters}])(?:人民)?(?:{words})", text)) if words else Counter[str]()
    return found.most_common(1)[0][0] if found else None


def _find_frequent_place(text: str, level: str | None) -> str | None:
    """The place name that occurs most, three times or more, for a text that never names a place beside a body."""
    ends = level or _LEVELS.row.characters
    names = Counter(
        match
        for match in re.findall(rf"(?=([{_CHINESE.row.characters}]{{2}}[{ends}]))", text)
        if not _NOT_A_NAME.search(match[:-1])
    )
    name, count = max(names.items(), key=lambda item: item[1], default=("", 0))
    if count < _OFTEN:
        return None
    longer = Counter(re.findall(rf"[{_CHINESE.row.characters}]{name}", text))
    best, times = max(longer.items(), key=lambda item: item[1], default=("", 0))
    found = best if times >= 0.8 * count else name
    return found if _is_name(found, opens_title=False) else None
