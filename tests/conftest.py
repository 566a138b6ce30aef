"""How the tests run (on all cores, with compiled modules kept), and what several test files share as fixtures."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpcore2
import pytest
import typer.main
import typer.testing
from hypothesis import settings

# The same examples on every machine, however slow it is; `pytest --hypothesis-profile=explore` looks for others.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("same")

# Where the tests run in the background of a shell, Ctrl-C is ignored; what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Without compiled modules on disk each of the many processes that tests start would compile huimou anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# In CI no recordings are made: a test of that sets the variable, all others run as on a person's own machine.
os.environ.pop("CI", None)

# What would be made anew for each of some thousand clients and commands in this process, and is always the same: the
# certificates that are trusted (20 ms; no server of a test speaks TLS), and the command line as typer reads it (35 ms).
httpcore2.default_ssl_context = cache(httpcore2.default_ssl_context)
typer.testing._get_command = cache(typer.main.get_command)

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_WORKER = "PYTEST_XDIST_WORKER"  # set in every worker, and so in all that it starts
_MOST_WORKERS = 8  # more of them wait for each other's imports


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Spread the whole suite over the cores; what was asked for by name, by mark or for a debugger stays together."""
    options = config.option
    if _is_parallel(config) and options.numprocesses is None and options.dist == "no" and not options.tx:
        options.numprocesses = min(_count_cores() + 1, _MOST_WORKERS)  # one of them waits for a disk or a server
        options.dist = "worksteal"


def _is_parallel(config: pytest.Config) -> bool:
    if _WORKER in os.environ or not config.pluginmanager.hasplugin("xdist"):  # a worker must never start others
        return False
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    marked = any(word.startswith("-m") for word in config.invocation_params.args)
    debugged = config.option.usepdb or config.option.trace
    return whole and not marked and not debugged and _count_cores() > 1


def _count_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium without a window, started once."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = next(filter(None, map(shutil.which, _NAMES)), None)
    if chromium is None:
        pytest.skip("needs a Chromium")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory without any settings of the user's own, and a cache that is empty."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    for name in ("HUIMOU_BASE_URL", "HUIMOU_MODEL", "HUIMOU_API_KEY"):
        monkeypatch.delenv(name, raising=False)
