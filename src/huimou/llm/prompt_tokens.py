"""How many prompt tokens a request has, before it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from huimou.llm.tokens import Tokenizer, estimate_tokens
from huimou.settings import Endpoint
from huimou.store.hashing import hash_text, to_ordered_json

if TYPE_CHECKING:
    import httpx2

_TEMPLATE = 8  # tokens that a chat template puts around a message, where no server tells
_REMEMBERED = 256  # texts: the instructions and examples of the prompts are the same in every request


class PromptCounter:
    """Counts with a server's tokenizer, else by the project's own estimate, which is on the high side.

    A text is tokenised once though many requests begin with it. What the chat template adds is counted on one request
    of each form, where the server words it: it does not depend on the text.

    Args:
        endpoint: whose tokenizer.
        http: to ask with; None to estimate everything.

    """

    def __init__(self, endpoint: Endpoint, http: httpx2.Client | None) -> None:
        self._tokenizer = None if http is None else Tokenizer(endpoint, http)
        self._known: dict[str, int] = {}
        self._added: dict[str, int | None] = {}
        self.counted = 0
        self.estimated = 0

    @property
    def knows_template(self) -> bool:
        """Whether the server told what its chat template adds."""
        return bool(self._added) and None not in self._added.values()

    def of(self, body: Mapping[str, Any]) -> int:
        """Prompt tokens of one request."""
        texts = [str(message.get("content") or "") for message in body["messages"]]
        counts = [self._text(text) for text in texts] if self._tokenizer is not None else [None]
        exact = [count for count in counts if count is not None]
        if len(exact) < len(texts):
            self.estimated += 1
            return sum(map(estimate_tokens, texts)) + _TEMPLATE * len(texts) + estimate_tokens(_dump_tools(body))
        self.counted += 1
        added = self._template(body, sum(exact))
        return sum(exact) + (_TEMPLATE * len(texts) + estimate_tokens(_dump_tools(body)) if added is None else added)

    def _text(self, text: str) -> int | None:
        key = hash_text(text)
        if key not in self._known and self._tokenizer is not None:
            count = self._tokenizer.count(text)
            if count is None:  # it is gone: not asked again, ten thousand reports would wait for it
                self._tokenizer = None
                return None
            if len(self._known) >= _REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[key] = count
        else:
            self._known[key] = self._known.pop(key)  # the last to be forgotten
        return self._known[key]

    def _template(self, body: Mapping[str, Any], bare: int) -> int | None:
        """Tokens beside those of the texts."""
        key = " ".join(str(message["role"]) for message in body["messages"]) + _dump_tools(body)
        if key not in self._added and self._tokenizer is not None:
            whole = self._tokenizer.count_request(body)
            self._added[key] = None if whole is None else whole - bare
        return self._added[key]


def _dump_tools(body: Mapping[str, Any]) -> str:
    return to_ordered_json(body["tools"]) if body.get("tools") else ""
