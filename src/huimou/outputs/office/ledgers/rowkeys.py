"""Keys of rows, by which the records of a newer digest find their rows in an older ledger.

A key is made of the evidence of a row: hashes of its clauses. It stays the same when ids, offsets or sentence borders
change, and when the user sorts, inserts, copies or splits rows; a record whose evidence grew or shrank still finds its
row by the clauses that both have.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from huimou.language.text import compact

_CLAUSE = re.compile(r"[^,。;:!?…]+")
_SHARED = 0.5  # of the shorter evidence, in characters
_HEX = 10
_NAME, _MOST = 200, 1000  # characters and clauses, so that a key fits into a cell


@dataclass(frozen=True, slots=True)
class RowKey:
    """The key of a row.

    Args:
        report: name of its report.
        kind: kind of its item or figure; rows of different kinds are never the same.
        clauses: length of each clause of its evidence in characters, by the hash of the clause.
        title: hash of its wording, which decides between rows that have the same evidence.

    """

    report: str
    kind: str
    clauses: Mapping[str, int] = field(hash=False)
    title: str = ""

    def to_cell(self) -> str:
        """The key as text for the hidden column."""
        data = {"report": self.report, "kind": self.kind, "clauses": dict(self.clauses), "title": self.title}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def build_row_key(report: str, kind: str, quotes: Iterable[str], wording: str) -> RowKey:
    """The key of a record with this evidence and wording."""
    return RowKey(report[:_NAME], kind, _clauses(quotes), hash_text(wording))


def name_figure_kind(printed: str) -> str:
    """The kind of a figure's row; figures of different printed forms are of different kinds."""
    return f"figure {hash_text(printed)}"


def from_cell(value: Any) -> RowKey | None:
    """The key that `to_cell` wrote, or None where the cell holds anything else."""
    try:
        data = json.loads(value)
        clauses = {str(name): int(length) for name, length in data["clauses"].items()}
        return RowKey(str(data["report"]), str(data["kind"]), clauses, str(data["title"]))
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        return None


def hash_text(text: str) -> str:
    """A short hash of a text in half width, simplified, without white space."""
    return sha256(compact(text).encode(errors="replace")).hexdigest()[:_HEX]


def match_rows(rows: Sequence[RowKey], records: Sequence[RowKey]) -> list[int | None]:
    """For each row the index of its record, or None.

    Pairs are made one to one, the best first; a row left over joins the record with which it shares most, because one
    task may stand in several rows. Rows of a report that is not among the records may match a report that no row
    names: it was renamed.
    """
    pairs = sorted(_pairs(rows, records))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for *_, row, record in pairs:
        if row not in found and record not in taken:
            found[row] = record
            taken.add(record)
    for *_, row, record in pairs:
        found.setdefault(row, record)
    return [found.get(row) for row in range(len(rows))]


def _clauses(quotes: Iterable[str]) -> dict[str, int]:
    found = (clause for quote in quotes for clause in _CLAUSE.findall(compact(quote)))
    lengths = {sha256(clause.encode(errors="replace")).hexdigest()[:_HEX]: len(clause) for clause in found}
    longest = set(sorted(lengths, key=lambda clause: (-lengths[clause], clause))[:_MOST])
    return {clause: length for clause, length in lengths.items() if clause in longest}


def _pairs(rows: Sequence[RowKey], records: Sequence[RowKey]) -> Iterator[tuple[float, bool, int, int, int]]:
    """Pairs that may be the same: distance of evidence, whether the wording differs, distance in order, row, record."""
    by_clause: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        for clause in record.clauses or ("",):
            by_clause[record.report, record.kind, clause].append(index)
    old, new = {row.report for row in rows}, {record.report for record in records}
    renamed = sorted(new - old)
    for row_index, row in enumerate(rows):
        reports = [row.report] if row.report in new else renamed
        wanted = [(report, row.kind, clause) for report in reports for clause in row.clauses or ("",)]
        for index in dict.fromkeys(index for key in wanted for index in by_clause.get(key, ())):
            record = records[index]
            if (apart := _measure_distance(row.clauses, record.clauses)) is not None:
                yield apart, row.title != record.title, abs(row_index - index), row_index, index


def _measure_distance(one: Mapping[str, int], other: Mapping[str, int]) -> float | None:
    """1 minus the share of characters that both have; None where that is too small to be the same thing."""
    if not one and not other:
        return 0.0
    shared = sum(length for clause, length in one.items() if clause in other)
    smaller, larger = sorted((sum(one.values()), sum(other.values())))
    if not shared or shared < _SHARED * smaller:
        return None
    return 1 - shared / (smaller + larger - shared)
