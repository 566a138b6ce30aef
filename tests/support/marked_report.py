"""Made-up reports whose lines say in front of them what section they belong to: `R 新建学校3所。`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from huimou.digest.steps.segment import segment
from huimou.model.report import Outline, Role

# Capital: the line lies in that section; small: it does too, and rests no item; x: wherever, no item.
_ROLES: dict[str, Role] = {
    "T": "title", "F": "front_matter", "R": "review", "S": "shortcomings", "P": "plan", "C": "closing",
    "B": "boilerplate",
}  # fmt: skip
_NO_ITEM = frozenset({"title", "front_matter", "closing", "boilerplate"})


@dataclass(frozen=True, slots=True)
class _Line:
    sign: str
    start: int
    text: str


def read_marked(marked: str) -> tuple[str, list[_Line]]:
    """The text without its signs, and its lines."""
    lines, text = [], ""
    for line in filter(None, map(str.strip, marked.splitlines())):
        sign, _, said = line.partition(" ")
        lines.append(_Line(sign, len(text), said))
        text += f"{said}\n"
    return text, lines


def list_wrong_lines(marked: str) -> list[str]:
    """Each line of a marked report that is not read as its sign says, with what it is read as."""
    text, lines = read_marked(marked)
    outline = segment(text)
    return [wrong for line in lines for wrong in _judge(outline, line)]


def _judge(outline: Outline, line: _Line) -> Iterator[str]:
    inside = [s for s in outline.sentences if line.start <= s.start < line.start + len(line.text)]
    cited = [s.n for s in inside if s.n not in outline.left_out]
    roles = [outline.find_role(s.start) for s in inside]
    wanted = _ROLES.get(line.sign.upper())
    if wanted and any(role != wanted for role in roles):
        yield f"{line.text} is {', '.join(dict.fromkeys(roles))}, not {wanted}"
    elif cited and (line.sign.islower() or wanted in _NO_ITEM):
        yield f"{line.text} rests an item"
    elif line.sign.isupper() and wanted not in _NO_ITEM and not cited and not _is_heading(line.text):
        yield f"{line.text} is left out: {', '.join(outline.left_out[s.n] for s in inside)}"


def _is_heading(text: str) -> bool:
    return not text.endswith(("。", "；", "！"))
