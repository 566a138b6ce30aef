"""Token counts, context sizes, and what kind of server answers; all failures mean "unknown".

The estimate, where no tokenizer is served: one token for each CJK character and one for every three others. Tokenizers
trained on Chinese need fewer, so it errs on the safe side.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huimou.errors import PromptCut
from huimou.llm.network.json_object import read_object
from huimou.llm.question import Question, T
from huimou.settings import Endpoint

if TYPE_CHECKING:
    import httpx2

_WIDE = re.compile(r"[^\0-\u2e7f]+")  # CJK and what lies beyond
_PER_MESSAGE = 8
_MARGIN = 64
# No tokenizer packs Chinese tighter than about three characters a token over a whole prompt.
_LEAST_PER_CJK = 0.3
_SUSPICIOUS_SHARE = 0.5
_CUT_SHARE = 0.9
_PATIENCE = 3.0
_VLLM_LENGTH = "max_model_len"
# What LiteLLM and other gateways, OpenRouter and Groq call the context in their lists of models.
_LENGTHS = ("max_input_tokens", "context_length", "context_window", "max_context_length")


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """What a server tells of itself; context in tokens for one request, None where it does not tell."""

    kind: str
    model: str
    context_tokens: int | None = None
    slots: int | None = None
    has_tokenizer: bool = False
    build: str = ""


def estimate_tokens(text: str) -> int:
    """Conservative number of tokens."""
    wide = _count_wide(text)
    return wide + math.ceil((len(text) - wide) / 3)


def fits_context(question: Question[T], facts: EndpointFacts) -> bool:
    """Whether question and answer fit the context by the estimate; True where the context is unknown.

    It never asks the server, so a replayed run splits its questions as the recorded one did.
    """
    if facts.context_tokens is None:
        return True
    asked = sum(estimate_tokens(content) for _, content in question.messages)
    return asked + question.max_tokens + count_margin(len(question.messages)) <= facts.context_tokens


def count_margin(messages: int) -> int:
    """Tokens kept free for what a chat template adds to so many messages."""
    return messages * _PER_MESSAGE + _MARGIN


class Tokenizer:
    """A server's own tokenizer, asked in the form that it understands, which is found out once.

    Args:
        endpoint: whose tokenizer.
        http: to ask with.
        kind: of the server, where it is known, so that not even the first request is in vain.

    """

    def __init__(self, endpoint: Endpoint, http: httpx2.Client, kind: str = "") -> None:
        self._endpoint = endpoint
        self._http = http
        # llama.cpp's form is tried first: it takes the other for no text at all.
        self._forms: tuple[str, ...] = ("prompt", "content") if kind == "vllm" else ("content", "prompt")
        self._words_prompts = kind != "vllm"

    def count(self, text: str) -> int | None:
        """Exact number of tokens of a text (llama.cpp or vLLM), None if the server serves no tokenizer."""
        for form in self._forms:
            body = {"content": text} if form == "content" else {"model": self._endpoint.model, "prompt": text}
            counted = _read_count(self._post("tokenize", body))
            if counted is not None:
                self._forms = (form,)
                return counted
        return None

    def count_request(self, body: Mapping[str, Any]) -> int | None:
        """Exact number of prompt tokens of a chat request, chat template included; None if the server does not tell.

        llama.cpp words the prompt by `/apply-template`; vLLM's `/tokenize` takes the messages themselves.
        """
        shown = {key: body[key] for key in ("messages", "tools") if key in body}
        prompt = self._post("apply-template", shown).get("prompt") if self._words_prompts else None
        if isinstance(prompt, str):
            return _read_count(self._post("tokenize", {"content": prompt, "add_special": True}))
        reply = self._post("tokenize", {"model": self._endpoint.model, **shown})
        if not isinstance(reply.get("count"), int):  # llama.cpp takes messages for no text at all
            return None
        self._words_prompts = False
        return int(reply["count"])

    def _post(self, route: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return _fetch_json(self._http, "POST", f"{_find_root(self._endpoint)}/{route}", self._endpoint, body)


def _read_count(reply: Mapping[str, Any]) -> int | None:
    if isinstance(reply.get("count"), int):
        return int(reply["count"])
    return len(reply["tokens"]) if isinstance(reply.get("tokens"), list) else None


def detect_server(endpoint: Endpoint, http: httpx2.Client) -> EndpointFacts:
    """Server kind, build, context and slots by the native routes of each server, never by its port; never raises.

    The routes are those of the servers' own manuals: llama.cpp `/props`, Ollama `/api/ps` and `/api/version`, LM Studio
    `/api/v0/models`, SGLang `/get_model_info`, vLLM `/version`; else `/models` may list the context. A server without
    one of them usually answers 404, LM Studio 200 with an error inside.
    """
    kind, found = "openai", _NativeFacts()
    for name, ask in _NATIVE.items():
        told = ask(endpoint, http)
        if told is not None:
            kind, found = name, told
            break
    else:
        found = _NativeFacts(_find_listed_length(endpoint, http, _LENGTHS))
    if endpoint.kind == "builtin":
        kind = "builtin"
    served = kind not in {"ollama", "lmstudio"} and Tokenizer(endpoint, http, kind).count("好") is not None
    return EndpointFacts(kind, endpoint.model, found.context, found.slots, served, found.build)


def build_prompt_guard(endpoint: Endpoint, counter: Callable[[str], int | None] | None) -> Callable[[Any, int], None]:
    """Check of (messages, prompt tokens as the server counted them) that raises `PromptCut`.

    The tokenizer is asked only about a count that looks low, so the usual request costs no second call.
    """

    def check(messages: Iterable[Mapping[str, Any]], counted: int) -> None:
        text = _join_contents(messages)
        if counted <= 0 or counted >= _SUSPICIOUS_SHARE * len(text):  # no text has more tokens by the estimate
            return
        least = _count_least(text)
        if counter is not None and least <= counted < _SUSPICIOUS_SHARE * estimate_tokens(text):
            least = int(_CUT_SHARE * (counter(text) or 0))
        if counted < least:
            raise PromptCut(
                f"{endpoint.base_url} cut the prompt: it counted {counted} tokens where at least {least} were sent",
                "give the server a longer context (Ollama: OLLAMA_CONTEXT_LENGTH=16384; llama.cpp: -c; "
                "LM Studio: context length of the loaded model)",
            )

    return check


def count_least_tokens(messages: Iterable[Mapping[str, Any]]) -> int:
    """Tokens that messages have at least; a server that counted fewer has cut them."""
    return _count_least(_join_contents(messages))


def _join_contents(messages: Iterable[Mapping[str, Any]]) -> str:
    return "\n".join(str(message.get("content") or "") for message in messages)


def _count_least(text: str) -> int:
    return int(_LEAST_PER_CJK * _count_wide(text))


def _count_wide(text: str) -> int:
    return len(text) - len(_WIDE.sub("", text))


def _find_root(endpoint: Endpoint) -> str:
    return endpoint.base_url.removesuffix("/v1")


def _fetch_json(
    http: httpx2.Client, method: str, url: str, endpoint: Endpoint, body: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    import httpx2  # noqa: PLC0415 (whoever has a client has imported it)

    headers = {"authorization": f"Bearer {endpoint.api_key}"} if endpoint.api_key else {}
    try:
        response = http.request(method, url, json=body, headers=headers, timeout=_PATIENCE)
    except httpx2.HTTPError:
        return {}
    return (read_object(response.content) if response.status_code == httpx2.codes.OK else None) or {}


@dataclass(frozen=True, slots=True)
class _NativeFacts:
    context: int | None = None
    slots: int | None = None
    build: str = ""


def _ask_llama(endpoint: Endpoint, http: httpx2.Client) -> _NativeFacts | None:
    props = _fetch_json(http, "GET", f"{_find_root(endpoint)}/props", endpoint)
    settings = props.get("default_generation_settings")
    if not isinstance(settings, dict):
        return None
    return _NativeFacts(
        _as_number(settings.get("n_ctx")), _as_number(props.get("total_slots")), _as_text(props.get("build_info"))
    )


def _ask_ollama(endpoint: Endpoint, http: httpx2.Client) -> _NativeFacts | None:
    running = _fetch_json(http, "GET", f"{_find_root(endpoint)}/api/ps", endpoint).get("models")
    if not isinstance(running, list):
        return None
    version = _fetch_json(http, "GET", f"{_find_root(endpoint)}/api/version", endpoint).get("version")
    named = [model for model in _keep_objects(running) if endpoint.model in (model.get("name"), model.get("model"))]
    return _NativeFacts(_as_number(named[0].get("context_length")) if named else None, build=_as_text(version))


def _ask_lmstudio(endpoint: Endpoint, http: httpx2.Client) -> _NativeFacts | None:
    models = _fetch_json(http, "GET", f"{_find_root(endpoint)}/api/v0/models", endpoint).get("data")
    if not isinstance(models, list):
        return None
    named = [model for model in _keep_objects(models) if model.get("id") == endpoint.model]
    return _NativeFacts(_as_number(named[0].get("loaded_context_length")) if named else None)


def _ask_sglang(endpoint: Endpoint, http: httpx2.Client) -> _NativeFacts | None:
    info = _fetch_json(http, "GET", f"{_find_root(endpoint)}/get_model_info", endpoint)
    if "model_path" not in info:
        return None
    version = _fetch_json(http, "GET", f"{_find_root(endpoint)}/server_info", endpoint).get("version")
    return _NativeFacts(_find_listed_length(endpoint, http), build=_as_text(version))


def _ask_vllm(endpoint: Endpoint, http: httpx2.Client) -> _NativeFacts | None:
    length = _find_listed_length(endpoint, http)
    if length is None:
        return None
    return _NativeFacts(
        length, build=_as_text(_fetch_json(http, "GET", f"{_find_root(endpoint)}/version", endpoint).get("version"))
    )


_NATIVE: Mapping[str, Callable[[Endpoint, httpx2.Client], _NativeFacts | None]] = {
    "llama.cpp": _ask_llama,
    "ollama": _ask_ollama,
    "lmstudio": _ask_lmstudio,
    "sglang": _ask_sglang,
    "vllm": _ask_vllm,
}


def _find_listed_length(endpoint: Endpoint, http: httpx2.Client, names: Sequence[str] = (_VLLM_LENGTH,)) -> int | None:
    """The model's context by `/models`, under the first of these names that is a number there."""
    models = _fetch_json(http, "GET", f"{endpoint.base_url}/models", endpoint).get("data")
    entries = _keep_objects(models) if isinstance(models, list) else []
    named = [model for model in entries if model.get("id") == endpoint.model]
    lengths = (_as_number(named[0].get(name)) for name in names) if named else ()
    return next((length for length in lengths if length is not None), None)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _keep_objects(values: list[Any]) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)]


def _as_number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
