"""What of a key is hidden in what a server sends, however it is written there."""

from __future__ import annotations

import html
import json
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huimou.errors import HuimouError
from huimou.llm.client import open_client
from huimou.llm.network.key_mask import MASK, KeyMask
from huimou.settings import Endpoint
from raw_server import respond, serving_raw
from scripted_server import Reply, completion, serving
from small_question import GOOD, ask_for

KEY = "zq-7Kd/92+mPxW4==vRt81LbNc"
MASKED = KeyMask(KEY)
WRITTEN = {
    "as it is": KEY,
    "in a URL": quote(KEY, safe=""),
    "all of it in a URL": "".join(f"%{ord(char):02X}" for char in KEY),
    "in JSON": json.dumps(KEY)[1:-1].replace("/", "\\/"),
    "all of it in JSON": "".join(f"\\u{ord(char):04x}" for char in KEY),
    "in HTML": html.escape(KEY).replace("+", "&#43;").replace("=", "&#x3d;"),
    "over lines": "\n  ".join(KEY[at : at + 5] for at in range(0, len(KEY), 5)),
    "over lines in JSON": "\\n".join(KEY[at : at + 5] for at in range(0, len(KEY), 5)),
    "with spaces": " ".join(KEY),
    "with invisible characters": "\u200b".join(KEY),
    "in capitals": KEY.upper(),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_key_is_hidden_however_it_is_written(name: str) -> None:
    """Nothing of it is left, and what surrounds it stays."""
    assert MASKED.hide(f"wrong key {WRITTEN[name]}, sorry") == f"wrong key {MASK}, sorry"
    answer = f'{{"content": "{WRITTEN[name]}"}}'
    if name != "with invisible characters":
        assert MASKED.hide_in_answer(answer.encode()) == f'{{"content": "{MASK}"}}'.encode()


@pytest.mark.parametrize("length", range(6, len(KEY)))
def test_a_beginning_of_the_key_is_hidden(length: int) -> None:
    """A server or a cut may have left only so much of it."""
    assert MASKED.hide(f"wrong key {KEY[:length]}") == f"wrong key {MASK}"
    assert MASKED.hide(f"wrong key {KEY[:length]}... (cut)") == f"wrong key {MASK}... (cut)"


@pytest.mark.parametrize("start", range(len(KEY) - 8))
def test_a_part_of_the_key_is_hidden(start: int) -> None:
    """Wherever in the key it is from."""
    assert MASKED.hide(f"key …{KEY[start:]}") == f"key …{MASK}"


@pytest.mark.parametrize("key", ["", "k", "abc"])
def test_what_is_no_secret_is_not_hidden(key: str) -> None:
    """Without a key, or with one that any text may hold by chance, nothing changes."""
    assert KeyMask(key).hide("a back kitchen abc") == "a back kitchen abc"


@pytest.mark.parametrize("text", ["", "zq-7", "the model is not loaded", "sk-other-key", "错误：未加载 %E4 \\u0 &# \\"])
def test_other_text_stays(text: str) -> None:
    """A few characters in common are no key."""
    assert MASKED.hide(text) == text
    assert MASKED.hide_in_answer(text.encode()) == text.encode()


@given(st.binary(max_size=200))
def test_an_answer_without_the_key_keeps_every_byte(data: bytes) -> None:
    """Also where it is no text."""
    assert MASKED.hide_in_answer(data) == data
    assert MASKED.hide_in_answer(data + KEY.encode() + data) == data + MASK.encode() + data


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=60), st.text(max_size=40))
def test_any_key_is_hidden(key: str, around: str) -> None:
    """Whatever stands around it, the whole key is never left."""
    assume(key.casefold() not in around.casefold())
    for written in (key, quote(key, safe=""), json.dumps(key)[1:-1]):
        shown = KeyMask(key).hide(f"{around} {written} {around}")
        assert MASK in shown
        assert key not in shown


@pytest.mark.parametrize("before", [0, 100, 170, 180, 190, 195, 199, 5000])
@pytest.mark.parametrize("status", [400, 404, 418, 422, 503])
def test_a_refusal_that_quotes_the_key_is_cut_after_it_is_masked(before: int, status: int) -> None:
    """Wherever the excerpt ends, no part of the key is shown."""
    refusal = Reply({"error": {"message": f"{'x' * before} invalid key: {KEY}"}}, status)
    with (
        serving([refusal]) as server,
        open_client(Endpoint("openai", server.url, "m", KEY), budget=0.01) as client,
        pytest.raises(HuimouError) as caught,
    ):
        client.ask(ask_for())
    assert KEY[:6] not in str(caught.value)


def test_a_header_that_quotes_the_key() -> None:
    """It is hidden there, too."""
    reply = respond(b"{}", 429, {"Retry-After": KEY, "X-Key": KEY})
    heard: list[object] = []
    with (
        serving_raw(lambda *_: [reply]) as server,
        open_client(Endpoint("openai", server.url, "m", KEY), budget=0.01, listen=heard.append) as client,
        pytest.raises(HuimouError) as caught,
    ):
        client.ask(ask_for())
    assert heard
    assert KEY[:6] not in str(caught.value) + repr(heard)


def test_an_answer_that_quotes_the_key() -> None:
    """What the model wrote is kept in files; the key is in none of them, and the answer is whole."""
    said = json.dumps({"summary": KEY[:20], "count": 12})
    heard: list[object] = []
    with (
        serving([completion(said)]) as server,
        open_client(Endpoint("openai", server.url, "m", KEY), listen=heard.append) as client,
    ):
        value = client.ask(ask_for()).value
        assert "***" in str(value)
        assert client.ask(ask_for(unit="另一句。")).value
    assert KEY[:8] not in repr(heard)
    assert GOOD  # the key takes no part in answers that do not quote it
