"""The empty document that briefings and drafts are written into."""

from __future__ import annotations

import io
import zipfile
from importlib import resources
from typing import Any

from huimou.errors import UsageError

_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "rels.xml",
    "docProps/core.xml": "core.xml",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document_rels.xml",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/footer1.xml": "footer1.xml",
    "word/footer2.xml": "footer2.xml",
}


def load_docx() -> Any:
    """The module docx.

    Raises:
        UsageError: python-docx is not installed.

    """
    try:
        import docx  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise UsageError("DOCX needs python-docx", 'pip install "huimou[report]"') from error
    return docx


def read_template() -> bytes:
    """The empty document as a .docx file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, file in _PARTS.items():
            archive.writestr(name, (resources.files("huimou.outputs.office.word") / "template" / file).read_bytes())
    return out.getvalue()
