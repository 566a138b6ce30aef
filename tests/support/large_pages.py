"""Pages of a size that is seldom met: a very long report, and the index of a very large batch."""

from __future__ import annotations

from dataclasses import replace

from handmade import a_digest
from huimou.model.digest import Digest
from huimou.model.outcome import ReportResult
from huimou.outputs.index_row import build_index_row
from huimou.outputs.page.index import IndexEntry


def repeat_report(digest: Digest, text: str, characters: int) -> tuple[Digest, str]:
    """The report as many times over as make so many characters, with the items of the first."""
    times = -(-characters // len(text))
    count, size = digest.coverage.sentences, len(text)
    many = [
        one.model_copy(update={"n": one.n + at * count, "start": one.start + at * size, "end": one.end + at * size})
        for at in range(times)
        for one in digest.sentences
    ]
    return digest.model_copy(update={"sentences": many}), text * times


def build_index_entries(count: int) -> list[IndexEntry]:
    """Lines of a batch, one of them failed."""
    line = build_index_row(a_digest())
    made = ReportResult("r", "r.txt", "complete", None, 1.0, items=3, tasks=1, figures=2, listed=line)
    rows = [
        IndexEntry(
            replace(made, name=f"r{at:05}", items=at, listed=replace(line, region=f"第{at}市")), f"r{at:05}.html"
        )
        for at in range(count - 1)
    ]
    return [*rows, IndexEntry(ReportResult("z<b>", "z.txt", "failed", "no text <b>", 0.1), "")]
