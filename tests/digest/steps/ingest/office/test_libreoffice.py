"""DOC, RTF and ODT by way of LibreOffice, where it is installed."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.ingest.docx import extract_docx
from huimou.digest.steps.ingest.office.libreoffice import convert_to_docx, find_libreoffice
from huimou.errors import InputError

PROGRAM = find_libreoffice()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")
DELETED = '<w:del w:id="1" w:author="x"><w:r><w:delText>议案</w:delText></w:r></w:del>'
LINES = [
    "政协青松市委员会工作报告",
    "1. 召开会议12次。",
    "2. 提交报告6篇。",
    "项目 | 数量",
    "提案 | 325件",
    "办理提案325件。",
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one report as a word processor saves it in each format."""
    docx = pytest.importorskip("docx")
    folder = tmp_path_factory.mktemp("office")
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "内部资料"
    document.add_paragraph(LINES[0])
    for words in ("召开会议12次。", "提交报告6篇。"):
        document.add_paragraph(words, style="List Number")
    table = document.add_table(rows=2, cols=2)
    for row, words in zip(table.rows, (("项目", "数量"), ("提案", "325件")), strict=True):
        for cell, one in zip(row.cells, words, strict=True):
            cell.text = one
    last = document.add_paragraph("办理")
    last._p.append(docx.oxml.parse_xml(DELETED.replace("<w:del ", f"<w:del {docx.oxml.ns.nsdecls('w')} ")))
    last.add_run("提案325件。")
    last.add_run("草稿").font.hidden = True
    document.save(str(folder / "r.docx"))
    for form in ("doc:MS Word 97", "rtf:Rich Text Format", "odt:writer8"):
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [str(PROGRAM), profile, "--headless", "--convert-to", form, "--outdir", str(folder)]
        subprocess.run([*command, str(folder / "r.docx")], check=True, capture_output=True)
    (folder / "r.wps").write_bytes((folder / "r.doc").read_bytes())
    return folder


@pytest.mark.parametrize("suffix", ["docx", "doc", "wps", "rtf", "odt"])
def test_one_report_in_every_format(written: Path, suffix: str) -> None:
    """Numbers, tables, revisions and hidden words are read as from a DOCX, and so are headers."""
    document = read_report(written / f"r.{suffix}")
    assert document.text.split("\n") == LINES
    assert (document.format, document.extracted, document.margins) == (suffix, True, ("内部资料",))
    assert [problem.code for problem in document.problems] == ["hidden_text"]


def test_what_is_called_otherwise(written: Path, tmp_path: Path) -> None:
    """A word processor opens an RTF or DOCX that is called .doc, and so does huimou; a text that is none is refused."""
    for suffix in ("rtf", "docx"):
        (tmp_path / "r.doc").write_bytes((written / f"r.{suffix}").read_bytes())
        assert read_report(tmp_path / "r.doc").text.split("\n") == LINES
    (tmp_path / "r.txt").write_bytes((written / "r.rtf").read_bytes())
    with pytest.raises(InputError, match=r"rename it to \.rtf"):
        read_report(tmp_path / "r.txt")


@pytest.mark.parametrize(("suffix", "size"), [("rtf", 900), ("odt", 4000), ("doc", 6000)])
def test_a_damaged_file(written: Path, tmp_path: Path, suffix: str, size: int) -> None:
    """A file that was cut off is refused in one line."""
    path = tmp_path / f"r.{suffix}"
    path.write_bytes((written / f"r.{suffix}").read_bytes()[:size])
    with pytest.raises(InputError, match=r"is a damaged|is binary") as caught:
        read_report(path)
    assert "\n" not in str(caught.value)


def test_nothing_is_fetched() -> None:
    """What a document refers to stays where it is."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - as the library calls them

    assert PROGRAM is not None
    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/x"
        fields = "".join(
            rf'{{\field{{\*\fldinst {name} "{url}" }}{{\fldrslt }}}}' for name in ("INCLUDEPICTURE", "INCLUDETEXT")
        )
        data = rf"{{\rtf1\ansi Report {fields} end\par {{\*\template {url}}}}}".encode()
        read = extract_docx(convert_to_docx(PROGRAM, "rtf", data, "r.rtf"), "r.rtf")
        server.shutdown()
    assert "Report" in read.text
    assert asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script of the shell stands in")
def test_a_program_that_takes_too_long(tmp_path: Path) -> None:
    """It is ended, with what it started, and the file is refused."""
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60 & wait\n")
    program.chmod(0o755)
    with pytest.raises(InputError, match=r"has not read r\.doc within 0\.2 seconds"):
        convert_to_docx(program, "doc", b"x", "r.doc", seconds=0.2)
