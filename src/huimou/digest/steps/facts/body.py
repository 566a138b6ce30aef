"""Which body reports, of which place and kind: 政协, government, people's congress, court or procuratorate."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.language.profiles.profile import Profile, ProfileSet

_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_SUFFIX = r"(?:自治区|自治州|自治县|自治旗|地区|新区|省|市|州|县|区|盟|旗)"
_PLACE = rf"(?![年月日在])[\u4e00-\u9fff]{{1,16}}{_SUFFIX}"
_COMPONENT = re.compile(rf"[\u4e00-\u9fff]{{2,8}}?{_SUFFIX}|[\u4e00-\u9fff]县$")
_TERM = r"(?:第?[一二三四五六七八九十百\d]{1,4}届)"
_NOT_A_NAME = re.compile(
    r"[全我本各该此的和与及在对为向是一两多有之内外以会议政协委府被送报]|^[获经受由请让给把将按据]$|^(?:城|县|省|都|地|社|市|辖|园|景|郊)|省市|县市|市县"
)
_REAL = re.compile(
    "内蒙古|内江|内黄|本溪|和田|和平|和顺|和政|和林格尔|会宁|会同|会理|会东|会泽|会昌|会泽|全椒|全南|全州|两当|多伦|政和|议会|安多|班多|桃江"
    "|都江堰|都匀|都昌|都兰|丰都|成都|城步|城固|城口|城厢|园洲|市中|市南|市北"
)
_TITLE_WORDS = re.compile(r"报告|回眸|回顾|解读|综述|纪实|总结|亮点")
_SPEAKER = re.compile(r"(?:我|现)(?:代表|受)([^,。;:]{2,40}?)(?:的?委托|向|作|报告|,)")
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
class ReportingBody:
    """The reporting body; None where the text does not tell."""

    organisation: str | None
    region: str | None
    kind: str | None


def read_body(lines: Sequence[str], headings: Sequence[str], profiles: ProfileSet) -> ReportingBody:
    """Body of a report given as folded (half-width, simplified) lines, and those of them that are headings."""
    closed = [_GAP.sub("", line) for line in lines]
    titles = [_GAP.sub("", line) for line in headings if line in lines[:12]]
    text = "\n".join(closed)
    kind = _find_kind(titles, text, profiles)
    profile = profiles.select(kind) if kind else None
    speaker = _SPEAKER.search(text[:3000])
    head = "\n".join([*titles, *([speaker.group(1)] if speaker else [])])
    bodies = profile.body if profile else tuple(word for one in profiles.all for word in one.body)
    local = next(_find_anchored_places(head, bodies), None)
    if kind in _NATIONAL and local is None and _NATIONAL[kind][0].search(head):
        return ReportingBody(_name_national_body(kind, head), "全国", kind)
    region = _find_region(titles, text, bodies)
    return ReportingBody(_find_organisation(profile, region, text), region, kind)


def _find_kind(titles: Sequence[str], text: str, profiles: ProfileSet) -> str | None:
    """Kind of report: by the title lines, else by whom the speaker stands for, else by the body that is named most."""
    named = sorted(titles, key=lambda line: not _TITLE_WORDS.search(line))
    speaker = _SPEAKER.search(text[:3000])
    for line in [*named, *([speaker.group(1)] if speaker else [])]:
        found = profiles.find_kind(line)
        if found:
            return found
    counts = {profile.kind: profile.count_mentions(text) for profile in profiles.all}
    best = max(counts, key=lambda kind: counts[kind])
    return best if counts[best] >= 3 else None


def _name_national_body(kind: str, head: str) -> str:
    pattern, default = _NATIONAL[kind]
    found = pattern.search(head)
    return found.group() if found and kind == "political_consultative" else default


def _find_region(titles: Sequence[str], text: str, bodies: tuple[str, ...]) -> str | None:
    votes: Counter[str] = Counter()
    for weight, part in ((6, "\n".join(titles)), (3, text[:600]), (1, text)):
        for name in _find_anchored_places(part, bodies):
            votes[name] += weight
    level = _find_level(text, bodies)
    if not votes:
        return _find_frequent_place(text, level)
    return max(votes, key=lambda name: (votes[name] * (4 if name[-1] == level else 1), len(name)))


def _find_anchored_places(text: str, bodies: tuple[str, ...]) -> Iterator[str]:
    words = "|".join(re.escape(body) for body in bodies)
    own = re.compile(rf"(?:{_BEFORE}|代表)({_PLACE}|[\u4e00-\u9fff]县)(?:{words})") if words else None
    for anchor in (*_ANCHORS, *([own] if own else [])):
        for match in anchor.finditer(text):
            parts = _COMPONENT.findall(match.group(1))  # none in 「被省政协采用」: one character names a 县 at most
            if parts and _is_name(parts[-1]):
                yield parts[-1]


def _is_name(place: str) -> bool:
    """Whether a word that ends in 省, 市, 县 … names a place: not 全市, 我省 or a bare 自治区."""
    bare = _REAL.sub("", place[:-1])
    return not place.startswith("自治") and not _NOT_A_NAME.search(bare)


def _find_level(text: str, bodies: tuple[str, ...]) -> str | None:
    """省, 市, 区, 县 …: the level that the body puts before its name most often (市政协, 区政府)."""
    words = "|".join(re.escape(body) for body in bodies)
    found = Counter(re.findall(rf"([省市区县州盟旗])(?:人民)?(?:{words})", text)) if words else Counter[str]()
    return found.most_common(1)[0][0] if found else None


def _find_frequent_place(text: str, level: str | None) -> str | None:
    """The place name that occurs most, three times or more, for a text that never names a place beside a body."""
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


def _find_organisation(profile: Profile | None, region: str | None, text: str) -> str | None:
    """The full name of the body as it is printed first, else as the profile forms it."""
    if not profile or not region or not profile.organisation:
        return None
    kind, place = profile.kind, re.escape(region)
    formed = profile.organisation.replace("{region}", region)
    printed = None
    if kind == "political_consultative":
        printed = re.search(
            rf"(?:中国人民政治协商会议|政协)(?:{_TERM})?(?:{_PLACE})?{place}(?:{_TERM})?委员会(?:常务委员会)?", text
        )
    elif kind in {"court", "procuratorate"}:
        word = "法院" if kind == "court" else "检察院"
        printed = re.search(rf"{place}(?:高级|中级)?人民{word}", text)
        if kind == "court" and region.endswith(("省", "自治区")):
            formed = f"{region}高级人民法院"
    return printed.group() if printed else formed
