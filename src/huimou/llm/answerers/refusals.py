"""What a server's refusal or silence means: whether it may pass, and the error that says what to do."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from huimou.errors import ContextOverflow, EndpointError, HuimouError
from huimou.llm.answerers.wire import UNREACHED, WireAnswer
from huimou.llm.network.faults import TLS_FAILED, explain_by_name, explain_unreached
from huimou.llm.network.key_mask import KeyMask
from huimou.settings import Endpoint

# Faults by the names that httpx gives them: recordings hold these names, and nothing here needs the library.
TIMEOUTS = frozenset({"ConnectTimeout", "ReadTimeout", "WriteTimeout", "PoolTimeout"})
_CUTS = frozenset({"RemoteProtocolError", "ReadError"})
_PASSING_FAULTS = TIMEOUTS | UNREACHED | _CUTS | {"WriteError", "CloseError", TLS_FAILED}
RETRY_BUDGET = 60.0  # seconds of calls and pauses that one request may take
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524, 529})
_FAULT_OF_SERVER = 500  # statuses from here on
_TOO_MANY = 429
# Statuses of a server or gateway behind which nobody is ready; the last three are those of Cloudflare.
_NOBODY_BEHIND = frozenset({502, 503, 504, 521, 522, 523})
# What gateways (LiteLLM, Envoy, nginx, Open WebUI) say in a 500 when the server behind them is gone.
_GONE = re.compile(
    r"cannot connect to host|connect call failed|connection error|connection (?:was )?(?:refused|reset|aborted|closed)"
    r"|(?:fail(?:ed|ure)|unable|could ?n[o']t|not able) to (?:connect|establish|reach)|connection attempts failed"
    r"|server disconnected|remote end closed|peer closed connection|econn(?:refused|reset|aborted)|ehostunreach"
    r"|bad gateway|no healthy upstream|upstream connect error|max retries exceeded|no route to host"
    r"|network is unreachable|name or service not known|getaddrinfo"
    r"|(?:host|server|backend|upstream) is (?:down|unreachable|unavailable)",
    re.IGNORECASE,
)
# LiteLLM leaves a server out for some seconds after it has failed, and answers 429 meanwhile.
_NONE_LEFT = re.compile(r"no (?:deployments?|healthy deployments?|servers?|workers?) available", re.IGNORECASE)
_LOADING = re.compile(r"\bloading\b|not (?:yet )?(?:ready|loaded)|starting up|warming up", re.IGNORECASE)
_FORMAT = re.compile(
    r"response_?format|json[_ -]?(?:schema|object|mode)|\bschemas?\b|grammar|structured[_ ]outputs?|guided_"
    r"|tool_choice",
    re.IGNORECASE,
)
_TOOLS = re.compile(r"\btools?\b|\btool_calls?\b|\bfunctions?\b|function_call", re.IGNORECASE)
_VALIDATION = re.compile(r"validation|literal_error|extra_forbidden|unprocessable", re.IGNORECASE)
_MODEL = re.compile(
    r"\bmodels?\b(?:[^.;]|\.(?=\S)){0,80}?(?:not (?:be )?(?:found|exist|loaded|available|served|supported|valid)"
    r"|not (?:be )?deployed|n[o']t exist|unknown|unavailable)"
    r"|(?:unknown|invalid|unsupported|no such|wrong|missing|not a valid|no) model|model_not_found",
    re.IGNORECASE,
)
_KEY = re.compile(r"api[_ -]?key|access[_ -]?token|authenticat|unauthori[sz]ed|credential", re.IGNORECASE)
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
_INPUT = re.compile(r"[\"']input[\"']\s*:")
_EXCERPT = 200
_LONGEST_REST = 30 * 86400.0  # seconds; a longer Retry-After is no number that anybody means


def read_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, in either of its forms; None if there is none that can be read."""
    if not value:
        return None
    if re.fullmatch(r"\s*[0-9]+(?:\.[0-9]+)?\s*", value):
        return min(float(value), _LONGEST_REST)
    try:
        date = parsedate_to_datetime(value)
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), _LONGEST_REST)


def choose_wait(asked: str | None, jitter: float, now: datetime) -> float:
    """Seconds until a request is sent again: what the server asks for by Retry-After, but at least the jitter.

    A server that asks for no wait at all would otherwise be asked as often as the network carries it.
    """
    seconds = read_retry_after(asked, now)
    return jitter if seconds is None else max(seconds, jitter)


def may_pass(answer: WireAnswer) -> bool:
    """Whether the same request may be answered later."""
    if answer.status is None:
        return answer.fault in _PASSING_FAULTS
    return answer.status in _TRANSIENT and not _overflows(answer) and not _refuses_for_good(answer)


def is_nobody_there(answer: WireAnswer) -> bool:
    """Whether an answer comes from a gateway that does not reach its server, or from a server that still loads."""
    if answer.status is None or not may_pass(answer):
        return answer.fault in UNREACHED
    if answer.status in _NOBODY_BEHIND:
        return True
    if answer.status == _TOO_MANY:
        return _NONE_LEFT.search(answer.text) is not None
    return answer.status >= _FAULT_OF_SERVER and _says_gone(answer)


def is_fault_of_server(answer: WireAnswer) -> bool:
    """Whether a server answers that something is wrong with itself, which may pass."""
    return answer.status is not None and answer.status >= _FAULT_OF_SERVER and may_pass(answer)


def refuses_seed(answer: WireAnswer) -> bool:
    """Whether a server refuses the request because it knows no `seed`."""
    return answer.status in _REFUSED_FIELD and _SEED.search(answer.text) is not None


def _overflows(answer: WireAnswer) -> bool:
    return answer.status in _OVERFLOW_STATUS and _OVERFLOW.search(answer.text) is not None


def _says_gone(answer: WireAnswer) -> bool:
    return _GONE.search(answer.text) is not None or _NONE_LEFT.search(answer.text) is not None


def _refuses_for_good(answer: WireAnswer) -> bool:
    """Whether a server that speaks of a fault of its own means the request: llama-cpp-python does so with 500."""
    if answer.status is None or answer.status < _FAULT_OF_SERVER or _says_gone(answer):
        return False
    reasons = _find_reasons(answer)
    named = _FORMAT.search(reasons) or _VALIDATION.search(reasons)
    return named is not None and _LOADING.search(reasons) is None


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
    return explain_unreached(endpoint.base_url, fault)


def explain_refusal(answer: WireAnswer, endpoint: Endpoint) -> HuimouError:
    """Error for an answer with another status than 200."""
    if _overflows(answer):
        return ContextOverflow(f"the request does not fit the context of {endpoint.model}", "ask about fewer sentences")
    status = answer.status
    said = read_words(answer, endpoint)
    if status in {401, 403}:
        return EndpointError(f"{endpoint.base_url} refuses the key (status {status})", _hint_at_key(endpoint))
    if status == 404:
        hint = "check --model, and that --base-url ends as the server documents, usually in /v1"
        return EndpointError(
            f"{endpoint.base_url} does not know model {endpoint.model!r} or the address ({said})", hint
        )
    if may_pass(answer):
        return _explain_passing(answer, endpoint, said)
    hint = _choose_hint(answer, endpoint)
    return EndpointError(f"{endpoint.base_url} refuses the request with status {status} ({said})", hint)


def _hint_at_key(endpoint: Endpoint) -> str:
    if endpoint.key_withheld:
        return "name the address with --base-url or HUIMOU_BASE_URL, so that the key in HUIMOU_API_KEY may go there"
    return "set HUIMOU_API_KEY"


def _explain_passing(answer: WireAnswer, endpoint: Endpoint, said: str) -> EndpointError:
    """Error for a refusal that may pass and did not in time."""
    asked = read_retry_after(answer.retry_after, datetime.now(UTC))
    if asked:
        message = (
            f"{endpoint.base_url} answers with status {answer.status} and asks to wait {asked:.0f} seconds ({said})"
        )
        return EndpointError(message, "run again after that time, or use a server without such a limit")
    if is_fault_of_server(answer) and not is_nobody_there(answer):
        hint = "look at the server's own log; huimou probe finds out what it can do; nothing is lost"
    else:
        hint = "wait until it has loaded its model, or lower the concurrency; then run again, nothing is lost"
    return EndpointError(f"{endpoint.base_url} keeps answering with status {answer.status} ({said})", hint)


def _choose_hint(answer: WireAnswer, endpoint: Endpoint) -> str:
    """What to do about a refusal that will not pass, by the server's own words."""
    # A model may be called after a format, or after none.
    words = re.sub(rf"(?<!\w){re.escape(endpoint.model)}(?!\w)", "", _find_reasons(answer))
    is_own_fault = answer.status is not None and answer.status >= _FAULT_OF_SERVER
    beside = _VALIDATION if is_own_fault else _TOOLS
    if _FORMAT.search(words) or beside.search(words):
        other = "" if endpoint.mode == "md_json" else ", or try --mode md_json"
        return f"it does not take mode {endpoint.mode}: run huimou probe, which finds one that it takes{other}"
    if _MODEL.search(words):
        return "name a model that the server has with --model"
    if _KEY.search(words):
        return _hint_at_key(endpoint)
    return "check the key (HUIMOU_API_KEY), the model (--model) and the mode (--mode, which huimou probe finds out)"


def read_words(answer: WireAnswer, endpoint: Endpoint) -> str:
    """The server's own words for a refusal, in one short line without the key."""
    text = _find_message(answer)
    shown = " ".join(text.split())
    return KeyMask(endpoint.api_key).hide(shown)[:_EXCERPT] or "no reason given"


def _find_reasons(answer: WireAnswer) -> str:
    """All that the body says but for the request, which FastAPI repeats under `input`."""
    return " ".join(_INPUT.split(text, maxsplit=1)[0] for text in (_find_message(answer), answer.text))


def _find_message(answer: WireAnswer) -> str:
    """What the body says where servers say it: OpenAI's `error`, older vLLM's `message`, FastAPI's `detail`."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "" if "<html" in answer.text.lower() else answer.text
    said: object = body
    if isinstance(body, dict):
        said = next((body[key] for key in ("error", "message", "detail") if body.get(key)), "")
    return str(said.get("message") or said) if isinstance(said, dict) else str(said)
