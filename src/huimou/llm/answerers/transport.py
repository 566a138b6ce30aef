"""Layers between the OpenAI client and the network.

From the top:

CleanTransport    what the client sees: private header off, server errors in our words, thinking and fences removed
(TapTransport)    tells a listener what went over the wire
(ReplayTransport) answers from recordings, in `replay`
(LedgerTransport) answers that were already paid for, in `ledger`
(TurnTransport)   waits for its turn where two sides are compared, in `turns`
RetryTransport    the only owner of transport faults
(RecordTransport) raw answers into files, in `replay`
DispatchTransport waits for a server with room and sends to it, in `spread`
LiveTransport     the network; reads answers whole and times them
(CollectTransport) in place of all below the ledger: notes requests for a batch file, in `collect`

Clean sits above the stores, so that what is stored is what the server said.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx2
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    wait_random_exponential,
)

from huimou.errors import AnswerInvalid, EndpointError
from huimou.llm.question import SLOT_HEADER, Ticket
from huimou.llm.refusals import may_pass, refusal, retry_after_seconds, unreachable
from huimou.model.cost_category import Stage
from huimou.model.report import Usage
from huimou.settings import Endpoint

_EXCHANGE = "huimou"
_KEPT_HEADERS = frozenset({"host", "content-type", "content-length", "accept", "accept-encoding", "connection"})
_FAULTS = (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError)
# A straight string; an opening quote after JSON's punctuation; a closing one before it.
_CURLY = re.compile(r'"(?:[^"\\]|\\.)*"|([{\[,:]\s*)[“”]|[“”](?=\s*[:,}\]])')
_FIRST_CONTACT = 5.0
_OTHER: Stage = "other"


@dataclass(slots=True)
class Exchange:
    """What one request went through; the layers it passes fill it in. Seconds count answered calls only.

    `recorded` is how many responses its recording has, where it is answered from one; `kept` says that the answer was
    paid for before. `server` is the base URL that it was last sent to, `failed` those that it need not be sent to again
    at once, `waited` the seconds it waited for one.
    """

    ticket: Ticket | None
    body: dict[str, Any]
    calls: int = 0
    seconds: float = 0.0
    responses: list[tuple[Mapping[str, Any], Usage]] = field(default_factory=list)
    recorded: int | None = None
    kept: bool = False
    server: str = ""
    failed: set[str] = field(default_factory=set)
    waited: float = 0.0


def exchange_of(request: httpx2.Request) -> Exchange:
    """The exchange that `CleanTransport` opened for the request."""
    exchange: Exchange = request.extensions[_EXCHANGE]
    return exchange


def plain_response(status: int, content: bytes, seconds: float, retry_after: str | None = None) -> httpx2.Response:
    """A whole response with only what the layers above need; `seconds` that the call took."""
    headers = {"content-type": "application/json"} | ({"retry-after": retry_after} if retry_after else {})
    return httpx2.Response(status, headers=headers, content=content, extensions={"seconds": round(seconds, 3)})


class LiveTransport(httpx2.BaseTransport):
    """The network: reads each answer whole and times it."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request once."""
        started = time.monotonic()
        response = self._inner.handle_request(request)
        try:
            content = response.read()
        finally:
            response.close()
        seconds = time.monotonic() - started
        return plain_response(response.status_code, content, seconds, response.headers.get("retry-after"))

    def close(self) -> None:
        """Close the connections."""
        self._inner.close()


class RetryTransport(httpx2.BaseTransport):
    """Repeats what may pass: connection faults, timeouts, 408, 425, 429 and 5xx, within `budget` seconds a request.

    It waits as long as Retry-After says, else with full jitter; not at all if the layer below `holds` a request that
    some servers have failed. A server that has never answered gets only a few seconds, since its address is probably
    wrong.
    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        budget: float,
        sleep: Callable[[float], None] = time.sleep,
        holds: Callable[[set[str]], bool] = lambda _: False,
    ) -> None:
        self._inner = inner
        self._budget = budget
        self._sleep = sleep
        self._holds = holds
        self._reached = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send until an answer stands or the budget is spent; then the last answer or fault is handed up."""
        retrying = Retrying(
            retry=retry_if_exception_type(_FAULTS) | retry_if_result(may_pass),
            wait=self._wait,
            stop=self._stop,
            sleep=self._sleep,
            retry_error_callback=_last_outcome,
        )
        response: httpx2.Response = retrying(self._once, request)
        return response

    def close(self) -> None:
        """Close the layer below."""
        self._inner.close()

    def _once(self, request: httpx2.Request) -> httpx2.Response:
        exchange = exchange_of(request)
        exchange.calls += 1
        response = self._inner.handle_request(request)
        self._reached = True
        exchange.seconds += response.extensions["seconds"]
        return response

    def _wait(self, state: RetryCallState) -> float:
        return 0.0 if self._holds(exchange_of(state.args[0]).failed) else _wait(state)

    def _stop(self, state: RetryCallState) -> bool:
        exchange = exchange_of(state.args[0])
        if exchange.recorded is not None:  # the recorded run gave up where its recording ends
            return exchange.calls >= exchange.recorded
        refused = state.outcome is not None and isinstance(state.outcome.exception(), httpx2.ConnectError)
        limit = min(_FIRST_CONTACT, self._budget) if refused and not self._reached else self._budget
        spent = (state.seconds_since_start or 0.0) - exchange.waited
        return spent + state.upcoming_sleep >= limit


_jitter = wait_random_exponential(multiplier=0.5, max=20)


def _wait(state: RetryCallState) -> float:
    asked = None
    if state.outcome is not None and not state.outcome.failed:
        asked = retry_after_seconds(state.outcome.result().headers.get("retry-after"), datetime.now(UTC))
    return _jitter(state) if asked is None else asked


def _last_outcome(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome is not None else None


class CleanTransport(httpx2.BaseTransport):
    """Topmost layer: makes every server look alike to the client, and every failure one of huimou's errors.

    Args:
        inner: the layer below.
        endpoint: for the mode and for error messages.
        tally: told of every exchange, failed ones too: slot path, usage, whether it was paid for now, stage.
        guard: told messages and counted prompt tokens; raises if the prompt was cut.

    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        endpoint: Endpoint,
        tally: Callable[[str, Usage, bool, Stage], None],
        guard: Callable[[Iterable[Mapping[str, Any]], int], None],
    ) -> None:
        self._inner = inner
        self._endpoint = endpoint
        self._tally = tally
        self._guard = guard

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send and clean; raises HuimouError for everything but a usable answer."""
        exchange = self._open(request)
        usage = Usage()
        try:
            response = self._inner.handle_request(request)
            body = self._body(response, _asked(self._endpoint, exchange))
            usage = usage_of(body)
        except httpx2.TransportError as error:
            raise unreachable(error, _asked(self._endpoint, exchange)) from error
        finally:
            path, stage = (exchange.ticket.path, exchange.ticket.stage) if exchange.ticket else ("", _OTHER)
            spent = usage + Usage(calls=exchange.calls, seconds=round(exchange.seconds, 3))
            self._tally(path, spent, not exchange.kept, stage)
        self._guard(exchange.body.get("messages", []), usage.prompt_tokens)
        cleaned = json.dumps(clean_body(body, strict=self._endpoint.mode == "md_json"), ensure_ascii=False)
        return httpx2.Response(200, headers={"content-type": "application/json"}, content=cleaned.encode())

    def close(self) -> None:
        """Close the layer below."""
        self._inner.close()

    def _open(self, request: httpx2.Request) -> Exchange:
        header = request.headers.get(SLOT_HEADER)
        kept = _KEPT_HEADERS | ({"authorization"} if self._endpoint.api_key else set())
        request.headers = httpx2.Headers([(name, value) for name, value in request.headers.items() if name in kept])
        exchange = Exchange(Ticket.from_header(header) if header else None, json.loads(request.read()))
        request.extensions = {**request.extensions, _EXCHANGE: exchange}
        return exchange

    def _body(self, response: httpx2.Response, endpoint: Endpoint) -> dict[str, Any]:
        if response.status_code != httpx2.codes.OK:
            raise refusal(response, endpoint)
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("choices"), list):
            raise EndpointError(
                f"{endpoint.base_url} answered with something that is not a chat completion",
                "check --base-url: it usually ends in /v1",
            )
        return body


def _asked(endpoint: Endpoint, exchange: Exchange) -> Endpoint:
    """The endpoint as the server that was asked, which is the one an error is about."""
    return replace(endpoint, base_url=exchange.server) if exchange.server else endpoint


def usage_of(body: Mapping[str, Any]) -> Usage:
    """Token counts of a chat completion; 0 where the server gives none."""
    usage = body.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    details = usage.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Usage(
        prompt_tokens=usage.get("prompt_tokens") or 0,
        cached_tokens=cached or 0,
        completion_tokens=usage.get("completion_tokens") or 0,
    )


def clean_body(body: Mapping[str, Any], *, strict: bool) -> dict[str, Any]:
    """The completion as the client may see it: its first choice, since whatever else it has is read below.

    `strict` empties content that is not one JSON object: instructor's MD_JSON would search it and could find another.

    Raises:
        AnswerInvalid: more than one tool call, of which instructor would drop all but the first in silence.

    """
    return {"choices": [_clean_choice(choice, strict=strict) for choice in body["choices"][:1] or [{}]]}


def _clean_choice(given: Any, *, strict: bool) -> dict[str, Any]:
    choice = _fields(given)
    message = _fields(choice.get("message"))
    content = clean_content(_text(message.get("content")))
    if not content.strip() and not message.get("tool_calls"):
        thought = _text(message.get("reasoning_content")) or _text(message.get("reasoning"))
        content = only_object(clean_content(thought)) or ""
    if strict and only_object(content) is None:
        content = ""
    cleaned: dict[str, Any] = {"role": "assistant", "content": content}
    made = message.get("tool_calls")
    calls = [call for call in made if _fields(_fields(call).get("function"))] if isinstance(made, list) else []
    if len(calls) > 1:
        raise AnswerInvalid(f"the model made {len(calls)} tool calls where one was asked for")
    if calls:
        # Servers make up ids at random; a fixed one keeps the re-ask, and so its digest, the same.
        cleaned["tool_calls"] = [{**calls[0], "id": "call_1", "type": "function"}]
    return {"index": 0, "finish_reason": _text(choice.get("finish_reason")) or "stop", "message": cleaned}


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def clean_content(content: str) -> str:
    """Without thinking (all through the last `</think>`) and without what surrounds the only JSON object.

    An object that is whole only when the curly quotes around its keys and values are straight ones is made so.
    """
    if only_object(content) == content.strip():
        return content.strip()
    rest = content.rpartition("</think>")[2]
    return only_object(rest) or only_object(straightened(rest)) or rest.strip()


def straightened(text: str) -> str:
    """With straight quotes where JSON has them and the text has curly ones.

    Only quotes beside JSON's own punctuation change; those inside a string are content, and a straight string is left
    whole. The caller keeps the result only where it is JSON and the text was not.
    """
    return _CURLY.sub(lambda found: found[0] if found[0][0] == '"' else f'{found[1] or ""}"', text)


def only_object(text: str) -> str | None:
    """The JSON object in the text if there is exactly one and it is whole; never one from inside a broken one."""
    start = text.find("{")
    if start < 0:
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return None if "{" in text[end:] else text[start:end]
