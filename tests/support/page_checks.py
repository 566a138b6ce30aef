"""What any page is checked for in a browser: axe-core's findings, and the size of what is pressed with a finger."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from playwright.sync_api import Page

SERIOUS = {"serious", "critical"}
RUN = "axe.run(document, {rules: {'target-size': {enabled: true}}})"
TARGETS = """least => [...document.querySelectorAll('button, a[href], input, select, summary, textarea')]
.filter((e) => {
  const box = (e.closest('label') ?? e).getBoundingClientRect();
  const inline = getComputedStyle(e).display === 'inline' || e.closest('.refs'); // within a sentence
  return e.checkVisibility({ visibilityProperty: true }) && box.width > 1 && !inline && !e.matches('.skip')
    && (box.width < least || box.height < least);
}).map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 12)}`)"""


@cache
def _read_axe() -> str:
    return resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def find_violations(page: Page) -> list[str]:
    """The serious and critical findings of axe-core; the page's context must bypass its policy."""
    page.evaluate(_read_axe())
    found: dict[str, Any] = page.evaluate(RUN)
    assert {one["id"] for one in found["passes"]} >= {"color-contrast", "document-title", "html-has-lang"}
    return [
        f"{one['id']}: {node['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def list_small_targets(page: Page, least: float) -> list[str]:
    """What can be pressed and is narrower or lower than `least` CSS pixels, words of a sentence excepted."""
    found: list[str] = page.evaluate(TARGETS, least)
    return found
