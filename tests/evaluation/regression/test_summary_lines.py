"""Changes as plain lines."""

from __future__ import annotations

from gates import SCRIPT, a_report, evidence, hostile
from handmade import SENTENCES, a_digest
from huimou.evaluation.changes.changes import Change, MeasureChange, find_changes
from huimou.evaluation.regression.summary_lines import format_change, format_changes, format_measure, summarise_changes


def test_lost_altered_and_source() -> None:
    """Kind, part, name and field; before and after; the quotes of the report."""
    lost, altered, figure = a_report().changes
    assert format_change(lost) == (
        "lost task 协商平台建设",
        "  - 推进协商平台建设。",
        "  〔第7句〕推进协商平台建设。",
    )
    assert format_change(altered) == (
        "altered achievement 协商活动 · summary",
        "  - 开展协商活动400余场。",
        "  + 开展协商活动400场。",
        f"  〔第3句〕{SENTENCES[2]}",
    )
    assert format_change(figure)[:3] == ("altered figure 400余场 · value", "  - 400", "  + 4,000")


def test_lines_are_bounded_and_inert() -> None:
    """Long values are cut where they differ; no control character of a report reaches a terminal."""
    long = Change("altered", "task", "名", "summary", "甲" * 900, "甲" * 900 + "乙", (evidence("丙" * 900),) * 9)
    lines = format_change(long)
    assert len(lines) == 5
    assert all(len(line) < 110 for line in lines)
    assert lines[2].endswith("乙")
    change = hostile().reports[0].changes[0]
    text = "\n".join(format_change(change))
    assert SCRIPT in text
    assert "\x1b" not in text


def test_a_place_without_words_is_not_a_source_line() -> None:
    """The digest does not hold the words of every sentence; no empty quote is shown."""
    data = a_digest().model_dump(mode="json")
    data["sentences"][0]["disposition"] = "caption"
    (change,) = find_changes(a_digest(), type(a_digest()).model_validate(data))
    assert format_change(change) == ("altered sentence 第1句 · disposition", "  - 标题", "  + 图注")


def test_most_and_counts() -> None:
    """What is left out is counted."""
    found = a_report().changes
    assert summarise_changes(found) == "1 lost, 2 altered"
    assert summarise_changes(()) == "no changes"
    assert format_changes(found, 1)[-1] == "and 2 more: 2 altered"
    assert format_changes(found) == tuple(line for change in found for line in format_change(change))


def test_measure_line() -> None:
    """The values and the direction where there is one."""
    assert format_measure(MeasureChange("tasks.recall", 0.95, 0.9, better=False)) == "tasks.recall 0.95 to 0.9, worse"
    assert format_measure(MeasureChange("figures.predicted", None, 4.0, better=None)) == "figures.predicted none to 4"
