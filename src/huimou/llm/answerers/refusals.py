"""What a server's refusal or silence means: whether it may pass, and the error that says what to do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from huimou.errors import ContextOverflow, EndpointError, HuimouError
from huimou.llm.answerers.wire import WireAnswer
from huimou.llm.network.faults import TLS_FAILED, explain_by_name
from huimou.llm.network.key_mask import KeyMask
from huimou.settings import Endpoint

# Faults by the names that httpx gives them: recordings hold these names, and nothing here needs the library.
TIMEOUTS = frozenset({"ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"})
UNREACHED = frozenset({"ConnectError", "ConnectTimeout"})
_CUTS = frozenset({"RemoteProtocolError", "ReadError"})
_PASSING_FAULTS = TIMEOUTS | UNREACHED | _CUTS | {"WriteError", "CloseError", TLS_FAILED}
RETRY_BUDGET = 60.0  # seconds of calls and pauses that one request may take
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 522, 524, 529})
_OVERFLOW = re.compile(
    r"exceed_context_size|context_length_exceeded|maximum context length|exceeds? the (?:available |model'?s? )?context"
    r"|larger than the (?:max )?context|longer than the (?:model'?s )?context|context the overflows"
    r"|greater than the context length|exceeds? (?:maximum )?(?:the )?context (?:length|window|size)"
    r"|prompt is too long|input (?:length|is too long)|max_model_len|max_seq_len",
    re.IGNORECASE,
)
_OVERFLOW_STATUS = frozenset({400, 413, 422, 500})
_SEED = re.compile(r"\bseed\b", re.IGNORECASE)
_REFUSED_FIELD = frozenset({400, 422})
_EXCERPT = 200


def read_retry_after(value: str | None, now: datetime) -> float | None:
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


def may_pass(answer: WireAnswer) -> bool:
    """Whether the same request may be answered later."""
    if answer.status is None:
        return answer.fault in _PASSING_FAULTS
    return answer.status in _TRANSIENT and not _overflows(answer)


def refuses_seed(answer: WireAnswer) -> bool:
    """Whether a server refuses the request because it knows no `seed`."""
    return answer.status in _REFUSED_FIELD and _SEED.search(answer.text) is not None


def _overflows(answer: WireAnswer) -> bool:
    return answer.status in _OVERFLOW_STATUS and _OVERFLOW.search(answer.text) is not None


def explain_fault(fault: str, endpoint: Endpoint) -> HuimouError:
    """Error for a call that got no answer, by the name of the network's fault."""
    named = explain_by_name(fault, endpoint.base_url)
    if named is not None:
        return named
    if fault in TIMEOUTS:
        message = f"the model server at {endpoint.base_url} did not answer within {endpoint.timeout:g} seconds"
        return EndpointError(
            message, "give it longer (timeout), fewer requests at once (concurrency) or a smaller model"
        )
    if fault in _CUTS:
        hint = "look at the server's own log: it may have run out of memory, or something between cuts long answers"
        return EndpointError(f"{endpoint.base_url} cut the connection in mid-answer", hint)
    message = f"cannot reach the model server at {endpoint.base_url} ({fault})"
    return EndpointError(message, "start it, or give the address of another with --base-url or HUIMOU_BASE_URL")


def explain_refusal(answer: WireAnswer, endpoint: Endpoint) -> HuimouError:
    """Error for an answer with another status than 200."""
    if _overflows(answer):
        return ContextOverflow(f"the request does not fit the context of {endpoint.model}", "ask about fewer sentences")
    status = answer.status
    said = _read_excerpt(answer, endpoint)
    if status in {401, 403}:
        return EndpointError(f"{endpoint.base_url} refuses the key (status {status})", _hint_at_key(endpoint))
    if status == 404:
        hint = "check --model, and that --base-url ends as the server documents, usually in /v1"
        return EndpointError(
            f"{endpoint.base_url} does not know model {endpoint.model!r} or the address ({said})", hint
        )
    asked = read_retry_after(answer.retry_after, datetime.now(UTC))
    if status in _TRANSIENT and asked:
        message = f"{endpoint.base_url} answers with status {status} and asks to wait {asked:.0f} seconds ({said})"
        return EndpointError(message, "run again after that time, or use a server without such a limit")
    if status in _TRANSIENT:
        hint = "wait until it has loaded its model, or lower the concurrency; then run again, nothing is lost"
        return EndpointError(f"{endpoint.base_url} keeps answering with status {status} ({said})", hint)
    hint = "if it does not know response formats, try --mode md_json"
    return EndpointError(f"{endpoint.base_url} refuses the request with status {status} ({said})", hint)


def _hint_at_key(endpoint: Endpoint) -> str:
    if endpoint.key_withheld:
        return "name the address with --base-url or HUIMOU_BASE_URL, so that the key in HUIMOU_API_KEY may go there"
    return "set HUIMOU_API_KEY"


def _read_excerpt(answer: WireAnswer, endpoint: Endpoint) -> str:
    try:
        error = json.loads(answer.body).get("error")
        text = str(error.get("message") if isinstance(error, dict) else error)
    except (ValueError, AttributeError, RecursionError):
        text = "" if "<html" in answer.text.lower() else answer.text
    shown = " ".join(text.split())
    return KeyMask(endpoint.api_key).hide(shown)[:_EXCERPT] or "no reason given"
