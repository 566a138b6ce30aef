"""Text out of PDF; the extra `[docs]` is imported only when such a file comes."""

from __future__ import annotations

import io
import re
from typing import Any

from huimou.errors import InputError

_CID = re.compile(r"\(cid:\d+\)")


def extract_pdf_text(data: bytes, name: str) -> str:
    """The text layer of a PDF, pages joined by a line break.

    Raises:
        InputError: pdfplumber is not installed, or the file is damaged, encrypted or scanned.

    """
    try:
        import pdfplumber  # noqa: PLC0415 - part of an extra
        from pdfminer.pdfdocument import PDFPasswordIncorrect  # noqa: PLC0415
        from pdfminer.psexceptions import PSException  # noqa: PLC0415
        from pdfplumber.utils.exceptions import PdfminerException  # noqa: PLC0415
    except ImportError as error:
        raise _build_missing_error(name, error) from error
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            text = "\n".join(_extract_page_text(page) for page in document.pages)
    except (PdfminerException, PSException, ValueError, KeyError, TypeError, IndexError) as error:
        if isinstance(error, PDFPasswordIncorrect) or any(isinstance(a, PDFPasswordIncorrect) for a in error.args):
            raise InputError(f"{name} is encrypted", "save it without a password") from error
        raise InputError(f"{name} is a damaged PDF", "open it in a PDF reader and print it to a new PDF") from error
    if not text.strip():
        raise InputError(
            f"{name} has no text layer, it is probably scanned", "run text recognition (OCR) over it first"
        )
    if len(text) < 2 * sum(map(len, _CID.findall(text))):
        raise InputError(f"{name} does not say which characters its fonts draw", "run text recognition (OCR) over it")
    return text


def _build_missing_error(name: str, error: ImportError) -> InputError:
    return InputError(f"reading {name} needs {error.name}, which is not installed", 'pip install "huimou[docs]"')


def _extract_page_text(page: Any) -> str:
    text = page.extract_text() or ""
    page.close()
    return str(text)
