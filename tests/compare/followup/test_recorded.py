"""The made pairs, replayed: what was found held against gold by floors, and the same bytes each time."""

from __future__ import annotations

import json
from functools import cache

import pytest

from follow_pair import Measured, digest_of, measured, read_gold
from huimou.compare.followup.follow import follow_plan
from huimou.compare.followup.result import FollowUp
from huimou.compare.followup.to_json import to_json
from huimou.digest.prompt_check import load_checked_prompts
from huimou.language.text import compact
from huimou.llm.client import open_client
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json
from huimou.settings import Endpoint
from places import ROOT

FOLDER = ROOT / "fixtures" / "follow"
# Sentences found rightly and points seen rightly at least, and sentences given wrongly at most, as measured.
FLOORS = {"qingsong": (20, 7, 1), "yingtan": (15, 5, 5)}


@cache
def digest(name: str) -> Digest:
    """The accepted digest of a seed; of a made report one in its own words: what is followed up is its sentences."""
    accepted = ROOT / "fixtures" / "accepted" / f"{name}.json"
    if accepted.exists():
        return from_json(accepted.read_text(encoding="utf-8"))
    return digest_of(_text(name), name, FOLDER)


def replayed(pair: str) -> FollowUp:
    """The pair followed up from its recordings."""
    gold = read_gold(FOLDER / "gold" / f"{pair}.json")
    with open_client(Endpoint("builtin"), replay=FOLDER / "recordings") as client:
        return follow_plan(digest(gold["earlier"]), digest(gold["later"]), client, load_checked_prompts())


@pytest.mark.parametrize("pair", sorted(FLOORS))
def test_found_at_least_what_was_measured(pair: str) -> None:
    """Sentences rightly found, wrongly given, and points rightly left: no worse than when they were recorded."""
    right, unseen, wrong = FLOORS[pair]
    got: Measured = measured(replayed(pair), read_gold(FOLDER / "gold" / f"{pair}.json"))
    assert (got.right >= right, got.unseen >= unseen, got.wrong <= wrong) == (True, True, True), got


@pytest.mark.parametrize("pair", sorted(FLOORS))
def test_replayed_twice_is_the_same(pair: str) -> None:
    """Byte for byte, and every kept answer is asked for."""
    first = to_json(replayed(pair))
    assert first == to_json(replayed(pair))
    asked = json.loads(first)["asked"]
    gold = read_gold(FOLDER / "gold" / f"{pair}.json")
    kept = list((FOLDER / "recordings" / f"{gold['earlier']}+{gold['later']}" / "follow-task").glob("*.json"))
    assert len(kept) == asked["questions"] > 0


@pytest.mark.parametrize(("pair", "going", "fresh"), [("qingsong", (14, 0), (6, 10)), ("yingtan", (6, 1), (11, 18))])
def test_carried_and_new(pair: str, going: tuple[int, int], fresh: tuple[int, int]) -> None:
    """Tasks that go on: rightly found at least, wrongly at most; new work of gold at least, sentences given at most."""
    gold = read_gold(FOLDER / "gold" / f"{pair}.json")
    found = replayed(pair)
    carried = [(compact(one.earlier_evidence.quote), compact(one.later_evidence.quote)) for one in found.carried]
    wanted = [(compact(one["earlier"]), compact(one["later"])) for one in gold["carried"]]
    hits = sum(any(a in earlier and b in later for earlier, later in carried) for a, b in wanted)
    wrong = sum(not any(a in earlier and b in later for a, b in wanted) for earlier, later in carried)
    assert (hits >= going[0], wrong <= going[1]) == (True, True), (hits, wrong)
    new = [compact(one.evidence.quote) for one in found.new_work]
    held = sum(any(compact(piece) in quote for quote in new) for piece in gold["new"])
    assert (held >= fresh[0], len(new) <= fresh[1]) == (True, True), (held, len(new))


def test_gold_is_of_the_texts() -> None:
    """Each piece of gold stands in its report exactly once."""
    for path in sorted((FOLDER / "gold").glob("*.json")):
        gold = read_gold(path)
        names = {side: gold[side] for side in ("earlier", "later")}
        texts = {side: compact(_text(name)) for side, name in names.items()}
        pieces = [("earlier", task["task"]) for task in gold["tasks"]]
        pieces += [("later", piece) for task in gold["tasks"] for piece in task["reported"]]
        pieces += [("later", piece) for piece in gold["new"]]
        pieces += [(side, one[side]) for one in gold["carried"] for side in names]
        assert [piece for side, piece in pieces if compact(piece) not in texts[side]] == [], path.name


def _text(name: str) -> str:
    paths = [folder / f"{name}.txt" for folder in (FOLDER / "reports", ROOT / "seeds")]
    return next(path for path in paths if path.exists()).read_bytes().decode()
