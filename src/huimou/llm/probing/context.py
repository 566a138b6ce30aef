"""How much of a long prompt a server really reads, and what it does with one that is too long.

A prompt of numbered lines holds one random code in its first line and one in its last, and both are asked for. A count
of prompt tokens below what was sent is a prompt that was cut without a word (Ollama issues 3839, 17427 and 17889).
Where nothing is counted a lost first code makes one suspect it; a full count is trusted, since small models forget.
"""

from __future__ import annotations

import math
import re
import secrets
from dataclasses import dataclass, replace
from typing import Any, Literal

from huimou.llm.probing.raw_calls import ProbeSession, Reply
from huimou.llm.tokens import EndpointFacts

Cut = Literal["no", "yes", "suspected", "unknown"]
Side = Literal["start", "middle", "end"]
NEEDLE_SECONDS = 50.0
_SHARE = 0.8  # of that, since longer prompts are read more slowly
_STEP = 1.25  # a prompt that is less than so many times as long as the last tells nothing new
_CODE = "ABCDEFGHJKMNPQRSTUVWXYZ"
_SMALL = 420  # tokens
_HALF, _MOST, _OVER = 0.5, 0.95, 1.4
_ROOM = 96  # tokens for the answer and the template
_MAX_TOKENS = 40
_WHOLE = 0.85  # share of the expected count: the rest is error of the estimate
_PER_CHAR = 0.8  # tokens, until one prompt has been counted
_UNCLAIMED = (4096, 16384)
_RETREAT = 1024
_FRAME = 24  # tokens of the template; the rest grows with the text
_BOTH = "第一行和最后一行的暗号各是什么？只回答两个暗号。"
_FIRST = "第一行的暗号是什么？只回答这个暗号。"
_UNTRIED = "not tried"
_TOO_SLOW = "not tried further, too slow"
_FORGOTTEN = "all tokens were counted, though the model did not repeat both codes"
SILENT = "200, cut without a word"
_LINE = "第{n:05}行：{a}{b}{c}。"
_PLACES = ("青松", "白水", "临江", "石桥", "云岭", "沙河", "东湖")
_DEEDS = ("召开会议", "走访企业", "督办提案", "开展调研", "举办讲座")
_NUMBERS = "一二三四五六七八九"
_LIMIT = re.compile(r"(?:context (?:length|size|window)|n_ctx)\D{0,24}?(\d{3,})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Context:
    """Context of one request, in tokens.

    Args:
        claimed: what the server tells; None where it does not.
        usable: what may be relied on; None where nothing is known.
        checked: the longest prompt that was seen to arrive whole; 0 where none was sent.
        cut: whether a prompt within the claim was cut without a word.
        side: which part of it was lost.
        overflow: what became of a prompt beyond the claim.
        evidence: what was seen, in a few words.

    """

    claimed: int | None
    usable: int | None
    checked: int = 0
    cut: Cut = "unknown"
    side: Side | None = None
    overflow: str = _UNTRIED
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Needle:
    """One long prompt: tokens expected and counted, characters sent, which codes came back, and the reply."""

    expected: int
    chars: int
    counted: int | None
    head: bool
    tail: bool
    reply: Reply

    @property
    def whole(self) -> bool:
        """Whether all of it was read, as far as count and codes tell."""
        if self.counted is not None and self.expected:
            return self.counted >= _WHOLE * self.expected
        return self.head and self.tail


def read_claim(facts: EndpointFacts) -> Context:
    """What the server tells, unchecked."""
    return Context(facts.context_tokens, facts.context_tokens, evidence="not checked")


@dataclass(frozen=True, slots=True)
class _Haystack:
    """Where codes are hidden, how many tokens a character of it is, and how many are read a second."""

    session: ProbeSession
    codes: tuple[str, str]
    per_char: float
    speed: float = math.inf

    def send(self, tokens: int, question: str = _BOTH, timeout: float | None = None) -> Needle:
        """One prompt of about so many tokens."""
        text = f"{_build_prompt(max(1, int((tokens - _FRAME) / self.per_char)), self.codes)}\n\n{question}"
        messages = (("system", "你回答关于下面文字的问题。"), ("user", text))
        reply = self.session.ask(messages, _MAX_TOKENS, timeout=timeout)
        said = reply.content.upper()
        head, tail = (code in said for code in self.codes)
        return Needle(tokens, len(text), reply.count("prompt_tokens"), head, tail, reply)

    def learn_from(self, needle: Needle) -> _Haystack:
        """With the share of tokens that a whole prompt was counted to have, and the slowest speed so far."""
        per_char = (needle.counted - _FRAME) / needle.chars if needle.counted else self.per_char
        speed = measure_prefill(needle.reply, needle.expected)
        return replace(self, per_char=per_char, speed=min(self.speed, speed))

    @property
    def limit(self) -> int:
        """The longest prompt that is read within `NEEDLE_SECONDS`, by what was measured."""
        return int(min(self.speed * NEEDLE_SECONDS * _SHARE, 10**9))


def measure_context(session: ProbeSession, facts: EndpointFacts) -> tuple[Context, Reply]:
    """Send prompts of growing length until one is cut or refused, the claim is reached, or time forbids.

    Returns the reply to the first, short one too: it shows how fast prompts are read.

    Raises:
        EndpointError: the short prompt is not answered.

    """
    claimed = facts.context_tokens
    hay = _Haystack(session, (_make_code(), _make_code()), _PER_CHAR)
    small = hay.send(min(_SMALL, (claimed or 2 * _SMALL) // 2))
    if small.reply.error:
        raise small.reply.error
    hay = hay.learn_from(small)
    known = small.counted or (small.expected if small.head and small.tail else 0)
    context = Context(claimed, claimed, known, "no" if known else "unknown", evidence="codes at both ends came back")
    return _climb(context, hay, small), small.reply


def _climb(context: Context, hay: _Haystack, small: Needle) -> Context:
    """Prompts of growing length after the short one."""
    longest = small.expected
    for wanted in _list_wanted(context.claimed):
        target = min(wanted, hay.limit)
        if target >= _STEP * longest:
            longest = target
            needle = hay.send(target, timeout=NEEDLE_SECONDS)
            if needle.reply.is_late:
                return _note_slowness(context)
            context = _judge_needle(context, needle, hay, recalls=small.head)
            if context.cut in {"yes", "suspected"}:
                return _retreat(context, hay, target)
            if context.overflow != _UNTRIED:
                return context
            hay = hay.learn_from(needle)
        if target < wanted:
            return _note_slowness(context)
    return _try_overflow(context, hay)


def measure_prefill(reply: Reply, expected: int = _SMALL) -> float:
    """Prompt tokens a second; from llama.cpp's timings where they are given, `expected` where nothing is counted."""
    told = reply.timing("prompt_per_second")
    return told or (reply.count("prompt_tokens") or expected) / max(reply.seconds, 1e-3)


def _list_wanted(claimed: int | None) -> tuple[int, ...]:
    """Prompt sizes to try, the shorter first."""
    return _UNCLAIMED if claimed is None else (int(claimed * _HALF), int(claimed * _MOST) - _ROOM)


def _note_slowness(context: Context) -> Context:
    """What was not tried for lack of time is no fault of the server: what it claims stands."""
    checked = f"{context.evidence}; {_TOO_SLOW}" if context.evidence else _TOO_SLOW
    return replace(context, overflow=_TOO_SLOW, evidence=checked)


def _make_code() -> str:
    return "".join(secrets.choice(_CODE) for _ in range(4))


def _build_prompt(chars: int, codes: tuple[str, str]) -> str:
    lines = [f"第一个暗号是{codes[0]}。"]
    size = len(lines[0])
    number = 0
    while size < chars - len(lines[0]):
        number += 1
        place, deed = _PLACES[number % len(_PLACES)], _DEEDS[number % len(_DEEDS)]
        lines.append(_LINE.format(n=number, a=place, b=deed, c=_NUMBERS[number * 7 % 9] + "次"))
        size += len(lines[-1]) + 1
    return "\n".join([*lines, f"第二个暗号是{codes[1]}。"])


def _judge_needle(context: Context, needle: Needle, hay: _Haystack, *, recalls: bool) -> Context:
    """The context after one more prompt; `recalls` if the model repeated the first code of the short one."""
    if needle.reply.error:
        return _note_refusal(context, needle)
    if needle.counted is None and not recalls:
        return replace(context, evidence="nothing is counted, and the model repeats no code")
    if needle.counted is not None:
        return _judge_count(context, needle, needle.counted)
    whole = replace(context, cut="no", checked=needle.expected)
    if needle.head or not needle.tail:
        return whole
    if hay.send(needle.expected, _FIRST, NEEDLE_SECONDS).head:
        return replace(whole, evidence="the first code came back when asked for alone")
    said = f"of about {needle.expected} tokens the code at the start was lost, the one at the end was not"
    return replace(context, cut="suspected", side="start", usable=context.checked, evidence=said)


def _judge_count(context: Context, needle: Needle, counted: int) -> Context:
    if needle.whole:
        evidence = context.evidence if needle.head and needle.tail else _FORGOTTEN
        return replace(context, cut="no", checked=counted, evidence=evidence)
    said = f"sent about {needle.expected} tokens, counted {counted}"
    kept = max(context.checked, counted)
    return replace(context, cut="yes", side=_find_cut_side(needle), usable=kept, evidence=said)


def _retreat(context: Context, hay: _Haystack, target: int) -> Context:
    """After a cut, one prompt of the length that huimou needs: between the short one and the cut one lies much."""
    if (context.usable or 0) >= _RETREAT or target <= _RETREAT:
        return context
    needle = hay.send(_RETREAT)
    if needle.reply.error or not (needle.whole and needle.head):
        return context
    return replace(context, usable=needle.counted or needle.expected, checked=needle.counted or needle.expected)


def _find_cut_side(needle: Needle) -> Side:
    if needle.head and needle.tail:
        return "middle"
    return "end" if needle.head else "start"


def _note_refusal(context: Context, needle: Needle) -> Context:
    """A prompt within the claim that was refused: the claim is too high, or there was none."""
    told = _find_told_limit(needle.reply)
    usable = min(told, context.claimed or told) if told else context.checked or context.claimed
    said = f"about {needle.expected} tokens were refused"
    return replace(context, usable=usable, overflow=judge_overflow(needle.reply), evidence=said)


def _try_overflow(context: Context, hay: _Haystack) -> Context:
    """What becomes of a prompt beyond the claim; not sent where reading it all would take too long."""
    if context.claimed is None:
        return replace(context, usable=context.checked or None, overflow=f"none up to {context.checked} tokens")
    tokens = int(context.claimed * _OVER) + _ROOM
    if context.claimed > hay.limit:  # a server that cuts reads as much as it claims; others refuse at once
        return replace(context, overflow=f"not tried: {tokens} tokens would take too long")
    return replace(context, **_judge_excess(context, hay.send(tokens, timeout=NEEDLE_SECONDS)))


def _judge_excess(context: Context, needle: Needle) -> dict[str, Any]:
    """What a prompt beyond the claim came to, by the names of the context's fields."""
    if needle.reply.is_late:
        return {"overflow": f"not known: about {needle.expected} tokens took too long"}
    if needle.reply.error:
        return {"overflow": judge_overflow(needle.reply)}
    if context.cut == "unknown":
        return {"overflow": "200, whether whole cannot be told"}
    if needle.whole:
        return {"overflow": "200, read whole: the claim is too low"}
    return {"overflow": SILENT, "side": _find_cut_side(needle)}


def judge_overflow(reply: Reply) -> str:
    """How a prompt that is too long was refused, in a few words."""
    if reply.status == 0:
        return f"no answer ({reply.text})"
    return f"{reply.status} with counts" if _find_told_limit(reply) else f"{reply.status}"


def _find_told_limit(reply: Reply) -> int | None:
    error = reply.body.get("error")
    number = error.get("n_ctx") if isinstance(error, dict) else None
    if isinstance(number, int) and number > 0:
        return number
    found = _LIMIT.search(reply.text)
    return int(found[1]) if found else None
