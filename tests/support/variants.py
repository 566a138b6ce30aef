"""The same report in another dress: what a rule made for one layout would not survive."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping

from opencc import OpenCC

from huimou.digest.steps.ingest import decode
from huimou.language.text import fold
from huimou.model.report import Document
from places import ROOT

RECORDINGS = ROOT / "fixtures" / "variants"
RECORDED = ("xianning-2022", "yingtan-2022")

ARTICLE = """
老街改造迎来新气象

青松日报记者 李明

日前,记者走进青松老街,只见青石板路整洁如新。居民张大爷说:“现在环境好了。”据了解,改造共投入资金1200万元,惠及商户86家。
"""
_NUMBERS = "一二三四五六七八九十"
_CITIES = {"咸宁": "云澜", "荆州": "云澜", "鷹潭": "雲瀾", "武汉": "云澜", "随州": "云澜"}
_PLAN = re.compile(r"主要任务$|工作安排|今后工作建议|20\d\d年主要任务", re.MULTILINE)


def full_width(text: str) -> str:
    """Punctuation, digits and percent signs in full width."""
    wide = dict(zip(",:;()!?%", "，：；（）！？％", strict=True))
    return text.translate({ord(a): b for a, b in wide.items()} | {ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"})


def half_width(text: str) -> str:
    """Punctuation in half width, full stops apart."""
    return text.translate(str.maketrans("，：；（）！？％", ",:;()!?%"))


def wrapped(text: str) -> str:
    """Hard-wrapped at 28 characters, as a newspaper's PDF is."""
    lines = (line.rstrip() for line in text.split("\n"))
    return "\n".join("\n".join(line[i : i + 28] for i in range(0, len(line), 28)) for line in lines)


def other_bullets(text: str) -> str:
    """★ for ●, ◆ for ■."""
    return text.translate({ord("●"): "★", ord("■"): "◆"})


def numbered(text: str) -> str:
    """（一） for ■ and ###, 1. for ●."""
    return "\n".join(_numbered(text.split("\n")))


def _numbered(lines: list[str]) -> Iterator[str]:
    heading = item = 0
    for line in lines:
        if line.startswith(("■", "### ")):
            heading, item = heading + 1, 0
            yield f"（{_NUMBERS[(heading - 1) % 10]}）" + line.lstrip("■# ")
        elif line.startswith("●"):
            item += 1
            yield f"{item}.{line[1:]}"
        else:
            yield line


def spliced(text: str) -> str:
    """Another article, with its byline, in the middle of the page."""
    lines = text.split("\n")
    middle = len(lines) // 2
    return "\n".join([*lines[:middle], ARTICLE, *lines[middle:]])


def other_city(text: str) -> str:
    """The same deeds, of a city that does not exist."""
    for name, other in _CITIES.items():
        text = text.replace(name, other)
    return text


def plan_cut(text: str) -> str:
    """The text up to its plan, which is not there; unchanged where it has none."""
    first = next((match.start() for match in _PLAN.finditer(text) if match.start() > len(text) // 4), None)
    return text if first is None else text[: text.rfind("\n", 0, first) + 1]


def headless(text: str) -> str:
    """Without the lines that are headings: short, set apart, no bullet, no full stop inside or at the end."""
    lines = text.split("\n")
    above = ["", *lines]
    return "\n".join(
        line for line, before in zip(lines, above, strict=False) if before.strip() or not _is_heading(line.strip())
    )


def _is_heading(line: str) -> bool:
    return bool(line) and len(line) <= 40 and not re.search(r"[。;；]", line) and not line.startswith(("●", "- "))


# What leaves every word of the report in its place.
DRESSES: Mapping[str, Callable[[str], str]] = {
    "full-width": full_width,
    "half-width": half_width,
    "traditional": OpenCC("s2t").convert,
    "wrapped": wrapped,
    "bullets": other_bullets,
    "numbered": numbered,
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: re.sub(r"^(?=\S)", "　　", text, flags=re.MULTILINE),
    "city": other_city,
}
# What takes something away or adds something.
CHANGES: Mapping[str, Callable[[str], str]] = {"spliced": spliced, "plan-cut": plan_cut, "headless": headless}
VARIANTS = {**DRESSES, **CHANGES}


def documents(stem: str) -> dict[str, Document]:
    """Every variant of a seed as it would be read; `gb18030` is the text in other bytes."""
    text = (ROOT / "seeds" / f"{stem}.txt").read_bytes().decode()
    encoded = {name: make(text).encode() for name, make in VARIANTS.items()} | {"gb18030": text.encode("gb18030")}
    return {name: _document(f"{stem}.txt", data) for name, data in encoded.items()}


def _document(file: str, data: bytes) -> Document:
    text, encoding = decode(data, file)
    return Document(file, file.removesuffix(".txt"), text, hashlib.sha256(data).hexdigest(), encoding, "text")


def words(text: str) -> tuple[str, dict[int, int]]:
    """The folded letters and digits of a text, and for each place of one its ordinal."""
    view = fold(text)
    kept = [i for i, char in enumerate(view) if re.match(r"\w", char)]
    return "".join(view[i] for i in kept), {place: k for k, place in enumerate(kept)}


def moved(before: str, after: str) -> dict[int, int]:
    """Where each letter of one text stands in another: by position where they are as long, else by what they share."""
    if len(before) == len(after):
        return {i: i for i in range(len(before))}
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


Items = list[tuple[str, frozenset[int]]]


def kept(original: Items, variant: Items, places: Mapping[int, int]) -> list[bool]:
    """For each item (its kind and letters) whether half of it is in one item of the same kind in the variant."""
    found = []
    for kind, letters in original:
        here = {places[k] for k in letters if k in places}
        found.append(any(kind == other and len(here & theirs) * 2 >= len(letters) for other, theirs in variant))
    return found
