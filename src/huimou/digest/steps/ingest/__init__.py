"""One report read from a file; nothing is fetched, run or changed.

What a file is, is decided by its content and its suffix together. Text keeps its line ends exactly. In a process of its
own (`child`), `docx`, `html` and `pdf` turn DOCX, HTML and PDF into text; `reading` finds what is wrong with a
text, by `residue`, `spacing`, `pinyin`, `watermarks`, `translations`, `lines`, `columns` and `mojibake`, and says what
is read in its place, `tables` what its tables say. May import: `language`, `model`, `errors`; the libraries of the
extra `[docs]` only when such a file comes.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from pathlib import Path

from charset_normalizer import from_bytes

from huimou.digest.steps.ingest.characters import measure_common_share
from huimou.digest.steps.ingest.child import extract_in_child
from huimou.errors import InputError
from huimou.model.report import Document, ExtractedText

MAX_BYTES = 20 * 1024 * 1024
_SAMPLE = 200_000
_CHINESE = 0.5  # the least share of common characters of a Chinese text
_DOCUMENTS = frozenset({"pdf", "docx", "html"})
_PACKED = b"PK\x03\x04"
_DOCX_PART = re.compile(rb"word/document\d*\.xml")
_SUFFIXES = {".pdf": "pdf", ".docx": "docx", ".md": "markdown", ".markdown": "markdown"} | dict.fromkeys(
    (".html", ".htm", ".xhtml", ".shtml"), "html"
)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be", "utf-16-be"),
)
_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; save it as .docx"),
    (b"{\\rtf", "an RTF document; save it as .docx"),
    (_PACKED, "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_ENCODINGS = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)


def read_report(path: Path) -> Document:
    """The report in `path`.

    Raises:
        InputError: it is missing, unreadable, empty, too large, binary, encrypted, scanned, or in no known encoding.

    """
    data = _read_bytes(path)
    kind = _find_format(path, data)
    encoding = "utf-8"
    if kind == "html":
        page, encoding = _decode_html(data, path.name)
        found = extract_in_child(kind, page.encode("utf-8", "replace"), path.name)
    elif kind in _DOCUMENTS:
        found = extract_in_child(kind, data, path.name)
    else:
        text, encoding = decode(data, path.name)
        found = ExtractedText(text)
    text = found.text
    if not text.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0"):
        raise InputError(f"{path.name} has no text", "give a file that holds a report")
    return Document(
        file=path.name,
        stem=path.stem,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        format=kind,
        extracted=kind in _DOCUMENTS,
        problems=found.problems,
        layout=found.layout,
    )


def decode(data: bytes, name: str = "the text") -> tuple[str, str]:
    """Text and encoding of `data`, decoded strictly; the byte order mark is no part of the text.

    Where only the last character is cut off, U+FFFD stands for it.

    UTF-8 proves itself. Among the others charset-normalizer's answer is only the first candidate (it takes short GBK
    for Korean): the reading in which common Chinese characters prevail wins.

    Raises:
        InputError: the bytes fit no Chinese encoding, or all but a few fit one; the first that does not is named.

    """
    for mark, label, codec in _BOMS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], codec, name, len(mark)), label
    encoding = "utf-8" if _is_utf8(data) else _guess_encoding(data, name)
    return _decode_strictly(data, encoding, name, 0), encoding


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder", "give the files in it")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{path.name} is too large ({size / 2**20:.0f} MB, at most {MAX_BYTES // 2**20} MB)",
                "split it, or take the pictures out",
            )
        if not path.is_file():
            raise InputError(f"{path.name} is not a regular file", "give a file that holds a report")
        data = path.read_bytes() if size else b""  # a file of the kernel's, such as /proc/kmsg, would be waited for
    except OSError as error:
        raise InputError(f"cannot read {path}", error.strerror or "check the path") from error
    if not data.strip():
        raise InputError(f"{path.name} is empty", "give a file that holds a report")
    return data


def _find_format(path: Path, data: bytes) -> str:
    named = _SUFFIXES.get(path.suffix.lower(), "text")
    content = "pdf" if data[:1024].lstrip().startswith(b"%PDF-") else "docx" if _is_docx(data, named) else None
    if content and content != named:
        raise InputError(f"{path.name} is binary: it holds a {content.upper()} document", f"rename it to .{content}")
    if content:
        return content
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise InputError(f"{path.name} is binary", f"it holds {what}")
    if named in {"pdf", "docx"}:
        raise InputError(f"{path.name} is not a {named.upper()} document", "it is damaged or wrongly named")
    return "html" if named == "html" or _HTML_START.match(data[:4096]) else named


def _is_docx(data: bytes, named: str) -> bool:
    """Whether an archive is a DOCX, by its name or by the names of its members; it may be damaged."""
    return data.startswith(_PACKED) and (named == "docx" or _DOCX_PART.search(data) is not None)


def _is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8; of those that end in mid-character, Chinese must come before."""
    if b"\0" in data:
        return False
    try:
        text = _decode_to_end(data, "utf-8")
    except UnicodeDecodeError:
        return False
    return not text.endswith("\ufffd") or measure_common_share(text[:-1]) >= _CHINESE


def _is_decodable(data: bytes, encoding: str) -> bool:
    try:
        _decode_to_end(data, encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decode_to_end(data: bytes, encoding: str) -> str:
    """Text of bytes of which only the last character may be cut off; U+FFFD stands for that one.

    Raises:
        UnicodeDecodeError: bytes before the end cannot be decoded.

    """
    decoder = codecs.getincrementaldecoder(encoding)()
    text = decoder.decode(data)
    cut_off, _ = decoder.getstate()
    return f"{text}\ufffd" if cut_off and text else text + cut_off.decode(encoding)


def _decode_strictly(data: bytes, encoding: str, name: str, skipped: int) -> str:
    try:
        text = _decode_to_end(data, encoding)
    except UnicodeDecodeError as error:
        offset = error.start + skipped
        raise InputError(
            f"{name} looks like {encoding} but byte {offset} (0x{data[error.start]:02X}) cannot be decoded",
            "the file is damaged there: get it again, or save it anew as UTF-8",
        ) from error
    if "\0" in text or len(_CONTROL.findall(text)) > len(text) // 100:
        raise InputError(f"{name} is binary, not text", "give a text, Markdown, HTML, DOCX or PDF file")
    return text


def _guess_encoding(data: bytes, name: str) -> str:
    guess = from_bytes(data[:_SAMPLE]).best()
    guessed = guess.encoding.replace("_", "-") if guess else "unknown"
    order = sorted(_ENCODINGS, key=lambda encoding: encoding != guessed)
    shares = {encoding: measure_common_share(data[:_SAMPLE].decode(encoding, "replace")) for encoding in order}
    best = max(order, key=lambda encoding: shares[encoding])
    if shares[best] >= _CHINESE:
        return best
    if b"\0" in data:
        raise InputError(f"{name} is binary, not text", "give a text, Markdown, HTML, DOCX or PDF file")
    raise InputError(f"{name} is in no Chinese encoding (it looks like {guessed})", "save it as UTF-8")


def _decode_html(data: bytes, name: str) -> tuple[str, str]:
    declared = _DECLARED.search(data[:4096])
    label = declared.group(1).decode("ascii").lower() if declared else ""
    wanted = "gb18030" if label in {"gb2312", "gbk", "gb_2312-80", "x-gbk"} else label
    known = wanted in {*_ENCODINGS, "big5-hkscs"} and wanted != "utf-8"
    if (
        known
        and not _is_decodable(data, "utf-8")
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        and _is_decodable(data, wanted)
    ):
        return _decode_strictly(data, wanted, name, 0), wanted
    return decode(data, name)
