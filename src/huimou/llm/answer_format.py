"""How a mode binds an answer to its schema: what it adds to a request, how the answer is read, how one asks again.

The modes are instructor's (`asking`), which reads whatever a server answers. What the usual one, `json_schema`, adds to
a request and how it is read stands here as well, the same to the letter and tested beside instructor, so that replay,
resuming, counting and exporting need not load instructor and openai, which takes more than a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from pydantic import BaseModel, ValidationError

from huimou.llm.inline_schema import inline_schema
from huimou.llm.question import T
from huimou.llm.reask import build_reask_text

_ROLES = ("role", "content", "tool_calls")


class AnswerUnreadable(ValueError):
    """An answer holds nothing that could be compared with its schema."""


MISFITS = (ValidationError, AnswerUnreadable)


class AnswerFormat(Protocol):
    """What a mode does with a question; bodies are never changed, completions are cleaned ones with one choice."""

    def bind(self, body: Mapping[str, Any], schema: type[BaseModel]) -> dict[str, Any]:
        """The body with what binds the answer to the schema."""

    def read(self, completion: Mapping[str, Any], schema: type[T]) -> T:
        """The value that a completion holds.

        Raises:
            ValidationError, AnswerUnreadable: it does not fit the schema.

        """

    def ask_again(self, body: Mapping[str, Any], completion: Mapping[str, Any], error: Exception) -> dict[str, Any]:
        """The body of the question that follows a completion that does not fit, with the reasons in our words."""


class JsonSchemaFormat:
    """The server is sent the schema and writes what fits it."""

    def bind(self, body: Mapping[str, Any], schema: type[BaseModel]) -> dict[str, Any]:
        """The body with the schema as its response format."""
        return {**body, "response_format": _build_response_format(schema)}

    def read(self, completion: Mapping[str, Any], schema: type[T]) -> T:
        """The value that the content is."""
        return schema.model_validate_json(completion["choices"][0]["message"]["content"], strict=False)

    def ask_again(self, body: Mapping[str, Any], completion: Mapping[str, Any], error: Exception) -> dict[str, Any]:
        """The body with the answer and what is wrong with it."""
        message = completion["choices"][0]["message"]
        answer = {name: message[name] for name in _ROLES if name in message}
        return {**body, "messages": [*body["messages"], answer, {"role": "user", "content": build_reask_text(error)}]}


def build_response_format(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The response format that binds an answer to a schema of this name."""
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}


@cache
def _build_response_format(schema: type[BaseModel]) -> dict[str, Any]:
    return build_response_format(schema.__name__, inline_schema(schema.model_json_schema()))
