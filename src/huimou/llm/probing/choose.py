"""Which mode huimou will use, why, and what the user should set; None where nothing is reliable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huimou.llm.probing.constraint import ModeFinding
from huimou.llm.probing.context import SILENT, Context
from huimou.llm.probing.thinking import Thinking
from huimou.settings import Mode

# The shortest context, in tokens, that holds one of huimou's longest questions with its examples and its answer.
NEEDED = 768
_ROOMY, _AMPLE = 4096, 16384
_LONGER = {
    "ollama": "OLLAMA_CONTEXT_LENGTH=16384 for ollama serve, or a model made with PARAMETER num_ctx 16384",
    "llama.cpp": "llama-server -c 16384 (it is divided by --parallel)",
    "builtin": "a larger context_tokens",
    "vllm": "--max-model-len 16384",
    "sglang": "--context-length 16384",
    "lmstudio": "a longer context length in the settings of the loaded model",
}
_NO_THINKING = {
    "ollama": "pull a model without thinking, or one that knows reasoning_effort",
    "llama.cpp": "llama-server --reasoning-budget 0",
    "vllm": "--reasoning-parser and --default-chat-template-kwargs '{\"enable_thinking\": false}'",
    "sglang": "--reasoning-parser for the model's family",
}
_BINDING = {
    "ollama": "a newer Ollama (structured outputs need 0.5 or later), or another model",
    "llama.cpp": "a newer llama-server, started with --jinja",
    "vllm": "a newer vLLM with its default structured-output backend",
    "lmstudio": "a newer LM Studio",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The mode to use (None: nothing is reliable), why, and what the user should set, most important first."""

    mode: Mode | None
    why: str
    remedies: tuple[str, ...] = ()


def choose_mode(modes: Sequence[ModeFinding], context: Context, thinking: Thinking, kind: str) -> Choice:
    """Choose from what was found.

    JSON_SCHEMA where it constrains, else forced tool calls, else JSON in either of its forms where the model obeys.
    """
    remedies = _list_remedies(context, thinking, kind)
    if context.usable is not None and context.usable < NEEDED:
        longer = _word_longer(kind)
        why = f"only {context.usable} tokens of a prompt are read, huimou's questions need {NEEDED}"
        return Choice(None, why, (longer, *(each for each in remedies if each != longer)))
    mode, why = _choose_best({mode.name: mode for mode in modes})
    if mode is None:
        remedies = (*remedies, f"use {_BINDING.get(kind, 'another server or model')}")
        if not thinking.off:
            why += "; thinking uses up the answers"
    return Choice(mode, why, remedies)


def _choose_best(modes: Mapping[str, ModeFinding]) -> tuple[Mode | None, str]:
    reasons = {
        "json_schema": "the schema binds the answer even against the prompt",
        "tools": "json_schema does not bind, a forced tool call does",
        "json": "no schema binds, but JSON mode gives answers that fit",
        "md_json": "nothing binds the answer, but the model writes the JSON that it is shown",
    }
    wanted: tuple[tuple[Mode, tuple[str, ...]], ...] = (
        ("json_schema", ("constrains",)),
        ("tools", ("constrains",)),
        ("json", ("constrains", "obeys")),
        ("md_json", ("obeys",)),
        ("json_schema", ("obeys",)),
    )
    for name, states in wanted:
        found = modes.get(name)
        if found is not None and found.state in states:
            return name, reasons[name] if states != ("obeys",) or name == "md_json" else "the model obeys the prompt"
    seen = "; ".join(f"{mode.name} {mode.state}" for mode in modes.values() if mode.state != "untried")
    return None, f"no mode gives an answer that fits its schema ({seen})"


def _list_remedies(context: Context, thinking: Thinking, kind: str) -> tuple[str, ...]:
    found: list[str] = []
    silent = context.cut in {"yes", "suspected"} or context.overflow == SILENT
    if silent and (context.usable or 0) < _AMPLE:
        found.append(_word_longer(kind))
    elif context.usable is not None and context.usable < _ROOMY:
        found.append(f"{_word_longer(kind)}; then long units are asked about whole")
    if not thinking.off:
        found.append(f"turn thinking off: {_NO_THINKING.get(kind, 'at the server, or use a model without it')}")
    return tuple(found)


def _word_longer(kind: str) -> str:
    return f"set a longer context: {_LONGER.get(kind, 'at the server')}"
