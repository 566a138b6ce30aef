"""Whether a report is marked as secret or for internal use, as GB/T 9704 prints it or as offices write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from huimou.language.rules import get_rule
from huimou.language.text import compact
from huimou.model.report import Document

_PRINTED = get_rule("secrecy.printed_mark")
_BARE = get_rule("secrecy.bare_mark")
_INTERNAL = get_rule("secrecy.internal_mark")
_HEAD, _FOOT = 15, 5  # lines at either end of the text in which a mark may stand without a star
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class SecrecyMark:
    """A mark: the line that it stands in, and the id of the rule that tells it."""

    line: str
    rule: str


def find_secrecy_mark(document: Document) -> SecrecyMark | None:
    """The mark of secrecy or internal use of a report; None if it bears none.

    Words on secrets in running text are none: a mark stands in a line of its own, at the head or foot of the text, in a
    running head, or with its star anywhere.
    """
    lines = [line for line in document.text.splitlines() if line.strip()]
    edges = [*lines[:_HEAD], *lines[-_FOOT:], *_list_margins(document)]
    for line in filter(_is_short, edges):
        folded = compact(line)
        for rule in (_PRINTED, _BARE, _INTERNAL):
            if rule.find(folded):
                return SecrecyMark(line.strip(), rule.id)
    starred = next((line for line in filter(_is_short, lines) if _PRINTED.find(compact(line))), None)
    return None if starred is None else SecrecyMark(starred.strip(), _PRINTED.id)


def _list_margins(document: Document) -> Iterator[str]:
    """What headers, footers and running heads say."""
    for margin in document.margins:
        yield from margin.splitlines()
    for line in document.layout.lines if document.layout is not None else ():
        if line.kind != "body":
            yield document.text[line.start : line.end]


def _is_short(line: str) -> bool:
    return len(line) <= _LONGEST
