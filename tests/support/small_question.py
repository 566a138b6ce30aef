"""A small question with a worked example, and what a model may answer it with."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, field_validator

from huimou.llm.question import Question, Slot


class Part(BaseModel):
    """A nested model, so that the schema has a reference."""

    title: str
    kind: Literal["会议", "调研"] = "会议"


class Loose(BaseModel):
    """Every field has a default, which is where a wrong JSON object passes unnoticed."""

    title: str = ""
    items: list[Part] = []


class Gist(BaseModel):
    """What the tests ask for."""

    summary: str
    count: int
    parts: list[Part] = []

    @field_validator("summary")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value) > 20:
            raise ValueError("概述太长")
        return value


GOOD = '{"summary":"开会12次","count":12}'


def ask_for(
    schema: type[BaseModel] = Gist,
    unit: str = "全年召开会议12次。",
    name: str = "u1",
    report: str = "某市 2031",
    sample: int = 1,
) -> Question[BaseModel]:
    """A question with a worked example."""
    messages = (("system", "你是编辑。"), ("user", "例：开会3次。"), ("assistant", "{}"), ("user", unit))
    return Question(Slot(report, "item", name, sample), "item-summary", 3, messages, schema, 80, {"unit": unit})
