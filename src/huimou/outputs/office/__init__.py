"""Office files: ledgers (XLSX) that are filled anew without losing what a person typed, and a briefing (DOCX).

`ledgers` are the workbooks, `word` the briefing, the one-page draft and the check of their layout. For both:
`person_reviews`, `package` (zip archives). May import `labels`, `phrases` and everything below outputs; openpyxl and
python-docx (extra `report`) only when called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from huimou.language.profiles.profile import ProfileSet
from huimou.model.digest import Digest
from huimou.outputs.office.person_reviews import collect_person_reviews

if TYPE_CHECKING:
    from huimou.outputs.office.word.briefing import BriefingOptions


def to_xlsx(
    digest: Digest,
    text: str | None = None,
    previous: Path | None = None,
    profiles: ProfileSet | None = None,
) -> bytes:
    """The ledgers of one report as a workbook; the same bytes for the same arguments.

    Args:
        digest: the digest.
        text: the text that its places refer to; without it a figure that no item cites has no sentence beside it.
        previous: an older workbook of the report, whose content is filled anew and kept where a person typed it;
            left out, or not there yet, the workbook is new.
        profiles: for the columns of the plan ledger; the shipped ones if left out.

    Raises:
        UsageError: openpyxl is not installed, or `previous` cannot be read.

    """
    from huimou.outputs.office.ledgers.records import WorkbookReport  # noqa: PLC0415 (as below)
    from huimou.outputs.office.ledgers.workbook import build_workbook, load_openpyxl, read_previous  # noqa: PLC0415 (needs an extra)

    load_openpyxl()
    older = read_previous(previous) if previous is not None and previous.exists() else None
    report = WorkbookReport(Path(digest.source.file).stem, digest, text, collect_person_reviews(digest))
    return build_workbook([report], older, profiles)


def to_docx(digest: Digest, options: BriefingOptions | None = None) -> bytes:
    """The briefing of one report as a Word document in the style of GB/T 9704-2012.

    Args:
        digest: the digest, which holds all that the briefing quotes.
        options: how it is made; two pages without annex and letterhead if left out.

    Raises:
        UsageError: python-docx is not installed.

    """
    from huimou.outputs.office.word.briefing import BriefingOptions as Options  # noqa: PLC0415 (as below)
    from huimou.outputs.office.word.document import to_docx as written  # noqa: PLC0415 (needs an extra)

    return written(digest, collect_person_reviews(digest), options or Options())


def to_onepage_docx(digest: Digest) -> bytes:
    """The one-page draft of one report as a Word document.

    Args:
        digest: the digest, whose overviews the draft is made of.

    Raises:
        UsageError: python-docx is not installed.

    """
    from huimou.outputs.office.word.draft import to_onepage_docx as written  # noqa: PLC0415 (needs an extra)

    return written(digest)
