"""Stand-ins for reading a report and for the pipeline, for tests of a batch."""

from __future__ import annotations

from pathlib import Path

from handmade import a_digest, a_document
from huimou.batch.run import Events
from huimou.model.digest import Digest
from huimou.model.report import Document


def read(path: Path) -> Document:
    """Stand-in for ingest; .docx counts as extracted."""
    return a_document(path.name, path.read_bytes().decode(), extracted=path.suffix == ".docx")


def work(document: Document, events: Events) -> Digest:
    """Stand-in for the pipeline."""
    events.units_total(1)
    events.unit_done()
    return a_digest(text=document.text)
