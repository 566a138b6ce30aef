"""Office files as zip archives: without timestamps, edited or not, and what rewriting them would drop."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from huimou.errors import UsageError

_FIXED = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>[^<]*</dcterms:modified>")
_CREATED = re.compile(rb"<dcterms:created[^>]*>[^<]*</dcterms:created>")
_DROPPED = {
    "xl/threadedComments/": "threaded comments",
    "xl/ctrlProps/": "form controls",
    "xl/activeX/": "form controls",
    "xl/slicers/": "slicers",
    "xl/timelines/": "timelines",
    "xl/embeddings/": "embedded objects",
    "xl/diagrams/": "diagrams",
    "xl/ink/": "ink",
    "xl/richData/": "pictures in cells",
    "xl/vbaProject.bin": "macros",
}
_SHAPE = re.compile(rb"<(?:xdr:)?(?:sp|cxnSp|grpSp)[ >]")


def remove_timestamps(data: bytes, older: bytes | None = None, replace: Mapping[str, bytes] | None = None) -> bytes:
    """The archive without the time at which it was written.

    Args:
        data: the archive.
        older: the archive that it was made from, whose time of creation is kept.
        replace: parts that take the place of those of the same name.

    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = (replace or {}).get(name, old.read(name))
            if name == _CORE:
                part = _MODIFIED.sub(b"", part)
                part = part if older is not None and _has_created(older) else _CREATED.sub(b"", part)
            info = zipfile.ZipInfo(name, _FIXED)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, part)
    return out.getvalue()


def is_edited(path: Path) -> bool:
    """Whether there is a file that a person has saved since huimou wrote it.

    Every office program notes the time when it saves a file; huimou writes none.

    Raises:
        UsageError: it cannot be read.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            dates = {info.date_time for info in archive.infolist()}
            return dates != {_FIXED} or _MODIFIED.search(archive.read(_CORE)) is not None
    except FileNotFoundError:
        return False
    except (zipfile.BadZipFile, KeyError, EOFError, zlib.error):
        return True
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def _has_created(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _CORE in archive.namelist() and _CREATED.search(archive.read(_CORE)) is not None


def list_unwritable_parts(data: bytes) -> tuple[str, ...]:
    """The parts of a workbook that openpyxl 3.1 does not keep when it saves it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        found = [what for prefix, what in _DROPPED.items() if any(name.startswith(prefix) for name in names)]
        drawings = [name for name in names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
        if any(_SHAPE.search(archive.read(name)) for name in drawings):
            found.append("shapes")
    return tuple(dict.fromkeys(found))
