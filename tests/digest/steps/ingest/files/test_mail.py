"""Mails: what is attached to them is the report, else what they say."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docx_files import build_docx, write_paragraph
from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.ingest.files.mail import open_mail
from huimou.errors import InputError

TEXT = "政协青松市委员会工作报告\n一、2023年工作回顾\n召开会议12次。\n"


def _write_mail(text: str = "请查收。", subtype: str = "plain", **files: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = "报送工作报告", "a@b.cn"
    message.set_content(text, subtype=subtype)
    for name, data in files.items():
        kinds = {"maintype": "application", "subtype": "octet-stream"}
        message.add_attachment(data, **kinds, filename=name.replace("_", "."))
    return message.as_bytes()


def _read(folder: Path, data: bytes) -> tuple[str, list[str]]:
    """The text of a mail, and what is said of it."""
    (folder / "m.eml").write_bytes(data)
    document = read_report(folder / "m.eml")
    assert (document.format, document.extracted) == ("eml", True)
    return document.text, [problem.message for problem in document.problems]


def test_the_report_is_attached(tmp_path: Path) -> None:
    """The file that is called a report is read, in whatever format; the others are named."""
    pytest.importorskip("lxml")
    report = build_docx("".join(map(write_paragraph, TEXT.split())))
    files = {"来函_txt": ("请予审阅。" * 999).encode(), "工作报告_docx": report, "图_zip": b"PK\3\4"}
    text, said = _read(tmp_path, _write_mail(**files))
    assert text.split() == TEXT.split()
    assert said == ["邮件“报送工作报告”，读的是附件“工作报告.docx”，附件来函.txt、图.zip未读"]


def test_a_text_in_gbk_and_a_page_are_attached(tmp_path: Path) -> None:
    """The largest is read where no name says it; its encoding is found as that of a file."""
    text, _ = _read(tmp_path, _write_mail(a_txt="短".encode(), b_txt=(TEXT * 9).encode("gbk")))
    assert text == TEXT * 9
    page = f"<html><body><p>{TEXT}</p></body></html>"
    text, _ = _read(tmp_path, _write_mail(c_html=page.encode("gbk")))
    assert "".join(text.split()) == "".join(TEXT.split())


def test_the_mail_itself_is_the_report(tmp_path: Path) -> None:
    """Where nothing is attached, or nothing that can be read."""
    text, said = _read(tmp_path, _write_mail(TEXT, 图_zip=b"PK\3\4"))
    assert text.split() == TEXT.split()
    assert said == ["邮件“报送工作报告”，读的是正文，附件图.zip未读"]
    text, _ = _read(tmp_path, _write_mail(f"<p>{TEXT}</p>", "html"))
    assert "".join(text.split()) == "".join(TEXT.split())


def test_a_mail_without_a_report() -> None:
    """An empty one, and what is no mail, are refused in one line."""
    with pytest.raises(InputError, match="mail without text"):
        open_mail(_write_mail("", 图_zip=b"PK\3\4"), "m.eml")
    with pytest.raises(InputError, match="damaged mail"):
        open_mail(b"no head at all", "m.eml")


@given(st.binary(max_size=400))
def test_whatever_is_called_a_mail(data: bytes) -> None:
    """It is read or refused, never a fault."""
    try:
        assert open_mail(b"Subject: x\n" + data, "m.eml").format
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
