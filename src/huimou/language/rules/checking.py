"""Rules held against their own examples: a rule is code, and its examples are its tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from huimou.errors import UsageError
from huimou.language.rules.rows import RuleRow
from huimou.language.rules.rule import Rule
from huimou.language.rules.rulebook import RuleBook


def find_faults(book: RuleBook) -> Iterator[str]:
    """Every fault of a book, one line each: what does not compile, lacks a reason or an example, or fails one."""
    for rule_id in book.list_ids():
        row = book.find_row(rule_id)
        if not row.why or not row.title:
            yield f"{rule_id}: has no title or no reason (why)"
        if not row.examples and not row.map and not row.characters:
            yield f"{rule_id}: has no example"
        try:
            book.compile(rule_id)
            yield from (f"{rule_id}: {wrong}" for wrong in find_wrong_examples(book, row))
        except (re.error, UsageError) as error:
            yield f"{rule_id}: {error}"


def find_wrong_examples(book: RuleBook, row: RuleRow) -> Iterator[str]:
    """Examples to which a rule does not apply, and counter-examples to which it does; the book need not be in force."""
    if row.program or row.off:
        return
    rule = Rule(row.id, book)
    yield from (f"does not apply to its example {text}" for text in row.examples if not rule.find(text))
    yield from (f"applies to its counter-example {text}" for text in row.counter_examples if rule.find(text))
