"""A server's answer as the questions may see it: errors in our words, thinking and fences removed.

This stands above the store and the recordings, so that what is kept is what the server said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from huimou.errors import AnswerInvalid, EndpointError, ReplayMiss
from huimou.llm.answerers.refusals import explain_fault, explain_refusal
from huimou.llm.answerers.wire import OK, Answerer, Origin, WireAnswer, WireRequest
from huimou.llm.network.json_object import is_text, read_object
from huimou.model.cost_category import Stage
from huimou.model.report import Usage
from huimou.settings import Endpoint

# A straight string; an opening quote after JSON's punctuation; a closing one before it.
_CURLY = re.compile(r'"(?:[^"\\]|\\.)*"|([{\[,:]\s*)[“”]|[“”](?=\s*[:,}\]])')
_LONGEST_STRAIGHTENED = 16_000  # characters; the pattern's time grows with their square
_REASONING = ("reasoning_content", "reasoning")
_MOST_TOKENS = 10**9  # that a count can be of
_LONGEST_TOKEN = 64  # characters; servers that obey `max_tokens` stay far below
_LEAST_BOUND = 100_000  # characters that are read of any answer, for servers that do not obey it


class CompletionReader:
    """Topmost layer: makes every server look alike to the client, and every failure one of huimou's errors.

    Args:
        inner: the layer below.
        endpoint: for the mode and for error messages.
        tally: told of every request, failed ones too: slot path, usage, whether it was paid for now, stage.
        guard: told messages and counted prompt tokens; raises if the prompt was cut.

    """

    def __init__(
        self,
        inner: Answerer,
        endpoint: Endpoint,
        tally: Callable[[str, Usage, bool, Stage], None],
        guard: Callable[[Iterable[Mapping[str, Any]], int], None],
    ) -> None:
        self._inner = inner
        self._endpoint = endpoint
        self._tally = tally
        self._guard = guard

    def complete(self, request: WireRequest) -> tuple[dict[str, Any], Origin]:
        """The cleaned completion for a request, and who answered.

        Raises:
            HuimouError: there is none that can be used.

        """
        answer, usage = WireAnswer(None, calls=0), Usage()
        try:
            answer = self._inner.answer(request)
            body = self._read(answer, request)
            usage = read_usage(body)
        finally:
            spent = usage + Usage(calls=answer.calls, seconds=round(answer.seconds, 3))
            self._tally(request.ticket.path, spent, answer.origin != "store", request.ticket.stage)
        self._guard(request.body.get("messages", []), usage.prompt_tokens)
        return clean_body(body, strict=self._endpoint.mode == "md_json"), answer.origin

    def _read(self, answer: WireAnswer, request: WireRequest) -> dict[str, Any]:
        if answer.error is not None:
            raise answer.error
        if answer.status is None:
            raise explain_fault(answer.fault, self._asked(answer))
        if answer.status != OK:
            raise explain_refusal(answer, self._asked(answer))
        body = read_completion(answer.body)
        if body is not None:
            return _check_length(body, request)
        if is_broken_completion(answer.body):
            raise AnswerInvalid(f"{request.ticket.path}: the answer is a broken chat completion")
        if answer.origin == "recording":
            raise ReplayMiss(f"the recording {request.ticket.file} holds no chat completion", "record it anew")
        raise explain_no_completion(self._asked(answer))

    def _asked(self, answer: WireAnswer) -> Endpoint:
        """The endpoint as the server that was asked, which is the one an error is about."""
        return replace(self._endpoint, base_url=answer.server) if answer.server else self._endpoint


def _check_length(body: dict[str, Any], request: WireRequest) -> dict[str, Any]:
    """The completion.

    Raises:
        AnswerInvalid: it is longer than the tokens that were allowed can be; nobody reads it, nor sends it back.

    """
    longest = max(map(len, _list_texts(body["choices"][0]["message"])), default=0)
    if longest > max(_LEAST_BOUND, _LONGEST_TOKEN * request.body.get("max_tokens", 0)):
        raise AnswerInvalid(f"{request.ticket.path}: the answer is too long ({longest} characters)")
    return body


def explain_no_completion(endpoint: Endpoint) -> EndpointError:
    """Error for an answer of status 200 that is some other thing."""
    return EndpointError(
        f"{endpoint.base_url} answered with something that is not a chat completion",
        "check --base-url: it usually ends in /v1",
    )


def read_completion(data: bytes) -> dict[str, Any] | None:
    """The chat completion in a body; None if it is something else, or one whose first choice cannot be used or kept."""
    body = read_object(data)
    choices = (body or {}).get("choices")
    if not (isinstance(choices, list) and choices and isinstance(choices[0], dict)):
        return None
    message = choices[0].get("message")
    return body if isinstance(message, dict) and all(map(is_text, _list_texts(message))) else None


def is_broken_completion(data: bytes) -> bool:
    """Whether a body is a chat completion that went wrong, and not the page of some other server."""
    body = read_object(data)
    if body is None:
        return data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return "choices" in body or str(body.get("object")).startswith("chat.completion")


def _list_texts(message: Mapping[str, Any]) -> list[str]:
    """What a model wrote, as far as anything is made of it."""
    found = [message.get("content"), *(message.get(name) for name in _REASONING)]
    for call in list_calls(message):
        function = call["function"]
        found += [function.get("name"), function.get("arguments")]
    return [text for text in found if isinstance(text, str)]


def list_calls(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tool calls of a message that name a function."""
    made = message.get("tool_calls")
    return [call for call in made if _as_object(_as_object(call).get("function"))] if isinstance(made, list) else []


def read_usage(body: Mapping[str, Any]) -> Usage:
    """Token counts of a chat completion; 0 where the server gives none, or what is no count; cached ones None then."""
    usage = _as_object(body.get("usage"))
    cached = _as_object(usage.get("prompt_tokens_details")).get("cached_tokens")
    return Usage(
        prompt_tokens=_as_count(usage.get("prompt_tokens")),
        cached_tokens=_as_count(cached) if isinstance(cached, (int, float)) else None,
        completion_tokens=_as_count(usage.get("completion_tokens")),
    )


def _as_count(value: Any) -> int:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value <= _MOST_TOKENS else 0


def clean_body(body: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """The completion as the client may see it: its first choice, since whatever else it has is read below.

    `strict` empties content that is not one JSON object: instructor's MD_JSON would search it and could find another.

    Raises:
        AnswerInvalid: more than one tool call, of which instructor would drop all but the first in silence.

    """
    return {"choices": [_clean_choice(choice, strict=strict) for choice in body["choices"][:1] or [{}]]}


def _clean_choice(given: Any, *, strict: bool) -> dict[str, Any]:
    choice = _as_object(given)
    message = _as_object(choice.get("message"))
    content = clean_content(_as_text(message.get("content")))
    if not content.strip() and not message.get("tool_calls"):
        thought = next(filter(None, (_as_text(message.get(name)) for name in _REASONING)), "")
        content = find_only_object(clean_content(thought)) or ""
    if strict and find_only_object(content) is None:
        content = ""
    cleaned: dict[str, Any] = {"role": "assistant", "content": content}
    calls = list_calls(message)
    if len(calls) > 1:
        raise AnswerInvalid(f"the model made {len(calls)} tool calls where one was asked for")
    if calls:
        # Servers make up ids at random; a fixed one keeps the re-ask, and so its digest, the same.
        cleaned["tool_calls"] = [{"id": "call_1", "type": "function", "function": clean_function(calls[0]["function"])}]
    return {"index": 0, "finish_reason": _as_text(choice.get("finish_reason")) or "stop", "message": cleaned}


def clean_function(function: Mapping[str, Any]) -> dict[str, Any]:
    """A called function as it should be: arguments are text, also where a server has read them already."""
    given = function.get("arguments")
    arguments = given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)
    return {"name": _as_text(function.get("name")), "arguments": arguments}


def _as_object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def clean_content(content: str) -> str:
    """Without thinking (all through the last `</think>`) and without what surrounds the only JSON object.

    An object that is whole only when the curly quotes around its keys and values are straight ones is made so.
    """
    if find_only_object(content) == content.strip():
        return content.strip()
    rest = content.rpartition("</think>")[2]
    return find_only_object(rest) or find_only_object(straighten_quotes(rest)) or rest.strip()


def straighten_quotes(text: str) -> str:
    """With straight quotes where JSON has them and the text has curly ones.

    Only quotes beside JSON's own punctuation change; those inside a string are content, and a straight string is left
    whole. The caller keeps the result only where it is JSON and the text was not.
    """
    if len(text) > _LONGEST_STRAIGHTENED:
        return text
    return _CURLY.sub(lambda found: found[0] if found[0][0] == '"' else f'{found[1] or ""}"', text)


def find_only_object(text: str) -> str | None:
    """The JSON object in the text if there is exactly one and it is whole; never one from inside a broken one."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return None if "{" in text[end:] else text[start:end]
