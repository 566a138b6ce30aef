"""Whether a text is an annual work report at all: a novel, a contract or a news story gets no invented review."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from huimou.language.rules import get_rule
from huimou.language.rules.rule import Rule
from huimou.language.text import compact
from huimou.model.report import Facts, Outline

_TITLED = get_rule("genre.titled")
_ANNUAL = get_rule("genre.annual")
_BODY = get_rule("genre.body")
_SALUTED = get_rule("genre.salutation")
_OTHER_KIND = get_rule("genre.other_kind")
_RESOLUTION = get_rule("genre.resolution_about_a_report")
_NEWS = get_rule("genre.news")
_CONTRACT = get_rule("genre.contract")
_COUNTED = get_rule("lexicon.counted")
_OTHER_PAPER = get_rule("genre.other_paper")
_PERSONAL_TITLE = get_rule("genre.personal_title")
_PERSONAL = get_rule("genre.personal")
_MINUTES_FIELD = get_rule("genre.minutes_field")
_NEWS_VOICE = get_rule("genre.news_voice")
_PROGRAM_NOTES = get_rule("genre.program_notes")
_FOREIGN = get_rule("genre.foreign")
_NO_SENTENCES = get_rule("genre.no_sentences")
_NO_TIME = get_rule("genre.no_time")
_NO_BODY = get_rule("genre.no_body")
_NO_DEEDS = get_rule("genre.no_deeds")
_OPENING, _TITLE = 400, 60
_TITLE_LINES = 4  # below a web page's path and the name of the body
_NEWS_SIGNS = 2
_DEEDS = 3
_FOREIGN_LETTERS = 3  # times as many as Chinese characters
_CHINESE, _LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]")
_QUOTED = re.compile(r"“[^“”]*”")
_SENTENCE_END = re.compile(r"[。!?;]")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a text is not taken for an annual work report: one line in simplified Chinese, and the rule that says so."""

    message: str
    rule: str


def explain_not_a_report(text: str, outline: Outline, facts: Facts) -> Refusal | None:
    """Why the text is not taken for an annual work report; None if it is one.

    A report looks back on a stated time and has a body that reports: its title, its salutation (现在，我代表……报告工作)
    or its headings say so; without any of them it must at least count what was done.
    """
    view = compact(text)
    headings = "".join(compact(s.heading or "") for s in outline.sections)
    saluted = _SALUTED.search(view[: 2 * _OPENING]) is not None
    parts = {s.role for s in outline.sections if s.heading and (s.role == "plan" or _TITLED.search(compact(s.heading)))}
    lines = [line[:_TITLE] for line in map(_clean_line, text.splitlines()) if line]
    title = lines[0] if lines else ""
    reports = bool(_TITLED.search(title)) and not _RESOLUTION.search(title)
    titled = saluted or bool(_TITLED.search("\n".join(lines[:_TITLE_LINES])) or _TITLED.search(headings))
    other = None if saluted else _identify_other_paper(text, view, title)
    if other is None and not (saluted or reports or len(parts) > 1):
        other = _identify_other_text(view, title)
    if other is not None or titled or "plan" in parts:
        return other
    if not _ANNUAL.search(view):
        return Refusal("全文没有工作报告的标题，也没有“过去一年”“五年来”一类的回顾时间", _NO_TIME.id)
    if not (facts.kind is not None or facts.organisation is not None or _BODY.search(view)):
        return Refusal("全文看不出由哪个机构报告工作，也没有工作回顾或工作安排的标题", _NO_BODY.id)
    if not parts and len(_COUNTED.findall(view)) < _DEEDS:
        return Refusal("全文没有工作报告的标题和章节，也几乎没有说做了多少事", _NO_DEEDS.id)
    return None


def leave_everything_out(outline: Outline, refusal: Refusal) -> Outline:
    """The outline of a text that is no report: nothing in it is asked about."""
    left_out = {s.n: outline.left_out.get(s.n, "not_a_report") for s in outline.sentences}
    rules = {s.n: outline.rules.get(s.n, refusal.rule) for s in outline.sentences}
    return replace(outline, units=(), left_out=left_out, rules=rules, requirement=())


def _identify_other_text(view: str, title: str) -> Refusal | None:
    """What else the first words are: a resolution, a notice, a contract, or news."""
    if other := _OTHER_KIND.search(title):
        return Refusal(f"标题说明这是另一种文章（“{other.group()}”）", _OTHER_KIND.id)
    if all(party in view[: 2 * _OPENING] for party in ("甲方", "乙方")):
        return Refusal("开头写明甲方和乙方，是合同或协议", _CONTRACT.id)
    if len(_NEWS.findall(view[: 4 * _OPENING])) >= _NEWS_SIGNS:
        return Refusal("开头是会议或活动的新闻报道，不是机构自己的工作报告", _NEWS.id)
    return None


def _identify_other_paper(text: str, view: str, title: str) -> Refusal | None:
    """What else a text is that may well speak of a work report in its title and headings."""
    if other := _OTHER_PAPER.search(title):
        return Refusal(f"标题说明这不是报告本身（“{other.group()}”）", _OTHER_PAPER.id)
    personal = bool(_PERSONAL_TITLE.search(title))
    spoken = _QUOTED.sub("", view[: 2 * _OPENING])
    foreign = not _CHINESE.search(title) and len(_LATIN.findall(view)) > _FOREIGN_LETTERS * len(_CHINESE.findall(view))
    unsaid = not _SENTENCE_END.search(view) and len(_COUNTED.findall(view)) < _DEEDS
    signs = (
        (personal or _has_several(_PERSONAL, spoken, 2), "说的是个人一年的工作，是个人总结或述职", _PERSONAL),
        (
            _has_several(_MINUTES_FIELD, view[:_OPENING], 3),
            "开头列有时间、地点、出席一类栏目，是会议记录",
            _MINUTES_FIELD,
        ),
        (_has_several(_NEWS_VOICE, view[: 4 * _OPENING], 3), "开头是记者的口吻和感言，是关于报告的新闻", _NEWS_VOICE),
        (_has_several(_PROGRAM_NOTES, text, 2), "有文件名、安装、命令一类字样，是软件或资料的说明", _PROGRAM_NOTES),
        (foreign, "题目不是中文，正文的字母也远多于汉字", _FOREIGN),
        (unsaid, "全文没有一句写完的话，像目录、议程或题目", _NO_SENTENCES),
    )
    return next((Refusal(f"{why}，不是机构的工作报告", rule.id) for holds, why, rule in signs if holds), None)


def _has_several(rule: Rule, text: str, least: int) -> bool:
    """Whether a rule finds so many different words in a text."""
    return len({match.group() for match in rule.finditer(text)}) >= least


def _clean_line(line: str) -> str:
    """A line without Markdown marks and tags, folded."""
    return re.sub(r"<[^>]*>|[#*_>〈〉《》()（）\d]", "", compact(line))
