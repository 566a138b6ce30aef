"""Asking one report's questions: from a kind of question and the texts for its variables to an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from huimou.digest.questions.prompts import PromptSet
from huimou.digest.questions.registry import QuestionKind, find_stage
from huimou.llm.client import Client
from huimou.llm.question import Answer, Question, Slot, T
from huimou.model.report import Usage

QuestionListener = Callable[[Question[Any]], None]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is asked about one report, and with which prompts.

    Args:
        report: name of the report in slots.
        client: of the model.
        prompts: of the run.
        listen: told of each question before it is asked; may be called from several threads.

    """

    report: str
    client: Client
    prompts: PromptSet
    listen: QuestionListener | None = None

    def build_question(  # noqa: PLR0913 (what a question has)
        self,
        kind: QuestionKind[T],
        unit: str,
        variables: Mapping[str, str],
        *,
        shown: int = 0,
        most_tokens: int | None = None,
        chunking: str = "",
        sample: int = 1,
    ) -> Question[T]:
        """The question of this kind about a unit.

        Args:
            kind: of question.
            unit: id of the unit, the last part of the slot.
            variables: text for each variable of the prompt.
            shown: how many numbered lines the question shows, where its answer names them by number.
            most_tokens: bound of the answer where it is tighter than the prompt's.
            chunking: which pieces of the report are put together.
            sample: which answer to the same words is wanted, from 1; each has a slot of its own.

        Raises:
            PromptError: there is no such prompt, or its variables are others.

        """
        prompt = self.prompts[kind.id]
        return Question(
            Slot(self.report, prompt.id, unit, sample),
            prompt.id,
            prompt.version,
            prompt.build_messages(**variables),
            kind.build_answer_model(shown),
            prompt.max_tokens if most_tokens is None else min(prompt.max_tokens, most_tokens),
            {name: variables[variable] for variable, name in kind.parts.items()},
            chunking,
            find_stage(kind.id, unit),
        )

    def ask(self, question: Question[T]) -> Answer[T]:
        """The answer to a question.

        Raises:
            AnswerError: there is none that can be used.
            EndpointError: the server cannot be used.

        """
        if self.listen is not None:
            self.listen(question)
        return self.client.ask(question)

    def measure_usage(self) -> Usage:
        """What asking about the report has cost so far."""
        return self.client.usage_of(self.report)
