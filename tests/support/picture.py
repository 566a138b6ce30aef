"""The README's picture of a report's page, drawn anew by the system's Chromium; run by hand.

    huimou summarise seeds -o out --replay && python tests/support/picture.py out/xianning-2022.html

A page of PDF with the look of the screen, made an SVG by poppler's pdftocairo: text, as all that is kept here.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from places import ROOT

PICTURE = ROOT / "fixtures" / "page.svg"
_WIDTH, _HEIGHT = 1200, 640


def draw(page: Path) -> str:
    """The first screen of a page as SVG, its numbers to two places."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        pdf, svg = Path(name) / "page.pdf", Path(name) / "page.svg"
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        tab.goto(page.resolve().as_uri())
        tab.emulate_media(media="screen")
        tab.pdf(path=pdf, width=f"{_WIDTH}px", height=f"{_HEIGHT}px", print_background=True, page_ranges="1")
        browser.close()
        subprocess.run(["pdftocairo", "-svg", "-f", "1", "-l", "1", pdf, svg], check=True)
        drawn = svg.read_text(encoding="utf-8")
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), drawn)


if __name__ == "__main__":
    PICTURE.write_text(draw(Path(sys.argv[1])), encoding="utf-8")
