"""Whether a report is marked as secret or for internal use, as GB/T 9704 prints it or as offices write it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.errors import InputError
from huimou.language.rules import Rule, get_rule
from huimou.language.text import compact
from huimou.model.report import Document, Problem

_PRINTED = get_rule("secrecy.printed_mark")
_BARE = get_rule("secrecy.bare_mark")
_INTERNAL = get_rule("secrecy.internal_mark")
_RULES = (_PRINTED, _BARE, _INTERNAL)
CODE = "secrecy_mark"  # of the problem that a digest then has
_HEAD, _FOOT = 15, 5  # lines at either end of the text in which a mark may stand without a star
_LONGEST = 60


def find_secrecy_mark(document: Document) -> Problem | None:
    """The mark of secrecy or internal use of a report, and its place if that is in the text; None if it bears none.

    Words on secrets in running text are none: a mark stands in a line of its own, at the head or foot of the text, in a
    running head, or with its star anywhere.
    """
    lines = [line for line in document.text.splitlines() if line.strip()]
    edges = [*lines[:_HEAD], *lines[-_FOOT:], *_list_margins(document)]
    marked = next((line for line in edges if _is_marked(line, _RULES)), None)
    if marked is None:
        marked = next((line for line in lines if _is_marked(line, (_PRINTED,))), None)
    if marked is None:
        return None
    words = marked.strip()
    at = document.text.find(words)
    place = (at, at + len(words)) if at >= 0 else (None, None)
    return Problem(CODE, f"报告标有“{words}”，摘要请按同样的要求保管和传阅", *place)


def refuse_remote(destinations: Sequence[str], name: str, message: str) -> None:
    """Refuse to send what is marked to another machine.

    Args:
        destinations: other machines that it would go to.
        name: of the report.
        message: of the problem that `find_secrecy_mark` found.

    Raises:
        InputError: there are such machines.

    """
    if destinations:
        mark = message.partition("“")[2].rpartition("”")[0]
        raise InputError(
            f"{name} is marked “{mark}” and would go to {destinations[0]}",
            "name a server on this machine, or let it go with --allow-marked",
        )


def _is_marked(line: str, rules: Sequence[Rule]) -> bool:
    return len(line) <= _LONGEST and any(rule.find(compact(line)) for rule in rules)


def _list_margins(document: Document) -> Iterator[str]:
    """What headers, footers and running heads say."""
    for margin in document.margins:
        yield from margin.splitlines()
    for line in document.layout.lines if document.layout is not None else ():
        if line.kind != "body":
            yield document.text[line.start : line.end]
