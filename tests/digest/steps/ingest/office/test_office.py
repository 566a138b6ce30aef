"""DOC, WPS, RTF and ODT where LibreOffice is not installed."""

from __future__ import annotations

import io
import sys
import zipfile

import pytest

from huimou.digest.steps.ingest import office
from huimou.digest.steps.ingest.office import extract_office
from huimou.errors import InputError
from word_files import build_doc

LINES = ["政协青松市委员会工作报告", "一、2023年工作回顾", "召开会议12次，办理提案325件。"]
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "text", "table", "style"))


@pytest.fixture(autouse=True)
def _no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "find_libreoffice", lambda: None)


def _build_rtf(lines: list[str], code_page: str = "cp936") -> bytes:
    hexed = ("".join(f"\\'{byte:02x}" for byte in line.encode(code_page)) for line in lines)
    return (r"{\rtf1\ansi\ansicpg" + code_page[2:] + " " + r"\par ".join(hexed) + "}").encode()


def _build_odt(body: str, header: str = "", manifest: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        content = f"<office:body><office:text>{body}</office:text></office:body>"
        archive.writestr("content.xml", f"<office:document-content {_SPACES}>{content}</office:document-content>")
        styles = f"<style:header><text:p>{header}</text:p></style:header>"
        archive.writestr("styles.xml", f"<office:document-styles {_SPACES}>{styles}</office:document-styles>")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return out.getvalue()


@pytest.mark.parametrize("kind", ["doc", "wps"])
def test_a_word_document(kind: str) -> None:
    """Its paragraphs come as lines, and the digest says what such reading cannot tell."""
    pytest.importorskip("wps2md")
    found = extract_office(kind, build_doc(LINES), "r")
    assert found.text.split("\n") == LINES
    assert [problem.code for problem in found.problems] == ["read_without_office"]


def test_a_word_document_that_is_encrypted_or_damaged() -> None:
    """Each is refused in one line."""
    pytest.importorskip("wps2md")
    with pytest.raises(InputError, match="encrypted"):
        extract_office("doc", build_doc(LINES, encrypted=True), "r.doc")
    with pytest.raises(InputError, match="damaged DOC"):
        extract_office("doc", build_doc(LINES)[:700], "r.doc")
    with pytest.raises(InputError, match="by LibreOffice only"):
        extract_office("doc", build_doc(["\u3f3f\u4e93\u9fa0" * 30]), "r.doc")


@pytest.mark.parametrize("code_page", ["cp936", "cp950"])
def test_an_rtf(code_page: str) -> None:
    """In simplified and in traditional writing, by the code page that it names."""
    pytest.importorskip("striprtf")
    lines = LINES if code_page == "cp936" else ["政協青松市委員會工作報告", "召開會議12次。"]
    found = extract_office("rtf", _build_rtf(lines, code_page), "r.rtf")
    assert found.text.split("\n") == lines
    assert [problem.code for problem in found.problems] == ["read_without_office"]


def test_a_table_of_an_rtf() -> None:
    """Its cells are parted as those of other tables, and an automatic number stands before its paragraph."""
    pytest.importorskip("striprtf")
    row = r"\trowd\cellx1000\cellx2000\intbl a\cell b\cell\row\pard "
    found = extract_office("rtf", (r"{\rtf1\ansi " + row + r"{\listtext 1.\tab}x\par}").encode(), "r.rtf")
    assert [line.strip() for line in found.text.split("\n") if line.strip()] == ["a | b", "1. x"]


def test_an_odt() -> None:
    """Spaces, line breaks, tables and headers are read; deletions, comments and contents are not."""
    pytest.importorskip("lxml")
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell>{}</table:table-row>"
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = (
        "<text:tracked-changes><text:p>删去</text:p></text:tracked-changes>"
        "<text:table-of-content><text:p>目录</text:p></text:table-of-content>"
        '<text:h>一、工作回顾</text:h><text:p>召开<text:span>会议<text:s text:c="2"/>12次</text:span>。'
        "<office:annotation><text:p>批注</text:p></office:annotation>又<text:line-break/>行</text:p>"
        "<text:list><text:list-item><text:p>提交报告。</text:p></text:list-item></text:list>"
        f"<table:table>{row.format('项目', cell.format('数量'))}"
        f"{row.format('提案', '<table:covered-table-cell/>' + cell.format('件'))}</table:table>"
    )
    found = extract_office("odt", _build_odt(body, "内部资料"), "r.odt")
    assert found.text.split("\n") == [
        *("一、工作回顾", "召开会议  12次。又", "行", "提交报告。", "项目 | 数量", "提案 |  | 件")
    ]
    assert found.margins == ("内部资料",)


def test_an_odt_that_is_encrypted_or_damaged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is refused in one line, and so is one that unpacks to too much."""
    pytest.importorskip("lxml")
    with pytest.raises(InputError, match="encrypted"):
        extract_office("odt", _build_odt("", manifest="<encryption-data/>"), "r.odt")
    with pytest.raises(InputError, match="damaged ODT"):
        extract_office("odt", _build_odt("<text:p>x</text:p>")[:200], "r.odt")
    monkeypatch.setattr("huimou.digest.steps.ingest.office.open_document.LARGEST_PART", 1000)
    with pytest.raises(InputError, match="unpacks to more"):
        extract_office("odt", _build_odt("<text:p>会议</text:p>" * 200), "r.odt")


@pytest.mark.parametrize(("kind", "library"), [("doc", "wps2md"), ("rtf", "striprtf")])
def test_without_what_reads_it(monkeypatch: pytest.MonkeyPatch, kind: str, library: str) -> None:
    """One line says what to install: the program, or the extra."""
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.setitem(sys.modules, f"{library}.striprtf", None)
    with pytest.raises(InputError, match=rf'needs LibreOffice or {library}.*pip install "huimou\[docs\]"'):
        extract_office(kind, b"x", f"r.{kind}")
