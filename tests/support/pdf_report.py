"""A short invented report as paragraphs, and what is read of a PDF of it."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.digest.steps.ingest.pdf import extract_pdf
from pdf_pages import DrawnPage, write_pdf

TITLE = "政协临川县第十届委员会常务委员会工作报告"
REPORT = (
    TITLE,
    "各位委员：",
    "我受政协临川县第十届委员会常务委员会委托，向大会报告一年来的工作，请予审议，并请列席人员提出意见。",
    "一、2024年工作回顾",
    "（一）深化协商议政",
    (
        "全年召开专题协商会16次，开展专题调研22项，形成调研报告33篇，提出意见建议366条，其中被县委县政府采纳97条，协商"
        "成果转化率达到53.6%。办理提案214件，办复率100%，满意率99.1%，人人参与，重点提案由县领导领衔督办22件。"
    ),
    "（二）践行为民宗旨",
    "组织委员下乡义诊88场，服务群众4400人次，捐款捐物折合人民币127.5万元，结对帮扶困难家庭66户，开展助学活动。",
    "二、2025年主要任务",
    "全年组织学习11次以上，举办读书班3期，力争提案办复率达到100%，6月底前完成协商平台建设40个。",
)


def read_body(pages: Sequence[DrawnPage]) -> list[str]:
    """The paragraphs of the body, as they are read from a PDF with these pages."""
    read = extract_pdf(write_pdf(pages), "r.pdf")
    edges = {(line.start, line.end) for line in read.layout.lines if line.kind != "body"}
    paragraphs = []
    at = 0
    for line in read.text.split("\n"):
        if (at, at + len(line)) not in edges:
            paragraphs.append(line)
        at += len(line) + 1
    return paragraphs


def read_edges(pages: Sequence[DrawnPage]) -> list[tuple[int, str, str]]:
    """Page, kind and words of everything that was read as standing at the edge of a page."""
    read = extract_pdf(write_pdf(pages), "r.pdf")
    lines = [line for line in read.layout.lines if line.kind != "body"]
    return sorted((line.page, line.kind, read.text[line.start : line.end]) for line in lines)
