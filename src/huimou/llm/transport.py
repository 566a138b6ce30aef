"""Layers between the OpenAI client and the network.

From the top:

CleanTransport    what the client sees: private header off, server errors in our words, thinking and fences removed
(TapTransport)    tells a listener what went over the wire
(ReplayTransport) answers from recordings, in `replay`
(LedgerTransport) answers that were already paid for, in `ledger`
(TurnTransport)   waits for its turn where two sides are compared, in `turns`
RetryTransport    the only owner of transport faults
(RecordTransport) raw answers into files, in `replay`
LiveTransport     the network; reads answers whole and times them
(CollectTransport) in place of all below the ledger: notes requests for a batch file, in `collect`

Clean sits above the stores, so that what is stored is what the server said.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    retry_if_result,
    wait_random_exponential,
)

from huimou.config import Endpoint
from huimou.errors import AnswerInvalid, ContextOverflow, EndpointError, HuimouError
from huimou.llm.question import SLOT_HEADER, Ticket
from huimou.model import Usage

_EXCHANGE = "huimou"
_KEPT_HEADERS = frozenset({"host", "content-type", "content-length", "accept", "accept-encoding", "connection"})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 522, 524, 529})
_FAULTS = (httpx2.NetworkError, httpx2.TimeoutException, httpx2.RemoteProtocolError)
_OVERFLOW = re.compile(
    r"exceed_context_size|context_length_exceeded|maximum context length|exceeds? the (?:available |model'?s? )?context"
    r"|larger than the (?:max )?context|longer than the (?:model'?s )?context|context the overflows"
    r"|greater than the context length|exceeds? (?:maximum )?(?:the )?context (?:length|window|size)"
    r"|prompt is too long|input (?:length|is too long)|max_model_len|max_seq_len",
    re.IGNORECASE,
)
_OVERFLOW_STATUS = frozenset({400, 413, 422, 500})
# A straight string; an opening quote after JSON's punctuation; a closing one before it.
_CURLY = re.compile(r'"(?:[^"\\]|\\.)*"|([{\[,:]\s*)[“”]|[“”](?=\s*[:,}\]])')
_FIRST_CONTACT = 5.0
_EXCERPT = 200


@dataclass(slots=True)
class Exchange:
    """What one request went through; the layers it passes fill it in. Seconds count answered calls only.

    `recorded` is how many responses its recording has, where it is answered from one.
    """

    ticket: Ticket | None
    body: dict[str, Any]
    calls: int = 0
    seconds: float = 0.0
    responses: list[tuple[Mapping[str, Any], Usage]] = field(default_factory=list)
    recorded: int | None = None


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

    It waits as long as Retry-After says, else with full jitter. A server that has never answered gets only a few
    seconds, since its address is probably wrong.
    """

    def __init__(self, inner: httpx2.BaseTransport, budget: float, sleep: Callable[[float], None] = time.sleep) -> None:
        self._inner = inner
        self._budget = budget
        self._sleep = sleep
        self._reached = False

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send until an answer stands or the budget is spent; then the last answer or fault is handed up."""
        retrying = Retrying(
            retry=retry_if_exception_type(_FAULTS) | retry_if_result(_may_pass),
            wait=_wait,
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

    def _stop(self, state: RetryCallState) -> bool:
        exchange = exchange_of(state.args[0])
        if exchange.recorded is not None:  # the recorded run gave up where its recording ends
            return exchange.calls >= exchange.recorded
        refused = state.outcome is not None and isinstance(state.outcome.exception(), httpx2.ConnectError)
        limit = min(_FIRST_CONTACT, self._budget) if refused and not self._reached else self._budget
        return (state.seconds_since_start or 0.0) + state.upcoming_sleep >= limit


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, in either of its forms; None if there is none that can be read."""
    if not value:
        return None
    if re.fullmatch(r"\s*\d+(?:\.\d+)?\s*", value):
        return float(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds())


_jitter = wait_random_exponential(multiplier=0.5, max=20)


def _wait(state: RetryCallState) -> float:
    asked = None
    if state.outcome is not None and not state.outcome.failed:
        asked = retry_after_seconds(state.outcome.result().headers.get("retry-after"), datetime.now(UTC))
    return _jitter(state) if asked is None else asked


def _may_pass(response: httpx2.Response) -> bool:
    return response.status_code in _TRANSIENT and not _overflows(response)


def _last_outcome(state: RetryCallState) -> Any:
    return state.outcome.result() if state.outcome is not None else None


def _overflows(response: httpx2.Response) -> bool:
    return response.status_code in _OVERFLOW_STATUS and _OVERFLOW.search(response.text) is not None


class CleanTransport(httpx2.BaseTransport):
    """Topmost layer: makes every server look alike to the client, and every failure one of huimou's errors.

    Args:
        inner: the layer below.
        endpoint: for the mode and for error messages.
        tally: told the slot path and the usage of every exchange, failed ones too.
        guard: told messages and counted prompt tokens; raises if the prompt was cut.

    """

    def __init__(
        self,
        inner: httpx2.BaseTransport,
        endpoint: Endpoint,
        tally: Callable[[str, Usage], None],
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
            body = self._body(response)
            usage = usage_of(body)
        except httpx2.TransportError as error:
            raise unreachable(error, self._endpoint) from error
        finally:
            path = exchange.ticket.path if exchange.ticket else ""
            self._tally(path, usage + Usage(calls=exchange.calls, seconds=round(exchange.seconds, 3)))
        self._guard(exchange.body.get("messages", []), usage.prompt_tokens)
        cleaned = json.dumps(clean_body(body, strict=self._endpoint.mode == "md_json"), ensure_ascii=False)
        return httpx2.Response(200, headers={"content-type": "application/json"}, content=cleaned.encode())

    def close(self) -> None:
        """Close the layer below."""
        self._inner.close()

    def _open(self, request: httpx2.Request) -> Exchange:
        header = request.headers.get(SLOT_HEADER)
        kept = _KEPT_HEADERS | ({"authorization"} if self._endpoint.api_key else set())
        for name in [name for name in request.headers if name.lower() not in kept]:
            del request.headers[name]
        exchange = Exchange(Ticket.from_header(header) if header else None, json.loads(request.read()))
        request.extensions = {**request.extensions, _EXCHANGE: exchange}
        return exchange

    def _body(self, response: httpx2.Response) -> dict[str, Any]:
        if response.status_code != httpx2.codes.OK:
            raise refusal(response, self._endpoint)
        try:
            body = response.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or not isinstance(body.get("choices"), list):
            raise EndpointError(
                f"{self._endpoint.base_url} answered with something that is not a chat completion",
                "check --base-url: it usually ends in /v1",
            )
        return body


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


def clean_body(body: dict[str, Any], *, strict: bool) -> dict[str, Any]:
    """The completion as the client may see it.

    `strict` empties content that is not one JSON object: instructor's MD_JSON would search it and could find another.

    Raises:
        AnswerInvalid: more than one tool call, of which instructor would drop all but the first in silence.

    """
    return {**body, "choices": [_clean_choice(choice, strict=strict) for choice in body["choices"][:1] or [{}]]}


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


def unreachable(error: httpx2.TransportError, endpoint: Endpoint) -> EndpointError:
    """Error for a call that got no answer."""
    if isinstance(error, httpx2.TimeoutException):
        message = f"the model server at {endpoint.base_url} did not answer within {endpoint.timeout:g} seconds"
        return EndpointError(
            message, "give it longer (timeout), fewer requests at once (concurrency) or a smaller model"
        )
    if isinstance(error, (httpx2.RemoteProtocolError, httpx2.ReadError)):
        hint = "look at the server's own log: it may have run out of memory, or something between cuts long answers"
        return EndpointError(f"{endpoint.base_url} cut the connection in mid-answer", hint)
    message = f"cannot reach the model server at {endpoint.base_url} ({type(error).__name__})"
    return EndpointError(message, "start it, or give the address of another with --base-url or HUIMOU_BASE_URL")


def refusal(response: httpx2.Response, endpoint: Endpoint) -> HuimouError:
    """Error for an answer with another status than 200."""
    if _overflows(response):
        return ContextOverflow(f"the request does not fit the context of {endpoint.model}", "ask about fewer sentences")
    status = response.status_code
    said = _excerpt(response, endpoint)
    if status in {401, 403}:
        return EndpointError(f"{endpoint.base_url} refuses the key (status {status})", "set HUIMOU_API_KEY")
    if status == httpx2.codes.NOT_FOUND:
        hint = "check --model, and that --base-url ends as the server documents, usually in /v1"
        return EndpointError(
            f"{endpoint.base_url} does not know model {endpoint.model!r} or the address ({said})", hint
        )
    asked = retry_after_seconds(response.headers.get("retry-after"), datetime.now(UTC))
    if status in _TRANSIENT and asked:
        message = f"{endpoint.base_url} answers with status {status} and asks to wait {asked:.0f} seconds ({said})"
        return EndpointError(message, "run again after that time, or use a server without such a limit")
    if status in _TRANSIENT:
        hint = "wait until it has loaded its model, or lower the concurrency; then run again, nothing is lost"
        return EndpointError(f"{endpoint.base_url} keeps answering with status {status} ({said})", hint)
    hint = "if it does not know response formats, try --mode md_json"
    return EndpointError(f"{endpoint.base_url} refuses the request with status {status} ({said})", hint)


def _excerpt(response: httpx2.Response, endpoint: Endpoint) -> str:
    try:
        error = response.json().get("error")
        text = str(error.get("message") if isinstance(error, dict) else error)
    except (ValueError, AttributeError):
        text = "" if "<html" in response.text.lower() else response.text
    shown = " ".join(text.split())[:_EXCERPT]
    return (shown.replace(endpoint.api_key, "***") if endpoint.api_key else shown) or "no reason given"
