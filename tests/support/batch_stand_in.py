"""Stand-ins for reading a report and for the pipeline, for tests of a batch."""

from __future__ import annotations

from pathlib import Path

from handmade import a_digest, a_document
from huimou.batch.events import Emit
from huimou.batch.planning import PlannedReport
from huimou.model.digest import Digest
from huimou.model.events import UnitDone, UnitsPlanned
from huimou.model.report import Document
from huimou.store.inputs import as_input


def read(path: Path) -> Document:
    """Stand-in for ingest; .docx counts as extracted."""
    return a_document(path.name, path.read_bytes().decode(), extracted=path.suffix == ".docx")


def work(document: Document, emit: Emit) -> Digest:
    """Stand-in for the pipeline."""
    emit(UnitsPlanned(1))
    emit(UnitDone())
    return a_digest(text=document.text)


def planned(name: str) -> PlannedReport:
    """A report of 1000 bytes."""
    return PlannedReport(Path(f"{name}.txt"), name, 1000, as_input(Path(f"{name}.txt")))
