"""What is said of a document that cannot be read, by whichever of the readers finds it out."""

from __future__ import annotations

from huimou.errors import InputError

_DAMAGED = {
    "pdf": ("is a damaged PDF", "open it in a PDF reader and print it to a new PDF"),
    "docx": ("is a damaged DOCX document", "open it in a word processor and save it anew"),
    "html": ("is a damaged web page", "open it in a browser and save its text"),
}


def build_damage_error(name: str, kind: str) -> InputError:
    """The error for a file, by its name, that is a broken pdf, docx or html."""
    what, hint = _DAMAGED[kind]
    return InputError(f"{name} {what}", hint)


def build_missing_error(name: str, library: str | None) -> InputError:
    """The error for a file, by its name, whose reader needs a library that is not installed."""
    return InputError(f"reading {name} needs {library}, which is not installed", 'pip install "huimou[docs]"')
