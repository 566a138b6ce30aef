"""A pipeline that asks for several answers to each summary, whatever the wording does with them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from huimou.digest.questions.asking import Asker
from huimou.digest.questions.registry import ITEM_SUMMARY
from huimou.errors import AnswerError
from huimou.llm.question import Answer, Question


def ask_samples(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """From now on each question for a summary is followed by its samples 2 to `most`, one after another."""
    ask = Asker.ask

    def ask_all(self: Asker, question: Question[Any]) -> Answer[Any]:
        try:
            return ask(self, question)
        finally:
            if question.prompt_id == ITEM_SUMMARY.id and question.sample == 1:
                for sample in range(2, most + 1):
                    with suppress(AnswerError):
                        ask(self, replace(question, slot=replace(question.slot, sample=sample)))

    monkeypatch.setattr(Asker, "ask", ask_all)
