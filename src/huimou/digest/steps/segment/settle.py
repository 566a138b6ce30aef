"""Roles corrected by what stands around a block: other articles, bare titles, deeds after a plan, the closing call."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from huimou.digest.steps.segment.roles import RoledBlock, find_named_role

_CLOSING = re.compile(
    r"^(?:各位|同志们|让我们|奋进|征程|站在).{0,160}?(?:让我们|奋斗|贡献|篇章|团结在|前进)", re.DOTALL
)
_INTENDS = re.compile(
    r"将(?:围绕|聚焦|深入|继续|重点|持续)[^。]{0,60}(?:开展|推动|推进|举办|办好|协商|调研|建设)|\d+[余多]?(?:个|项|件|场|次|家|公里)"
)
_DEEDS = re.compile(
    r"[一两三四五]年来|已(?!经?不)|[成立出到行开定展]了|(?:被|得到)[^。;]{0,24}(?:采纳|吸收|采用|肯定|批示)|获(?:评|得|批)|促成|助推|助力"
    r"|推动[^,。;]{2,24}(?:出台|建成|完成|实施|落地|发展|建设)|提供[^,。;]{0,8}(?:参考|思路|依据)|(?:收到|提交|立案|召开|形成)[^。;]{0,12}\d"
)
_INTENTIONS = re.compile(
    r"(?:^|[,。;])(?:要|将|坚持|继续|进一步|努力|力争|着力|不断|更好|紧紧?)|[必需]须|今后|新的一年"
)
_SELF = re.compile(
    r"[省市县区州]政协(?!委员(?!会))|全国政协|人大常委会|[省市县区州]政府|(?:中级|高级|最高)?人民法院|[省市县区州两]级?法院|人民检察院|检察机关"
)
_REPORTING = re.compile(r"记者|据了解|据介绍|[\u4e00-\u9fff]{2,3}(?:委员)?(?:说|介绍|告诉)[,:]|(?:委员)?建议:")
_NEWS = re.compile(r"^(?:本报讯|[^。,]{0,10}讯[((]|[((]?(?:本报|通讯员|全媒体)?(?:记者|通讯员)[^。,))]{2,16}[))])")
_DATELINE = re.compile(r"^(?:“[^”]{4,160}”)?(?:\d{1,2}月)?\d{1,2}日(?:上午|下午|晚上?),")
_BARE_RUN = 3
_BARE_NAME = 30
_DATED = re.compile(r"(?:20\d\d|二[〇○零]..)年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日")
_SIGNS = re.compile(r"(?:委员会|办公室|政协|政府|法院|检察院|常委会|党组)$")
_VOICES = re.compile(
    r"^[\u4e00-\u9fff]{2,4}(?:委员|代表):|^(?:委员|代表|两会|会场|分组讨论|代表委员)(?:声音|之声|心声|观点|热议|建言录?|说|说吧|微议)$"
)


def settle_roles(roled: Sequence[RoledBlock]) -> tuple[RoledBlock, ...]:
    """The blocks with the roles that a look at the whole text gives them."""
    return tuple(_settle_closing(_settle_late_review(_settle_bare_titles(_settle_signature(_settle_articles(roled))))))


def _settle_articles(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """Other articles in the text: from the headings above a byline in its middle to where the report goes on."""
    done = list(roled)
    first_body = next((i for i, r in enumerate(roled) if r.left_out is None), len(roled))
    foreign = False
    for index, mine in enumerate(roled):
        if index > first_body and _opens_article(mine, roled, index):
            foreign = True
            back = index
            while back > 0 and roled[back - 1].block.kind == "heading" and roled[back - 1].block.marker is None:
                back -= 1
                done[back] = RoledBlock(roled[back].block, "unrelated", opens=True, left_out="unrelated")
        elif foreign and _is_report_again(mine, [r for r in done[:index] if r.role in {"review", "plan"}]):
            foreign = False
            done[index] = replace(mine, opens=True)
        if foreign:
            done[index] = RoledBlock(mine.block, "unrelated", opens=mine.block.kind == "heading", left_out="unrelated")
    return done


def _settle_signature(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The signature and date at the very end as front matter: 「某某办公室」 above 「2022年12月22日」."""
    done = list(roled)
    tail = [i for i, mine in enumerate(roled) if mine.role != "boilerplate"][-2:]
    if tail and _DATED.fullmatch(roled[tail[-1]].block.body):
        named = [i for i in tail[:-1] if _SIGNS.search(roled[i].block.body) and len(roled[i].block.body) <= _BARE_NAME]
        for index in (*named, tail[-1]):
            done[index] = RoledBlock(roled[index].block, "front_matter", opens=True, left_out="front_matter")
    return done


def _opens_article(mine: RoledBlock, roled: Sequence[RoledBlock], index: int) -> bool:
    """Whether another article begins: a byline below a headline in mid-text, or 「3日下午，在……」 in a plan."""
    if mine.role == "front_matter":
        return index + 1 < len(roled)
    if mine.role == "plan" and _DATELINE.match(mine.block.body):
        return True
    if mine.block.kind == "heading" and _VOICES.search(mine.block.body):
        return True
    above = roled[index - 1].block
    return above.kind == "heading" and above.marker is None and _NEWS.match(mine.block.body) is not None


def _is_report_again(mine: RoledBlock, main: Sequence[RoledBlock]) -> bool:
    """Whether the report goes on at a block: a plan heading, a marker that it used before, or the body's own name."""
    block = mine.block
    if block.marker is not None and any(r.block.marker == block.marker and r.block.kind == block.kind for r in main):
        return True
    if block.kind == "heading":
        return mine.role == "plan" and find_named_role(block.body) == "plan"
    names = Counter(_SELF.findall("".join(r.block.body for r in main))).most_common(1)
    return bool(names) and names[0][0] in block.body and not _REPORTING.search(block.body)


def _settle_bare_titles(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """Titles in a row with no text below them: they are what a list says and no headings.

    「1. 听取环境保护目标完成情况的报告」, or a plan of four titles. A run counts where no text follows its last title.
    """
    done = list(roled)
    start = 0
    while start < len(roled):
        stop = start + 1
        while stop < len(roled) and _is_sibling(roled[start], roled[stop]):
            stop += 1
        least = 2 if roled[start].block.marker else _BARE_RUN
        followed = stop < len(roled) and roled[stop].left_out is None
        if _is_title(roled[start]) and stop - start - followed >= least:
            for index in range(start, stop - followed):
                done[index] = RoledBlock(replace(roled[index].block, kind="item"), roled[index].role, opens=False)
        start = stop
    return done


def _settle_late_review(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The tail of a plan without headings that tells of what was done (提案答卷, 数读): it is review again.

    It begins where the paragraphs after it speak most of deeds and least of intentions.
    """
    first = next((i for i, mine in enumerate(roled) if mine.role == "plan"), len(roled))
    headed = any(mine.role == "plan" and mine.left_out == "heading" for mine in roled)
    tail = [i for i in range(first + 1, len(roled)) if roled[i].role == "plan" and roled[i].left_out is None]
    if headed or len(tail) < _BARE_RUN:
        return list(roled)
    votes = [_compare_deeds(roled[i].block.body) for i in tail]
    start = max(range(len(tail)), key=lambda n: (sum(votes[n:]), n))
    done = list(roled)
    if sum(votes[start:]) >= _BARE_RUN:
        for n, index in enumerate(tail[start:]):
            done[index] = replace(roled[index], role="review", opens=n == 0)
    return done


def _compare_deeds(body: str) -> int:
    """1 where a paragraph speaks more of deeds than of intentions, -1 where less."""
    balance = len(_DEEDS.findall(body)) - len(_INTENTIONS.findall(body))
    return (balance > 0) - (balance < 0)


def _is_title(mine: RoledBlock) -> bool:
    deep = mine.block.marker is None or not mine.block.marker.startswith(("#", "章"))
    known = mine.role in {"plan", "review", "statistics", "proposal_digest"}
    return (
        mine.block.kind == "heading"
        and mine.left_out == "heading"
        and known
        and deep
        and not find_named_role(mine.block.body)
    )


def _is_sibling(first: RoledBlock, other: RoledBlock) -> bool:
    return (
        _is_title(first) and _is_title(other) and (first.block.marker, first.role) == (other.block.marker, other.role)
    )


def _settle_closing(roled: Sequence[RoledBlock]) -> list[RoledBlock]:
    """The call at the end: the last paragraph of the report, and the one before it if that calls too."""
    done = list(roled)
    body = [i for i, r in enumerate(roled) if r.left_out is None]
    united = [i for i in body if re.match(r"(?:各位|同志们)[^。]{0,160}(?:更加)?紧密地?团结在", roled[i].block.body)]
    united += [i for i in body if _CLOSING.match(roled[i].block.body) and "让我们" in roled[i].block.body]
    calls = [i for i in body if re.match(r"(?:(?:各位|同志)[^。]{0,16},)?让我们", roled[i].block.body)]
    for index in {*body[-2:], *calls, *united}:
        text = roled[index].block.body
        calls_only = _CLOSING.match(text) and not _INTENDS.search(text)
        if len(text) < 400 and roled[index].block.kind == "paragraph" and calls_only:
            done[index] = RoledBlock(roled[index].block, "closing", opens=True, left_out="closing")
    return done
