"""The only module that knows instructor and openai: modes that instructor words and reads, and the call that leaves.

It is imported where the first live call leaves or a mode needs instructor, and not before: the two take more than a
second to import.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from json import JSONDecodeError
from typing import Any, cast, get_args

import httpx2
import instructor
import openai
from instructor.core.exceptions import ResponseParsingError
from instructor.v2 import Provider, mode_registry
from openai.types.chat import ChatCompletion
from pydantic import BaseModel

from huimou.llm.answer_format import AnswerUnreadable
from huimou.llm.answerers.refusals import refuses_seed
from huimou.llm.answerers.wire import WireAnswer, WireRequest
from huimou.llm.inline_schema import inline_model
from huimou.llm.network.transport import name_fault, open_http
from huimou.llm.question import T
from huimou.llm.reask import build_reask_text
from huimou.settings import Endpoint, Mode

_MODES = {name: instructor.Mode[name.upper()] for name in get_args(Mode)}
_HEADERS = frozenset({"host", "content-type", "content-length", "accept", "accept-encoding", "connection"})


class InstructorFormat:
    """The handlers that instructor has for a mode.

    Instructor's own loop around them walks the model's fields five times a call: 1 ms of CPU.
    """

    def __init__(self, mode: Mode) -> None:
        self._handlers = mode_registry.get_handlers(Provider.OPENAI, _MODES[mode])

    def bind(self, body: Mapping[str, Any], schema: type[BaseModel]) -> dict[str, Any]:
        """The body with what instructor adds to it."""
        _, bound = self._handlers.request_handler(response_model=_prepare_model(schema), kwargs=dict(body))
        return dict(bound)

    def read(self, completion: Mapping[str, Any], schema: type[T]) -> T:
        """The value that instructor finds in a completion."""
        try:
            value = self._handlers.response_parser(
                response=_build_completion(completion),
                response_model=_prepare_model(schema),
                validation_context=None,
                strict=False,
                stream=False,
                is_async=False,
            )
        except (ResponseParsingError, JSONDecodeError) as error:
            raise AnswerUnreadable(str(error)) from error
        return schema.model_validate(cast("T", value).model_dump(by_alias=True, round_trip=True))

    def ask_again(self, body: Mapping[str, Any], completion: Mapping[str, Any], error: Exception) -> dict[str, Any]:
        """What instructor sends after an answer that does not fit, with the reasons in our words."""
        own = {**body, "messages": list(body["messages"])}  # instructor appends to what it is given
        answer = _build_completion(completion)
        again = dict(self._handlers.reask_handler(kwargs=own, response=answer, exception=error))
        again["messages"][-1]["content"] = build_reask_text(error)
        return again


class LiveAnswerer:
    """Lowest layer: one server over the network, asked through the openai client.

    Args:
        endpoint: of this server alone.
        extra: sent besides each body, and no part of what a recording or the store is compared with.

    """

    def __init__(self, endpoint: Endpoint, extra: Mapping[str, Any]) -> None:
        self._endpoint = endpoint
        self._extra = extra
        self._takes_seed = True
        self._http = open_http(
            endpoint.timeout,
            endpoint.api_key,
            sends_key=False,  # openai does
            idle=endpoint.concurrency,
            on_request=self._strip_headers,
        )
        self._server = openai.OpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key or "none",  # without one the library would take OPENAI_API_KEY
            max_retries=0,
            http_client=self._http,
            timeout=self._http.timeout,
        )

    def answer(self, request: WireRequest) -> WireAnswer:
        """Send the request once; the answer is read whole and timed.

        A server that knows no seed gets it without, and all that follow: what a request is compared by keeps it.
        """
        body = {**request.body, **self._extra}
        if not self._takes_seed:
            body.pop("seed", None)
        answer = self._send(body)
        if "seed" in body and refuses_seed(answer):
            self._takes_seed = False
            again = self.answer(request)
            return replace(again, calls=again.calls + answer.calls, seconds=again.seconds + answer.seconds)
        return answer

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send(self, body: Mapping[str, Any]) -> WireAnswer:
        begun = time.monotonic()
        fault = ""
        try:
            response = self._post(body)
        except httpx2.RequestError as error:
            fault = name_fault(error)
        seconds = round(time.monotonic() - begun, 3)
        if fault:
            return WireAnswer(None, seconds=seconds, fault=fault, server=self._endpoint.base_url)
        return WireAnswer(
            response.status_code,
            response.content,
            seconds=seconds,
            retry_after=response.headers.get("retry-after"),
            server=self._endpoint.base_url,
        )

    def _post(self, body: Mapping[str, Any]) -> httpx2.Response:
        """The response of any status.

        `chat.completions.create` would walk through the whole schema by its annotations each time: 2.4 ms of CPU a call
        on the seeds' requests, 0.95 ms this way, and the same bytes are sent.

        Raises:
            httpx2.RequestError: there is none.

        """
        try:
            return self._server.post("/chat/completions", body=body, cast_to=httpx2.Response)
        except openai.APIStatusError as error:
            return error.response
        except openai.APIConnectionError as error:
            if error.__cause__ is None:
                raise
            raise error.__cause__ from None

    def _strip_headers(self, request: httpx2.Request) -> None:
        """What the library tells of itself, and a key that is none, stays here."""
        kept = _HEADERS | ({"authorization"} if self._endpoint.api_key else set())
        request.headers = httpx2.Headers([(name, value) for name, value in request.headers.items() if name in kept])


def _build_completion(completion: Mapping[str, Any]) -> ChatCompletion:
    return ChatCompletion.model_construct(**completion)


@cache
def _prepare_model(schema: type[T]) -> type[T]:
    """What instructor makes of a model, made once and not at each call."""
    return cast("type[T]", instructor.openai_schema(inline_model(schema)))
