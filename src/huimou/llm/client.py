"""The one way to a model: `open_client(...)`, then `client.ask(question)`.

Only this module knows instructor and openai.

Each kind of failure has one owner: transport faults belong to `RetryTransport`, an answer that does not fit its schema
is asked for once more by instructor, and an answer that was cut or does not fit the context goes back to the caller,
who must ask about fewer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast, get_args

import httpx2
import instructor
import openai
from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException, ResponseParsingError
from instructor.core.hooks import Hooks
from pydantic import BaseModel, ValidationError

from huimou.config import Endpoint, Mode, choose_model
from huimou.errors import AnswerInvalid, AnswerTruncated, EndpointError, HuimouError, UsageError
from huimou.llm.ledger import Ledger, LedgerTransport
from huimou.llm.probing.record import settle
from huimou.llm.question import SLOT_HEADER, Answer, Question, T, Ticket, safe_name
from huimou.llm.recordings import Manifest, Recording, RecordTransport, ReplayTransport, read_manifest, write_manifest
from huimou.llm.tokens import EndpointFacts, count_tokens, detect, fits, margin, prompt_guard
from huimou.llm.transport import CleanTransport, LiveTransport, RetryTransport
from huimou.model import Usage

_MODES = {name: instructor.Mode[name.upper()] for name in get_args(Mode)}
_SEED = 7
_BUDGET = 60.0
_MOST_COMPLAINTS = 5
_NOWHERE = "http://replay.invalid/v1"
# By pydantic's error types, which are stable, unlike its messages; the first that a type starts with counts.
_WORDS = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段，请删去",
    "json_invalid": "不是一个完整的 JSON 对象",
    "json_type": "不是一个完整的 JSON 对象",
    "literal_error": "只能是 {expected} 之一",
    "enum": "只能是 {expected} 之一",
    "string_too_long": "太长，最多 {max_length} 个字符",
    "string_too_short": "太短，至少 {min_length} 个字符",
    "string_pattern": "写法不合规定",
    "string": "应当是字符串",
    "int": "应当是整数",
    "float": "应当是数",
    "bool": "应当是 true 或 false",
    "list": "应当是数组",
    "model": "应当是对象",
    "dict": "应当是对象",
    "too_long": "项数太多，最多 {max_length} 项",
    "too_short": "项数太少，至少 {min_length} 项",
    "greater_than_equal": "不得小于 {ge}",
    "greater_than": "必须大于 {gt}",
    "less_than_equal": "不得大于 {le}",
    "less_than": "必须小于 {lt}",
}


class Client:
    """Asks questions of one endpoint; safe to use from several threads. Made by `open_client`."""

    def __init__(
        self,
        endpoint: Endpoint,
        facts: EndpointFacts,
        transport: CleanTransport,
        tally: Tally,
        count: Callable[[str], int | None] | None = None,
    ) -> None:
        self.facts = facts
        self._count = count
        self._endpoint = endpoint
        self._tally = tally
        self._closing = ExitStack()
        timeout = httpx2.Timeout(endpoint.timeout, connect=min(10.0, endpoint.timeout), pool=None)
        http = self._closing.enter_context(httpx2.Client(transport=transport, timeout=timeout, trust_env=False))
        server = openai.OpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key or "none",  # without one the library would take OPENAI_API_KEY
            max_retries=0,
            timeout=timeout,
            http_client=http,
        )
        self._asking = instructor.from_openai(server, mode=_MODES[endpoint.mode])

    def fits(self, question: Question[T]) -> bool:
        """Whether question and answer fit the context: by the estimate; where that says no, by the served tokenizer.

        In replay there is none: what was asked then is asked again, and the recording says how it ended.
        """
        if fits(question, self.facts) or self._count is None or self.facts.context_tokens is None:
            return self._endpoint.base_url == _NOWHERE or fits(question, self.facts)
        counted = self._count("\n".join(content for _, content in question.messages))
        room = self.facts.context_tokens - question.max_tokens - margin(len(question.messages))
        return counted is not None and counted <= room

    @property
    def concurrency(self) -> int:
        """How many questions may be in flight at once."""
        return self._endpoint.concurrency

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def ask(self, question: Question[T]) -> Answer[T]:
        """Ask once, and once more if the answer does not fit the schema.

        Raises:
            AnswerTruncated: the answer hit `max_tokens`.
            ContextOverflow: question and answer do not fit the context.
            AnswerInvalid: the second answer does not fit the schema either.
            EndpointError: the server cannot be used (ReplayMiss, PromptCut: see there).

        """
        self._tally.start(question.slot.path)
        attempts = _Attempts(question)
        try:
            value = self._asking.chat.completions.create(
                model=self._endpoint.model,
                messages=[{"role": role, "content": content} for role, content in question.messages],  # type: ignore[misc]
                response_model=wire_model(question.schema),
                max_retries=1,
                strict=False,
                hooks=attempts.hooks,
                temperature=0,
                seed=_SEED,
                max_tokens=question.max_tokens,
                extra_body=self._endpoint.extra or None,
                extra_headers={SLOT_HEADER: Ticket.of(question, 1).to_header()},
            )
        except IncompleteOutputException as error:
            raise _truncated(question) from error
        except InstructorRetryException as error:
            raise _translated(error, question, self._endpoint) from error
        plain = question.schema.model_validate(value.model_dump(by_alias=True, round_trip=True))
        return Answer(plain, self._tally.of(question.slot.path), reasked=attempts.number > 1)

    def spent(self, report: str) -> Usage:
        """What all questions about a report have cost, failed ones too."""
        return self._tally.under(safe_name(report) + "/")

    def close(self) -> None:
        """Close connections, and what was given to `close_with`; may be called twice."""
        self._closing.close()

    def close_with(self, resource: AbstractContextManager[Any]) -> None:
        """Leave a context together with the client."""
        self._closing.push(resource)


def open_client(
    endpoint: Endpoint,
    *,
    record: Path | Recording | None = None,
    replay: Path | None = None,
    ledger: Ledger | Path | None = None,
    budget: float = _BUDGET,
    note: Callable[[str], None] = lambda _: None,
) -> Client:
    """Client for an endpoint.

    Args:
        endpoint: whom to ask; in replay, model and mode come from the recordings and no server is needed.
        record: folder to write every request and answer to; what the ledger holds is asked anew unless it says so.
        replay: folder to answer from; nothing else is used.
        ledger: where paid answers are kept; a path is opened, and closed with the client.
        budget: seconds for repeating one request over transport faults.
        note: told what the user should know about the endpoint, such as that it has not been probed.

    Raises:
        UsageError: options that exclude each other, no model to choose, a ledger in use.
        EndpointError: a probe has found that nothing of the endpoint is reliable.

    """
    logging.getLogger("instructor").addHandler(logging.NullHandler())  # else its errors are printed beside ours
    if replay is not None:
        if record is not None:
            raise UsageError("recording and replaying exclude each other")
        return _replaying(endpoint, replay)
    if not endpoint.base_url:
        raise UsageError("the endpoint has no base URL", "start the built-in model first, or give --base-url")
    endpoint = replace(endpoint, model=choose_model(endpoint))
    side = httpx2.Client(trust_env=False)
    endpoint, facts = settle(endpoint, detect(endpoint, side), note)
    recording = Recording(record) if isinstance(record, Path) else record
    if recording is not None:
        write_manifest(recording.folder, Manifest(facts, endpoint.mode))
    below: httpx2.BaseTransport = LiveTransport(httpx2.HTTPTransport(trust_env=False))
    if recording is not None:
        below = RecordTransport(below, recording)
    below = RetryTransport(below, budget)
    opened = Ledger(ledger) if isinstance(ledger, Path) else ledger
    if opened is not None:
        below = LedgerTransport(below, opened, answers=recording is None or recording.only_new)
    counter = partial(count_tokens, endpoint=endpoint, http=side) if facts.has_tokenizer else None
    client = _assemble(endpoint, facts, below, counter)
    client.close_with(side)
    if opened is not None and opened is not ledger:
        client.close_with(opened)
    return client


def _replaying(endpoint: Endpoint, folder: Path) -> Client:
    manifest = read_manifest(folder)
    recorded = replace(endpoint, base_url=_NOWHERE, api_key="", model=manifest.facts.model, mode=manifest.mode)
    return _assemble(recorded, manifest.facts, ReplayTransport(folder), None)


def _assemble(
    endpoint: Endpoint, facts: EndpointFacts, below: httpx2.BaseTransport, counter: Callable[[str], int | None] | None
) -> Client:
    tally = Tally()
    clean = CleanTransport(below, endpoint, tally.add, prompt_guard(endpoint, counter))
    return Client(endpoint, facts, clean, tally, counter)


class Tally:
    """What each slot has cost; threads may add at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_slot: dict[str, Usage] = {}

    def start(self, path: str) -> None:
        """Begin a slot at nothing."""
        with self._lock:
            self._by_slot[path] = Usage()

    def add(self, path: str, usage: Usage) -> None:
        """Add one exchange to its slot."""
        with self._lock:
            self._by_slot[path] = _rounded(self._by_slot.get(path, Usage()) + usage)

    def of(self, path: str) -> Usage:
        """What a slot has cost since its `start`."""
        with self._lock:
            return self._by_slot.get(path, Usage())

    def under(self, folder: str) -> Usage:
        """Sum over the slots of a folder, in their order, so that threads do not change its last digits."""
        with self._lock:
            costs = [usage for path, usage in sorted(self._by_slot.items()) if path.startswith(folder)]
        return _rounded(sum(costs, Usage()))


def _rounded(usage: Usage) -> Usage:
    return replace(usage, seconds=round(usage.seconds, 3))


class _Attempts:
    """Follows the attempts at one question through instructor's hooks and words the re-ask itself.

    Instructor's own words hold a pydantic version, which would make a recording stale with every upgrade.
    """

    def __init__(self, question: Question[T]) -> None:
        self.number = 0
        self.hooks = Hooks()
        self._ticket = Ticket.of(question, 1)
        self._error: Exception | None = None
        self.hooks.on("completion:kwargs", self._before)
        self.hooks.on("parse:error", self._refused)

    def _before(self, *_: Any, **request: Any) -> None:
        self.number += 1
        if self._error is not None:
            request["messages"][-1]["content"] = reask_text(self._error)
            request["extra_headers"][SLOT_HEADER] = replace(self._ticket, attempt=self.number).to_header()

    def _refused(self, error: Exception, **_: Any) -> None:
        self._error = error


def reask_text(error: Exception) -> str:
    """What the model is told about an answer that does not fit, built from the errors alone."""
    found = "\n".join(f"- {each}" for each in complaints(error))
    return f"上一个回答不合要求：\n{found}\n请只输出改正后的完整 JSON，不要解释。"


def complaints(error: Exception) -> list[str]:
    """Up to five errors in words of our own, each with the place in the answer."""
    if not isinstance(error, ValidationError):
        return ["没有按规定的格式作答"]
    found = error.errors(include_url=False, include_input=False)[:_MOST_COMPLAINTS]
    return [_complaint(str(each["type"]), each["loc"], each.get("ctx") or {}) for each in found]


def _complaint(kind: str, place: tuple[int | str, ...], context: Mapping[str, Any]) -> str:
    template = _WORDS.get(kind) or next((words for start, words in _WORDS.items() if kind.startswith(start)), "")
    if kind in {"value_error", "assertion_error"}:
        said = str(context.get("error", "不合要求"))
    else:
        said = template.format_map(_Known(context)) if template else f"不合要求（{kind}）"
    where = ".".join(str(step) for step in place)
    return f"{where}：{said}" if where else said


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "规定的值"


def wire_model(schema: type[T]) -> type[T]:
    """The same model with a JSON schema that every server understands: no `$ref`, no needless titles."""
    return cast("type[T]", _wire_model(schema))


@cache
def _wire_model(schema: type[BaseModel]) -> type[BaseModel]:
    class Wire(schema):  # type: ignore[valid-type,misc]
        @classmethod
        def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
            return inlined(super().model_json_schema(*args, **kwargs))

    Wire.__name__ = Wire.__qualname__ = schema.__name__
    Wire.__doc__ = schema.__doc__
    return Wire


def inlined(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON schema with its definitions put in place and the titles of its parts left out.

    Raises:
        ValueError: the schema contains itself.

    """
    definitions = schema.get("$defs", {})

    def at(node: object, above: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [at(entry, above) for entry in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            if name in above:
                raise ValueError(f"the schema {name} contains itself")
            return at({**definitions[name], **{k: v for k, v in node.items() if k != "$ref"}}, (*above, name))
        return {
            key: named(value, above) if key == "properties" else at(value, above)
            for key, value in node.items()
            if key != "$defs" and not (key == "title" and isinstance(value, str))
        }

    def named(properties: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        return {name: at(value, above) for name, value in properties.items()}

    flat: dict[str, Any] = at(dict(schema), ())
    # Instructor names a forced tool call by the title of the whole.
    return {"title": schema["title"], **flat} if "title" in schema else flat


def _truncated(question: Question[T]) -> AnswerTruncated:
    return AnswerTruncated(
        f"{question.slot.path}: the answer hit max_tokens ({question.max_tokens})", "ask about fewer sentences"
    )


def _translated(error: Exception, question: Question[T], endpoint: Endpoint) -> Exception:
    """One of huimou's errors for what instructor wrapped; a fault of the program itself stays as it is."""
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, HuimouError):
            return cause
    for cause in chain:
        if isinstance(cause, (ValidationError, ResponseParsingError, AssertionError)):
            said = "；".join(complaints(cause))
            return AnswerInvalid(f"{question.slot.path}: the answer does not fit its schema ({said})")
        if isinstance(cause, openai.OpenAIError):
            return EndpointError(f"{endpoint.base_url} cannot be used ({type(cause).__name__})", "run huimou probe")
    return chain[-1] if isinstance(chain[-1], Exception) else error


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause is not None:
        yield cause
        cause = cause.__cause__
