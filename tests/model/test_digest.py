"""The output contract: closed, ordered, and the same after a round trip."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from contract_models import MODELS
from handmade import a_digest, weighed
from huimou.model.digest import SCHEMA_VERSION, Digest
from huimou.outputs.render.to_json import from_json, to_json

TOP = [
    "schema_version",
    "source",
    "report",
    "year_review",
    "next_year_plan",
    "figures",
    "sections",
    "sentences",
    "coverage",
    "problems",
    "checks",
    "run",
    "review",
]
OPTIONAL = ["schema_version", "review"]  # what digests of older versions may lack
OPTIONAL_IN = {
    "Digest": OPTIONAL,
    "OverviewSentence": ["evidence", "look"],
    "Requirement": ["summary"],
    "Achievement": ["candidates"],
    "Shortcoming": ["candidates"],
    "Task": ["candidates"],
    "Figure": ["rule", "actor_rule", "counted", "repeats"],
    "SectionOut": ["rule"],
    "SentenceOut": ["rule", "boxes"],
    "Run": ["rules"],
}


def test_keys_and_their_order() -> None:
    """The top-level keys are the contract, in this order."""
    assert list(json.loads(to_json(a_digest()))) == TOP
    assert a_digest().schema_version == SCHEMA_VERSION


@pytest.mark.parametrize("planned", [True, False])
@pytest.mark.parametrize("complete", [True, False])
def test_round_trip(*, planned: bool, complete: bool) -> None:
    """What is written is read back as the same value."""
    digest = weighed(a_digest(planned=planned, complete=complete))
    assert from_json(to_json(digest)) == digest


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_part_is_closed_and_frozen(model: type[BaseModel]) -> None:
    """No part takes unknown keys or changes afterwards, and only what older digests lack has a default."""
    assert model.model_config.get("extra") == "forbid"
    assert model.model_config.get("frozen") is True
    optional = [name for name, field in model.model_fields.items() if not field.is_required()]
    assert optional == OPTIONAL_IN.get(model.__name__, [])


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [found for key, inner in value.items() for found in [(*path, key), *_paths(inner, (*path, key))]]
    if isinstance(value, list):
        return [found for index, inner in enumerate(value) for found in _paths(inner, (*path, index))]
    return []


def test_no_key_may_be_missing() -> None:
    """Whichever key is taken away, the rest is refused; counts by reason are the only free keys."""
    data = weighed(a_digest()).model_dump(mode="json")
    free = {("coverage", "left_out"), ("run", "prompts"), ("report", "domains")}
    for path in _paths(data):
        lacking = {"rule", "actor_rule", "rules", "candidates", "counted", "repeats"}
        of_older = ("overview" in path and path[-1] in {"evidence", "look"}) or path[-2:] == ("requirement", "summary")
        if path[:-1] in free or path in {(name,) for name in OPTIONAL} or path[-1] in lacking or of_older:
            continue
        damaged = json.loads(json.dumps(data))
        holder = damaged
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        with pytest.raises(ValidationError):
            Digest.model_validate(damaged)


def test_digests_of_before_there_were_candidates_load() -> None:
    """What they lack is empty."""
    data = a_digest().model_dump(mode="json")
    for item in (*data["year_review"]["achievements"], *data["next_year_plan"]["tasks"]):
        del item["candidates"]
    assert from_json(json.dumps(data)) == a_digest()


def test_schema_describes_every_part() -> None:
    """The published JSON Schema requires every key that has no default."""
    schema = Digest.model_json_schema()
    assert schema["required"] == [key for key in TOP if key not in OPTIONAL]
    assert set(schema["$defs"]) == {model.__name__ for model in MODELS} - {"Digest", "_Frozen"}
