"""Options under the names that they had before: they still work, and no help names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typer.core import TyperGroup

# An old name, and what it is called now: the first of these that the command has.
OLD_NAMES: Mapping[str, tuple[str, ...]] = {"--out": ("--output",), "--to": ("--requests", "--output")}
_END_OF_OPTIONS = "--"


class CommandGroup(TyperGroup):
    """Commands that take options under their old names too."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named, and its arguments with today's names."""
        name, command, rest = super().resolve_command(ctx, args)
        known = [option for parameter in command.params for option in parameter.opts] if command else []
        return name, command, replace_old_names(rest, known)


def replace_old_names(arguments: Sequence[str], known: Sequence[str]) -> list[str]:
    """The arguments of a command with today's names of its options.

    Args:
        arguments: as given.
        known: the options that the command has; a name that is one of them is no old one.

    """
    new = {
        old: next(name for name in names if name in known)
        for old, names in OLD_NAMES.items()
        if old not in known and any(name in known for name in names)
    }
    end = arguments.index(_END_OF_OPTIONS) if _END_OF_OPTIONS in arguments else len(arguments)
    return [*(_rename_option(one, new) for one in arguments[:end]), *arguments[end:]]


def _rename_option(argument: str, new: Mapping[str, str]) -> str:
    name, separator, value = argument.partition("=")
    return f"{new.get(name, name)}{separator}{value}"
