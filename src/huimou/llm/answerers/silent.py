"""No model: nothing is asked, and the program's own words stand wherever one would be."""

from __future__ import annotations

from huimou.errors import AnswerUnasked
from huimou.llm.answerers.wire import WireAnswer, WireRequest


class SilentAnswerer:
    """Answers nothing.

    Raises from `answer`:
        AnswerUnasked: always.

    """

    def answer(self, request: WireRequest) -> WireAnswer:
        """Refuse to ask.

        Raises:
            AnswerUnasked: always.

        """
        del request
        raise AnswerUnasked("未请模型")
