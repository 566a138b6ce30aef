"""Doubts about the report as a whole: its years, its parts, and what the model did not answer."""

from __future__ import annotations

from collections.abc import Iterator

from huimou.digest.steps.checks.checked_digest import CheckedDigest, Doubt
from huimou.model import digest as c
from huimou.settings import NO_MODEL

_LONG_TEXT = 3000
_MUCH = 0.05  # of the text
_SPOILT = frozenset({"replacement_character", "utf8_read_as_gbk", "lost_byte"})


def find_report_doubts(checked: CheckedDigest) -> Iterator[Doubt]:
    """All doubts about the report as a whole."""
    digest = checked.digest
    codes = {problem.code: problem for problem in reversed(digest.problems)}
    if "not_a_report" in codes:
        yield Doubt("not_a_report", "不像年度工作报告，请先确认文件是否放对")
        return
    if "year_conflict" in codes:
        problem = codes["year_conflict"]
        yield Doubt("year_conflict", "回顾年份与计划年份不相连，请核对", problem.start, problem.end)
    if "recognised_text" in codes:
        yield Doubt("recognised_text", "原件是扫描的，文字由程序识别（OCR），数字和名称请对照原件")
    if "read_without_office" in codes:
        yield Doubt("read_without_office", "没有用办公软件读取，修订和隐藏的字可能混在正文里，请对照原文件")
    yield from _find_year_doubts(digest)
    yield from _find_part_doubts(checked)
    yield from _find_answer_doubts(digest)
    yield from _find_spoilt_text(checked)


def _find_year_doubts(digest: c.Digest) -> Iterator[Doubt]:
    report = digest.report
    if report.organisation is None and report.kind is None:
        yield Doubt("unknown_body", "没有读出是哪个机构、哪一类报告")
    elif report.organisation is None:
        yield Doubt("unknown_body", "没有读出是哪个机构的报告")
    elif report.kind is None:
        yield Doubt("unknown_body", "没有读出是哪一类报告")
    review, plan = report.review_years, report.plan_year
    known = [("回顾", review.basis, f"{review.start}—{review.end}年", review.evidence)]
    if digest.next_year_plan.stated:
        known.append(("计划", plan.basis, f"{plan.year}年", plan.evidence))
    for part, basis, year, evidence in known:
        span = (evidence[0].start, evidence[0].end) if evidence else (None, None)
        if basis == "absent":
            yield Doubt("year_absent", f"{part}年份没有读出，引用数字前请先确定", *span)
        elif basis == "inferred":
            start, _, end = year.partition("—")
            shown = end if start + "年" == end else year
            yield Doubt("year_inferred", f"{part}年份{shown}是推断的，请核对", *span)


def _find_part_doubts(checked: CheckedDigest) -> Iterator[Doubt]:
    digest = checked.digest
    if not digest.year_review.achievements:
        yield Doubt("no_items", "没有提取到任何成绩，请看回顾部分是否认错")
    if digest.next_year_plan.stated and not digest.next_year_plan.tasks:
        yield Doubt("no_items", "有计划部分而没有提取到任务")
    if not digest.next_year_plan.stated and len(checked.text) > _LONG_TEXT:
        yield Doubt("no_plan", f"原文{len(checked.text):,}字而没有找到计划部分，请确认确实没有")
    inside = [item for item in checked.items if checked.is_of_proposals(item)]
    if inside:
        first = inside[0].evidence[0]
        ids = inside[0].id if len(inside) == 1 else f"{inside[0].id}至{inside[-1].id}"
        message = f"{ids}出自提案办理部分，多是有关单位的成效，请分清是谁做的"
        yield Doubt("others_results", message, first.start, first.end)


def _find_answer_doubts(digest: c.Digest) -> Iterator[Doubt]:
    unanswered = sum(problem.code == "unanswered" for problem in digest.problems)
    if unanswered and digest.run.model == NO_MODEL:
        yield Doubt("unanswered", f"没有请模型，{unanswered}处只由程序从原文摘编")
    elif unanswered:
        yield Doubt("unanswered", f"有{unanswered}处模型没有回答，用的是原文")


def _find_spoilt_text(checked: CheckedDigest) -> Iterator[Doubt]:
    """Damage of a part of the text, and damage that no item rests on."""
    places = [
        (p.start, p.end)
        for p in checked.digest.problems
        if p.code in _SPOILT and p.start is not None and p.end is not None
    ]
    lost = sum(end - start for start, end in places)
    if lost > _MUCH * len(checked.text):
        share = max(1, lost * 100 // len(checked.text))
        largest = max(places, key=lambda place: place[1] - place[0])
        yield Doubt("text_spoilt", f"原文约有{share}%的篇幅夹有乱码，请换用完好的文件", *largest)
        return
    outside = [place for place in places if not any(item.touches(*place) for item in checked.items)]
    if outside:
        yield Doubt("text_damage", f"条目之外还有{len(outside)}处乱码，可能漏了内容", *outside[0])
