"""Chinese names of what changes: none is missing."""

from __future__ import annotations

from typing import get_args

import pytest
from pydantic import BaseModel

from huimou.evaluation.changes.labels import KINDS, ROLES, Kind, What, field_title, measure_title, title_of, value_title
from huimou.evaluation.scores import Scores
from huimou.model import digest as contract
from huimou.model import report as model
from test_contract import MODELS


@pytest.mark.parametrize(
    "part", [part for part in MODELS if part is not contract.Digest], ids=lambda part: part.__name__
)
def test_every_field_has_a_name(part: type[BaseModel]) -> None:
    """A field that the contract gains wants a name here, unless the parts that hold it are told as a whole."""
    told = {"overview", "achievements", "shortcomings", "tasks", "requirement", "quote", "sentence"}
    assert [name for name in part.model_fields if name not in told and field_title(name) == name] == []


def test_every_kind_part_role_and_measure_has_a_name() -> None:
    """Closed lists are covered in full."""
    assert KINDS.keys() == set(get_args(Kind))
    assert all(title_of(what) for what in get_args(What))
    assert ROLES.keys() == set(get_args(model.Role))
    names = [(group, name) for group in Scores.__dataclass_fields__ for name in _fields(group)]
    assert [f"{g}.{n}" for g, n in names if set(measure_title(f"{g}.{n}").split("·")) & {g, n}] == []


def _fields(group: str) -> list[str]:
    from huimou.evaluation import scores  # noqa: PLC0415

    kind = getattr(scores, str(Scores.__dataclass_fields__[group].type))
    texts = {"first", "organisation"}
    return [name for name in kind.__dataclass_fields__ if name not in texts]


def test_values() -> None:
    """Domains, dispositions, numbers and years as a person reads them."""
    assert value_title("domain", "proposals", {"proposals": "提案工作"}) == "提案工作"
    assert value_title("disposition", "thanks", {}) == "致谢"
    assert value_title("value", 12800000000, {}) == "12,800,000,000"
    assert value_title("plan_year.year", 2023, {}) == "2023"
    assert value_title("complete", value=False, domains={}) == "否"
    assert field_title("left_out.thanks") == "略去句数·致谢"
    assert field_title("prompts.item-summary") == "提示词·item-summary"
