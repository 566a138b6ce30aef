"""Digests for a blind reading: a few reports with many sentences each, made by hand."""

from __future__ import annotations

from collections.abc import Mapping

from handmade import TEXT, a_digest
from huimou.model.digest import Digest


def a_report(name: str, sentences: int) -> Digest:
    """A digest with so many achievements, one task, one shortcoming and one sentence of an overview."""
    made = a_digest()
    review, source = made.year_review, made.source.model_copy(update={"sha256": f"{name:0>64}"})
    first = review.achievements[0]
    achievements = [
        first.model_copy(
            update={"id": f"A{n}", "title": f"{name}之事{n}", "summary": f"{name}办成第{n}件事。", "look": "请核对此条"}
        )
        for n in range(1, sentences + 1)
    ]
    facts = made.report.model_copy(update={"organisation": f"政协{name}市委员会"})
    return made.model_copy(
        update={
            "source": source,
            "report": facts,
            "year_review": review.model_copy(update={"achievements": achievements}),
        }
    )


def a_folder() -> Mapping[str, Digest]:
    """Three reports of 30, 10 and 4 sentences and a few more."""
    return {name: a_report(name, sentences) for name, sentences in (("临江", 30), ("鹿鸣", 10), ("青松", 4))}


TEXTS = dict.fromkeys(("临江", "鹿鸣", "青松"), TEXT)
