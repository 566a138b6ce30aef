"""Office files as LibreOffice has them: opened, shown as they are, saved by it and filled anew after that."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from handmade import a_digest, reviewed
from huimou.model.digest import Digest
from huimou.outputs.formats import write_outputs
from huimou.outputs.office import to_docx, to_xlsx
from huimou.outputs.office.word.briefing import BriefingOptions
from huimou.outputs.office.word.layout_check import check_layout
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = ROOT / "fixtures" / "accepted"
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FORMULA = '=HYPERLINK("http://x","y")'
A4 = (595, 842)

pytestmark = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which LibreOffice keeps its settings."""
    return tmp_path_factory.mktemp("office")


def converted(office: Path, data: bytes, name: str, form: str, suffix: str) -> Path:
    """What LibreOffice makes of a file."""
    path = office / name
    path.write_bytes(data)
    made = office / "made"
    command = [str(SOFFICE), f"-env:UserInstallation={(office / 'settings').as_uri()}", "--headless"]
    command += ["--convert-to", form, "--outdir", str(made), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    result = made / f"{path.stem}.{suffix}"
    assert result.exists(), done.stdout + done.stderr
    return result


def sample(name: str) -> Digest:
    """An accepted digest."""
    return from_json((ACCEPTED / f"{name}.json").read_text(encoding="utf-8"))


def test_formula_text_is_shown_as_it_is(office: Path) -> None:
    """In a cell it reads as the report prints it: neither reckoned nor a link."""
    data = to_xlsx(a_digest(text=f"{FORMULA}\n" * 3, outside=FORMULA))
    shown = converted(office, data, "formula.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76,1", "csv")
    _, head, row, *_ = csv.reader(io.StringIO(shown.read_text(encoding="utf-8")))
    told = dict(zip(head, row, strict=True))
    assert (told["事项"], told["原文"], told["主体"]) == (FORMULA, FORMULA, FORMULA)


def test_the_ledgers_print_on_a4_across(office: Path) -> None:
    """One page wide, with titles on every page."""
    pages = PdfReader(converted(office, to_xlsx(sample("suizhou-2023")), "ledger.xlsx", "pdf", "pdf")).pages
    assert {(round(page.mediabox.height), round(page.mediabox.width)) for page in pages} == {A4}
    texts = [_joined(page.extract_text()) for page in pages]
    assert all("序号" in text and "核对状态" in text for text in texts)
    assert not any("行标识" in text or "机器值" in text for text in texts)
    assert "2023年工作回顾台账" in texts[0]
    assert min(_find_text_sizes(pages)) >= 8


def test_a_ledger_that_libreoffice_saved_is_filled_anew(office: Path) -> None:
    """Names, keys and hidden columns survive it; so does what was typed."""
    digest = sample("xianning-2022")
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(digest)))
    book["任务台账"]["J4"] = "王主任"
    book["任务台账"]["E5"] = "人工改写"
    book["任务台账"]["E2"] = "重点任务"
    typed = io.BytesIO()
    book.save(typed)
    saved = converted(office, typed.getvalue(), "typed.xlsx", "xlsx:Calc MS Excel 2007 XML", "xlsx")
    tasks = digest.next_year_plan.tasks
    plan = digest.next_year_plan.model_copy(update={"tasks": tasks[1:]})
    again = to_xlsx(digest.model_copy(update={"next_year_plan": plan}), None, saved)
    sheet = openpyxl.load_workbook(io.BytesIO(again))["任务台账"]
    assert (sheet["J4"].value, sheet["E5"].value, sheet["E2"].value) == ("王主任", "人工改写", "重点任务")
    change = next(cell.column for cell in sheet[2] if cell.value == "变动")
    assert [sheet.cell(row, change).value for row in range(3, len(tasks) + 3)] == ["本版未见"] + [None] * (
        len(tasks) - 1
    )
    assert sheet.max_row == len(tasks) + 2


@pytest.mark.parametrize("path", sorted(ACCEPTED.glob("*.json")), ids=lambda path: path.stem)
def test_a_briefing_has_two_pages(office: Path, path: Path) -> None:
    """Of A4, with lines of 28 characters, numbers at the foot, and no word of the program."""
    data = to_docx(from_json(path.read_text(encoding="utf-8")))
    pages = PdfReader(converted(office, data, "briefing.docx", "pdf", "pdf")).pages
    assert len(pages) == 2
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {A4}
    texts = [_joined(page.extract_text()) for page in pages]
    assert [text for number, text in enumerate(texts, start=1) if f"—{number}—" not in text] == []
    lines = [line for page in pages for line in page.extract_text().splitlines() if re.match(r"[\u4e00-\u9fff]", line)]
    assert max(len(re.sub(r"\s", "", line)) for line in lines) >= 27
    assert not any("建议核对" in text or "sha256" in text for text in texts)


def test_a_briefing_with_head_and_annex(office: Path) -> None:
    """At most two pages before the annex, which begins on a page of its own; the title is broken between words."""
    options = BriefingOptions(annex=True, letterhead="政协临江市委员会文件", number="临政协〔2023〕1号")
    data = to_docx(sample("yingtan-2022"), options)
    pages = PdfReader(converted(office, data, "annex.docx", "pdf", "pdf")).pages
    lines = [[_joined(line) for line in page.extract_text().splitlines()] for page in pages]
    begins = next(number for number, page in enumerate(lines) if "附件" in page)
    assert begins == 2
    assert "第十届委员会常务委员会" in lines[0]
    assert any("第10句，507–516字" in "".join(page) for page in lines[begins:])


def test_what_libreoffice_saved_keeps_comments_and_changes(office: Path) -> None:
    """It reads them as what they are, and the layout is still that of the standard."""
    digest = sample("xianning-2022")
    said = reviewed(digest, digest.year_review.achievements[0].id, corrected="改写的一句话。", comment="再核")
    saved = converted(office, to_docx(said), "said.docx", "docx:MS Word 2007 XML", "docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        body, comments = (archive.read(f"word/{name}.xml").decode() for name in ("document", "comments"))
    assert "<w:del " in body
    assert "<w:ins " in body
    assert "再核" in comments
    assert check_layout(saved) == ()


def test_a_briefing_that_was_edited_is_left_alone(office: Path, tmp_path: Path) -> None:
    """Saved by LibreOffice it stays, byte for byte."""
    digest = sample("xianning-2022")
    edited = converted(office, to_docx(digest), "saved.docx", "docx:MS Word 2007 XML", "docx").read_bytes()
    (tmp_path / "x.docx").write_bytes(edited)
    assert len(write_outputs(tmp_path, "x", "", digest, ("docx",))) == 1
    assert (tmp_path / "x.docx").read_bytes() == edited
    assert (tmp_path / "x.new.docx").read_bytes() == to_docx(digest)


def _joined(text: str) -> str:
    return re.sub(r"\s", "", text)


def _find_text_sizes(pages: Any) -> set[float]:
    """Sizes of the text as it is printed, in points."""
    sizes: set[float] = set()

    def take(text: str, _: Any, matrix: list[float], __: Any, size: float) -> None:
        if text.strip():
            sizes.add(round(size * abs(matrix[3] or 1), 1))

    for page in pages:
        page.extract_text(visitor_text=take)
    return sizes
