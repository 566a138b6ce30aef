"""Which modes really bind an answer, and which schema keywords are enforced.

The test is behaviour: the prompt asks for one word of prose, and the schema allows only words that no prose holds. Only
a constraint that is at work yields one of them; status 200 and a version number prove nothing, since servers drop a
grammar that they cannot parse and answer 200 all the same (llama.cpp issues 19051 and 24097).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from huimou.errors import HuimouError
from huimou.llm.answerers.completion import clean_body
from huimou.llm.probing.raw_calls import Messages, ProbeSession, Reply
from huimou.settings import Mode

State = Literal["constrains", "obeys", "ignored", "endless", "rejected", "untried"]
KeywordState = Literal["enforced", "ignored", "rejected", "untried"]
_MAX_TOKENS = 64
_LONG = 160
UNWILLING: Messages = (("system", "你是助手。只回答一个字：好。不写 JSON，不解释。"), ("user", "请只回答一个字：好。"))
_LISTING: Messages = (
    ("system", '只回答 JSON：{"few": ["甲"], "many": ["一", "二"], "long": "……", "code": "……"}。'),
    ("user", "few 只写一项“甲”。many 写一到十共十项。long 写三十个字以上的一句话。code 写两个汉字，不写数字。"),
)
_NONSENSE = ("zorvex", "kuplim", "draquo", "fnirtel", "wobbash", "plontir", "grevnik", "yastrom")


@dataclass(frozen=True, slots=True)
class ModeFinding:
    """What became of a mode.

    Args:
        name: the mode.
        state: constrains (a schema-true answer to an unwilling prompt), obeys (only to a willing one, or where the
            schema stands in the prompt and nothing else binds the answer), ignored, endless (the answer does not end
            within its tokens), rejected, untried.
        status: of a rejection, else 200.
        evidence: the server's own words, or what it answered.
        notes: what huimou had to clean away, such as a code fence.

    """

    name: Mode
    state: State
    status: int = 200
    evidence: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyword:
    """What became of one schema keyword; `words` are the server's own for a rejection, else what it answered."""

    name: str
    state: KeywordState
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReadReply:
    """The object in an answer as huimou's client would see it; None if it would see none."""

    value: Mapping[str, Any] | None
    notes: tuple[str, ...]


def read_reply(reply: Reply, mode: Mode) -> ReadReply:
    """The answer's object, and what had to be done to see it."""
    if reply.error:
        return ReadReply(None, ())
    try:
        message = clean_body(dict(reply.body), strict=mode == "md_json")["choices"][0]["message"]
    except HuimouError as error:
        return ReadReply(None, (error.message,))
    calls = message.get("tool_calls")
    text = calls[0]["function"].get("arguments", "") if calls else message["content"]
    if mode == "tools" and not calls:
        return ReadReply(None, ("no tool call",))
    try:
        value = json.loads(text)
    except (ValueError, TypeError):
        value = None
    return ReadReply(value if isinstance(value, dict) else None, _note_oddities(reply, mode))


def _note_oddities(reply: Reply, mode: Mode) -> tuple[str, ...]:
    content = reply.content
    blank = not content.strip(' \t\r\n{["')
    cut = reply.finish == "length"
    seen = {
        "thinking beside the answer": "</think>" in content,
        "in a code fence": "```" in content and mode != "md_json",
        "with curly quotes": content.strip().startswith(("{“", "{”")) or "{“" in content,
        "in the reasoning field": not content.strip() and mode != "tools",
        "blanks until max_tokens": cut and blank,
        "still writing at max_tokens": cut and not blank,
    }
    return tuple(note for note, is_so in seen.items() if is_so)


def try_mode(session: ProbeSession, mode: Mode) -> ModeFinding:
    """Test one mode; a second, willing question is asked only where the unwilling one is not answered in its schema.

    MD_JSON binds nothing, so it is only asked the willing one.
    """
    words = _pick_words()
    schema = _build_truth_schema(words)
    if mode != "md_json":
        reply = session.ask(UNWILLING, _MAX_TOKENS, mode, schema)
        found = read_reply(reply, mode)
        if _is_true(reply, found, words):
            said = f"told to write 好, it wrote {_show_value(found)}"
            if mode == "json":  # the schema is a part of its prompt
                return ModeFinding(mode, "obeys", evidence=f"{said}, which the prompt shows", notes=found.notes)
            return ModeFinding(mode, "constrains", evidence=said, notes=found.notes)
        if reply.error:
            return ModeFinding(mode, "rejected", reply.status, reply.words)
    reply = session.ask(_build_willing(words), _MAX_TOKENS, mode, schema)
    found = read_reply(reply, mode)
    if reply.error:
        return ModeFinding(mode, "rejected", reply.status, reply.words)
    if _is_true(reply, found, words):
        return ModeFinding(mode, "obeys", evidence="only when the prompt asks for it", notes=found.notes)
    seen = "" if found.notes else f"answered {reply.content.strip()[:16]!r}"
    return ModeFinding(mode, "endless" if reply.finish == "length" else "ignored", evidence=seen, notes=found.notes)


def _pick_words() -> tuple[str, ...]:
    picked = list(_NONSENSE)
    secrets.SystemRandom().shuffle(picked)
    return tuple(picked[:3])


def _build_truth_schema(words: tuple[str, ...]) -> dict[str, Any]:
    return _build_object({"word": {"enum": list(words), "type": "string"}})


def _build_willing(words: tuple[str, ...]) -> Messages:
    told = f'从这三个词里任选一个：{"、".join(words)}。只回答 JSON：{{"word": "选中的词"}}'
    return (("system", told), ("user", "请选。"))


def _is_true(reply: Reply, found: ReadReply, words: tuple[str, ...]) -> bool:
    return (
        reply.finish != "length"
        and found.value is not None
        and _has_keys(found, "word")
        and (found.value["word"] in words)
    )


def _has_keys(found: ReadReply, *names: str) -> bool:
    return found.value is not None and set(found.value) == set(names)


def _show_value(found: ReadReply) -> str:
    return json.dumps(found.value, ensure_ascii=False)


def _build_object(properties: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": "Chosen",
        "additionalProperties": False,
        "properties": dict(properties),
        "required": list(properties),
        "type": "object",
        **more,
    }


@dataclass(frozen=True, slots=True)
class _Trial:
    """One keyword: the property that uses it, and whether a value keeps to it."""

    name: str
    key: str
    schema: Mapping[str, Any]
    holds: Callable[[Any], bool]
    more: Mapping[str, Any]


def _build_trial(name: str, key: str, schema: Mapping[str, Any], holds: Callable[[Any], bool], **more: Any) -> _Trial:
    return _Trial(name, key, schema, holds, more)


_PART = {"properties": {"n": {"enum": ["grevnik"], "type": "string"}}, "required": ["n"], "type": "object"}
# Answered to an unwilling prompt.
_CHOICES = (
    _build_trial("enum", "e", {"enum": ["zorvex", "kuplim"], "type": "string"}, lambda v: v in {"zorvex", "kuplim"}),
    _build_trial("const", "c", {"const": "draquo", "type": "string"}, lambda v: v == "draquo"),
    _build_trial("$ref", "r", {"$ref": "#/$defs/Part"}, lambda v: v == {"n": "grevnik"}, **{"$defs": {"Part": _PART}}),
    _build_trial(
        "Chinese enum", "z", {"enum": ["琥珀鲸", "青铜鹭"], "type": "string"}, lambda v: v in {"琥珀鲸", "青铜鹭"}
    ),
    _build_trial(
        "anyOf null",
        "a",
        {"anyOf": [{"enum": ["wobbash"], "type": "string"}, {"type": "null"}]},
        lambda v: v is None or v == "wobbash",
    ),
)
_ITEM = {"type": "string"}
# Answered to a prompt that asks for the contrary of each.
_BOUNDS = (
    _build_trial("minItems", "few", {"items": _ITEM, "minItems": 3, "type": "array"}, lambda v: len(v) >= 3),
    _build_trial("maxItems", "many", {"items": _ITEM, "maxItems": 2, "type": "array"}, lambda v: len(v) <= 2),
    _build_trial("maxLength", "long", {"maxLength": 6, "type": "string"}, lambda v: len(v) <= 6),
    _build_trial("pattern", "code", {"pattern": "^[0-9]{4}$", "type": "string"}, lambda v: v.isdigit() and len(v) == 4),
)
KEYWORDS = tuple(trial.name for trial in (*_CHOICES, *_BOUNDS))


def try_keywords(session: ProbeSession, mode: Mode, reserve: int) -> tuple[Keyword, ...]:
    """Each keyword's fate: all of a group in one question, one by one where a group fails as a whole.

    Args:
        session: how to ask.
        mode: the mode that is going to be used; one that constrains nothing needs no question.
        reserve: calls to leave for what comes after.

    """
    found: list[Keyword] = []
    for group, messages, limit in ((_CHOICES, UNWILLING, _LONG), (_BOUNDS, _LISTING, _LONG)):
        together = _try_together(session, mode, group, messages, limit)
        if all(keyword.state == together[0].state for keyword in together) and together[0].state != "enforced":
            together = [
                _try_alone(session, mode, trial, messages, reserve, seen)
                for trial, seen in zip(group, together, strict=True)
            ]
        found += together
    return tuple(found)


def _try_alone(
    session: ProbeSession, mode: Mode, trial: _Trial, messages: Messages, reserve: int, seen: Keyword
) -> Keyword:
    if session.left <= reserve:
        return replace(seen, words=f"together with others: {seen.words}")
    return _try_together(session, mode, (trial,), messages, _LONG)[0]


def _try_together(
    session: ProbeSession, mode: Mode, trials: tuple[_Trial, ...], messages: Messages, limit: int
) -> list[Keyword]:
    more = {key: value for trial in trials for key, value in trial.more.items()}
    schema = _build_object({trial.key: trial.schema for trial in trials}, **more)
    reply = session.ask(messages, limit, mode, schema)
    if reply.error:
        return [Keyword(trial.name, "rejected", f"status {reply.status}: {reply.words}") for trial in trials]
    found = read_reply(reply, mode)
    return [_judge_trial(trial, found, reply) for trial in trials]


def _judge_trial(trial: _Trial, found: ReadReply, reply: Reply) -> Keyword:
    if found.value is None or trial.key not in found.value:
        return Keyword(trial.name, "ignored", reply.content.strip()[:24])
    value = found.value[trial.key]
    try:
        holds = trial.holds(value)
    except (TypeError, AttributeError):
        holds = False
    return Keyword(trial.name, "enforced" if holds else "ignored", json.dumps(value, ensure_ascii=False)[:40])


def list_untried(reason: str) -> tuple[Keyword, ...]:
    """All keywords, where no mode constrains or none was asked."""
    return tuple(Keyword(name, "untried", reason) for name in KEYWORDS)
