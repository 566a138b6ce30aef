"""Guessing a token is slow, side by side too; who has it is never kept out for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from huimou.service.access.attempts import Attempts
from huimou.service.settings import ServiceSettings
from served_folder import a_folder, service

T = TypeVar("T")
TOKEN = "a-token-of-some-length"  # noqa: S105 (of the tests)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own: where a browser was driven before, the main one has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_the_first_wrong_tokens_cost_nothing() -> None:
    """A slip of the finger is no attack."""
    attempts = Attempts()
    for _ in range(4):
        attempts.note_wrong("a")
    began = time.monotonic()
    assert _run(attempts.wait_turn("a"))
    assert time.monotonic() - began < 0.1


def test_many_side_by_side_are_refused() -> None:
    """They stand in one row, which is no longer than ten seconds; another address waits for nobody."""
    attempts = Attempts()
    for _ in range(60):
        attempts.note_wrong("a")

    async def guess() -> list[bool]:
        tasks = [asyncio.create_task(attempts.wait_turn("a")) for _ in range(10)]
        await asyncio.sleep(0.05)
        assert await attempts.wait_turn("b")
        done = [task.result() for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        return done

    assert _run(guess()) == [False] * 8


def test_who_has_the_token_waits_once() -> None:
    """Then the address is as good as new."""
    attempts = Attempts()
    for _ in range(6):
        attempts.note_wrong("a")
    began = time.monotonic()
    assert _run(attempts.wait_turn("a"))
    assert 0.4 < time.monotonic() - began < 5
    attempts.note_right("a")
    again = time.monotonic()
    assert _run(attempts.wait_turn("a"))
    assert time.monotonic() - again < 0.1


@pytest.mark.parametrize("way", ["form", "bearer", "cookie"])
def test_every_way_in_is_slowed(tmp_path: Path, way: str) -> None:
    """The log-in form, the header of programs and the cookie alike; the right token gets in all the same."""

    def give(token: str) -> int:
        if way == "form":
            return client.post("/login", data={"token": token}).status_code
        headers = {"authorization": f"Bearer {token}"} if way == "bearer" else {"cookie": f"huimou={token}"}
        return client.get("/api/reports", headers=headers).status_code

    with service(ServiceSettings(a_folder(tmp_path / "out", "x"), token=TOKEN)) as client:
        began = time.monotonic()
        assert {give(f"wrong-token-number-{n}") for n in range(5)} <= {401, 403}
        assert {give(f"wrong-token-number-{n}") for n in range(2)} <= {401, 403}
        assert time.monotonic() - began > 0.7
        assert client.get("/api/reports", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
