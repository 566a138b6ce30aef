"""Which body reports, of which place and kind: 政协, government, people's congress, court or procuratorate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SUFFIX = r"(?:自治区|自治州|自治县|自治旗|地区|新区|省|市|州|县|区|盟|旗)"
_PLACE = rf"(?![年月日在])[\u4e00-\u9fff]{{1,16}}{_SUFFIX}"
_COMPONENT = re.compile(rf"[\u4e00-\u9fff]{{2,8}}?{_SUFFIX}|[\u4e00-\u9fff]县$")
_TERM = r"(?:第?[一二三四五六七八九十百\d]{1,4}届)"
_NOT_A_NAME = re.compile(
    r"[全我本各该此的和与及在对为向是一两多有之内外以会议政协委府被送报]|^[获经受由请让给把将按据]$|^(?:城|县|省|都|地|社|市|辖|园|景|郊)|省市|县市|市县"
)
_TITLE_WORDS = re.compile(r"报告|回眸|回顾|解读|综述|纪实|总结|亮点")
_KINDS = (
    ("court", re.compile(r"法院")),
    ("procuratorate", re.compile(r"检察院")),
    ("political_consultative", re.compile(r"政协(?!委员[、,和及])|政治协商会议")),
    ("people_congress", re.compile(r"人大常委会|人民代表大会(?:常务委员会|常委会)")),
    ("government", re.compile(r"政府工作|政府|国务院")),
)
_SPEAKER = re.compile(r"(?:我|现)(?:代表|受)([^,。;:]{2,40}?)(?:的?委托|向|作|报告|,)")
_SELF = {
    "political_consultative": "政协",
    "government": "政府",
    "people_congress": "人大",
    "court": "法院",
    "procuratorate": "检察院",
}
_NATIONAL = {
    "political_consultative": (
        re.compile(rf"(?:中国人民政治协商会议|政协){_TERM}?全国委员会(?:常务委员会)?|政协全国委员会"),
        "中国人民政治协商会议全国委员会",
    ),
    "government": (re.compile(r"^国务院|国务院总理|国务院政府工作报告", re.MULTILINE), "国务院"),
    "people_congress": (
        re.compile(rf"{_TERM}?全国(?:人民代表大会|人大)常(?:务委员|委)会"),
        "全国人民代表大会常务委员会",
    ),
    "court": (re.compile(r"最高人民法院"), "最高人民法院"),
    "procuratorate": (re.compile(r"最高人民检察院"), "最高人民检察院"),
}
_BEFORE = r"(?:^|[\n,。、;:()“”《》—\-\d\s年月日在])"
_ANCHORS = (
    re.compile(rf"中共({_PLACE}|[\u4e00-\u9fff]县)委(?!员)"),
    re.compile(rf"(?:政协|政治协商会议)(?:{_TERM})?({_PLACE}|[\u4e00-\u9fff]县)(?:{_TERM})?委员会"),
    re.compile(
        rf"(?:{_BEFORE}|代表)({_PLACE}|[\u4e00-\u9fff]县)(?:人民)?"
        rf"(?:政协|政府|{_TERM}|代表大会|人大|高级人民法院|中级人民法院|法院|检察院)"
    ),
)


@dataclass(frozen=True, slots=True)
class Body:
    """The reporting body; None where the text does not tell."""

    organisation: str | None
    region: str | None
    kind: str | None


def read_body(lines: Sequence[str], headings: Sequence[str]) -> Body:
    """Body of a report given as folded (half-width, simplified) lines, and those of them that are headings."""
    closed = [_GAP.sub("", line) for line in lines]
    titles = [_GAP.sub("", line) for line in headings if line in lines[:12]]
    text = "\n".join(closed)
    kind = _kind(titles, text)
    speaker = _SPEAKER.search(text[:3000])
    head = "\n".join([*titles, *([speaker.group(1)] if speaker else [])])
    if kind and _NATIONAL[kind][0].search(head):
        return Body(_national(kind, head), "全国", kind)
    region = _region(titles, text, kind)
    return Body(_organisation(kind, region, text), region, kind)


def _kind(titles: Sequence[str], text: str) -> str | None:
    """By the title lines, then by whom the speaker says to stand for, then by the word used most."""
    named = sorted(titles, key=lambda line: not _TITLE_WORDS.search(line))
    speaker = _SPEAKER.search(text[:3000])
    for line in [*named, *([speaker.group(1)] if speaker else [])]:
        found = next((kind for kind, pattern in _KINDS if pattern.search(line)), None)
        if found:
            return found
    counts = {kind: len(pattern.findall(text)) for kind, pattern in _KINDS}
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] >= 3 else None


def _national(kind: str, head: str) -> str:
    pattern, default = _NATIONAL[kind]
    found = pattern.search(head)
    return found.group() if found and kind == "political_consultative" else default


def _region(titles: Sequence[str], text: str, kind: str | None) -> str | None:
    votes: Counter[str] = Counter()
    for weight, part in ((6, "\n".join(titles)), (3, text[:600]), (1, text)):
        for name in _anchored(part):
            votes[name] += weight
    level = _level(text, kind)
    if not votes:
        return _frequent(text, level)
    return max(votes, key=lambda name: (votes[name] * (4 if name[-1] == level else 1), len(name)))


def _anchored(text: str) -> Iterator[str]:
    for anchor in _ANCHORS:
        for match in anchor.finditer(text):
            parts = _COMPONENT.findall(match.group(1))  # none in 「被省政协采用」: one character names a 县 at most
            if parts and not _NOT_A_NAME.search(parts[-1][:-1]):
                yield parts[-1]


def _level(text: str, kind: str | None) -> str | None:
    """省, 市, 区, 县 …, as the body calls itself most often: 市政协, 区政府."""
    words = _SELF.get(kind or "", "政协|政府|人大|法院|检察院")
    found = Counter(re.findall(rf"([省市区县州盟旗])(?:人民)?(?:{words})", text))
    return found.most_common(1)[0][0] if found else None


def _frequent(text: str, level: str | None) -> str | None:
    """Without any anchor: the place name that occurs most, three times or more."""
    ends = level or "省市县区州盟旗"
    names = Counter(
        match
        for match in re.findall(rf"(?=([\u4e00-\u9fff]{{2}}[{ends}]))", text)
        if not _NOT_A_NAME.search(match[:-1])
    )
    name, count = max(names.items(), key=lambda item: item[1], default=("", 0))
    if count < 3:
        return None
    longer = Counter(re.findall(rf"[\u4e00-\u9fff]{name}", text))
    best, times = max(longer.items(), key=lambda item: item[1], default=("", 0))
    return best if times >= 0.8 * count else name


def _organisation(kind: str | None, region: str | None, text: str) -> str | None:
    """The full name as printed first, else as it is formed."""
    if not kind or not region:
        return None
    place = re.escape(region)
    if kind == "political_consultative":
        printed = re.search(
            rf"(?:中国人民政治协商会议|政协)(?:{_TERM})?(?:{_PLACE})?{place}(?:{_TERM})?委员会(?:常务委员会)?", text
        )
        return printed.group() if printed else f"政协{region}委员会"
    if kind == "government":
        return f"{region}人民政府"
    if kind == "people_congress":
        return f"{region}人民代表大会常务委员会"
    word = "人民法院" if kind == "court" else "人民检察院"
    printed = re.search(rf"{place}(?:高级|中级)?{word}", text)
    grade = "高级" if kind == "court" and region.endswith(("省", "自治区")) else ""
    return printed.group() if printed else f"{region}{grade}{word}"
