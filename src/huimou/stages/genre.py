"""Whether a text is an annual work report at all: a novel, a contract or a news story gets no invented review."""

from __future__ import annotations

import re

from huimou.model import Facts, Outline
from huimou.text import compact

_TITLED = re.compile(r"工作报告|报告工作|工作回顾|回眸|工作总结|报告解读|工作综述|工作情况|述职报告")
_ANNUAL = re.compile(
    r"(?:过去的?|这)[一三五]年|[一二两三四五]年来|20\d\d年(?:以来|度?工作)|全年(?:共|工作|完成|实现)|五年(?:工作|任期)|新的一年"
)
_BODY = re.compile(r"政协|人大常委会|人民政府|[市县区省]政府|法院|检察院|[市县区省]委|党组|我[市县区省州局院校]")
_OPENING = 400


def why_no_report(text: str, outline: Outline, facts: Facts) -> str | None:
    """Why the text is not taken for an annual work report, one line in simplified Chinese; None if it is one.

    A report looks back on a stated time and has a body that reports, or headings that say review or plan.
    """
    view = compact(text)
    headings = "".join(compact(s.heading or "") for s in outline.sections)
    titled = bool(_TITLED.search(view[:_OPENING]) or _TITLED.search(headings))
    planned = any(section.role == "plan" and section.heading for section in outline.sections)
    if not titled and not planned and not _ANNUAL.search(view):
        return "全文没有工作报告的标题，也没有“过去一年”“五年来”一类的回顾时间"
    named = facts.kind is not None or facts.organisation is not None or _BODY.search(view)
    if not named and not titled and not planned:
        return "全文看不出由哪个机构报告工作，也没有工作回顾或工作安排的标题"
    return None
