"""office.records: what of a digest goes into which cell."""

from __future__ import annotations

from handmade import TEXT, a_digest, a_target, weighed
from huimou.model.digest import Target
from huimou.outputs.office.ledgers.records import WorkbookReport, build_records
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = ROOT / "fixtures" / "accepted"


def test_each_target_has_a_row() -> None:
    """One number a cell: a task with several targets has a row for each; what one of them lacks is blank."""
    digest = a_digest()
    task = digest.next_year_plan.tasks[0]
    plain = a_target("", task.evidence[0]).model_dump() | dict.fromkeys(
        ("metric", "modifier", "deadline", "responsible")
    )
    aims = [
        Target.model_validate(plain | {"text": "增长6%左右", "modifier": "左右", "unit": "%"}),
        Target.model_validate(plain | {"text": "年内建成"}),
    ]
    told = task.model_copy(update={"targets": aims, "target": "增长6%左右；年内建成", "deadline": "年内"})
    plan = digest.next_year_plan.model_copy(update={"tasks": [told]})
    rows = build_records(WorkbookReport("临江", digest.model_copy(update={"next_year_plan": plan}), TEXT))["plan"]
    shown = [[row.values[field] for field in ("what", "target", "limit", "unit", "deadline", "absent")] for row in rows]
    assert shown == [
        [task.summary, "增长6%左右", "左右", "%", "年内", "责任单位"],
        [task.summary, "年内建成", None, None, "年内", "责任单位"],
    ]
    assert rows[0].key != rows[1].key


def test_a_target_has_its_own_terms() -> None:
    """What the text sets for one target is not said of the other."""
    digest = a_digest()
    task = digest.next_year_plan.tasks[0]
    plain = a_target("", task.evidence[0]).model_dump() | {"responsible": None}
    aims = [
        Target.model_validate(plain | {"text": "增长6%", "deadline": None}),
        Target.model_validate(plain | {"text": "建成", "deadline": "6月底前"}),
    ]
    told = task.model_copy(update={"targets": aims, "deadline": "6月底前", "responsible": "市发改委"})
    plan = digest.next_year_plan.model_copy(update={"tasks": [told]})
    rows = build_records(WorkbookReport("临江", digest.model_copy(update={"next_year_plan": plan})))["plan"]
    assert [row.values["deadline"] for row in rows] == [None, "6月底前"]
    assert [row.values["responsible"] for row in rows] == ["市发改委"] * 2


def test_forms_and_outcomes_are_the_reports_own_words() -> None:
    """In the order of the text, also where it is in traditional characters; the longer word where one holds another."""
    digest = from_json((ACCEPTED / "yingtan-2022.json").read_text(encoding="utf-8"))
    record = next(r for r in build_records(WorkbookReport("鹰潭", digest))["review"] if r.values["id"] == "A2")
    assert record.values["form"] == "调研、视察、建议案、大会发言、提案、社情民意"
    assert record.values["outcome"] == "批示"
    assert [record.values[field] for field in ("printed", "value", "unit", "limit")] == ["11項", 11, "项", "确数"]
    assert record.values["others"] == 6


def test_a_figure_that_no_item_cites_needs_the_text() -> None:
    """With it, the whole sentence stands beside the figure; without it, nothing is made up."""
    with_text = build_records(WorkbookReport("临江", a_digest(), TEXT))["figures"][1].values
    without = build_records(WorkbookReport("临江", a_digest()))["figures"][1].values
    assert with_text["quote"] == "开展协商活动400余场,惠及群众约2—3万人。"
    assert with_text["source"] == "临江.txt·第3句·35–41字"
    assert without["source"] == with_text["source"]
    assert (with_text["value"], with_text["value_max"]) == (20000, 30000.5)


def test_cost_is_no_new_version() -> None:
    """A digest made again that says the same is the same."""
    digest = a_digest()
    slower = digest.model_copy(update={"run": digest.run.model_copy(update={"seconds": 99.0})})
    assert WorkbookReport("甲", digest).version == WorkbookReport("甲", slower).version
    assert WorkbookReport("甲", digest).version == WorkbookReport("甲", weighed(digest)).version
    assert WorkbookReport("甲", digest).version != WorkbookReport("甲", a_digest(planned=False)).version
