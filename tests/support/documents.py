"""README and guides as data: their code blocks, the huimou commands in them, and the commands that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from huimou.cli import app
from huimou.cli.results.guide import find_guides
from places import ROOT

README = ROOT / "README.md"
GUIDES = dict(find_guides())
DOCUMENTS = {"README": README, **GUIDES}
COMMANDS: Any = typer.main.get_command(app)
_SHELLS = ("bash", "console")
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A code block: the words after its opening fence, and what stands in it."""

    info: str
    body: str


def read_document(name: str) -> str:
    """Text of README or of a guide, by name."""
    return DOCUMENTS[name].read_text(encoding="utf-8")


def find_blocks(text: str) -> list[Block]:
    """Its code blocks."""
    return [Block(info, body) for info, body in _BLOCK.findall(text)]


def find_spans(text: str) -> list[str]:
    """Its code within lines, outside code blocks."""
    return _SPAN.findall(_BLOCK.sub("", text))


def find_links(text: str) -> list[str]:
    """Targets of its links and pictures."""
    return _LINK.findall(_BLOCK.sub("", text))


def find_anchors(text: str) -> set[str]:
    """What links to its headings may end with."""
    headings = _HEADING.findall(_BLOCK.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def find_command_lines(text: str) -> list[list[str]]:
    """Arguments of every huimou command in its shell blocks."""
    blocks = [block for block in find_blocks(text) if block.info in _SHELLS]
    return [words for block in blocks for words in _commands_of(block)]


def _commands_of(block: Block) -> Iterator[list[str]]:
    lines = block.body.replace("\\\n", " ").splitlines()
    if block.info == "console":
        lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    for line in lines:
        for part in re.split(r"&&|\|", line):
            words = shlex.split(re.split(r"\s[<>]", part)[0], comments=True)
            if words and Path(words[0]).name == "huimou":
                yield words[1:]


def find_command(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words name, and those behind its name; huimou itself where they name none."""
    command, rest = COMMANDS, list(words)
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        name = rest.pop(0)
        assert name in command.commands, f"huimou {' '.join(words)}: no command {name}"
        command = command.commands[name]
    return command, rest


def list_commands(command: Any = COMMANDS, name: str = "huimou") -> Iterator[tuple[str, Any]]:
    """Every command and group that is not hidden, by its whole name."""
    for word, child in getattr(command, "commands", {}).items():
        if not child.hidden:
            yield f"{name} {word}", child
            yield from list_commands(child, f"{name} {word}")
