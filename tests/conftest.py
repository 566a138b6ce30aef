"""What several test files share as fixtures."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# The same examples on every machine, however slow it is; `pytest --hypothesis-profile=explore` looks for others.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("same")

# Where the tests run in the background of a shell, Ctrl-C is ignored; what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

_NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium without a window, one for a file of tests."""
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
