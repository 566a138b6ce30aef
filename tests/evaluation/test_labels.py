"""Chinese names of what changes: none is missing."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import BaseModel

from contract_models import MODELS
from huimou.evaluation.ab_test.measures import BY_KEY
from huimou.evaluation.ab_test.paired_statistics import MeasureVerdict
from huimou.evaluation.labels import (
    AB_TEST_MEASURES,
    CHANGE_KINDS,
    CHANGED_PARTS,
    FIELDS,
    MEASURES,
    RECORDING_STATES,
    VERDICTS,
    ChangedPart,
    ChangeKind,
    translate_field,
    translate_measure,
    translate_part,
    translate_value,
)
from huimou.evaluation.regression.audit import STATES
from huimou.evaluation.scores import Scores
from huimou.model import digest as contract
from huimou.model import report as model
from huimou.outputs.labels import ROLES


@pytest.mark.parametrize(
    "part", [part for part in MODELS if part is not contract.Digest], ids=lambda part: part.__name__
)
def test_every_field_has_a_name(part: type[BaseModel]) -> None:
    """A field that the contract gains wants a name here, unless the parts that hold it are told as a whole."""
    told = {"overview", "achievements", "shortcomings", "tasks", "requirement", "quote", "sentence"}
    assert [name for name in part.model_fields if name not in told and translate_field(name) == name] == []


def test_every_kind_part_role_and_measure_has_a_name() -> None:
    """Closed lists are covered in full."""
    assert CHANGE_KINDS.keys() == set(get_args(ChangeKind))
    assert all(translate_part(what) for what in get_args(ChangedPart))
    assert ROLES.keys() == set(get_args(model.Role))
    names = [(group, name) for group in Scores.__dataclass_fields__ for name in _fields(group)]
    assert [f"{g}.{n}" for g, n in names if set(translate_measure(f"{g}.{n}").split("·")) & {g, n}] == []


def test_no_name_is_left_over() -> None:
    """Each stands for something that a comparison can find: a field, a part, a state, a measure, a verdict."""
    fields = {name for part in MODELS for name in part.model_fields}
    assert FIELDS.keys() - fields == {"order", "place"}  # what a comparison adds: the order of items, a part's place
    assert CHANGED_PARTS.keys() == set(get_args(ChangedPart))
    assert RECORDING_STATES.keys() == set(STATES)
    groups = Scores.__dataclass_fields__
    assert MEASURES.keys() == {*groups, *(name for group in groups for name in _fields(group))}
    assert AB_TEST_MEASURES.keys() == BY_KEY.keys()
    assert VERDICTS.keys() == set(get_args(MeasureVerdict))


def _fields(group: str) -> list[str]:
    from huimou.evaluation import scores  # noqa: PLC0415

    kind = getattr(scores, str(Scores.__dataclass_fields__[group].type))
    texts = {"first", "organisation"}
    return [name for name in kind.__dataclass_fields__ if name not in texts]


def test_values() -> None:
    """Domains, dispositions, numbers and years as a person reads them."""
    assert translate_value("domain", "proposals", {"proposals": "提案工作"}) == "提案工作"
    assert translate_value("disposition", "thanks", {}) == "致谢"
    assert translate_value("value", 12800000000, {}) == "12,800,000,000"
    assert translate_value("plan_year.year", 2023, {}) == "2023"
    assert translate_value("complete", value=False, domains={}) == "否"
    assert translate_field("left_out.thanks") == "略去句数·致谢"
    assert translate_field("prompts.item-summary") == "提示词·item-summary"
