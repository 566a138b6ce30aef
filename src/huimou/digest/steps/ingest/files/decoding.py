"""The text in bytes: its encoding is found, and every byte must fit it."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from huimou.digest.steps.ingest.characters import measure_common_share
from huimou.errors import InputError

_SAMPLE = 200_000
_CHINESE = 0.5  # the least share of common characters of a Chinese text
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be", "utf-16-be"),
)
_ENCODINGS = ("utf-8", "gb18030", "big5", "cp950", "big5hkscs", "utf-16-le", "utf-16-be")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_DECLARED = re.compile(rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_TEXTS = "give a text or an office document"


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
        raise InputError(f"{name} is binary, not text", _TEXTS)
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
        raise InputError(f"{name} is binary, not text", _TEXTS)
    raise InputError(f"{name} is in no Chinese encoding (it looks like {guessed})", "save it as UTF-8")


def decode_html(data: bytes, name: str) -> tuple[str, str]:
    """Text and encoding of a web page, as it declares where that fits, as `decode` finds it elsewhere.

    Raises:
        InputError: as `decode` says.

    """
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
