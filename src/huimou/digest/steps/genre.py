"""Whether a text is an annual work report at all: a novel, a contract or a news story gets no invented review."""

from __future__ import annotations

import re
from dataclasses import replace

from huimou.language.text import compact
from huimou.model.report import Facts, Outline

_TITLED = re.compile(r"工作报告|报告工作|工作回顾|回眸|工作总结|报告解读|工作综述|工作情况|述职报告")
_ANNUAL = re.compile(
    r"(?:过去的?|这)[一三五]年|[一二两三四五]年来|20\d\d年(?:以来|度?工作)|全年(?:共|工作|完成|实现)|五年(?:工作|任期)|新的一年"
)
_BODY = re.compile(r"政协|人大常委会|人民政府|[市县区省]政府|法院|检察院|[市县区省]委|党组|我[市县区省州局院校]")
_SALUTED = re.compile(
    r"(?:现在|我|谨)[^。]{0,6}(?:代表|受)[^。]{2,60}(?:报告|汇报)|(?:各位|请)[^。]{0,30}请?(?:予)?审议(?!通过)"
)
_OTHER_KIND = re.compile(
    r"(?:决议|决定|公报|通知|公告|讲话|致辞|祝词|贺词|条例|办法|细则|合同|协议书?|章程|法|建议的说明|纲要)(?:草案)?$"
    r"|闭幕|开幕|主持召开|会见|茶话会|新闻联播|小说|招标|判决书|白皮书"
)
_NEWS = re.compile(
    r"央视网消息|新闻联播|本台(?:记者|消息)|本报讯|(?:[日,)(]电)[^。]{0,6}记者|上午在|下午在|听取和?审议了?[^。]{0,24}报告|主持(?:召开)?(?:了)?会议|记者(?:从|获悉|了解到)"
)
_COUNTED = re.compile(r"\d[余多]?[万亿]?[余多]?(?:件|次|个|项|名|人|篇|场|条|元|亩|家|户|公里|%|期|份|起)")
_OPENING, _TITLE = 400, 60
_TITLE_LINES = 4  # below a web page's path and the name of the body
_NEWS_SIGNS = 2
_DEEDS = 3


def explain_not_a_report(text: str, outline: Outline, facts: Facts) -> str | None:
    """Why the text is not taken for an annual work report, one line in simplified Chinese; None if it is one.

    A report looks back on a stated time and has a body that reports: its title, its salutation (现在，我代表……报告工作)
    or its headings say so; without any of them it must at least count what was done.
    """
    view = compact(text)
    headings = "".join(compact(s.heading or "") for s in outline.sections)
    saluted = _SALUTED.search(view[: 2 * _OPENING]) is not None
    parts = {s.role for s in outline.sections if s.heading and (s.role == "plan" or _TITLED.search(compact(s.heading)))}
    lines = [line[:_TITLE] for line in map(_clean_line, text.splitlines()) if line]
    title = lines[0] if lines else ""
    reports = bool(_TITLED.search(title)) and not re.search(r"(?:决议|决定|说明)$", title)
    whole = saluted or reports or len(parts) > 1
    if not whole and (other := _OTHER_KIND.search(title)):
        return f"标题说明这是另一种文章（“{other.group()}”）"
    if not whole and (other_text := _identify_other_text(view)):
        return other_text
    titled = saluted or bool(_TITLED.search("\n".join(lines[:_TITLE_LINES])) or _TITLED.search(headings))
    if not titled and "plan" not in parts and not _ANNUAL.search(view):
        return "全文没有工作报告的标题，也没有“过去一年”“五年来”一类的回顾时间"
    named = facts.kind is not None or facts.organisation is not None or _BODY.search(view)
    if not named and not titled and "plan" not in parts:
        return "全文看不出由哪个机构报告工作，也没有工作回顾或工作安排的标题"
    if not (titled or parts) and len(_COUNTED.findall(view)) < _DEEDS:
        return "全文没有工作报告的标题和章节，也几乎没有说做了多少事"
    return None


def leave_everything_out(outline: Outline) -> Outline:
    """The outline of a text that is no report: nothing in it is asked about."""
    left_out = {s.n: outline.left_out.get(s.n, "not_a_report") for s in outline.sentences}
    return replace(outline, units=(), left_out=left_out, requirement=())


def _identify_other_text(view: str) -> str | None:
    """What else the first words are: a contract, or news."""
    if all(party in view[: 2 * _OPENING] for party in ("甲方", "乙方")):
        return "开头写明甲方和乙方，是合同或协议"
    if len(_NEWS.findall(view[: 4 * _OPENING])) >= _NEWS_SIGNS:
        return "开头是会议或活动的新闻报道，不是机构自己的工作报告"
    return None


def _clean_line(line: str) -> str:
    """A line without Markdown marks and tags, folded."""
    return re.sub(r"<[^>]*>|[#*_>〈〉《》()（）\d]", "", compact(line))
