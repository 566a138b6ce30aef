"""The size of what is pressed with a finger in a page that a browser shows."""

from __future__ import annotations

from playwright.sync_api import Page

TARGETS = """least => [...document.querySelectorAll('button, a[href], input, select, summary, textarea')]
.filter((e) => {
  const box = (e.closest('label') ?? e).getBoundingClientRect();
  const inline = getComputedStyle(e).display === 'inline' || e.closest('.refs'); // within a sentence
  return e.checkVisibility({ visibilityProperty: true }) && box.width > 1 && !inline && !e.matches('.skip')
    && (box.width < least || box.height < least);
}).map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 12)}`)"""


def list_small_targets(page: Page, least: float) -> list[str]:
    """What can be pressed and is narrower or lower than `least` CSS pixels, words of a sentence excepted."""
    found: list[str] = page.evaluate(TARGETS, least)
    return found
