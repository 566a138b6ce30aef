"""Word 97 documents (.doc, .wps) written by hand: a compound file with the two streams that hold a text."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR, _NONE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_TEXT_AT = 0x800
_LEAST = 4096  # bytes of a stream that stands in sectors of its own


def build_doc(paragraphs: Sequence[str], *, encrypted: bool = False) -> bytes:
    """A document of these paragraphs."""
    text = "".join(f"{paragraph}\r" for paragraph in paragraphs)
    content = text.encode("utf-16-le")
    end = _TEXT_AT + len(content)
    page = -(-end // _SECTOR)
    head = bytearray(_TEXT_AT)
    struct.pack_into("<HH", head, 0, 0xA5EC, 0x00C1)
    struct.pack_into("<H", head, 0x0A, 0x1200 | (0x0100 if encrypted else 0))
    struct.pack_into("<II", head, 0x18, _TEXT_AT, end)
    struct.pack_into("<HHH", head, 0x20, 14, 0, 0)
    struct.pack_into("<H", head, 0x3E, 22)
    struct.pack_into("<I", head, 0x4C, len(text))
    struct.pack_into("<H", head, 0x98, 0x5D)
    places = struct.pack("<III", _TEXT_AT, end, page)  # of the paragraphs
    pieces = struct.pack("<BIIIHIH", 2, 16, 0, len(text), 0, _TEXT_AT, 0)  # of the text: one
    struct.pack_into("<II", head, 0x102, 0, len(places))
    struct.pack_into("<II", head, 0x1A2, len(places), len(pieces))
    stream = bytes(head) + content
    stream += bytes(page * _SECTOR - len(stream)) + _build_paragraph_page(paragraphs)
    return _build_compound({"WordDocument": stream, "1Table": places + pieces})


def _build_paragraph_page(paragraphs: Sequence[str]) -> bytes:
    """The page that says where the paragraphs begin; there is room for 29."""
    starts = [_TEXT_AT]
    for paragraph in paragraphs:
        starts.append(starts[-1] + 2 * (len(paragraph) + 1))
    page = struct.pack(f"<{len(starts)}I", *starts)
    return page.ljust(_SECTOR - 1, b"\0") + bytes([len(paragraphs)])


def _build_compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (OLE) of these streams."""
    padded = {name: data.ljust(_LEAST, b"\0") for name, data in streams.items()}
    sizes = {name: -(-len(data) // _SECTOR) for name, data in padded.items()}
    chain = [_FAT, _END]
    entries = [_build_entry("Root Entry", 5, _END, 0, child=1)]
    body = b""
    for number, (name, data) in enumerate(padded.items(), 1):
        first = len(chain)
        chain += [*range(first + 1, first + sizes[name]), _END]
        right = number + 1 if number < len(padded) else _NONE
        entries.append(_build_entry(name, 2, first, len(data), right=right))
        body += data.ljust(sizes[name] * _SECTOR, b"\0")
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    table = struct.pack("<128I", *chain, *[_NONE] * (128 - len(chain)))
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, _LEAST, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_NONE] * 108)
    return head + table + directory + body


def _build_entry(name: str, kind: int, first: int, size: int, *, child: int = _NONE, right: int = _NONE) -> bytes:
    title = name.encode("utf-16-le")
    entry = title.ljust(64, b"\0") + struct.pack("<HBB", len(title) + 2, kind, 1)
    return entry + struct.pack("<III", _NONE, right, child) + bytes(36) + struct.pack("<IQ", first, size)
