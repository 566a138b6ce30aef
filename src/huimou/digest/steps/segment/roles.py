"""Blocks to roles: which text is review, which plan, which neither.

Headings decide, modal verbs do not: 推动, 加强 and even 将 stand in reviews and plans alike. Without headings the first
sentence of a paragraph decides (「2023年是……总体要求是」 opens a plan). What follows the plan may be review again
(数读, 提案办理情况) or belong to another article, known by its byline.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from huimou.digest.steps.segment.blocks import BYLINE, Block, is_subtitle
from huimou.model.report import Role

_PLAN_WORD = re.compile(
    r"主要任务|工作任务|重点任务|目标任务|奋斗目标|工作安排|工作部署|工作打算|工作计划|工作思路|工作重点|工作建议|工作要点"
    r"|工作展望|工作目标|工作设想|工作意见|预期目标|总体要求|下一步工作|下步工作|今后工作|发展目标|目标(?:和|与|及)任务"
)
_PLAN_TIME = re.compile(r"今后|下一步|下步|下一年|新的一年|新一年|明年|来年|今年|未来|接下来|下一届|新一届|展望20\d\d")
_PLAN_LOOSE = re.compile(r"主要工作|重点工作|工作$|任务|安排|建议|展望|目标|计划|打算|要点")
_REVIEW_WORD = re.compile(
    r"回顾|回眸|总结|工作情况|完成情况|进展情况|办理情况|取得的成[绩效就]|主要成[绩效就]|工作成效|亮点"
)
_REVIEW_TIME = re.compile(r"过去|一年来|[三四五两]年来|以来|去年|上一?年|本届|任期")
_STATISTICS = re.compile(r"^(?:数读|数说|数看|数字看?|数据看?|一图读懂)")
_PROPOSALS = re.compile(
    r"提案.{0,8}(?:答卷|要览|摘要|汇编|统计|一览|办理情况|工作情况)|(?:年|届|来).{0,6}提案.{0,6}情况"
)
_SHORT_HEADING = re.compile(r"(?:存在|面临|不足|主要).{0,8}(?:问题|不足|困难|差距|短板)|困难和问题|问题和不足")
_SHORT_OPENING = re.compile(
    r"(?:^|(?:成绩|成效|工作)的?)同时,.{0,6}(?:也|还|更).{0,6}(?:认识|看|意识)到"
    r"|清醒地?(?:认识|看|意识)到|(?:还|仍|也)(?:面临|存在)(?:着|一些|不少|诸多|许多)?[^。,]{0,14}(?:困难|挑战|问题|不足|短板|差距)|(?:认识|看|意识|感)到.{0,40}(?:不足|问题|差距|短板|困难|薄弱|挑战|欠缺)|工作(?:中|仍|还|也).{0,12}(?:存在|有).{0,14}(?:不足|问题|差距|短板)"
)
_ANSWERED = re.compile(r"^(?:针对|围绕|聚焦|着眼|紧扣)")
_FRONT = re.compile(
    r"^(?:来源|原标题|发布(?:日期|时间|机构)?|信息来源|时间|日期|作者|文号|索引号|字号|浏览|阅读|点击|编辑|责任编辑|报告人)\s*[:：]?"
    r"|^[(（].{0,60}(?:年.{0,4}月.{0,4}日|会议).{0,40}[)）]$|^\d{4}年\d{1,2}月\d{1,2}日.{0,60}(?:上|会议|日)$"
    r"|^.{0,24}(?:主席|市长|县长|区长|省长|州长|主任|院长|检察长)\s*[\u4e00-\u9fff]\s?[\u4e00-\u9fff]{1,3}$"
)
_SALUTATION = re.compile(
    r"^(?:尊敬的)?各位.{0,30}[::]$|^(?:我|现在?)[^。]{0,4}(?:受|代表).{0,80}(?:报告|审议|汇报)|^现在[^。]{0,40}请[^。]{0,6}审议"
)
_OPENED = re.compile(
    r"各位(?:代表|委员).{0,60}(?:报告|审议)|作(?:了)?[^。]{0,12}工作报告|记者.{1,12}摄|^[^,;:。]{0,30}工作报告。$"
)
_CAPTION = re.compile(r"^(?:图为|图\d|(?:中共)?(?:[\u4e00-\u9fff]{1,6})?(?:省|市|县|区|州|全国)?政协(?!工作)[^。]{4,})")
_PHOTO = re.compile(r"^[上下左右]?图为|^[((][上下左右]?图|^图[①-⑨\d一二三四][::]")
_BOILERPLATE = re.compile(
    r"^(?:相关信息|相关链接|相关阅读|相关附件|附件下载|上一[篇条]|下一[篇条]|打印|关闭|分享到?|版权|返回|首页|当前位置|您的位置|网站地图|"
    r"扫一扫|copyright|主办|承办|备案|联系我们|相关(?:报道|新闻|文章)|[|_\-=*\s]+$"
    r"|(?:【?字号:?|[特超]?大|中|小|加大|减小|放大|缩小|还原|下载|全屏|收藏|纠错|微信|微博|朋友圈|true|false)[】|]?$)",
    re.IGNORECASE,
)
_PLAN_OPENING = re.compile(
    r"^(?:今年|(?P<year>20\d\d)年)[,,]?是.{0,160}?(?:之年|一年|起步|开局|关键|重要)|(?:工作)?(?:的)?总体(?:要求|思路)是"
)
_YEAR = re.compile(r"(20\d\d)年")
_DATE_BEFORE = re.compile(r"^20\d\d年度?")
_FIVE_YEARS = re.compile(r"“?十[一二三四五六七八]五”?")
_ANNOUNCES = re.compile(r"(?:将|(?<![主重需])要).{0,24}(?:工作|任务|方面|事项|实事|重点)|实事")
_YEAR_OF_WORK = re.compile(r"^20\d\d年[^,。]{0,10}工作(?:情况)?$")
_GLOSSARY = re.compile(
    r"^(?:附件?[一二三四\d]*[:：]?)?(?:有关|相关|部分|报告(?:中的?)?)?(?:名词|名词术语|术语|用语|词语)(?:及用语)?(?:解释|注释|说明)$|^注释$|^注[:：]$"
)
_SPONSOR = re.compile(r"^(?:主办|承办)")
_FOOTER = re.compile(r"网|办公室|信息中心|技术支持|备案|版权|地址|电话|邮编|邮箱", re.IGNORECASE)
_HEADING_WORDS_LIMIT = 36
_OPENED_LIMIT = 200
_SHORT_LIMIT = 1200
_PHOTO_LIMIT = 100


@dataclass(frozen=True, slots=True)
class RoledBlock:
    """A block with its role; `opens` if a section begins here, `left_out` the reason if none of it is asked about."""

    block: Block
    role: Role
    opens: bool
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class _State:
    role: Role
    seen_body: bool = False
    plan_marker: str | None = None
    seen_plan: bool = False
    last_year: int = 0
    fresh: bool = False
    markers: frozenset[str] = frozenset()
    known: Mapping[str, Role] = field(default_factory=dict)


def assign_roles(blocks: Sequence[Block], known: Mapping[str, Role] | None = None) -> tuple[RoledBlock, ...]:
    """One role for each block, decided in the order of the text; `settle_roles` corrects them afterwards.

    `known` are whole headings, folded, of which a profile says what section they open.
    """
    state = _State("title", known=known or {})
    roled: list[RoledBlock] = []
    for index, block in enumerate(blocks):
        state, mine = _assign_role(state, block, blocks, index)
        roled.append(mine)
    return tuple(roled)


def _assign_role(state: _State, block: Block, blocks: Sequence[Block], index: int) -> tuple[_State, RoledBlock]:
    body = block.body
    if _is_boilerplate(body, blocks, index):
        return state, RoledBlock(block, "boilerplate", opens=True, left_out="boilerplate")
    if not state.seen_body:
        head = _assign_front_matter(state, block, body, blocks)
        if head:
            return head
        state = replace(state, seen_body=True, role="review" if state.role in {"title", "front_matter"} else state.role)
        opened = True
    else:
        opened = False
    if block.kind == "heading":
        return _assign_heading(state, block, body, blocks, index)
    return _assign_paragraph(state, block, body, opened=opened)


def _is_boilerplate(body: str, blocks: Sequence[Block], index: int) -> bool:
    """Whether a line is page furniture.

    「主办单位：省教育厅」 is that in a web page's footer, but names who is responsible in a plan.
    """
    if not re.search(r"\w", body):
        return True
    if not _BOILERPLATE.match(body.lstrip("【[(")) or len(body) > 60:
        return False
    beside = [b.body for b in (*blocks[max(0, index - 1) : index], *blocks[index + 1 : index + 2])]
    footer = any((_BOILERPLATE.match(b) or _FOOTER.search(b)) and len(b) <= 60 for b in beside)
    return not _SPONSOR.match(body) or footer or bool(_FOOTER.search(body))


def _assign_front_matter(
    state: _State, block: Block, body: str, blocks: Sequence[Block]
) -> tuple[_State, RoledBlock] | None:
    """The role of a block before the first heading or paragraph of the review: title or front matter."""
    opens = block is blocks[0]
    if _FRONT.match(block.text.strip()) or BYLINE.search(block.text.strip()) or _SALUTATION.match(body):
        return replace(state, role="front_matter"), RoledBlock(
            block, "front_matter", opens=state.role != "front_matter", left_out="front_matter"
        )
    if block.kind == "paragraph":
        return _assign_opening(state, block, body, opens=opens)
    title = blocks[0].body
    if not opens and state.role == "title" and is_subtitle(block.text):
        return state, RoledBlock(block, "title", opens=False, left_out="title")
    repeats = body == title or (not opens and (_PLAN_WORD.search(body) is None and _REVIEW_WORD.search(body) is None))
    starts = (
        not opens
        and body != title
        and len(body) <= _HEADING_WORDS_LIMIT
        and bool(
            block.marker not in {None, "-", "#", "##"}
            or _DATE_BEFORE.sub("", body) in state.known
            or find_named_role(body)
            or _YEAR_OF_WORK.search(body)
        )
    )
    if starts:
        return None
    if opens or repeats or body.endswith("解读") or len(body) > 12:
        return state, RoledBlock(block, "title", opens=opens or state.role != "title", left_out="title")
    return None


def _assign_opening(state: _State, block: Block, body: str, *, opens: bool) -> tuple[_State, RoledBlock] | None:
    """The role of a paragraph that only opens the report: a line from the hall, a credit, 「我代表……报告工作」."""
    if len(body) > _OPENED_LIMIT or not _OPENED.search(body):
        return None
    role: Role = "title" if opens else "front_matter"
    return replace(state, role=role), RoledBlock(block, role, opens=opens or state.role != role, left_out=role)


def find_named_role(body: str) -> Role | None:
    """The role that a heading's own words give it, if they do."""
    if len(body) > _HEADING_WORDS_LIMIT:
        return None
    if _SHORT_HEADING.search(body) and len(body) <= 24:
        return "shortcomings"
    years = _YEAR.search(body) is not None or _FIVE_YEARS.search(body) is not None
    review = bool(_REVIEW_WORD.search(body)) or bool(_REVIEW_TIME.search(body) and not _PLAN_TIME.search(body))
    plan_word, plan_time = bool(_PLAN_WORD.search(body)), bool(_PLAN_TIME.search(body))
    if review and not plan_time and (years or _REVIEW_TIME.search(body) or re.search(r"(?:回顾|总结|回眸)$", body)):
        return "review"
    if plan_word and not review and (years or plan_time or len(body) <= 16):
        return "plan"
    if plan_time and not review and _PLAN_LOOSE.search(body) and len(body) <= 24:
        return "plan"
    return None


def _assign_heading(
    state: _State, block: Block, body: str, blocks: Sequence[Block], index: int
) -> tuple[_State, RoledBlock]:
    if BYLINE.search(block.text.strip()):
        return state, RoledBlock(block, "front_matter", opens=True, left_out="front_matter")
    if _is_caption(block, body, blocks, index):
        return state, RoledBlock(block, "caption", opens=True, left_out="caption")
    role = _find_heading_role(state, block, body)
    year = max((int(y) for y in _YEAR.findall(body)), default=state.last_year)
    state = replace(
        state,
        role=role,
        last_year=max(year, state.last_year),
        plan_marker=block.marker if role == "plan" and not state.seen_plan else state.plan_marker,
        seen_plan=state.seen_plan or role == "plan",
        fresh=role == "review" and (state.fresh or find_named_role(body) == "review"),
        markers=state.markers | ({block.marker} if block.marker else set()),
    )
    return state, RoledBlock(block, role, opens=True, left_out="heading")


def _find_heading_role(state: _State, block: Block, body: str) -> Role:
    top = not state.seen_plan or block.marker in {None, state.plan_marker} or (block.marker or "").startswith("#")
    if _STATISTICS.match(body) and top:
        return "statistics"
    if state.seen_plan and top and _PROPOSALS.search(body):
        return "proposal_digest"
    if _GLOSSARY.match(body):
        return "boilerplate"
    said = (
        state.known.get(_DATE_BEFORE.sub("", body))
        or find_named_role(body)
        or ("plan" if _is_next(body, state) else None)
    )
    if said == "review" and state.role == "plan" and not top:
        return "plan"
    if said == "plan" and _is_past(body, state):
        said = "review"
    return said or ("review" if state.role == "shortcomings" else state.role)


def _is_next(body: str, state: _State) -> bool:
    """Whether a later year than the review's names a plan.

    「二、2025年主要工作」 after a review of 2024, or 「2024年，我们将做好以下工作：」.
    """
    years = [int(year) for year in _YEAR.findall(body)]
    if not years or _REVIEW_WORD.search(body) or len(body) > _HEADING_WORDS_LIMIT:
        return False
    if state.role == "boilerplate":
        return _ANNOUNCES.search(body) is not None
    later = max(years) > state.last_year
    return later and bool(_ANNOUNCES.search(body) or (state.last_year and _PLAN_LOOSE.search(body)))


def _is_past(body: str, state: _State) -> bool:
    """Whether a heading below a plan names an earlier year only, and so opens no plan (「2022年主要任务完成……」)."""
    years = [int(year) for year in _YEAR.findall(body)]
    return bool(years) and state.last_year > max(years) and state.seen_plan


def _is_caption(block: Block, body: str, blocks: Sequence[Block], index: int) -> bool:
    after = blocks[index + 1] if index + 1 < len(blocks) else None
    set_apart = block.blank >= 2 or (after is not None and after.blank >= 2)
    return block.marker is None and set_apart and bool(_CAPTION.match(body)) and not find_named_role(body)


def _assign_paragraph(state: _State, block: Block, body: str, *, opened: bool) -> tuple[_State, RoledBlock]:
    done, mine = _find_paragraph_role(state, block, body, opened=opened)
    if state.fresh and state.last_year == 0 and (year := _PLAN_OPENING.search(body)):
        done = replace(done, last_year=int(year.groupdict().get("year") or 0))
    return replace(done, fresh=False), mine


def _find_paragraph_role(state: _State, block: Block, body: str, *, opened: bool) -> tuple[_State, RoledBlock]:
    role = state.role
    aside: Role | None = "caption" if _PHOTO.match(body) and len(body) <= _PHOTO_LIMIT else None
    if aside or role == "boilerplate":
        return state, RoledBlock(block, aside or role, opens=opened or bool(aside), left_out=aside or "boilerplate")
    if role in {"review", "plan"} and len(body) < _SHORT_LIMIT and _opens_shortcomings(body) and not state.seen_plan:
        return state, RoledBlock(block, "shortcomings", opens=True)
    if role == "shortcomings":
        return replace(state, role="shortcomings"), RoledBlock(block, "shortcomings", opens=opened)
    if role == "review" and not state.seen_plan and _opens_plan(state, body, opened=opened):
        return replace(state, role="plan", seen_plan=True), RoledBlock(block, "plan", opens=True)
    return state, RoledBlock(block, role, opens=opened)


def _opens_shortcomings(body: str) -> bool:
    """Whether a paragraph turns to what is wanting; in a long one the first words must say so."""
    first = body[: 120 if len(body) < 400 else 60]
    return _SHORT_OPENING.search(first) is not None and not _ANSWERED.match(body)


def _opens_plan(state: _State, body: str, *, opened: bool) -> bool:
    """Whether a paragraph opens a plan whose heading is missing; never the first one under a heading 工作回顾."""
    found = _PLAN_OPENING.search(body)
    if opened or state.fresh or not found:
        return False
    year = found.groupdict().get("year")
    if year:
        return state.last_year == 0 or int(year) > state.last_year
    return "总体要求是" in body or body.startswith("今年")
