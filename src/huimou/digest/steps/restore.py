"""The digest of the cleaned text, put back onto the text as it is printed: places, quotes, sentences set aside.

The steps read a damaged text without its damage (`digest.steps.ingest.reading`); the output speaks of the text itself.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from huimou.language.reading import Aside, CleanReading
from huimou.language.text import View
from huimou.model.digest import Digest
from huimou.model.report import Problem

_Json = dict[str, Any]
_LINE = re.compile(r"[^\r\n\f\v\u2028\u2029]+")
_RESIDUE = "boilerplate"
_READING = "reading"  # the file of rules by which lines are set aside, each under the name of its reason


def restore_positions(digest: Digest, text: str, reading: CleanReading) -> Digest:
    """The digest with every place and quote in `text`, and the damage among its problems.

    Damage inside or beside a sentence becomes part of it; on lines of its own it becomes a sentence that was left out,
    with its reason. So sentences still cover the text and the counts add up.
    """
    data = digest.model_dump()
    if reading.view.text != text:
        _restore_places(data, text, reading)
    damage = [_dump_problem(problem) for problem in reading.problems]
    data["problems"] = sorted(
        [*damage, *data["problems"]], key=lambda p: (p["start"] is None, p["start"] or 0, p["code"])
    )
    return Digest.model_validate(data)


def _dump_problem(problem: Problem) -> _Json:
    return {"code": problem.code, "message": problem.message, "start": problem.start, "end": problem.end}


def _restore_places(data: _Json, text: str, reading: CleanReading) -> None:
    view = reading.view
    for place in [*data["sentences"], *data["problems"], *_find_quotes(data)]:
        if place["start"] is not None:
            place["start"], place["end"] = _map_back(view, place["start"], place["end"])
        if "quote" in place:
            place["quote"] = text[place["start"] : place["end"]]
    quotes = {figure["id"]: figure["quote"] for figure in data["figures"]}
    for target in (target for task in data["next_year_plan"]["tasks"] for target in task["targets"]):
        target["quote"] = quotes.get(target["figure"], target["quote"])
    starts = [0, *(_map_back(view, s["start"], s["end"])[0] for s in data["sections"][1:]), len(text)]
    for section, start, end in zip(data["sections"], starts, starts[1:], strict=False):
        section["start"], section["end"] = start, end
    data["source"]["chars"] = len(text)
    rows = _insert_asides(data["sentences"], text, reading.asides)
    numbers = {row["n"]: at for at, row in enumerate(rows, start=1) if row["n"]}
    for at, row in enumerate(rows, start=1):
        row["n"] = at
    for evidence in _find_quotes(data):
        if "sentence" in evidence:
            evidence["sentence"] = numbers[evidence["sentence"]]
    data["sentences"] = rows
    _cite_headers(data, text, reading)
    _recount(data["coverage"], rows)


def _cite_headers(data: _Json, text: str, reading: CleanReading) -> None:
    """Items that rest on a table row rest on its header too, where their words are from there."""
    sentences = data["sentences"]
    review, plan = data["year_review"], data["next_year_plan"]
    for item in (*review["achievements"], *review["shortcomings"], *plan["tasks"]) if reading.rows else ():
        told = (reading.find_row(evidence["start"], evidence["end"]) for evidence in item["evidence"])
        for start, end in dict.fromkeys(place for row in told if row for place in row.header):
            at = bisect_right(sentences, start, key=lambda sentence: int(sentence["start"])) - 1
            header = sentences[max(at, 0)]
            if not header["start"] <= start < end <= header["end"]:
                continue  # damage has cut it
            quoted = {"sentence": header["n"], "start": start, "end": end, "quote": text[start:end]}
            item["evidence"] = sorted([*item["evidence"], quoted], key=lambda piece: int(piece["start"]))
            header.update(disposition="cited", rule=None, items=[*header["items"], item["id"]])


def _find_quotes(node: Any) -> Iterator[_Json]:
    """Everything in a digest that quotes the text: pieces of evidence and figures."""
    if isinstance(node, dict):
        if "quote" in node and "start" in node:
            yield node
        for inner in node.values():
            yield from _find_quotes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _find_quotes(inner)


def _map_back(view: View, start: int, end: int) -> tuple[int, int]:
    if start < end:
        return view.map_back(start, end)
    place = view.origin[start] if start < len(view.origin) else (view.origin[-1] + 1 if view.origin else 0)
    return place, place


def _insert_asides(sentences: Sequence[_Json], text: str, asides: Sequence[Aside]) -> list[_Json]:
    """The sentences, extended over damage beside them, and between them what was set aside, numbered 0 for now."""
    rows: list[_Json] = []
    last = 0
    end_of_text: _Json = {"start": len(text), "end": len(text)}
    for sentence in [*sentences, end_of_text]:
        for start, end, reason in _split_gap(text, last, sentence["start"], asides):
            above = (
                rows[-1] if rows and rows[-1]["n"] and not re.search(r"[\r\n]", text[rows[-1]["end"] : start]) else None
            )
            below = (
                sentence
                if sentence is not end_of_text and not re.search(r"[\r\n]", text[end : sentence["start"]])
                else None
            )
            if reason == _RESIDUE and above:
                above["end"] = end
            elif reason == _RESIDUE and below:
                below["start"] = start
                break
            else:
                rule = f"{_READING}.{reason}"
                rows.append({"n": 0, "start": start, "end": end, "disposition": reason, "items": [], "rule": rule})
        if sentence is not end_of_text:
            rows.append(sentence)
        last = sentence["end"]
    return rows


def _split_gap(text: str, start: int, end: int, asides: Sequence[Aside]) -> list[tuple[int, int, str]]:
    """What stands between two sentences: lines set aside, and residue line by line."""
    inside = [(a.start, a.end, str(a.reason)) for a in asides if start <= a.start and a.end <= end]
    pieces = list(inside)
    edges = [start, *(edge for a in inside for edge in a[:2]), end]
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        for line in _LINE.finditer(text, left, right):
            body = line.group().strip()
            if body:
                first = line.start() + len(line.group()) - len(line.group().lstrip())
                pieces.append((first, first + len(body), _RESIDUE))
    return sorted(pieces)


def _recount(coverage: _Json, rows: Sequence[_Json]) -> None:
    reasons = Counter(row["disposition"] for row in rows if row["disposition"] not in {"cited", "uncovered"})
    coverage["sentences"] = len(rows)
    coverage["cited"] = sum(row["disposition"] == "cited" for row in rows)
    coverage["left_out"] = dict(sorted(reasons.items()))
    coverage["uncovered"] = [row["n"] for row in rows if row["disposition"] == "uncovered"]
