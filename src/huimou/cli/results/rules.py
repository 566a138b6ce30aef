"""`huimou rules`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli.option_groups import Rules
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.language.rules.rulebook import RuleBook


def rules(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Print the rules of this file, or this rule as it stands; with --coverage: reports.",
            metavar="FILE|RULE|REPORTS",
        ),
    ] = None,
    rules: Rules = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Print what no report named, and no example of a rule, exercises.")
    ] = False,
) -> None:
    """List what huimou knows of the language of reports: files of rules, and what each decides.

    `huimou rules dispositions` lists the rules of a file, `huimou rules dispositions.proverb` prints one as it stands.
    """
    from huimou.language.rules.own_rules import load_rules
    from huimou.settings import FolderOptions, resolve_folders

    own = resolve_folders(FolderOptions(rules=rules)).rules
    book = load_rules(own)
    if coverage:
        _print_coverage(book, names or ())
    elif not names:
        _list_groups(book)
    elif len(names) > 1:
        raise UsageError("give one file of rules or one rule", "several reports go with --coverage")
    elif "." in names[0]:
        _print_rule(book, names[0], own)
    else:
        _list_rules(book, names[0])


def _list_groups(book: RuleBook) -> None:
    from huimou.cli.options import format_count
    from huimou.language.rules.rulebook import list_shipped_groups
    from huimou.language.rules.sources import read_group_aim

    for group in list_shipped_groups():
        typer.echo(f"{group}  {format_count(len(book.list_group(group)), 'rule')}")
        typer.echo(f"  {read_group_aim(group)}")


def _list_rules(book: RuleBook, group: str) -> None:
    from huimou.language.rules.rulebook import list_shipped_groups

    if group not in list_shipped_groups():
        raise UsageError(f"no such file of rules: {group}", f"known are: {', '.join(list_shipped_groups())}")
    for rule_id in book.list_group(group):
        row = book.find_row(rule_id)
        change = f"  ({book.changes[rule_id]})" if rule_id in book.changes else ""
        typer.echo(f"{rule_id}  {row.title}{change}")
        typer.echo(f"  {row.why}")


def _print_rule(book: RuleBook, rule_id: str, own: Path | None) -> None:
    from huimou.language.rules.sources import list_rule_sources

    book.find_row(rule_id)
    sources = list(list_rule_sources(rule_id, own))
    for name, source in sources:
        if len(sources) > 1:
            typer.echo(f"# {name}")
        typer.echo(source)


def _print_coverage(book: RuleBook, reports: Sequence[str]) -> None:
    from huimou.digest.steps.ingest import read_report
    from huimou.evaluation.rule_coverage import measure_rule_coverage
    from huimou.store.files import find_inputs

    texts = {str(path): read_report(path).text for path in (find_inputs(reports) if reports else ())}
    found = measure_rule_coverage(book, texts)
    for rule_id in found.unused_rules:
        typer.echo(f"{rule_id}  {book.find_row(rule_id).title}")
    for rule_id, words in found.unused_words.items():
        typer.echo(f"{rule_id}:")
        for word in words:
            typer.echo(f"  {word}")
