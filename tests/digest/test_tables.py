"""Tables from the file to the digest: items, terms, figures and evidence of rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from docx_files import build_docx, write_cell, write_item, write_numbering, write_paragraph, write_run, write_table
from huimou.digest.choices import DigestChoices
from huimou.digest.explanation import explain_sentences
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.ingest import read_report
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from silent_client import SilentClient

_HEAD = ["政协云川县第十届委员会常务委员会工作报告", "各位委员：", "我受常务委员会委托，向大会报告工作，请予审议。"]
_DATA = [
    ["履职内容", "2023年", "2024年", "同比"],
    ["专题协商", "6次", "9次", "50%"],
    ["界别活动", "32场", "41场", "28.1%"],
]
_TASKS = [
    ["序号", "重点事项", "牵头部门", "完成时间"],
    ["1", "举办委员讲堂6期", "学习文史委", "11月底前"],
    ["2", "开展医疗服务监督2次", write_cell("教科卫体委"), "8月底前"],
]


def _digest(path: Path) -> tuple[str, Digest]:
    document = read_report(path)
    return document.text, digest_report(document, SilentClient(), load_checked_prompts(), ignore_event)


def _write_docx(folder: Path) -> Path:
    body = [*map(write_paragraph, _HEAD), write_paragraph("一、2024年工作回顾"), write_paragraph("办理提案186件。")]
    body += [write_paragraph("履职数据如下："), write_table(_DATA), write_paragraph("二、2025年主要任务")]
    body += [write_paragraph("（一）强化引领。组织学习12次。"), write_paragraph("任务分工如下："), write_table(_TASKS)]
    body.append(write_paragraph("各位委员，让我们团结奋进，为建设美丽云川作出新的贡献！"))
    path = folder / "r.docx"
    path.write_bytes(build_docx("".join(body)))
    return path


def _write_html(folder: Path) -> Path:
    def table(rows: list[list[str]]) -> str:
        plain = [["教科卫体委" if cell.startswith("<") else cell for cell in row] for row in rows]
        return (
            "<table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in plain) + "</table>"
        )

    body = "".join(f"<p>{line}</p>" for line in (*_HEAD, "一、2024年工作回顾", "办理提案186件。", "履职数据如下："))
    body += (
        table(_DATA)
        + "<p>二、2025年主要任务</p><p>（一）强化引领。组织学习12次。</p><p>任务分工如下：</p>"
        + table(_TASKS)
    )
    body += "<p>各位委员，让我们团结奋进，为建设美丽云川作出新的贡献！</p>"
    path = folder / "r.html"
    path.write_text(f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>", encoding="utf-8")
    return path


@pytest.mark.parametrize("write", [_write_docx, _write_html])
def test_tables_of_a_document(tmp_path: Path, write: object) -> None:
    """Each row is an item: values by their columns, tasks with deadline and unit; every figure counts its row."""
    text, digest = _digest(write(tmp_path))  # type: ignore[operator]
    assert [item.summary for item in digest.year_review.achievements] == [
        "办理提案186件。",
        "专题协商：2023年6次，2024年9次，同比50%。",
        "界别活动：2023年32场，2024年41场，同比28.1%。",
    ]
    tasks = [(task.summary, task.deadline, task.responsible) for task in digest.next_year_plan.tasks]
    assert tasks[1:] == [
        ("举办委员讲堂6期。", "11月底前", "学习文史委"),
        ("开展医疗服务监督2次。", "8月底前", "教科卫体委"),
    ]
    assert [task.target for task in digest.next_year_plan.tasks[1:]] == ["举办委员讲堂6期", "开展医疗服务监督2次"]
    metrics = {figure.quote: figure.metric for figure in digest.figures}
    assert metrics["6次"] == "2023年专题协商"
    assert metrics["41场"] == "界别活动"
    assert metrics["28.1%"] == "界别活动同比"
    assert all(text[figure.start : figure.end] == figure.quote for figure in digest.figures)


def test_evidence_of_rows(tmp_path: Path) -> None:
    """A row's evidence is the row as printed and its header; sentences tile the text and the counts add up."""
    text, digest = _digest(_write_docx(tmp_path))
    first = digest.year_review.achievements[1]
    assert [piece.quote for piece in first.evidence] == [
        "履职内容 | 2023年 | 2024年 | 同比",
        "专题协商 | 6次 | 9次 | 50%",
    ]
    task = digest.next_year_plan.tasks[1]
    assert [piece.quote for piece in task.evidence] == [
        *("序号 | 重点事项 | 牵头部门 | 完成时间", "举办委员讲堂6期 | 学习文史委 | 11月底前"),
    ]
    covered = "".join(text[sentence.start : sentence.end] for sentence in digest.sentences)
    assert "".join(covered.split()) == "".join(text.split())
    numbered = {sentence.n: sentence for sentence in digest.sentences}
    for item in (*digest.year_review.achievements, *digest.next_year_plan.tasks):
        for piece in item.evidence:
            sentence = numbered[piece.sentence]
            assert (sentence.disposition, item.id in sentence.items) == ("cited", True)
            assert sentence.start <= piece.start <= piece.end <= sentence.end
    coverage = digest.coverage
    assert coverage.sentences == coverage.cited + sum(coverage.left_out.values()) + len(coverage.uncovered)
    assert coverage.uncovered == []


def test_cells_are_no_clauses_left_unsaid(tmp_path: Path) -> None:
    """That a summary leaves cells to deadline and lead unit raises no doubt about it."""
    path = tmp_path / "r.txt"
    header = "序号 | 协商议题 | 协商形式 | 时间安排 | 牵头专委会 | 配合单位"
    rows = [
        "1 | 县域商业 | 专题协商 | 3月 | 经济委 | 市商务局",
        "2 | 基层医疗 | 对口协商 | 9月底前 | 教科卫体委 | 市卫健委",
    ]
    lines = [*_HEAD, "一、2024年工作回顾", "办理提案186件。", "二、2025年主要任务", header, *rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    _, digest = _digest(path)
    assert [(task.summary, task.responsible) for task in digest.next_year_plan.tasks] == [
        *(("县域商业。", "经济委"), ("基层医疗。", "教科卫体委")),
    ]
    assert {check.code for check in digest.checks} & {"little_left", "point_unsaid", "hardly_shorter"} == set()


def test_rows_are_explained(tmp_path: Path) -> None:
    """Every sentence of a text with tables can be explained, headers and rows too."""
    text, digest = _digest(_write_docx(tmp_path))
    numbers = [sentence.n for sentence in digest.sentences]
    explained = explain_sentences(digest, text, numbers, DigestChoices())
    assert [one.sentence.n for one in explained] == numbers


def test_hidden_text_is_a_problem_of_the_digest(tmp_path: Path) -> None:
    """What the document hides is in no item and no figure; the digest says that there is something."""
    body = "".join(map(write_paragraph, (*_HEAD, "一、2024年工作回顾")))
    body += f"<w:p>{write_run('拟走访999户，', '<w:vanish/>')}{write_run('走访困难群众86户。')}</w:p>"
    path = tmp_path / "r.docx"
    path.write_bytes(build_docx(body))
    _, digest = _digest(path)
    assert "999" not in digest.model_dump_json()
    assert [figure.quote for figure in digest.figures] == ["86户"]
    assert "hidden_text" in {problem.code for problem in digest.problems}


def test_headings_with_automatic_numbers(tmp_path: Path) -> None:
    """Headings that are numbered by the program open their sections, as if the number had been typed."""
    levels = [
        {"start": "1", "numFmt": "chineseCountingThousand", "suff": "nothing", "lvlText": "%1、"},
        {"start": "1", "numFmt": "chineseCountingThousand", "suff": "nothing", "lvlText": "（%2）"},
    ]
    body = "".join(map(write_paragraph, _HEAD)) + write_item("2024年工作回顾") + write_item("协商更有质量", 1)
    body += write_paragraph("召开协商会9次。") + write_item("2025年工作安排") + write_item("开展协商10次。", 1)
    path = tmp_path / "r.docx"
    path.write_bytes(build_docx(body, numbering=write_numbering(levels)))
    _, digest = _digest(path)
    assert [(section.role, section.heading) for section in digest.sections[2:]] == [
        *(("review", "2024年工作回顾"), ("review", "协商更有质量"), ("plan", "2025年工作安排")),
    ]
    assert [task.summary for task in digest.next_year_plan.tasks] == ["开展协商10次。"]
