"""`huimou explain`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli.option_groups import PromptOptions, spread_options
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.language.rules.rulebook import RuleBook
    from huimou.model.digest import Digest


@spread_options
def explain(
    digest: Annotated[Path, typer.Argument(metavar="OUT/NAME.json", help="A digest that huimou summarise wrote.")],
    what: Annotated[
        str,
        typer.Argument(
            help="A sentence (24), an item (A5, T3, S1), a figure (F3) or characters of the report (120-160)."
        ),
    ],
    folders: PromptOptions,
    source: Annotated[
        Path | None, typer.Option(help="The report, or the folder of the reports, where they are not found.")
    ] = None,
) -> None:
    """Say why a sentence is where it is: what was decided, by which rule, its examples, and what otherwise.

    No model is asked. Own rules and profiles are named as they were for summarise.
    """
    from huimou.batch.source_text import find_sources, find_text
    from huimou.digest.choices import DigestChoices
    from huimou.digest.explanation import explain_item, explain_sentences
    from huimou.language.profiles.profile import load_profiles
    from huimou.language.rules import use_rules
    from huimou.language.rules.own_rules import load_rules
    from huimou.outputs.explanation import format_explanation, format_item
    from huimou.outputs.render.to_json import from_json
    from huimou.settings import resolve_folders
    from huimou.store.files import read_text

    known = resolve_folders(folders)
    choices = DigestChoices(profiles=load_profiles(known.profiles), rules=load_rules(known.rules))
    told = from_json(read_text(digest))
    numbers = _find_numbers(told, what)
    text = find_text(digest.name.removesuffix(".json"), told, find_sources(digest.parent, source))
    _require_rules(told, choices.rules)
    explanations = tuple(explain_sentences(told, text, numbers, choices))
    item = explain_item(told, what.strip().upper(), choices)
    figure = next((one.id for one in told.figures if one.id == what.strip().upper()), None)
    rules: set[str] = set()
    with use_rules(choices.rules):
        for line in format_item(item) if item else ():
            typer.echo(line)
        for number, explained in enumerate(explanations):
            if number or item:
                typer.echo()
            for line in format_explanation(explained, text, rules, figure):
                typer.echo(line)


def _require_rules(digest: Digest, book: RuleBook) -> None:
    """Refuse to explain a digest by other rules than it was made with.

    Raises:
        UsageError: the user's own rules are not those of the digest.

    """
    made, now = digest.run.rules, dict(book.changes)
    if made != now:
        there = f"rules of your own ({', '.join(made)})" if made else "the shipped rules alone"
        hint = "name their folder with --rules" if made else "leave --rules out, and rules in huimou.toml"
        raise UsageError(f"this digest was made with {there}", hint)


def _find_numbers(digest: Digest, what: str) -> tuple[int, ...]:
    """Numbers of the sentences that are meant.

    Raises:
        UsageError: the digest has no such sentence, item, figure or characters.

    """
    found = tuple(dict.fromkeys(_read_numbers(digest, what.strip())))
    if not found:
        most, chars = len(digest.sentences), digest.source.chars
        raise UsageError(
            f"nothing in the digest is {what}",
            f"give a sentence (1 to {most}), an item (A1), a figure (F1) or characters (0-{chars})",
        )
    return found


def _read_numbers(digest: Digest, what: str) -> Iterator[int]:
    if re.fullmatch(r"\d+", what):
        yield from (sentence.n for sentence in digest.sentences if sentence.n == int(what))
    elif characters := re.fullmatch(r"(\d+)[-–:](\d+)", what):
        start, end = sorted((int(characters[1]), int(characters[2])))
        yield from (s.n for s in digest.sentences if s.start < max(end, start + 1) and start < s.end)
    elif figure := next((one for one in digest.figures if one.id == what.upper()), None):
        yield from (s.n for s in digest.sentences if s.start <= figure.start < s.end)
    else:
        review, plan = digest.year_review, digest.next_year_plan
        evidence = {item.id: item.evidence for item in review.shortcomings}
        evidence |= {item.id: item.evidence for item in review.achievements}
        evidence |= {item.id: item.evidence for item in plan.tasks}
        yield from (piece.sentence for piece in evidence.get(what.upper(), ()))
