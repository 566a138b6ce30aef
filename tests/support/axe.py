"""What axe-core finds in a page: faults that keep people from using it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from axe_playwright_python.sync_playwright import Axe

_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_GRAVE = ("serious", "critical")
_ALWAYS = {"document-title", "html-has-lang", "color-contrast"}  # of every page something is said of these


def find_serious(page: Any) -> list[str]:
    """A line for each serious or critical finding in a page that a browser shows: rule, element, what is wrong."""
    tags, rules = {"type": "tag", "values": list(_RULES)}, {"target-size": {"enabled": True}}
    found = Axe().run(page, options={"runOnly": tags, "rules": rules}).response
    assert {rule["id"] for outcome in ("passes", "violations", "incomplete") for rule in found[outcome]} >= _ALWAYS
    return list(_list_lines(found["violations"]))


def _list_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for rule in found:
        if rule["impact"] in _GRAVE:
            for node in rule["nodes"]:
                told = [check["message"] for check in (*node["any"], *node["all"], *node["none"])]
                yield f"{rule['id']} {' '.join(map(str, node['target']))}: {'; '.join(told)}"
