"""Which mode follows from which findings."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.llm.probing.choose import NEEDED, choose_mode
from huimou.llm.probing.constraint import ModeFinding, State
from huimou.llm.probing.context import SILENT, Context
from huimou.llm.probing.thinking import Thinking
from huimou.settings import Mode

CONTEXT = Context(8192, 8192, 7700, "no")
CALM = Thinking("none")
states = st.sampled_from(get_args(State))


def findings(*found: str) -> tuple[ModeFinding, ...]:
    """One finding for each mode, in the order json_schema, json, md_json, tools."""
    names: tuple[Mode, ...] = ("json_schema", "json", "md_json", "tools")
    return tuple(ModeFinding(name, state) for name, state in zip(names, found, strict=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "mode"),
    [
        (("constrains", "constrains", "obeys", "constrains"), "json_schema"),
        (("obeys", "constrains", "obeys", "constrains"), "tools"),
        (("obeys", "constrains", "obeys", "obeys"), "json"),
        (("obeys", "obeys", "obeys", "ignored"), "json"),
        (("obeys", "rejected", "obeys", "rejected"), "md_json"),
        (("obeys", "rejected", "ignored", "rejected"), "json_schema"),
        (("endless", "rejected", "ignored", "obeys"), None),
    ],
)
def test_order(found: tuple[str, ...], mode: str | None) -> None:
    """What binds comes before what merely obeys."""
    assert choose_mode(findings(*found), CONTEXT, CALM, "openai").mode == mode


@given(st.tuples(states, states, states, states), st.integers(1, 40000), st.booleans())
def test_nothing_unreliable_is_chosen(found: tuple[str, ...], usable: int, off: bool) -> None:  # noqa: FBT001
    """A mode is chosen only if it was seen to give answers that fit, in a context that holds a question."""
    context = Context(usable, usable, usable, "no")
    choice = choose_mode(findings(*found), context, Thinking("content", off=off), "vllm")
    if choice.mode is None:
        assert choice.remedies
        assert choice.why
    else:
        assert {mode.name: mode.state for mode in findings(*found)}[choice.mode] in {"constrains", "obeys"}
        assert usable >= NEEDED


@pytest.mark.parametrize("kind", ["ollama", "llama.cpp", "builtin", "vllm", "sglang", "lmstudio", "openai"])
def test_every_server_has_its_remedy(kind: str) -> None:
    """A context that is too short, cut, or silent beyond its claim is answered with what to set at that server."""
    good = findings("constrains", "ignored", "ignored", "ignored")
    for context in (
        Context(512, 512),
        Context(8192, 2000, 2000, "yes", "start"),
        Context(4096, 4096, 1, "no", None, SILENT),
    ):
        assert choose_mode(good, context, CALM, kind).remedies[0].startswith("set a longer context: ")
    ample = Context(32768, 32768, 9000, "no", None, SILENT)
    assert choose_mode(good, ample, CALM, kind).remedies == ()


def test_thinking_that_stays_is_named() -> None:
    """Where nothing gives an answer that fits, thinking is named as a reason and among the remedies."""
    choice = choose_mode(
        findings("endless", "endless", "endless", "endless"), CONTEXT, Thinking("content", off=False), "llama.cpp"
    )
    assert "thinking" in choice.why
    assert any("--reasoning-budget 0" in remedy for remedy in choice.remedies)
