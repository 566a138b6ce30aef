"""The parts of a DOCX that hold text, unpacked within bounds and parsed; nothing is fetched, no entity is put in."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from huimou.digest.steps.ingest.document_errors import build_damage_error
from huimou.errors import InputError

# 50 MB of XML are a thousand pages of text and need more memory than a reader is given.
LARGEST_PART = 50 * 2**20
_PART = re.compile(r"word/(document|styles|numbering|footnotes|endnotes)\d*\.xml")
_MARGIN = re.compile(r"word/(?:header|footer)\d*\.xml")
_MOST_MARGINS = 60
_ENCRYPTED = 0x1
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True, slots=True)
class DocxParts:
    """Roots of the parsed parts; None for one that the file does not have. `margins` are its headers and footers."""

    document: Any
    styles: Any = None
    numbering: Any = None
    footnotes: Any = None
    endnotes: Any = None
    margins: tuple[Any, ...] = ()


def read_parts(data: bytes, name: str, largest: int = LARGEST_PART) -> DocxParts:
    """Unpack and parse the parts that hold text.

    Args:
        data: bytes of the file.
        name: of the file, for error messages.
        largest: bytes that one part may unpack to; they are counted, whatever the archive says of them.

    Raises:
        InputError: the file is no DOCX, encrypted or damaged, or a part is too large.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = {match[1]: entry for entry in archive.infolist() if (match := _PART.fullmatch(entry.filename))}
            margins = [entry for entry in archive.infolist() if _MARGIN.fullmatch(entry.filename)][:_MOST_MARGINS]
            if "document" not in found:
                raise InputError(f"{name} is not a DOCX document", "it is another kind of archive, or wrongly named")
            if any(entry.flag_bits & _ENCRYPTED for entry in found.values()):
                raise InputError(f"{name} is encrypted", "save it without a password")
            packed = {kind: unpack_part(archive, entry, name, largest) for kind, entry in found.items()}
            edges = [unpack_part(archive, entry, name, largest) for entry in margins]
        return DocxParts(**{kind: _parse(part) for kind, part in packed.items()}, margins=tuple(map(_parse, edges)))
    except (zipfile.BadZipFile, EOFError, ValueError, TypeError, NotImplementedError, SyntaxError, OSError) as error:
        raise build_damage_error(name, "docx") from error


def unpack_part(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo | str, name: str, largest: int = LARGEST_PART
) -> bytes:
    """The bytes of a part of an archive.

    Args:
        archive: an open document.
        entry: the part.
        name: of the document's file, for error messages.
        largest: bytes that the part may unpack to; they are counted, whatever the archive says of them.

    Raises:
        InputError: it unpacks to more.

    """
    with archive.open(entry) as member:
        part = member.read(largest + 1)
    if len(part) > largest:
        raise InputError(
            f"{name} unpacks to more than {largest // 2**20} MB of text", "save it anew, or split it into several files"
        )
    return part


def _parse(part: bytes) -> Any:
    return parse_part(part.replace(_STRICT, _USUAL) if _STRICT in part else part)


def parse_part(part: bytes) -> Any:
    """The root of an XML part; nothing is fetched, no entity is put in.

    Raises:
        ImportError: lxml is not installed.
        SyntaxError: it is no XML.

    """
    from lxml import etree  # noqa: PLC0415 - part of an extra

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    return etree.fromstring(part, parser)
