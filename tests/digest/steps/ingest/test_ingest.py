"""Reading of files: encodings, documents, refusals."""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.steps.ingest import MAX_BYTES, decode, read_report
from huimou.digest.steps.ingest.html import extract_html
from huimou.errors import InputError

SIMPLE = "政协青山市委员会工作报告\r\n一、2022年工作回顾\r\n一年来,市政协召开协商会议12次,办理提案325件。\r\n"
TRADITIONAL = "政協青山市委員會工作報告\n一、2022年工作回顧\n一年來,市政協召開協商會議12次,辦理提案325件。\n"


def _write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _pdf(text: str) -> bytes:
    """A PDF of one page that shows `text` (ASCII)."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode() if text else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (SIMPLE, "utf-8", "utf-8"),
        (SIMPLE, "utf-8-sig", "utf-8-sig"),
        (SIMPLE, "gbk", "gb18030"),
        (SIMPLE, "gb18030", "gb18030"),
        (SIMPLE, "utf-16-le", "utf-16-le"),
        (SIMPLE, "utf-16-be", "utf-16-be"),
        (SIMPLE, "utf-16", "utf-16-le"),
        (SIMPLE, "utf-32", "utf-32-le"),
        (TRADITIONAL, "big5", "big5"),
        (TRADITIONAL, "gbk", "gb18030"),
        (TRADITIONAL.replace("政協", "恒政裏", 1), "cp950", "big5"),
        ("今年工作安排", "gbk", "gb18030"),
        ("市政協工作報告", "big5", "big5"),
    ],
)
def test_chinese_encodings(tmp_path: Path, text: str, codec: str, label: str) -> None:
    """Every usual Chinese encoding is recognised, even in a few characters, and line ends are kept."""
    document = read_report(_write(tmp_path, "r.txt", text.encode(codec)))
    assert document.text == text
    assert document.encoding.startswith(label)
    assert (document.format, document.extracted) == ("text", False)


def test_document_fields(tmp_path: Path) -> None:
    """The file is known by its name without the folder, its stem, and the hash of its bytes."""
    data = SIMPLE.encode()
    document = read_report(_write(tmp_path, "a.b.md", data))
    assert (document.file, document.stem, document.format) == ("a.b.md", "a.b", "markdown")
    assert document.sha256 == hashlib.sha256(data).hexdigest()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80).map(lambda text: "会" + text))
@settings(max_examples=60)
def test_utf8_is_kept_exactly(text: str) -> None:
    """Any text in UTF-8 comes back code point by code point."""
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize(("codec", "at"), [("utf-8", 33), ("gb18030", 24)])
def test_undecodable_byte_is_named(tmp_path: Path, codec: str, at: int) -> None:
    """A file with one spoilt byte is refused, and the message names its encoding and offset."""
    data = (SIMPLE * 20).encode(codec)
    path = _write(tmp_path, "r.txt", data[:at] + b"\xff" + data[at:])
    with pytest.raises(InputError, match=f"{codec} but byte {at}"):
        read_report(path)


OPEN_ENDED = "政协青䶮县委员会工作报告\r\n一、2022年工作回顾\n一年来,市政协召开协商会议12次,让我们团结奋"
RARE = "政协青䶮县、𬱖阳县、㵲山县、𬭚川县委员会的委员𬭎、𪨰、𬘭来了"


@pytest.mark.parametrize(
    ("codec", "last"),
    [
        *product(["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16-be", "utf-16", "utf-32"], ["进", "𬱖", "㵲"]),
        ("gbk", "进"),
    ],
)
def test_a_last_character_that_is_cut_off(tmp_path: Path, codec: str, last: str) -> None:
    """Of a text that ends within a character, all the others are read, and U+FFFD stands for that one."""
    text = OPEN_ENDED if codec != "gbk" else OPEN_ENDED.replace("䶮", "山")
    whole, before = (text + last).encode(codec), text.encode(codec)
    lengths = range(len(before) + 1, len(whole))
    read = [read_report(_write(tmp_path, "r.txt", whole[:length])) for length in lengths]
    assert [document.text for document in read] == [text + "\ufffd"] * len(lengths) != []
    sure = {"gbk": "gb18030", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    assert {document.encoding for document in read} == {sure.get(codec, codec)}


def test_a_last_character_of_big5_that_is_cut_off(tmp_path: Path) -> None:
    """The same in Big5."""
    document = read_report(_write(tmp_path, "r.txt", f"{TRADITIONAL}團結奮進".encode("big5")[:-1]))
    assert (document.text, document.encoding) == (f"{TRADITIONAL}團結奮\ufffd", "big5")


@pytest.mark.parametrize("ending", ["\n", "。", "完"])
def test_half_a_character_before_others_is_damage(tmp_path: Path, ending: str) -> None:
    """A file whose bytes are missing anywhere but at the very end is refused as ever."""
    with pytest.raises(InputError, match="utf-8 but byte"):
        read_report(_write(tmp_path, "r.txt", OPEN_ENDED.encode()[:-1] + ending.encode()))


@pytest.mark.parametrize("data", [b"\xe4", b"\xe4\xbc", b"report \xe4\xbd"])
def test_a_broken_character_alone_is_no_text(tmp_path: Path, data: bytes) -> None:
    """Half a character without Chinese before it tells of no encoding."""
    with pytest.raises(InputError, match="no Chinese encoding"):
        read_report(_write(tmp_path, "r.txt", data))


def test_four_bytes_of_gb18030(tmp_path: Path) -> None:
    """Characters that GB 18030 writes in four bytes are read, even where they are many."""
    document = read_report(_write(tmp_path, "r.txt", RARE.encode("gb18030")))
    assert (document.text, document.encoding) == (RARE, "gb18030")


@given(st.text(st.sampled_from("政协青岚县委员会工作报告团结奋进,。12\n"), min_size=8), st.sampled_from("会议进县"))
@settings(max_examples=60)
def test_a_cut_text_loses_one_character(text: str, last: str) -> None:
    """Whatever Chinese text is cut within its last character, all but that one comes back."""
    words = "政协青岚县委员会" + text
    assert decode((words + last).encode()[:-1]) == (words + "\ufffd", "utf-8")


def test_no_chinese_encoding(tmp_path: Path) -> None:
    """Bytes that make sense in no Chinese encoding are refused."""
    path = _write(tmp_path, "r.txt", ("Übermäßig schön, größer, für Öl. " * 20).encode("latin-1"))
    with pytest.raises(InputError, match=r"no Chinese encoding|cannot be decoded"):
        read_report(path)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("r.txt", b"", "empty"),
        ("r.txt", b" \r\n\t ", "empty"),
        ("r.txt", "\ufeff\u3000\n".encode(), "no text"),
        ("r.txt", b"\x89PNG\r\n\x1a\n" + bytes(40), "binary"),
        ("r.txt", b"PK\x03\x04" + bytes(40), "binary"),
        ("r.txt", bytes(range(256)) * 8, "binary|no Chinese"),
        ("r.txt", _pdf("x"), "rename it to .pdf"),
        ("r.doc", b"\xd0\xcf\x11\xe0" + bytes(40), "save it as .docx"),
        ("r.docx", SIMPLE.encode(), "not a DOCX"),
        ("r.pdf", SIMPLE.encode(), "not a PDF"),
        ("r.pdf", b"%PDF-1.4\nnonsense", "damaged PDF"),
        ("r.pdf", _pdf(""), "scanned"),
    ],
)
def test_refusals(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    """What is no report in a known form is refused with one line that says why."""
    with pytest.raises(InputError, match=says) as caught:
        read_report(_write(tmp_path, name, data))
    assert "\n" not in str(caught.value)


def test_missing_folder_and_size(tmp_path: Path) -> None:
    """A missing file, a folder and a file beyond the limit are refused without being read."""
    with pytest.raises(InputError, match="cannot read"):
        read_report(tmp_path / "none.txt")
    with pytest.raises(InputError, match="folder"):
        read_report(tmp_path)
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(InputError, match="too large"):
        read_report(large)


def test_pdf_text(tmp_path: Path) -> None:
    """The text layer of a PDF is read."""
    document = read_report(_write(tmp_path, "r.PDF", _pdf("Work report of 2022")))
    assert (document.text, document.format, document.encoding) == ("Work report of 2022", "pdf", "utf-8")
    assert document.extracted


def test_encrypted_pdf(tmp_path: Path) -> None:
    """A PDF that asks for a password is refused as encrypted."""
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_pdf("secret")))
    writer.encrypt("password", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(InputError, match="encrypted"):
        read_report(_write(tmp_path, "r.pdf", out.getvalue()))


def test_docx_in_document_order(tmp_path: Path) -> None:
    """Headings, paragraphs and table rows of a DOCX come as lines; a merged cell comes once, in its first column."""
    docx = pytest.importorskip("docx")
    source = docx.Document()
    source.add_heading("一、工作回顾", level=1)
    source.add_paragraph("召开会议12次。")
    table = source.add_table(rows=2, cols=3)
    for cell, words in zip(table.rows[0].cells, ("项目", "数量", "单位"), strict=True):
        cell.text = words
    table.cell(1, 0).merge(table.cell(1, 1)).text = "提案325"
    table.cell(1, 2).text = "件"
    source.add_paragraph("二、工作安排")
    source.save(str(tmp_path / "r.docx"))
    document = read_report(tmp_path / "r.docx")
    assert document.text.split("\n") == [
        "一、工作回顾",
        "召开会议12次。",
        "项目 | 数量 | 单位",
        "提案325 |  | 件",
        "二、工作安排",
    ]
    assert (document.format, document.extracted) == ("docx", True)


def test_docx_keeps_insertions_and_drops_deletions(tmp_path: Path) -> None:
    """Text that a reviser inserted is part of the report, deleted text is not."""
    docx = pytest.importorskip("docx")
    source = docx.Document()
    source.add_paragraph("BODY")
    source.save(str(tmp_path / "plain.docx"))
    words = '<w:r><w:t>办理</w:t></w:r><w:ins w:id="1"><w:r><w:t>提案</w:t></w:r></w:ins>'
    words += '<w:del w:id="2"><w:r><w:delText>议案</w:delText></w:r></w:del>'
    out = tmp_path / "r.docx"
    with zipfile.ZipFile(tmp_path / "plain.docx") as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, data.replace(b"<w:r><w:t>BODY</w:t></w:r>", words.encode()))
    assert read_report(out).text == "办理提案"


@pytest.mark.parametrize(("codec", "declared"), [("utf-8", "utf-8"), ("gb18030", "gb2312"), ("gb18030", "utf-8")])
def test_html_article(tmp_path: Path, codec: str, declared: str) -> None:
    """Paragraphs, headings and rows of a page become lines; menus and scripts go; the declared charset counts."""
    menu = "".join(f"<li><a href='/{n}'>栏目{n}</a></li>" for n in range(9))
    page = (
        f"<html><head><meta charset='{declared}'><title>工作报告_某网</title></head><body><ul>{menu}</ul><div>"
        "<h1>工作报告</h1><p>　　一、工作回顾</p><div>召开会议<b>12</b>次,<br/>办理提案&nbsp;325件。</div>"
        "<table><tr><td>提案</td><td>325件</td></tr></table><script>x='不要'</script><p style='display: none'>隐藏</p>"
        "<table><tr><td><p>版式表一。</p><p>版式表二。</p></td></tr></table></div></body></html>"
    )
    document = read_report(_write(tmp_path, "r.html", page.encode(codec)))
    assert document.text.split("\n") == [
        *("工作报告", "一、工作回顾", "召开会议12次,", "办理提案\xa0325件。", "提案 | 325件"),
        *("版式表一。", "版式表二。"),
    ]
    assert (document.encoding, document.format) == (codec, "html")


@given(st.lists(st.from_regex(r"[会议提案委员]{1,30}。?", fullmatch=True), min_size=1, max_size=12))
@settings(max_examples=40)
def test_html_loses_no_paragraph(paragraphs: list[str]) -> None:
    """However short the paragraphs of a page are, each is a line of the text."""
    body = "".join(f"<div><p>{words}</p></div>" for words in paragraphs)
    page = f"<html><body><div>{body}</div></body></html>"
    assert extract_html(page.encode(), "r").text.split("\n") == paragraphs


@pytest.mark.parametrize(
    ("name", "data", "package"),
    [("r.pdf", _pdf("x"), "pypdfium2"), ("r.html", b"<html><body>x</body></html>", "lxml")],
)
def test_missing_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, package: str) -> None:
    """Without the extra, a document is refused with the command that installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=r'pip install "huimou\[docs\]"'):
        read_report(_write(tmp_path, name, data))
