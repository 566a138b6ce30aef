"""What changed between two digests: complete, by name, and silent where only numbering moved."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmade import SENTENCES, TEXT, a_candidate, a_digest, a_target, evidence
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.evaluation.changes.changes import MeasureChange, find_changes, find_measure_changes
from huimou.llm.client import open_client
from huimou.model.digest import Achievement, Digest, Figure
from huimou.model.events import ignore_event
from huimou.settings import Endpoint
from variants import RECORDINGS, documents

Path = tuple[str | int, ...]
ENUMS = {
    "made": ("model", "source"),
    "basis": ("absent", "inferred"),
    "mode": ("exact", "about"),
    "direction": ("up", "down"),
    "role": ("closing", "caption"),
    "section": ("other", "plan"),
    "language_script": ("simplified", "traditional"),
}
TEXTS = {"organisation", "region", "kind", "kind_title", "look", "actor", "target", "deadline", "responsible", "unit"}
TEXTS |= {"summary", "metric", "modifier", "quote", "figure", "heading", "item", "rule", "actor_rule"}
TEXTS |= {"counted", "repeats"}


def full() -> dict[str, Any]:
    """A digest with something in every part, as JSON: every leaf of the contract is in it."""
    data = a_digest().model_dump(mode="json")
    plan = evidence(TEXT, 7, SENTENCES[6])
    data["next_year_plan"]["overview"] = [{"text": "推进平台。", "items": ["T1"], "made": "model"}]
    data["next_year_plan"]["tasks"][0]["targets"] = [a_target("推进", plan).model_dump(mode="json")]
    data["next_year_plan"]["tasks"][0]["candidates"] = [a_candidate("推进。", 0.5, "缺少对象").model_dump(mode="json")]
    data["year_review"]["achievements"].append(_achievement("A2", "致谢", 4, "致谢!").model_dump(mode="json"))
    said = {
        "checked": True,
        "corrected": "更正。",
        "comment": "批注",
        "reviewer": "张三",
        "time": "2026-01-02T03:04:05Z",
    }
    data["run"]["rules"] = {"dispositions.proverb": "off"}
    data["review"] = {"items": [{"id": "A1"} | said, {"id": "T1"} | said]}
    return data


def _achievement(id_: str, title: str, number: int, quote: str) -> Achievement:
    return Achievement(
        id=id_,
        title=title,
        summary=f"{title}。",
        made="model",
        look=None,
        domain="other",
        actor=None,
        figures=[],
        evidence=[evidence(TEXT, number, quote)],
    )


def _digest(data: dict[str, Any]) -> Digest:
    return Digest.model_validate(data, strict=True)


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, (dict, list)) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*path, key))
    else:
        yield path


def _holder(data: Any, path: Path) -> Any:
    for step in path[:-1]:
        data = data[step]
    return data


def _other(path: Path, value: Any) -> Any:
    """Another value that the contract allows at this place."""
    name = next(step for step in reversed(path) if isinstance(step, str))
    if name in ENUMS:
        return ENUMS[name][value == ENUMS[name][0]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return value + "改"
    if isinstance(value, (int, float)):
        return value + 1
    if value == []:
        return [evidence(TEXT, 1, "政协").model_dump()] if name == "evidence" else _element(name)
    return "改" if name in TEXTS else 1


def _element(name: str) -> list[Any]:
    target = a_target("推进", evidence(TEXT, 7, SENTENCES[6])).model_dump(mode="json")
    candidate = a_candidate("推进。").model_dump(mode="json")
    return {"targets": [target], "candidates": [candidate], "uncovered": [1]}.get(name, ["T9"])


def _mutated(path: Path) -> dict[str, Any]:
    data = full()
    holder = _holder(data, path)
    holder[path[-1]] = _other(path, holder[path[-1]])
    return data


LEAVES = [path for path in _leaves(full()) if path != ("schema_version",)]


def _name(path: Path) -> str:
    return ".".join(map(str, path))


@pytest.mark.parametrize("path", LEAVES, ids=_name)
def test_every_leaf_is_seen_by_name(path: Path) -> None:
    """Whichever value differs, a change of its part and field says so; both ways."""
    before, after = _digest(full()), _digest(_mutated(path))
    for found in (find_changes(before, after), find_changes(after, before)):
        assert found
        assert not [change for change in found if change.name == _name(path)]
    assert find_changes(after, after) == ()


@given(st.data())
def test_complete(data: st.DataObject) -> None:
    """Elements dropped, doubled or moved, values changed, anywhere: a change is told if and only if JSON differs."""
    mutated = full()
    for _ in range(data.draw(st.integers(0, 4))):
        _mutate(mutated, data)
    before, after = _digest(full()), _digest(mutated)
    same = json.dumps(mutated) == json.dumps(full())
    assert (find_changes(before, after) == ()) is same
    assert (find_changes(after, before) == ()) is same


def _mutate(mutated: dict[str, Any], data: st.DataObject) -> None:
    lists = [path for path in _inner(mutated) if isinstance(_at(mutated, path), list)]
    if data.draw(st.booleans()):
        path = data.draw(st.sampled_from([leaf for leaf in _leaves(mutated) if leaf != ("schema_version",)]))
        holder = _holder(mutated, path)
        holder[path[-1]] = _other(path, holder[path[-1]])
        return
    elements: list[Any] = _at(mutated, data.draw(st.sampled_from(lists)))
    index = data.draw(st.integers(0, max(0, len(elements) - 1)))
    if elements:
        what = data.draw(st.sampled_from(["drop", "double", "turn"]))
        if what == "drop":
            del elements[index]
        elif what == "double":
            elements.insert(index, copy.deepcopy(elements[index]))
        else:
            elements.reverse()


def _inner(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, (dict, list)):
        yield path
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _inner(inner, (*path, key))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _renumbered(data: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(data, ensure_ascii=False)
    for old, new in names.items():
        text = text.replace(f'"{old}"', f'"<{new}>"')
    return json.loads(text.replace('"<', '"').replace('>"', '"'))


def test_an_item_in_front_shifts_ids_and_is_the_only_change() -> None:
    """A new first achievement and a new first figure: nothing is told of those that moved up, nor of references."""
    data = _renumbered(full(), {"A1": "A2", "A2": "A3", "F1": "F2", "F2": "F3"})
    data["year_review"]["achievements"].insert(0, _achievement("A1", "政协", 1, "政协").model_dump(mode="json"))
    figure = Figure(**{**data["figures"][0], "id": "F1", "quote": "2022年", "start": 9, "end": 14, "items": ["A1"]})
    data["figures"].insert(0, figure.model_dump(mode="json"))
    found = find_changes(_digest(full()), _digest(data))
    assert [(c.kind, c.what, c.name) for c in found] == [
        ("gained", "achievement", "政协"),
        ("gained", "figure", "2022年"),
    ]
    assert found[0].after == "政协。"
    assert [source.quote for source in found[0].sources] == ["政协"]
    back = find_changes(_digest(data), _digest(full()))
    assert [(c.kind, c.what, c.name) for c in back] == [("lost", "achievement", "政协"), ("lost", "figure", "2022年")]


def test_a_sentence_cut_in_two_shifts_numbers_and_is_the_only_change() -> None:
    """Evidence and counts refer to sentences by number; that the numbers behind moved is not told of any."""
    data = json.loads(json.dumps(full()), object_hook=_next_sentence)
    first = data["sentences"][0]
    data["sentences"][0] = {**first, "n": 2, "start": 2}
    data["sentences"].insert(0, {**first, "n": 1, "end": 2})
    data["coverage"].update(sentences=8, uncovered=[6])
    found = find_changes(_digest(full()), _digest(data))
    assert [(c.kind, c.what, c.name, c.field) for c in found] == [
        ("gained", "sentence", "第1句", None),
        ("altered", "sentence", "第2句", "place"),
        ("altered", "coverage", "sentences", "sentences"),
    ]


def _next_sentence(part: dict[str, Any]) -> dict[str, Any]:
    return {key: value + 1 if key in {"n", "sentence"} else value for key, value in part.items()}


def test_ids_alone_are_told_where_nothing_explains_them() -> None:
    """Nothing came or went, and yet ids differ: the file differs, so it is said, of the ids only."""
    found = find_changes(_digest(full()), _digest(_renumbered(full(), {"A1": "A7"})))
    assert [(c.what, c.field, c.before, c.after) for c in found] == [("achievement", "id", "A1", "A7")]


def test_items_are_known_by_evidence_not_by_words() -> None:
    """A reworded item is the same item, field by field; the same words on other evidence are another's."""
    data = full()
    first, second = data["year_review"]["achievements"]
    first["title"], second["title"] = second["title"], first["title"]
    first["summary"] = "协商四百场。"
    found = find_changes(_digest(full()), _digest(data))
    assert [(c.kind, c.name, c.field, c.before, c.after) for c in found] == [
        ("altered", "致谢", "title", "协商活动", "致谢"),
        ("altered", "致谢", "summary", "开展协商活动400余场。", "协商四百场。"),
        ("altered", "协商活动", "title", "致谢", "协商活动"),
    ]
    assert {source.quote for source in found[0].sources} == {SENTENCES[2]}


def test_best_overlap_wins() -> None:
    """Where one item became two, the one that kept more of the words is it, wherever it stands."""
    data = full()
    first = data["year_review"]["achievements"][0]
    part, rest = (evidence(TEXT, 3, quote).model_dump() for quote in ("开展协商活动", "400余场,惠及群众约2—3万人。"))
    data["year_review"]["achievements"][0] = {**first, "evidence": [rest]}
    data["year_review"]["achievements"].insert(0, {**first, "id": "A9", "title": "开展", "evidence": [part]})
    found = find_changes(_digest(full()), _digest(data))
    assert [(c.kind, c.what, c.name, c.field) for c in found] == [
        ("gained", "achievement", "开展", None),
        ("altered", "achievement", "协商活动", "evidence"),
    ]


def test_a_reference_that_changed_is_told_by_name() -> None:
    """References are compared and told by what they refer to."""
    data = full()
    data["figures"][0]["items"] = ["A2"]
    (change,) = find_changes(_digest(full()), _digest(data))
    assert (change.what, change.name, change.field) == ("figure", "400余场", "items")
    assert (change.before, change.after) == ("协商活动", "致谢")
    assert change.sources[0].sentence == 3


def test_values_read_alike_are_told_as_stored() -> None:
    """400 and 400.0, heading and title (both 标题) are different files: before and after never look the same."""
    data = full()
    data["figures"][0]["value"] = 400.0
    data["sentences"][0]["disposition"] = "heading"
    number, sentence = find_changes(_digest(full()), _digest(data))
    assert (number.before, number.after) == ("400", "400.0")
    assert (sentence.before, sentence.after) == ('"title"', '"heading"')


def test_order_of_importance() -> None:
    """Items lost, gained, altered; figures; facts; overview; the rest."""
    data = full()
    data["run"]["calls"] = 9
    data["sentences"][3]["disposition"] = "rhetoric"
    data["year_review"]["overview"][0]["text"] = "协商多。"
    data["report"]["region"] = None
    data["figures"][1]["value"] = 1
    data["next_year_plan"]["tasks"][0]["deadline"] = "年内"
    data["year_review"]["achievements"][0] = _achievement("A1", "政协", 1, "政协").model_dump(mode="json")
    found = find_changes(_digest(full()), _digest(data))
    assert [(c.kind, c.what) for c in found] == [
        ("lost", "achievement"),
        ("gained", "achievement"),
        ("altered", "task"),
        ("altered", "figure"),
        ("altered", "fact"),
        ("lost", "overview"),
        ("gained", "overview"),
        ("altered", "sentence"),
        ("lost", "check"),
        ("gained", "check"),
        ("lost", "review"),
        ("gained", "review"),
        ("altered", "run"),
    ]


def test_another_text_is_said_first_and_matched_by_quote() -> None:
    """One more line in front: the source differs, every item, figure and section is recognised all the same."""
    shifted = a_digest(text="续\n" + TEXT).model_dump(mode="json")
    shifted["source"]["sha256"] = "1" * 64
    shifted["year_review"]["achievements"][0]["summary"] = "协商400余场。"
    found = find_changes(a_digest(), _digest(shifted))
    assert [(c.what, c.field) for c in found] == [
        ("source", "sha256"),
        ("source", "chars"),
        ("achievement", "summary"),
    ]


def test_key_order_alone() -> None:
    """The reading order of the domains is part of the file too."""
    data = full()
    data["report"]["domains"] = dict(reversed(data["report"]["domains"].items()))
    (change,) = find_changes(_digest(full()), _digest(data))
    assert (change.what, change.name) == ("fact", "report.domains.order")


def test_measures() -> None:
    """What moved, and whether that is good: less is better for what has a ceiling, unknown for a mere count."""
    before = {"tasks.recall": 0.9, "coverage.uncovered": 2.0, "figures.predicted": 9.0, "meta.region": 1.0, "a": 1.0}
    after = {"tasks.recall": 0.8, "coverage.uncovered": 1.0, "figures.predicted": 8.0, "meta.region": 1.0, "b": 2.0}
    assert find_measure_changes(before, after) == (
        MeasureChange("tasks.recall", 0.9, 0.8, better=False),
        MeasureChange("coverage.uncovered", 2.0, 1.0, better=True),
        MeasureChange("figures.predicted", 9.0, 8.0, better=None),
        MeasureChange("a", 1.0, None, better=None),
        MeasureChange("b", None, 2.0, better=None),
    )
    assert find_measure_changes({"tasks.recall": 0.1 + 0.2}, {"tasks.recall": 0.3}) == ()


@cache
def replayed(stem: str, dress: str | None = None) -> Digest:
    """Digest of a seed, or of one of its variants, from its recordings."""
    found = documents(stem)
    document = replace(found["gb18030"], stem=stem) if dress is None else replace(found[dress], stem=f"{stem}.{dress}")
    with open_client(Endpoint("builtin"), replay=RECORDINGS) as client:
        return digest_report(document, client, load_checked_prompts(), ignore_event)


REAL = "xianning-2022"


@given(st.data())
@settings(max_examples=12)
def test_complete_on_a_real_digest(data: st.DataObject) -> None:
    """As above, on a digest of a seed."""
    original = replayed(REAL)
    mutated = original.model_dump(mode="json")
    _mutate(mutated, data)
    same = json.dumps(mutated) == json.dumps(original.model_dump(mode="json"))
    assert (find_changes(original, _digest(mutated)) == ()) is same


def test_an_item_dropped_from_a_real_digest() -> None:
    """Everything behind it is renumbered, and yet only the item and the sentences that nothing cites are told."""
    original = replayed(REAL)
    data = original.model_dump(mode="json")
    dropped = data["year_review"]["achievements"].pop(2)
    ids = {item["id"]: f"A{n}" for n, item in enumerate(data["year_review"]["achievements"], 1)}
    data = json.loads(json.dumps(data, ensure_ascii=False).replace(f'"{dropped["id"]}"', '"gone"'))
    holders = [*data["figures"], *data["sentences"], *data["year_review"]["overview"]]
    for holder in holders:
        holder["items"] = [ids.get(id_, id_) for id_ in holder["items"] if id_ != "gone"]
    for check in data["checks"]:
        check["item"] = ids.get(check["item"], check["item"])
    for item in data["year_review"]["achievements"]:
        item["id"] = ids[item["id"]]
    found = find_changes(original, _digest(data))
    assert [(c.kind, c.what, c.before) for c in found] == [("lost", "achievement", dropped["summary"])]


def test_the_same_report_in_traditional_characters() -> None:
    """Another script is another text, said first; nothing is lost or gained, places are the same by their words."""
    found = find_changes(replayed(REAL), replayed(REAL, "traditional"))
    assert found[0].what == "source"
    assert {change.kind for change in found} == {"altered"}
    assert {change.field for change in found} & {"quote", "place", "heading", "disposition"} == set()


def test_layout_is_no_change_of_another_text() -> None:
    """Lines wrapped anew: quotes hold other line breaks, and are the same quotes."""
    wrapped = TEXT.replace("协商活动", "协商\n活动")
    data = full()
    for part in (*data["year_review"]["achievements"], *data["year_review"]["shortcomings"]):
        for source in part["evidence"]:
            source["quote"] = source["quote"].replace("协商活动", "协商\n活动")
    data["source"]["chars"] = len(wrapped)
    assert [(c.what, c.field) for c in find_changes(_digest(full()), _digest(data))] == [("source", "chars")]


def test_a_sentence_that_stands_elsewhere_on_its_page() -> None:
    """A box that moved is told by its page and edges."""
    data = full()
    data["sentences"][0]["boxes"] = [{"page": 2, "box": [72.0, 100.5, 200.0, 114.0]}]
    (change,) = find_changes(_digest(full()), _digest(data))
    assert (change.what, change.field, change.before) == ("sentence", "boxes", None)
    assert change.after == "第2页（72，100.5，200，114）"
