"""The digest of a broken report says what that of the sound one says, and its places lie in the text as printed."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from broken import BREAKS
from handmade import TEXT, a_digest
from huimou.digest.steps.ingest.reading import remove_damage
from huimou.digest.steps.restore import restore_positions
from huimou.evaluation.evaluate import _breaches
from huimou.language.text import compact
from pipeline_run import PLANNED, run


@cache
def _digest(text: str) -> dict[str, Any]:
    return run(text).digest.model_dump()


def _said(digest: dict[str, Any]) -> dict[str, Any]:
    """What a digest says, without places."""
    review, plan = digest["year_review"], digest["next_year_plan"]
    years = digest["report"]["review_years"], digest["report"]["plan_year"]
    return {
        "facts": [digest["report"][key] for key in ("organisation", "region", "kind")],
        "years": [(year.get("start"), year.get("year"), year["basis"]) for year in years],
        "done": [(item["title"], item["summary"], item["domain"], item["figures"]) for item in review["achievements"]],
        "short": [item["summary"] for item in review["shortcomings"]],
        "tasks": [(item["title"], item["summary"], item["target"], item["deadline"]) for item in plan["tasks"]],
        "requirement": plan["requirement"]["text"],
        "overview": [line["text"] for line in (*review["overview"], *plan["overview"])],
        "figures": [(f["value"], f["unit"], f["metric"], f["actor"], f["items"]) for f in digest["figures"]],
        "sections": [(section["role"], compact(section["heading"] or "")) for section in digest["sections"]],
        "cited": digest["coverage"]["cited"],
        "uncovered": len(digest["coverage"]["uncovered"]),
    }


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_report_has_the_digest_of_the_sound_one(name: str) -> None:
    """Items, summaries, figures, years and sections are the same; quotes are slices and sentences cover the text."""
    breaking, _ = BREAKS[name]
    text = breaking(PLANNED)
    digest = _digest(text)
    assert _said(digest) == _said(_digest(PLANNED))
    assert list(_breaches(digest, text)) == []
    for evidence in (e for item in digest["year_review"]["achievements"] for e in item["evidence"]):
        sentence = digest["sentences"][evidence["sentence"] - 1]
        assert sentence["start"] <= evidence["start"] < evidence["end"] <= sentence["end"]
        assert sentence["disposition"] == "cited"


def test_quotes_keep_what_stands_inside_them() -> None:
    """A quote is what is printed, with its pinyin; the summary is without."""
    text = PLANNED.replace("专题读书班", "专题读书(dú shū)班").replace(
        "1200余", "1&nbsp;200余".replace("&nbsp;", "\u200b")
    )
    digest = _digest(text)
    first = digest["year_review"]["achievements"][0]
    assert "专题读书(dú shū)班6期" in first["evidence"][-1]["quote"]
    assert "专题读书班6期" in first["summary"]
    assert next(f["quote"] for f in digest["figures"] if f["value"] == 1200) == "1\u200b200余人次"
    assert {problem["code"] for problem in digest["problems"]} == {"pinyin", "hidden_character"}


def test_lines_set_aside_are_sentences_with_their_reason() -> None:
    """Page numbers, watermarks and translations on lines of their own are accounted for like everything else."""
    lines = {
        "— 1 —": "page_number",
        "仅供内部使用": "watermark",
        "We held 12 meetings in the past year.": "translation",
    }
    text = PLANNED.replace("\n(二)", "\n" + "\n".join(lines) + "\n(二)", 1)
    digest = _digest(text)
    rows = {text[row["start"] : row["end"]]: row["disposition"] for row in digest["sentences"]}
    assert lines.items() <= rows.items()
    assert [row["n"] for row in digest["sentences"]] == list(range(1, len(digest["sentences"]) + 1))
    assert {reason: digest["coverage"]["left_out"][reason] for reason in lines.values()} == dict.fromkeys(
        lines.values(), 1
    )
    places = {text[p["start"] : p["end"]]: p["code"] for p in digest["problems"]}
    assert lines.items() <= places.items()


def test_a_tag_alone_on_its_line_is_residue() -> None:
    """What is no part of any sentence and touches none is left out as boilerplate."""
    text = PLANNED.replace("\n\n一、", "\n<div>\n一、")
    row = next(row for row in _digest(text)["sentences"] if text[row["start"] : row["end"]] == "<div>")
    assert row["disposition"] == "boilerplate"


def test_hard_wraps_are_reported_once() -> None:
    """With the width and the number of line breaks that were joined."""
    text = "\n".join(line[i : i + 28] for line in PLANNED.split("\n") for i in range(0, len(line), 28))
    (problem,) = [p for p in _digest(text)["problems"] if p["code"] == "hard_wrapped"]
    assert "每行约28字" in problem["message"]
    assert 0 < problem["start"] < problem["end"] <= len(text)


def test_a_sound_text_changes_nothing() -> None:
    """Without damage the digest is what it was."""
    digest = a_digest()
    assert restore_positions(digest, TEXT, remove_damage(TEXT)) == digest
