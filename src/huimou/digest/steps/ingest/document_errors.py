"""What is said of a document that cannot be read, by whichever of the readers finds it out."""

from __future__ import annotations

from huimou.errors import InputError

RECOGNISE = 'pip install "huimou[ocr]" lets huimou recognise it, or run text recognition (OCR) over it first'
_ANEW = "open it in a word processor and save it anew"
_DAMAGED = {
    "pdf": ("is a damaged PDF", "open it in a PDF reader and print it to a new PDF"),
    "scan": ("holds pictures that cannot be read", "scan it anew, or run text recognition (OCR) over it first"),
    "docx": ("is a damaged DOCX document", _ANEW),
    "html": ("is a damaged web page", "open it in a browser and save its text"),
    "doc": ("is a damaged DOC document", _ANEW),
    "wps": ("is a damaged WPS document", _ANEW),
    "rtf": ("is a damaged RTF document", _ANEW),
    "odt": ("is a damaged ODT document", _ANEW),
    "ofd": ("is a damaged OFD document", "open it in an OFD reader and export it anew, or print it to a PDF"),
    "eml": ("is a damaged mail", "save what is attached to it as a file of its own"),
}


class ScannedError(InputError):
    """A PDF whose text can be recognised only."""


def build_damage_error(name: str, kind: str) -> InputError:
    """The error for a file, by its name, that is a broken document of a kind (pdf, docx …)."""
    what, hint = _DAMAGED[kind]
    return InputError(f"{name} {what}", hint)


def build_missing_error(name: str, library: str | None, extra: str = "docs") -> InputError:
    """The error for a file, by its name, whose reader needs a library of an extra that is not installed."""
    return InputError(f"reading {name} needs {library}, which is not installed", f'pip install "huimou[{extra}]"')


def build_office_error(name: str, library: str | None) -> InputError:
    """The error for a file, by its name, that neither LibreOffice nor a library can read here."""
    return InputError(
        f"reading {name} needs LibreOffice or {library}, and neither is installed",
        'install LibreOffice, or pip install "huimou[docs]"',
    )
