"""The measures of words stated a second time, shortly and by themselves, to hold `huimou.evaluation.words` against."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from opencc import OpenCC

_LONGEST, _SHARE, _TITLE = 60, 0.6, (4, 22)
_convert = OpenCC("t2s").convert


def _norm(words: str) -> str:
    plain = re.sub(r"[\s,，、。；;：:]", "", unicodedata.normalize("NFKC", _convert(words)))
    return plain.replace("“", '"').replace("”", '"')


def _overlap(some: list[list[int]], others: list[list[int]]) -> int:
    return sum(max(0, min(e1, e2) - max(s1, s2)) for s1, e1 in some for s2, e2 in others)


def _length(spans: list[list[int]]) -> int:
    return sum(end - start for start, end in spans)


def _pairs(words: str) -> set[str]:
    plain = re.sub(r"[\W_]", "", _norm(words))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _spans(item: dict[str, Any]) -> list[list[int]]:
    return [[place["start"], place["end"]] for place in item["evidence"]]


def _judge(kind: str, point: dict[str, Any], said: dict[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    spans = point["spans"]
    hits = [i for i in items if _overlap(_spans(i), spans) >= 0.5 * min(_length(spans), _length(_spans(i)) or 1)]
    text = _norm(";".join(item["summary"] for item in hits))
    missing = [group for group in said["say"] if not any(_norm(words) in text for words in group)]
    wrong = [words for words in said.get("not") or [] if _norm(words) in text]
    long = any(len(i["summary"]) > _LONGEST and len(i["summary"]) > _SHARE * _length(_spans(i)) for i in hits)
    titles = [item.get("title") or "" for item in hits]
    good = [
        t for t in titles if _TITLE[0] <= len(t) <= _TITLE[1] and "…" not in t and _pairs(t) & _pairs(said["title"])
    ]
    whole = bool(hits) and not missing
    return {
        "keys": len(said["say"]) - len(missing) if hits else 0,
        "of": len(said["say"]),
        "whole": whole,
        "true": not wrong,
        "short": not long,
        "title": bool(hits) and (kind == "shortcomings" or bool(good)),
        "pasteable": whole and not wrong and not long,
        "items": {item["id"]: bool(item["look"]) for item in hits},
    }


def _measure_marks(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    bad = {id_: look for row in rows if not row["pasteable"] for id_, look in row["items"].items()}
    good = {id_: look for row in rows for id_, look in row["items"].items() if id_ not in bad}
    named = {"marked": bad, "alarms": good}
    return {name: round(sum(ids.values()) / len(ids), 3) if ids else None for name, ids in named.items()}


def measure_words(digest: dict[str, Any], gold: dict[str, Any], annotation: dict[str, Any]) -> dict[str, float | None]:
    """Each measure by name, rounded to three places."""
    rows = []
    for kind, part in (("achievements", "year_review"), ("shortcomings", "year_review"), ("tasks", "next_year_plan")):
        annotated = [(point, annotation["points"].get(point["id"])) for point in gold.get(kind) or []]
        rows += [_judge(kind, point, said, digest[part].get(kind) or []) for point, said in annotated if said]
    told = []
    for part, where in (("review", "year_review"), ("plan", "next_year_plan")):
        text = _norm(";".join(one["text"] for one in digest[where].get("overview") or []))
        told += [
            all(any(_norm(words) in text for words in group) for group in point)
            for point in annotation["overview"][part]
        ]
    keys = sum(row["keys"] for row in rows) / sum(row["of"] for row in rows)
    shares = {name: sum(row[name] for row in rows) / len(rows) for name in list(rows[0])[2:-1]}
    overview = sum(told) / len(told) if told else None
    return {
        "points": len(rows),
        **{name: round(value, 3) for name, value in {"keys": keys, **shares}.items()},
        "overview": None if overview is None else round(overview, 3),
        **_measure_marks(rows),
    }
