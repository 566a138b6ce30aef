"""Rules as they stand in their files: the text of one, and what a file says that it decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from huimou.language.rules.own_files import read_own_files
from huimou.language.rules.rulebook import read_shipped_text

_HEADER = re.compile(r"\[([a-z0-9_.]+)\]\s*(?:#.*)?$")


def read_group_aim(group: str) -> str:
    """What a shipped file of rules decides: its first line."""
    return read_shipped_text(group).partition("\n")[0].lstrip("# ")


def list_rule_sources(rule_id: str, folder: Path | None = None) -> Iterator[tuple[str, str]]:
    """Each file in which a rule stands, with its text there: the shipped one, then those of a user's folder.

    Raises:
        UsageError: a file of the folder cannot be read.

    """
    group = rule_id.partition(".")[0]
    named = [(f"{group}.toml", read_shipped_text(group))]
    named += [(str(path), text) for path, text in read_own_files(folder, "rules")] if folder else []
    for name, text in named:
        if source := _cut_out(text, rule_id):
            yield name, source


def _cut_out(text: str, rule_id: str) -> str:
    """The lines of a rule's table and of the tables within it, without the remarks that lead to the next rule."""
    lines: list[str] = []
    inside = False
    for line in text.splitlines():
        if header := _HEADER.match(line):
            inside = header[1] == rule_id or header[1].startswith(f"{rule_id}.")
        if inside:
            lines.append(line)
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    return "\n".join(lines)
