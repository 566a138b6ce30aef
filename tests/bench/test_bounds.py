"""Bounds of time that a quiet machine keeps; a busy one may not, so they are no part of the suite.

pytest -m bench
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.language.figures import find_quantities
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.outputs.page.index import to_index
from huimou.outputs.page.report import to_page
from huimou.outputs.render.to_json import from_json
from large_pages import build_index_entries, repeat_report
from long_reports import build_long_report
from places import ROOT
from silent_client import SilentClient

pytestmark = pytest.mark.bench

SIZE = {"width": 1300, "height": 850}
OPENED = """() => {
  const [{ domComplete }] = performance.getEntriesByType('navigation');
  const begun = performance.now();
  document.querySelector('#i-A6 .words').click();
  document.body.getBoundingClientRect();
  return domComplete + performance.now() - begun;
}"""  # milliseconds from the start of the navigation, and those that a click takes


def measure_command(*words: str) -> float:
    """CPU seconds of a huimou command that ends well: what else the machine does is not in it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "huimou", *words]
    subprocess.run(command, capture_output=True, check=True, cwd=ROOT, timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_five_reports_replay_in_ten_seconds(tmp_path: Path) -> None:
    """All five together."""
    assert measure_command("summarise", "seeds", "-o", str(tmp_path), "--replay") < 10


def test_gate_passes_in_ten_seconds() -> None:
    """The gate is fast enough to run on every commit."""
    assert measure_command("regress") < 10


def test_forty_thousand_characters_take_no_time() -> None:
    """Finding every figure of a very long report takes a third of a second where nothing else runs."""
    text = "市政协组织委员1200余人次开展调研视察60多次,提出意见建议1500余条,推动解决问题三十余个。\n" * 800
    begun = time.thread_time()
    find_quantities(text)
    assert time.thread_time() - begun < 5.0


def test_two_million_characters_take_a_minute() -> None:
    """So long a report is a digest after a minute of wall time, on two cores and without a model."""
    text = build_long_report(2_000_000)
    document = Document("报告.txt", "报告", text, "0" * 64, "utf-8", "text")
    begun = time.monotonic()
    digest = digest_report(document, SilentClient(), load_checked_prompts(), ignore_event)
    taken = time.monotonic() - begun
    assert len(digest.year_review.achievements) > len(digest.next_year_plan.tasks) > 1000
    assert taken < 60.0


def test_a_long_report_opens_at_once(browser: Any, tmp_path: Path) -> None:
    """40,000 characters can be used in under a second."""
    digest = from_json((ROOT / "fixtures" / "accepted" / "xianning-2022.json").read_text(encoding="utf-8"))
    long, text = repeat_report(digest, (ROOT / "seeds" / digest.source.file).read_bytes().decode(), 40_000)
    path = tmp_path / "long.html"
    path.write_text(to_page(long, text, "long"), encoding="utf-8")
    page = browser.new_context(viewport=SIZE, reduced_motion="reduce").new_page()
    taken = []
    for _ in range(3):  # the machine may be busy with something else
        page.goto(path.as_uri())
        taken.append(page.evaluate(OPENED))
    page.context.close()
    assert min(taken) < 1000, taken


def test_an_index_of_ten_thousand_opens_in_seconds(browser: Any, tmp_path: Path) -> None:
    """It is drawn a page at a time."""
    path = tmp_path / "index.html"
    path.write_text(to_index(build_index_entries(10_000)), encoding="utf-8")
    page = browser.new_context(viewport=SIZE).new_page()
    begun = time.monotonic()
    page.goto(path.as_uri())
    page.locator("#list tbody tr").nth(199).wait_for()
    taken = time.monotonic() - begun
    page.context.close()
    assert taken < 4.0
