"""A run of one small report survives whatever its server does, in bounded time and memory."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

import huimou.llm.asking  # noqa: F401 (it takes seconds, which no run is to be charged with)
from huimou.cli import app
from huimou.llm.client import open_client
from memory import read_peak
from raw_server import RawServer, respond, serving_raw
from server_faults import ODD, OF_NO_USE, REFUSING, Fault, build_answer
from small_suite import answer

TEXT = """政协青松市委员会常务委员会工作报告

2023年工作回顾

●围绕城区老旧管网改造开展专题协商,组织委员齐心协力走访社区26个,提出意见建议43条,得到市政府主要领导批示,为科学决策提供了重要参考。

●开展优化营商环境民主监督,组织委员群策群力走访企业112家,帮助协调解决用地、融资等问题37个,进一步增强了企业发展信心。

2024年工作安排

●修订委员履职管理办法,建立委员履职档案,努力打造一支高素质的委员队伍。
"""
KEY = "zq-7KdZ92hmPxW4vRt81LbNc"
FAULTS = {**OF_NO_USE, **ODD, **REFUSING}
SLOW = {"silence", "a byte now and then", "signs of life", "continue without end"}


@pytest.fixture(autouse=True)
def _is_impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is tried again for a minute, and no server that is gone is waited for."""
    monkeypatch.setitem(open_client.__kwdefaults__, "budget", 0.2)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "huimou.toml").write_text("patience = 0\n", encoding="utf-8")
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")


def run(server: RawServer, seconds: float = 5) -> Result:
    """Digest the report."""
    given = [
        "summarise",
        "report.txt",
        "-o",
        "out",
        "--base-url",
        server.url,
        "--model",
        "m",
        "--timeout",
        f"{seconds}",
    ]
    return CliRunner().invoke(app, [*given, "--api-key", KEY, "--concurrency", "2"])


def misbehave(fault: Fault, times: int) -> Any:
    """A script that answers so many chat requests badly and all others well."""

    def script(body: Any, number: int) -> Iterable[bytes]:
        good = build_answer(answer(body).body["choices"][0]["message"]["content"])
        return fault(good) if number <= times else [respond(good)]

    return script


def check_words(done: Result) -> None:
    """Nothing that was printed does anything to a terminal, holds the key, or is a programmer's."""
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert not [char for char in done.output if char != "\n" and unicodedata.category(char) in {"Cc", "Cf", "Cs"}]
    assert KEY[:6] not in done.output
    assert "Traceback" not in done.output
    assert "internal error" not in done.output
    assert max(map(len, done.output.splitlines()), default=0) < 600


def read_digest() -> Any:
    """The digest that was written."""
    return json.loads(Path("out/report.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FAULTS)
def test_server_that_fails_once(name: str) -> None:
    """At most one unit falls back or the report waits for the next run, which mends it."""
    before, begun = read_peak(), time.monotonic()
    with serving_raw(misbehave(FAULTS[name], 1)) as server:
        done = run(server, 1 if name in SLOW else 5)
        check_words(done)
        assert done.exit_code in ({0} if name in ODD else {0, 3} if name in OF_NO_USE else {0, 3, 4}), done.output
        assert time.monotonic() - begun < 15
        if done.exit_code in {0, 3} and Path("out/report.json").exists():
            assert len(read_digest()["year_review"]["achievements"]) == 2
            assert {figure["quote"] for figure in read_digest()["figures"]} >= {"26个", "43条", "112家", "37个"}
        else:
            assert name in REFUSING
        again = run(server) if done.exit_code else done
        check_words(again)
    if name in REFUSING:
        assert again.exit_code == 0, again.output
    assert read_peak() - before < 100


@pytest.mark.parametrize("name", FAULTS)
def test_server_that_always_fails(name: str) -> None:
    """Every unit falls back, or one clear line says what to do."""
    before, begun = read_peak(), time.monotonic()
    with serving_raw(misbehave(FAULTS[name], 10**6)) as server:
        done = run(server, 1 if name in SLOW else 5)
    check_words(done)
    assert time.monotonic() - begun < 30
    assert read_peak() - before < 100
    if name in REFUSING:
        assert done.exit_code == 4, done.output
        assert server.url.removeprefix("http://") in done.output or "the request does not fit" in done.output
    else:
        assert done.exit_code == (0 if name in ODD else 3), done.output
        assert len(read_digest()["year_review"]["achievements"]) == 2
    for path in Path("out").rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert KEY[:6].encode() not in data, path
            if path.suffix in {".md", ".html", ".csv"}:
                assert b"\x1b" not in data, path
                assert "\u202e".encode() not in data, path


def test_the_table_is_long() -> None:
    """Whoever takes a row out sees it."""
    assert len(FAULTS) >= 85
