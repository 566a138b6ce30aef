"""How fast a server reads and writes, whether it repeats itself, and how many requests at once it gains from."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from huimou.llm.probing.context import measure_prefill
from huimou.llm.probing.raw_calls import Messages, ProbeSession, Reply

WIDTHS = (2, 4, 8)
_GAIN = 1.2  # twice as many requests are worth having where they write a fifth more
_MAX_TOKENS = 24
_SLOW = 15.0  # seconds that a round may take for the next one, which is twice as large, to be tried
_COUNTING = "请用汉字从{start}数起，一直数下去，用逗号隔开，不要停。"
_STARTS = ("一", "三", "五", "七", "十", "二十", "三十", "四十")


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second of one request at a time; None where it was not measured."""

    prompt: float | None = None
    generation: float | None = None


@dataclass(frozen=True, slots=True)
class Determinism:
    """Whether the same request got the same answer three times, and once more after others; None if not tried."""

    repeated: bool | None = None
    after_others: bool | None = None


@dataclass(frozen=True, slots=True)
class Width:
    """Tokens a second written by so many requests at once, all together."""

    requests: int
    rate: float


@dataclass(frozen=True, slots=True)
class Parallelism:
    """What was measured, and the largest width that still gained; `knee` None if not tried."""

    widths: tuple[Width, ...] = ()
    knee: int | None = None
    evidence: str = ""


def build_counting(start: str = _STARTS[0]) -> Messages:
    """A request whose answer is long enough for any limit."""
    return (("system", "你是助手。"), ("user", _COUNTING.format(start=start)))


def repeat_request(session: ProbeSession, times: int) -> list[Reply]:
    """The same request, one after another; answers that are none are left out."""
    replies = [session.ask(build_counting(), _MAX_TOKENS) for _ in range(times)]
    return [reply for reply in replies if not reply.error]


def join_words(reply: Reply) -> str:
    """All that a reply says, thinking too."""
    message = reply.message
    return "\n".join(str(message.get(name) or "") for name in ("reasoning_content", "reasoning", "content"))


def measure_speed(short: Sequence[Reply], long: Reply) -> Speed:
    """Generation from short prompts with long answers, reading from a long prompt with a short answer."""
    rates = [rate for reply in short if (rate := _measure_generation(reply))]
    return Speed(round(measure_prefill(long), 1), round(max(rates), 1) if rates else None)


def _measure_generation(reply: Reply) -> float | None:
    told = reply.timing("predicted_per_second")
    written = reply.count("completion_tokens")
    return told or (written / max(reply.seconds, 1e-3) if written else None)


def compare_replies(replies: Sequence[Reply], later: Sequence[Reply]) -> Determinism:
    """Compare the answers to one request."""
    if len(replies) < 2:
        return Determinism()
    texts = {join_words(reply) for reply in replies}
    after = {join_words(reply) for reply in later}
    return Determinism(len(texts) == 1, after <= texts and len(texts) == 1 if after else None)


def find_knee(session: ProbeSession, alone: Sequence[Reply], slots: int | None) -> Parallelism:
    """Double the width until that gains less than a fifth, or slots, time or the budget end.

    Args:
        session: how to ask.
        alone: what was measured before, one request at a time.
        slots: how many requests the server says it works on at once; more only wait.

    """
    rates = [written / max(r.seconds, 1e-3) for r in alone if (written := r.count("completion_tokens"))]
    if not rates:
        return Parallelism(evidence="the server counts no tokens")
    widths = [Width(1, round(max(rates), 1))]
    for requests in WIDTHS:
        before = widths[-1]
        reason = _find_obstacle(session, requests, before, slots)
        if reason:
            nothing_tried = len(widths) == 1 and slots != 1
            return Parallelism(tuple(widths), None if nothing_tried else before.requests, reason)
        rate = _measure_together(session, requests)
        if rate is None:
            return Parallelism(tuple(widths), before.requests, f"of {requests} at once some were refused")
        widths.append(Width(requests, round(rate, 1)))
        if rate < _GAIN * before.rate:
            said = f"{requests} gain nothing over {before.requests}"
            return Parallelism(tuple(widths), before.requests, said)
    return Parallelism(tuple(widths), widths[-1].requests, "gains as far as it was tried")


def _find_obstacle(session: ProbeSession, requests: int, before: Width, slots: int | None) -> str:
    """Why a width is not tried; empty if it is."""
    if slots is not None and requests > slots:
        return f"the server works on {slots} at once"
    if session.left < requests:
        return f"{requests} not tried: the calls are spent"
    if before.requests * _MAX_TOKENS > before.rate * _SLOW:
        return f"{requests} not tried: too slow"
    return ""


def _measure_together(session: ProbeSession, requests: int) -> float | None:
    """Tokens a second of so many requests at once; None if one fails."""
    begun = time.monotonic()
    with ThreadPoolExecutor(requests) as pool:
        replies = list(pool.map(lambda start: session.ask(build_counting(start), _MAX_TOKENS), _STARTS[:requests]))
    seconds = time.monotonic() - begun
    counts = [reply.count("completion_tokens") for reply in replies if not reply.error]
    return None if len(counts) < requests or None in counts else sum(filter(None, counts)) / max(seconds, 1e-3)
