"""A client that no model stands behind: what a digest says then comes from the report and the program alone."""

from __future__ import annotations

from typing import cast

from huimou.errors import AnswerInvalid
from huimou.llm.answerers.wire import Answerer
from huimou.llm.client import Client
from huimou.llm.question import Answer, Question, T
from huimou.llm.tokens import EndpointFacts
from huimou.settings import Endpoint


class SilentClient(Client):
    """Never has an answer."""

    def __init__(self) -> None:
        endpoint = Endpoint("openai", base_url="http://nowhere.invalid/v1", model="none")
        super().__init__(endpoint, EndpointFacts("openai", "none"), cast("Answerer", None))

    def ask(self, question: Question[T]) -> Answer[T]:
        """Refuse each question, as after two answers that do not fit.

        Raises:
            AnswerInvalid: always.

        """
        raise AnswerInvalid(question.slot.path)
