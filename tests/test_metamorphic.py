"""The same report in another dress must give the same items: what holds for one layout only would show here."""

import difflib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from opencc import OpenCC

from huimou.stages.facts import read_facts
from huimou.stages.group import groups_of
from huimou.stages.segment import segment
from huimou.text import fold

SEEDS = sorted((Path(__file__).resolve().parents[1] / "seeds").glob("*-*.txt"))
ARTICLE = """
老街改造迎来新气象

青松日报记者 李明

日前,记者走进青松老街,只见青石板路整洁如新。居民张大爷说:“现在环境好了。”据了解,改造共投入资金1200万元,惠及商户86家。
"""
_CHINESE_NUMBERS = "一二三四五六七八九十"


def full_width(text: str) -> str:
    """Punctuation, digits and percent signs in full width."""
    wide = dict(zip(",:;()!?%", "，：；（）！？％", strict=True))
    return text.translate({ord(a): b for a, b in wide.items()} | {ord(d): chr(ord(d) + 0xFEE0) for d in "0123456789"})


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
            yield f"（{_CHINESE_NUMBERS[(heading - 1) % 10]}）" + line.lstrip("■# ")
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


VARIANTS: dict[str, Callable[[str], str]] = {
    "full width": full_width,
    "traditional": OpenCC("s2t").convert,
    "wrapped": wrapped,
    "other bullets": other_bullets,
    "numbered": numbered,
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "indented": lambda text: re.sub(r"^(?=\S)", "　　", text, flags=re.MULTILINE),
}


def words(text: str) -> tuple[str, dict[int, int]]:
    """The folded letters and digits of a text, and where each stood."""
    kept = [i for i, char in enumerate(fold(text)) if re.match(r"\w", char)]
    view = fold(text)
    return "".join(view[i] for i in kept), {place: k for k, place in enumerate(kept)}


def items(text: str) -> list[tuple[str, frozenset[int]]]:
    """Kind and letters of each candidate item."""
    outline, places = segment(text), words(text)[1]
    return [
        (
            group.kind,
            frozenset(
                places[p]
                for n in group.sentences
                for p in range(outline.sentences[n - 1].start, outline.sentences[n - 1].end)
                if p in places
            ),
        )
        for group in groups_of(text, outline)
    ]


def recall(original: str, variant: str) -> float:
    """Share of the original's items of which half or more is one item of the same kind in the variant."""
    before, after = words(original)[0], words(variant)[0]
    moved: dict[int, int] = {}
    for a, b, size in difflib.SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        moved |= {a + i: b + i for i in range(size)}
    found, theirs = items(original), items(variant)
    kept = 0
    for kind, letters in found:
        here = {moved[k] for k in letters if k in moved}
        kept += any(kind == other and len(here & place) * 2 >= len(here) for other, place in theirs)
    return kept / len(found)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", VARIANTS)
def test_another_dress_gives_the_same_items_and_facts(path: Path, name: str) -> None:
    """At least nine items in ten survive every change that leaves the words alone, and so do years and region."""
    text = path.read_bytes().decode()
    variant = VARIANTS[name](text)
    assert recall(text, variant) >= 0.9
    facts, theirs = (read_facts(t, segment(t)) for t in (text, variant))
    assert theirs.region == facts.region
    assert (theirs.review_years.start, theirs.plan_year.start) == (facts.review_years.start, facts.plan_year.start)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_article_in_the_middle_adds_nothing(path: Path) -> None:
    """Nothing of a spliced article becomes an item, and most of the report is still read."""
    text = path.read_bytes().decode()
    variant = spliced(text)
    outline = segment(variant)
    place = range(variant.index("老街改造"), variant.index("86家"))
    cited = [outline.sentences[n - 1] for group in groups_of(variant, outline) for n in group.sentences]
    assert not [s for s in cited if s.start in place]
    assert recall(text, variant) >= 0.75
