"""How many requests the built-in server works on at once; nothing is started here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from huimou.llm import builtin_server
from huimou.llm.builtin_server import BuiltinServer, choose_slots, serve_endpoint
from huimou.settings import Endpoint


def test_one_slot_on_two_cores() -> None:
    """A second one gains nothing there."""
    assert [choose_slots(cores) for cores in (1, 2, 3, 16)] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("cores", "concurrency", "chosen", "slots"), [(2, 2, False, 1), (8, 2, False, 2), (8, 1, False, 1), (2, 4, True, 4)]
)
def test_a_server_has_no_more_slots_than_requests(
    cores: int, concurrency: int, slots: int, monkeypatch: pytest.MonkeyPatch, *, chosen: bool
) -> None:
    """What the user chose counts; half of the requests, as for two servers side by side, need half of the slots."""
    started: list[int] = []

    @contextmanager
    def serve(*, slots: int, **_: Any) -> Iterator[BuiltinServer]:
        started.append(slots)
        yield BuiltinServer("http://127.0.0.1:1/v1", "m", 4096, slots)

    monkeypatch.setattr(builtin_server, "serve_builtin", serve)
    monkeypatch.setattr(builtin_server, "count_usable_cores", lambda: cores)
    names = frozenset({"concurrency"} if chosen else ())
    with serve_endpoint(Endpoint("builtin", concurrency=concurrency, chosen=names)):
        assert started == [slots]
