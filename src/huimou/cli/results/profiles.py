"""`huimou profiles`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from typing import Annotated

import typer

from huimou.cli.option_groups import Profiles
from huimou.errors import UsageError


def profiles(
    kind: Annotated[str | None, typer.Argument(help="Print the file of this kind, to start your own from.")] = None,
    profiles: Profiles = None,
) -> None:
    """List the kinds of report that huimou knows, with their domains and where each comes from.

    A kind is a file. One of your own lies in a folder that --profiles, or profiles in huimou.toml, names; it adds its
    kind or replaces the shipped one. What its fields mean is said at the head of the file of political_consultative.
    """
    from huimou.language.profiles.profile import load_profiles, read_profile_source
    from huimou.settings import FolderOptions, resolve_folders

    known = load_profiles(resolve_folders(FolderOptions(profiles=profiles)).profiles)
    if kind is not None:
        if kind not in known.kinds():
            raise UsageError(f"no such kind of report: {kind}", f"known are: {', '.join(known.kinds())}")
        typer.echo(read_profile_source(known.select(kind)), nl=False)
        return
    for name in known.kinds():
        profile = known.select(name)
        typer.echo(f"{name}  {profile.title}  ({profile.origin})")
        typer.echo("  " + "、".join(profile.titles().values()))
