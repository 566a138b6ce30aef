"""A small behavioural model server: it reads the request and answers as the servers of its profile are known to.

It has a context and a crude tokenizer, binds an answer to a schema by writing the smallest instance of it, and knows
the native routes of its kind. Each quirk is a field of `Quirks`; where a quirk is documented, its name in `PROFILES`
says of which server.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from scripted_server import Asked, Reply, ScriptedServer, serving, tool_call

MODEL = "some-model"
KEY = "s3cret-key"
_THOUGHT = "嗯，用户要我回答，先想一想。"
_EVIDENCE = re.compile(r"原文:(.*)", re.DOTALL)
_CODES = re.compile(r"暗号是([A-Z]{4})")
_SHAPE = re.compile(r"只回答 JSON[^{]*\{\"(\w+)\"")


@dataclass(frozen=True)
class Quirks:
    """How a server behaves; the defaults are a healthy llama.cpp.

    Args:
        kind: whose native routes it has.
        context: tokens that it really reads.
        claimed: tokens that it says it reads; `context` if None, nothing if 0.
        overflow: what it does with a longer prompt.
        counts: whether it counts a cut prompt as cut.
        json_schema, json_object, tools: what each mode does.
        ignores, rejects: schema keywords that it does not enforce, and those that it answers with 400.
        willing: whether the model writes JSON when the prompt asks for it.
        wrap: what stands around a JSON answer.
        thinking: where thinking lands.
        switch: the addition to the body that turns it off.
        reasoning_json: constrained answers land in that reasoning field once thinking is off.
        loading: chat requests that are answered with 503 first.
        retry_after: seconds that each 429 asks to wait; 0 for none.
        hangs_up: answers are cut in the middle.
        html: everything is answered with a page.
        key: whether the key is needed.
        moody: answers differ each time.
        slots: requests worked on at once.
        delay: seconds of work for each answer.
        reading: seconds of work for each token of a prompt.
        listed: name of the field of `/v1/models` that holds the claim; empty where none does.
        recalls: whether the model can repeat a code.
        usage: whether tokens are counted at all.

    """

    kind: str = "llama.cpp"
    context: int = 4096
    claimed: int | None = None
    overflow: Literal["400 with counts", "400", "500", "cut start", "cut middle"] = "400 with counts"
    counts: bool = True
    json_schema: Literal["binds", "ignored", "rejected"] = "binds"
    json_object: Literal["binds", "ignored", "rejected"] = "binds"
    tools: Literal["binds", "ignored", "rejected", "twice"] = "binds"
    ignores: frozenset[str] = frozenset()
    rejects: frozenset[str] = frozenset()
    willing: bool = True
    wrap: Literal["none", "fence", "curly", "blanks"] = "none"
    thinking: Literal["none", "content", "bare", "reasoning_content", "reasoning"] = "none"
    switch: Literal["chat_template_kwargs", "reasoning_effort"] | None = None
    reasoning_json: str = ""
    loading: int = 0
    retry_after: int = 0
    hangs_up: bool = False
    html: bool = False
    key: bool = False
    moody: bool = False
    slots: int = 2
    delay: float = 0.0
    reading: float = 0.0
    listed: str = ""
    recalls: bool = True
    usage: bool = True


HEALTHY = {
    "llama.cpp": Quirks(),
    "ollama": Quirks("ollama", tools="ignored", context=16384, overflow="cut start"),
    "vllm": Quirks("vllm", context=8192),
    "sglang": Quirks("sglang", context=8192),
    "lmstudio": Quirks("lmstudio", json_object="rejected", overflow="400"),
}
PROFILES = {
    "ollama: silent truncation": Quirks("ollama", claimed=8192, context=512, overflow="cut start", tools="ignored"),
    "ollama: half the window": Quirks("ollama", claimed=8192, context=4096, overflow="cut middle", tools="ignored"),
    "truncation that is not counted": Quirks("openai", context=2048, overflow="cut start", counts=False),
    "llama.cpp: grammar dropped with 200": Quirks(json_schema="ignored", tools="ignored"),
    "llama.cpp: pattern ignored": Quirks(ignores=frozenset({"pattern", "maxLength"})),
    "llama.cpp: nested $ref rejected": Quirks(rejects=frozenset({"$ref"})),
    "llama.cpp: older build, overflow 500": Quirks(overflow="500"),
    "lmstudio: json_object refused": replace(HEALTHY["lmstudio"], json_schema="ignored", tools="ignored"),
    "ollama: tool_choice ignored": replace(HEALTHY["ollama"], json_schema="ignored"),
    "vllm: no tool parser": Quirks("vllm", tools="rejected", context=8192),
    "vllm: reasoning field": Quirks("vllm", thinking="reasoning_content", switch="chat_template_kwargs", context=8192),
    "sglang: JSON in the reasoning field": Quirks(
        "sglang", thinking="reasoning_content", switch="chat_template_kwargs", reasoning_json="reasoning_content"
    ),
    "ollama: reasoning field": Quirks("ollama", thinking="reasoning", switch="reasoning_effort", context=16384),
    "thinking in the content": Quirks("openai", thinking="content", switch="chat_template_kwargs"),
    "bare </think>": Quirks("openai", thinking="bare"),
    "two tool calls": Quirks("openai", json_schema="rejected", json_object="rejected", tools="twice"),
    "blanks without end": Quirks("openai", wrap="blanks"),
    "fenced JSON": Quirks("openai", json_schema="ignored", json_object="ignored", tools="ignored", wrap="fence"),
    "curly quotes": Quirks("openai", json_schema="ignored", json_object="ignored", tools="ignored", wrap="curly"),
    "503 while loading": Quirks(loading=2),
    "429 with a long Retry-After": Quirks(retry_after=300),
    "connection cut in mid-answer": Quirks(hangs_up=True),
    "HTML": Quirks("openai", html=True),
    "key needed": Quirks(key=True),
    "moody": Quirks(moody=True),
    "nothing works": Quirks(
        "openai", json_schema="ignored", json_object="ignored", tools="ignored", willing=False, context=8192
    ),
    "no usage": Quirks("openai", usage=False),
}


def tokens(text: str) -> int:
    """One for each CJK character, one for every four others."""
    wide = sum(ord(char) >= 0x2E80 for char in text)
    return wide + (len(text) - wide + 3) // 4


@dataclass
class QuirkyServer:
    """Answers chat requests by its quirks; counts them."""

    quirks: Quirks
    chats: int = 0
    bodies: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Count the requests that are worked on."""
        self._free = threading.Semaphore(self.quirks.slots)

    def __call__(self, body: Any) -> Reply:
        """The reply to one chat request, once a slot is free for it."""
        with self._free:
            time.sleep(self.quirks.delay)
            return self._answered(body)

    def _answered(self, body: Any) -> Reply:
        quirks = self.quirks
        self.chats += 1
        self.bodies.append(body)
        early = self._early()
        if early is not None:
            return early
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        size = tokens(prompt) + 12
        time.sleep(quirks.reading * min(size, quirks.context))
        if size > quirks.context:
            if not quirks.overflow.startswith("cut"):
                return self._too_long(size)
            prompt = self._cut(prompt)
        refused = self._refused(body)
        if refused is not None:
            return refused
        counted = min(size, quirks.context) if quirks.counts else size
        return self._completed(body, prompt, counted)

    def _early(self) -> Reply | None:
        quirks = self.quirks
        if quirks.html:
            return Reply("<html><body>Welcome</body></html>", 200, {"Content-Type": "text/html"})
        if self.chats <= quirks.loading:
            return Reply({"error": {"code": 503, "message": "Loading model"}}, 503, {"Retry-After": "0"})
        if quirks.retry_after:
            return Reply({"error": {"message": "slow down"}}, 429, {"Retry-After": str(quirks.retry_after)})
        return None

    def _too_long(self, size: int) -> Reply:
        limit = self.quirks.context
        if self.quirks.overflow == "500":
            return Reply({"error": {"code": 500, "message": "the request exceeds the available context size"}}, 500)
        if self.quirks.overflow == "400":
            return Reply({"error": "Trying to keep the first tokens when context the overflows"}, 400)
        if self.quirks.kind == "llama.cpp":
            error = {"type": "exceed_context_size_error", "message": "too big", "n_prompt_tokens": size, "n_ctx": limit}
            return Reply({"error": {"code": 400, **error}}, 400)
        return Reply({"message": f"This model's maximum context length is {limit} tokens. However, you sent more"}, 400)

    def _cut(self, prompt: str) -> str:
        keep = self.quirks.context
        if self.quirks.overflow == "cut start":
            return prompt[-keep:]
        return prompt[: keep // 2] + prompt[-keep // 2 :]

    def _refused(self, body: Any) -> Reply | None:
        quirks = self.quirks
        form = (body.get("response_format") or {}).get("type")
        if form == "json_object" and quirks.json_object == "rejected":
            return Reply({"error": "'response_format.type' must be 'json_schema' or 'text'"}, 400)
        if form == "json_schema" and quirks.json_schema == "rejected":
            return Reply({"error": {"message": "response_format is not supported"}}, 400)
        if body.get("tools") and quirks.tools == "rejected":
            return Reply({"error": {"message": "does not support tools"}}, 400)
        if form == "json_schema":
            used = json.dumps(body["response_format"]["json_schema"]["schema"])
            named = [keyword for keyword in quirks.rejects if f'"{keyword}"' in used]
            if named:
                return Reply({"error": {"message": f"unsupported keyword {named[0]}"}}, 400)
        return None

    def _completed(self, body: Any, prompt: str, counted: int) -> Reply:
        form = (body.get("response_format") or {}).get("type")
        thinks = self.quirks.thinking != "none" and not self._switched_off(body)
        calls: list[dict[str, Any]] = []
        said = self._said(body, prompt, form)
        if body.get("tools") and self.quirks.tools in {"binds", "twice"}:
            function = body["tools"][0]["function"]
            text = json.dumps(self._instance(function["parameters"], prompt), ensure_ascii=False)
            calls = [tool_call(text, function["name"])] * (2 if self.quirks.tools == "twice" else 1)
            said = ""
        message = self._placed(said, thinks=thinks, bound=bool(form))
        return self._wrapped_up(message, calls, body, counted)

    def _said(self, body: Any, prompt: str, form: str | None) -> str:
        quirks = self.quirks
        if form == "json_schema" and quirks.json_schema == "binds":
            return self._written(self._instance(body["response_format"]["json_schema"]["schema"], prompt))
        if form == "json_object" and quirks.json_object == "binds":
            return self._written(self._instance(_shown_schema(body), prompt))
        return self._freely(body, prompt)

    def _switched_off(self, body: Any) -> bool:
        if self.quirks.switch == "chat_template_kwargs":
            return (body.get("chat_template_kwargs") or {}).get("enable_thinking") is False
        return self.quirks.switch == "reasoning_effort" and body.get("reasoning_effort") == "none"

    def _placed(self, said: str, *, thinks: bool, bound: bool) -> dict[str, Any]:
        if thinks and self.quirks.thinking == "content":
            return {"content": f"<think>{_THOUGHT}</think>{said}"}
        if thinks and self.quirks.thinking == "bare":
            return {"content": f"{_THOUGHT}</think>{said}"}
        if thinks:
            return {"content": said, self.quirks.thinking: _THOUGHT}
        if bound and self.quirks.reasoning_json:
            return {"content": None, self.quirks.reasoning_json: said}
        return {"content": said}

    def _wrapped_up(self, message: dict[str, Any], calls: list[dict[str, Any]], body: Any, counted: int) -> Reply:
        limit = body.get("max_tokens") or 10**6
        text = message["content"] or ""
        written = tokens(text + "".join(str(message.get(name, "")) for name in ("reasoning", "reasoning_content")))
        cut = written > limit
        if cut:
            message = {**message, "content": text[:limit]}
        whole = {
            "id": f"chatcmpl-{time.monotonic_ns()}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": body["model"],
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "length" if cut else "stop",
                    "message": {"role": "assistant", **message, **({"tool_calls": calls} if calls else {})},
                }
            ],
        }
        if self.quirks.usage:
            whole["usage"] = {"prompt_tokens": counted, "completion_tokens": min(written, limit) or 1}
        return Reply(whole, cut=self.quirks.hangs_up)

    def _freely(self, body: Any, prompt: str) -> str:
        """What the model writes when nothing binds it."""
        last = str(body["messages"][-1]["content"])
        mood = f"（{self.chats}）" if self.quirks.moody else ""
        if "暗号" in last:
            return "、".join(_CODES.findall(prompt)) if self.quirks.recalls else "不知道"
        if "请用汉字从" in last:
            return mood + "一，二，三，四，五，六，七，八，九，十，" * 20
        if "不写 JSON" in prompt or not self.quirks.willing:
            return "好"
        if "只回答 JSON" in prompt:
            return self._written(self._obedient(body, prompt))
        return f"好{mood}。"

    def _obedient(self, body: Any, prompt: str) -> Any:
        """The object that the prompt describes: by its schema if it is shown, else by its example."""
        schema = _shown_schema(body)
        if schema:
            return self._instance(schema, prompt)
        found = _SHAPE.search(prompt)
        key = found[1] if found else "summary"
        words = re.search(r"任选一个：(\w+)", prompt)
        if key == "keep":
            return {"keep": [1]}
        return {key: words[1] if words else _gist(prompt)}

    def _written(self, value: Any) -> str:
        text = json.dumps(value, ensure_ascii=False)
        if self.quirks.wrap == "fence":
            return f"```json\n{text}\n```"
        if self.quirks.wrap == "curly":
            return re.sub(r'"([^"]*)"', "“\\1”", text)
        return "{" + "\n  " * 4000 if self.quirks.wrap == "blanks" else text

    def _instance(self, schema: Any, prompt: str, root: Any = None) -> Any:
        """The smallest value that the schema allows, minus what the server ignores."""
        root = root or schema
        ignored = self.quirks.ignores
        if "$ref" in schema and "$ref" not in ignored:
            return self._instance(root["$defs"][schema["$ref"].rpartition("/")[2]], prompt, root)
        for keyword, take in (("const", lambda v: v), ("enum", lambda v: v[0])):
            if keyword in schema and keyword not in ignored:
                return take(schema[keyword])
        if "anyOf" in schema and "anyOf" not in ignored:
            return self._instance(schema["anyOf"][0], prompt, root)
        if schema.get("type") == "object":
            return {key: self._instance(part, prompt, root) for key, part in schema["properties"].items()}
        if schema.get("type") == "array":
            return [self._instance(schema["items"], prompt, root)] * self._length(schema)
        return self._text(schema, prompt) if schema.get("type", "string") == "string" else 1

    def _length(self, schema: Any) -> int:
        if "minItems" in schema and "minItems" not in self.quirks.ignores:
            return int(schema["minItems"])
        return 10 if "maxItems" in schema and "maxItems" in self.quirks.ignores else 1

    def _text(self, schema: Any, prompt: str) -> str:
        if "pattern" in schema and "pattern" not in self.quirks.ignores:
            return "0000"
        text = _gist(prompt)
        return text[: schema["maxLength"]] if "maxLength" in schema and "maxLength" not in self.quirks.ignores else text


def _shown_schema(body: Any) -> Any:
    """The schema that instructor writes into the system message; empty if there is none."""
    system = str(body["messages"][0]["content"])
    start = system.find("match the following json_schema:")
    if start < 0:
        return {}
    return json.JSONDecoder().raw_decode(system, system.index("{", start))[0]


def _gist(prompt: str) -> str:
    """A summary in the report's own words, short enough for its limit."""
    found = _EVIDENCE.findall(prompt)
    evidence = found[-1] if found else "全市政协系统召开会议三次，走访企业十家，督办提案"
    clauses = re.split(r"[,，。;；]", evidence.split("原文:")[-1])
    return "，".join(clauses[: max(1, len(clauses) // 3)])[:40]


def routes_of(quirks: Quirks) -> Mapping[str, Reply]:
    """The native routes of a server of this kind."""
    if quirks.html:
        return {}
    claimed = quirks.context if quirks.claimed is None else quirks.claimed
    listed: dict[str, Any] = {"id": MODEL}
    routes: dict[str, Reply] = {}
    if quirks.kind == "llama.cpp":
        settings = {"default_generation_settings": {"n_ctx": claimed}, "total_slots": quirks.slots}
        routes = {"/props": Reply({**settings, "build_info": "b7000-abc"}), "/tokenize": Reply({"tokens": [1]})}
    elif quirks.kind == "ollama":
        loaded = {"name": MODEL, "context_length": claimed}
        routes = {"/api/ps": Reply({"models": [loaded]}), "/api/version": Reply({"version": "0.14.0"})}
    elif quirks.kind == "lmstudio":
        routes = {
            "/api/v0/models": Reply({"data": [{"id": MODEL, "loaded_context_length": claimed}]}),
            "/props": Reply({"error": "Unexpected endpoint or method. (GET /props)"}),
        }
    elif quirks.kind in {"vllm", "sglang"}:
        listed["max_model_len"] = claimed
        routes = {
            "vllm": {"/version": Reply({"version": "0.12.1"}), "/tokenize": Reply({"count": 1, "tokens": [1]})},
            "sglang": {"/get_model_info": Reply({"model_path": "m"}), "/server_info": Reply({"version": "0.5.6"})},
        }[quirks.kind]
    if quirks.listed:
        listed[quirks.listed] = claimed
    return {**routes, "/v1/models": Reply({"data": [listed]})}


@contextmanager
def quirky(quirks: Quirks) -> Iterator[ScriptedServer]:
    """Run such a server while the context lasts."""
    model = QuirkyServer(quirks)
    with serving(model, routes_of(quirks)) as server:
        if quirks.html or quirks.key:
            plain = server.answer
            server.answer = lambda asked: _guarded(asked, quirks, plain)  # type: ignore[method-assign]
        yield server


def _guarded(asked: Asked, quirks: Quirks, plain: Any) -> Reply:
    if quirks.html:
        return Reply("<html><body>Welcome</body></html>", 200, {"Content-Type": "text/html"})
    if asked.headers.get("authorization") != f"Bearer {KEY}":
        return Reply({"error": {"message": "invalid key"}}, 401)
    reply: Reply = plain(asked)
    return reply
