"""Raw chat completions, counted and within a budget: the probe must see what the server really sends.

The bodies are those that instructor 1.17 sends in each mode, so what the probe finds holds for the questions to come.
"""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

import httpx2
from tenacity import RetryCallState, Retrying, retry_if_exception_type, retry_if_result, wait_random_exponential

from huimou.errors import EndpointError, HuimouError
from huimou.llm.answer_format import build_response_format
from huimou.llm.answerers.completion import explain_no_completion
from huimou.llm.answerers.refusals import TIMEOUTS, choose_wait, explain_fault, explain_refusal, refuses_seed
from huimou.llm.answerers.wire import OK, WireAnswer
from huimou.llm.network.json_object import read_object
from huimou.llm.network.transport import limit_call, name_fault, open_http
from huimou.settings import Endpoint, Mode

SEED = 7
_NAME = "Chosen"
_BUSY = frozenset({429, 503})
_CUT = (httpx2.RemoteProtocolError, httpx2.ReadError)
_MOST_CUTS = 2
_SHOWN = 120
_SCHEMA_WORDS = (
    "\n\n\n            As a genius expert, your task is to understand the content and provide\n"
    "            the parsed objects in json that match the following json_schema:\n\n\n            {schema}\n\n"
    "            Make sure to return an instance of the JSON, not the schema itself\n"
)
_BLOCK_WORDS = "\n\nReturn the correct JSON response within a ```json codeblock. not the JSON_SCHEMA"

Messages = Sequence[tuple[str, str]]


class BudgetSpent(EndpointError):
    """The probe has made all the calls that it may make."""

    retryable = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `status` 0 where nothing did; `error` unless it is a chat completion; seconds of wall time."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    seconds: float = 0.0
    error: HuimouError | None = None

    @property
    def is_late(self) -> bool:
        """Whether no answer came in time."""
        return self.status == 0 and self.text in TIMEOUTS

    @property
    def choice(self) -> Mapping[str, Any]:
        """The first choice; empty if there is none."""
        choices = self.body.get("choices")
        first = choices[0] if isinstance(choices, list) and choices else None
        return first if isinstance(first, dict) else {}

    @property
    def message(self) -> Mapping[str, Any]:
        """Its message."""
        found = self.choice.get("message")
        return found if isinstance(found, dict) else {}

    @property
    def content(self) -> str:
        """The message's content as sent."""
        return str(self.message.get("content") or "")

    @property
    def finish(self) -> str:
        """Why the answer ended."""
        return str(self.choice.get("finish_reason") or "")

    def count(self, name: str) -> int | None:
        """A token count of `usage`; None where it is not given."""
        usage = self.body.get("usage")
        value = usage.get(name) if isinstance(usage, dict) else None
        return value if isinstance(value, int) and value > 0 else None

    def timing(self, name: str) -> float | None:
        """A number of llama.cpp's `timings`; None where it is not given."""
        timings = self.body.get("timings")
        value = timings.get(name) if isinstance(timings, dict) else None
        return float(value) if isinstance(value, (int, float)) and value > 0 else None

    @property
    def words(self) -> str:
        """The server's own words for a refusal, in one short line."""
        error = self.body.get("error", self.body.get("message"))
        said = error.get("message") if isinstance(error, dict) else error
        return " ".join(str(said or self.text).split())[:_SHOWN]


class ProbeSession:
    """Sends chat completions to one server; threads may send at once.

    Args:
        endpoint: with its model.
        budget: chat completions that may be made in all.
        patience: seconds to wait in all for one answer while the server says 503 (loading) or 429.
        sleep: waits so many seconds.

    """

    def __init__(
        self, endpoint: Endpoint, *, budget: int, patience: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.endpoint = endpoint
        self.extra: Mapping[str, Any] = dict(endpoint.extra)
        self.calls = 0
        self.takes_seed = True
        self._budget = budget
        self._patience = patience
        self._sleep = sleep
        self._lock = threading.Lock()
        self.http = open_http(endpoint.timeout, endpoint.api_key)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    @property
    def left(self) -> int:
        """Calls that may still be made."""
        return self._budget - self.calls

    def await_models(self) -> None:
        """Wait until the server has loaded its model, as far as `/models` tells and patience reaches.

        Raises:
            EndpointError: nobody answers, the key is refused, or it is still busy when patience ends.

        """
        reply = self._read(lambda: self.http.get(f"{self.endpoint.base_url}/models"))
        if reply.error and reply.status in {0, 401, 403, *_BUSY}:
            raise reply.error

    def ask(
        self,
        messages: Messages,
        max_tokens: int,
        mode: Mode | None = None,
        schema: Any = None,
        *,
        timeout: float | None = None,
    ) -> Reply:
        """One chat completion, in a mode with a schema or free; where the server knows no seed, another without.

        Args:
            messages: (role, content) of each.
            max_tokens: of the answer.
            mode: None for a free answer.
            schema: of the answer, in a mode.
            timeout: seconds to wait for the answer, if that is less than the endpoint's.

        Raises:
            BudgetSpent: it would be one call too many.

        """
        with self._lock:
            if self.left < 1:
                raise BudgetSpent(f"the probe has made its {self._budget} calls")
            self.calls += 1
        body = {"model": self.endpoint.model, "max_tokens": max_tokens, "temperature": 0, "seed": SEED}
        sent = {**body, **shape_body(messages, mode, schema), **self.extra}
        if not self.takes_seed:
            sent.pop("seed")
        url = f"{self.endpoint.base_url}/chat/completions"
        bounds = limit_call(min(self.endpoint.timeout, math.inf if timeout is None else timeout))
        reply = self._read(lambda: self.http.post(url, json=sent, timeout=bounds))
        if "seed" in sent and refuses_seed(WireAnswer(reply.status, reply.text.encode())):
            self.takes_seed = False
            return self.ask(messages, max_tokens, mode, schema, timeout=timeout)
        return reply

    def _read(self, send: Callable[[], httpx2.Response]) -> Reply:
        """The reply, after waiting for a server that is busy and trying a cut connection once more."""
        timed: list[float] = []

        def once() -> httpx2.Response:
            begun = time.monotonic()
            response = send()
            timed.append(time.monotonic() - begun)
            return response

        retrying = Retrying(
            retry=retry_if_exception_type(_CUT) | retry_if_result(lambda response: response.status_code in _BUSY),
            wait=_choose_wait,
            stop=self._stop,
            sleep=self._sleep,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        try:
            response: httpx2.Response = retrying(once)
        except httpx2.TransportError as error:
            return Reply(0, text=name_fault(error), error=explain_fault(name_fault(error), self.endpoint))
        return _build_reply(response, timed[-1], self.endpoint)

    def _stop(self, state: RetryCallState) -> bool:
        if state.outcome is not None and state.outcome.failed and state.attempt_number >= _MOST_CUTS:
            return True
        return (state.seconds_since_start or 0.0) + state.upcoming_sleep >= self._patience


_jitter = wait_random_exponential(multiplier=0.5, max=5)


def _choose_wait(state: RetryCallState) -> float:
    asked: str | None = None
    if state.outcome is not None and not state.outcome.failed:
        asked = state.outcome.result().headers.get("retry-after")
    return choose_wait(asked, _jitter(state), datetime.now(UTC))


def _build_reply(response: httpx2.Response, seconds: float, endpoint: Endpoint) -> Reply:
    fields = read_object(response.content) or {}
    error: HuimouError | None = None
    if response.status_code != OK:
        after = response.headers.get("retry-after")
        error = explain_refusal(WireAnswer(response.status_code, response.content, retry_after=after), endpoint)
    elif not isinstance(fields.get("choices"), list):
        error = explain_no_completion(endpoint)
    return Reply(response.status_code, fields, response.text[:2000], seconds, error)


def shape_body(messages: Messages, mode: Mode | None, schema: Any) -> dict[str, Any]:
    """Messages and what binds the answer, as instructor 1.17 sends them in a mode.

    Args:
        messages: (role, content), beginning with the system's and ending with the user's.
        mode: None for a free answer.
        schema: JSON schema of an object with a title; unused in a free answer.

    """
    sent = [{"role": role, "content": content} for role, content in messages]
    if mode in {"json", "md_json"}:
        written = json.dumps(schema, indent=2, ensure_ascii=False)
        sent[0]["content"] += _SCHEMA_WORDS.format(schema=written)
    if mode == "md_json":
        sent[-1]["content"] += _BLOCK_WORDS
    return {"messages": sent, **_build_binding(mode, schema)}


def _build_binding(mode: Mode | None, schema: Any) -> dict[str, Any]:
    if mode == "json_schema":
        return {"response_format": build_response_format(schema.get("title", _NAME), schema)}
    if mode == "json":
        return {"response_format": {"type": "json_object"}}
    if mode == "tools":
        name = schema.get("title", _NAME)
        told = (
            schema.get("description")
            or f"Correctly extracted `{name}` with all the required parameters with correct types"
        )
        parameters = {key: value for key, value in schema.items() if key not in {"title", "description"}}
        function = {"name": name, "description": told, "parameters": parameters}
        return {
            "tools": [{"type": "function", "function": function}],
            "tool_choice": {"type": "function", "function": {"name": name}},
        }
    return {}
