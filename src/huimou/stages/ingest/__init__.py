"""Read one report from a file and point at damage in its text; nothing is fetched, run or changed.

What a file is, is decided by its content and its suffix together. Text keeps its line ends exactly.
PDF, DOCX and HTML are turned into text by `documents`.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from charset_normalizer import from_bytes

from huimou.errors import InputError
from huimou.model import Document, Problem
from huimou.stages.ingest import documents
from huimou.text import to_simplified

MAX_BYTES = 20 * 1024 * 1024
_SAMPLE = 200_000
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
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_ENCODINGS = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_UTF8_BYTES = re.compile(rb"(?:[\xe2-\xef][\x80-\xbf]{2}){3,}|(?:\xef\xbf\xbd){2,}")
_LOST_LEAD = re.compile(
    r"(?<=[\u4e00-\u9fff“‘《〈(（])\?(?P<mark>[!;！；0-9:<=>@A-W０-Ｗ]?)(?P<tail>[^\s\x00-\x3f”’》）]{1,10})"
)
_MARKS_A1 = "、。·…—‘’“”〔〕〈〉《》「」『』【】"
_GLUED = re.compile(r"(?:^|[\u4e00-\u9fff])(?P<trail>[@-~])(?=[\u4e00-\u9fff])")
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)


def read_report(path: Path) -> Document:
    """The report in `path`.

    Raises:
        InputError: it is missing, unreadable, empty, too large, binary, encrypted, scanned, or in no known encoding.

    """
    data = _bytes(path)
    kind = _format(path, data)
    encoding = "utf-8"
    if kind == "pdf":
        text = documents.pdf_text(data, path.name)
    elif kind == "docx":
        text = documents.docx_text(data, path.name)
    elif kind == "html":
        page, encoding = _decode_html(data, path.name)
        text = documents.html_text(page, path.name)
    else:
        text, encoding = decode(data, path.name)
    if not text.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0"):
        raise InputError(f"{path.name} has no text", "give a file that holds a report")
    return Document(
        file=path.name,
        stem=path.stem,
        text=text,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=encoding,
        format=kind,
        extracted=kind in {"pdf", "docx", "html"},
    )


def decode(data: bytes, name: str = "the text") -> tuple[str, str]:
    """Text and encoding of `data`, decoded strictly; the byte order mark is no part of the text.

    UTF-8 proves itself. Among the others charset-normalizer's answer is only the first candidate (it takes short GBK
    for Korean): the reading in which common Chinese characters prevail wins.

    Raises:
        InputError: the bytes fit no Chinese encoding, or all but a few fit one; the first that does not is named.

    """
    for mark, label, codec in _BOMS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, name, len(mark)), label
    encoding = "utf-8" if _decodes(data, "utf-8") and b"\0" not in data else _likeliest(data, name)
    return _strict(data, encoding, name, 0), encoding


def damage(text: str) -> tuple[Problem, ...]:
    """Places where the text was spoilt before it came here, in order; a repair is named, never applied.

    Codes: `replacement_character`, `utf8_read_as_gbk`, `lost_byte`.
    """
    found = [*_utf8_read_as_gbk(text), *_lost_bytes(text)]
    covered = [(p.start or 0, p.end or 0) for p in found]
    for match in re.finditer("\ufffd+", text):
        if not any(start <= match.start() < end for start, end in covered):
            message = f"此处有{len(match.group())}个字符在原文件中已无法辨认(U+FFFD)"
            found.append(Problem("replacement_character", message, *match.span()))
    return tuple(sorted(found, key=lambda problem: (problem.start or 0, problem.code)))


def _bytes(path: Path) -> bytes:
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
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot read {path}", error.strerror or "check the path") from error
    if not data.strip():
        raise InputError(f"{path.name} is empty", "give a file that holds a report")
    return data


def _format(path: Path, data: bytes) -> str:
    named = _SUFFIXES.get(path.suffix.lower(), "text")
    content = "pdf" if data[:1024].lstrip().startswith(b"%PDF-") else "docx" if _is_docx(data) else None
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


def _is_docx(data: bytes) -> bool:
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "word/document.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _strict(data: bytes, encoding: str, name: str, skipped: int) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start + skipped
        raise InputError(
            f"{name} looks like {encoding} but byte {offset} (0x{data[error.start]:02X}) cannot be decoded",
            "the file is damaged there: get it again, or save it anew as UTF-8",
        ) from error
    if "\0" in text or len(_CONTROL.findall(text)) > len(text) // 100:
        raise InputError(f"{name} is binary, not text", "give a text, Markdown, HTML, DOCX or PDF file")
    return text


def _likeliest(data: bytes, name: str) -> str:
    guess = from_bytes(data[:_SAMPLE]).best()
    guessed = guess.encoding.replace("_", "-") if guess else "unknown"
    order = sorted(_ENCODINGS, key=lambda encoding: encoding != guessed)
    shares = {encoding: _common_share(data[:_SAMPLE].decode(encoding, "replace")) for encoding in order}
    best = max(order, key=lambda encoding: shares[encoding])
    if shares[best] >= 0.5:
        return best
    if b"\0" in data:
        raise InputError(f"{name} is binary, not text", "give a text, Markdown, HTML, DOCX or PDF file")
    raise InputError(f"{name} is in no Chinese encoding (it looks like {guessed})", "save it as UTF-8")


@cache
def _common(char: str) -> bool:
    """Chinese punctuation, or a character of GB 2312's first level (the 3,755 common ones) once simplified."""
    if "\u2000" <= char <= "\u206f" or "\u3000" <= char <= "\u303f" or "\uff01" <= char <= "\uff5e" or char in "·■●★◆▲":
        return True
    try:
        return 0xB0 <= to_simplified(char).encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def _common_share(text: str) -> float:
    counts = Counter(text)
    foreign = {char: n for char, n in counts.items() if not char.isascii() or _CONTROL.match(char)}
    return sum(n for char, n in foreign.items() if _common(char)) / max(1, sum(foreign.values()))


def _decode_html(data: bytes, name: str) -> tuple[str, str]:
    declared = _DECLARED.search(data[:4096])
    label = declared.group(1).decode("ascii").lower() if declared else ""
    wanted = "gb18030" if label in {"gb2312", "gbk", "gb_2312-80", "x-gbk"} else label
    known = wanted in {*_ENCODINGS, "big5-hkscs"} and wanted != "utf-8"
    if (
        known
        and not _decodes(data, "utf-8")
        and not data.startswith((b"\xff\xfe", b"\xfe\xff"))
        and _decodes(data, wanted)
    ):
        return _strict(data, wanted, name, 0), wanted
    return decode(data, name)


def _utf8_read_as_gbk(text: str) -> Iterator[Problem]:
    for start, end in _merged(sorted(_utf8_runs(text)), 20):
        sample = text[start : start + 12].replace("\n", " ")
        message = f"疑为 UTF-8 文字被当作 GBK 读入而成的乱码(“{sample}…”),请换用完好的原文件;未作改动"
        yield Problem("utf8_read_as_gbk", message, start, end)


def _utf8_runs(text: str) -> Iterator[tuple[int, int]]:
    """Runs whose GB 18030 bytes are UTF-8 of commoner characters than those that stand there."""
    for chunk in re.finditer(r"[^\x00-\x7f]{3,}", text):
        coded = [char.encode("gb18030") for char in chunk.group()]
        places = [chunk.start() + n for n, code in enumerate(coded) for _ in code]
        for match in _UTF8_BYTES.finditer(b"".join(coded)):
            start, end = places[match.start()], places[match.end() - 1] + 1
            meant = match.group().decode("utf-8", "ignore")
            lost = meant.count("\ufffd") == len(meant)
            if lost or _common_share(meant) > max(0.6, _common_share(text[start:end])):
                yield start, end


def _merged(spans: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _lost_bytes(text: str) -> Iterator[Problem]:
    """A `?` in place of a GBK lead byte: what follows is paired wrongly until an ASCII-range trail byte."""
    for match in _LOST_LEAD.finditer(text):
        mark, tail = match.group("mark"), match.group("tail")
        rare = [n for n, char in enumerate(tail) if not char.isascii() and not _common(char)]
        glued = _GLUED.search(tail)
        repair = _repaired(text[match.start() - 1], mark, tail[: glued.end("trail")] if glued else tail)
        strange = bool(rare and rare[0] < 4) or bool(mark and glued and glued.end("trail") <= 6)
        certain = mark in {"!", ";", "！", "；"} or (repair and rare)
        if not (strange and certain):
            continue
        whole = glued or repair
        end = match.start("tail") + (glued.end("trail") if glued else len(tail) if repair else rare[-1] + 1)
        end += not whole and text[end : end + 1] == "?"
        quote = text[match.start() : end]
        meaning = f",可能应为“{repair}”" if repair else ",原字无法确定"
        yield Problem("lost_byte", f"疑有丢失字节造成的乱码“{quote}”{meaning};未作改动", match.start(), end)


def _repaired(before: str, mark: str, tail: str) -> str | None:
    """The text if the lost byte was 0xA1 (as in 。《“), unless that is implausible or leaves a rare character.

    A 。 right after an opening or before a closing mark says that another byte was lost. Where no trail byte ends the
    wrong pairs, half a character is left over at the end: shown as ….
    """
    wide = "".join(chr(ord(char) + 0xFEE0) if char.isascii() else char for char in mark)
    try:
        data = b"\xa1" + (wide + tail).encode("gbk")
        repair = data[: len(data) // 2 * 2].decode("gbk")
    except UnicodeError:
        return None
    if (
        len(repair) < 2
        or repair[0] not in _MARKS_A1
        or (repair[0] == "。" and (before in "“‘《〈(（" or repair[1] in "”’》〉)）"))
    ):
        return None
    return repair + "…" * (len(data) % 2) if all(_common(char) for char in repair) else None
