"""Options declared once: a dataclass parameter of a command becomes its options."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from huimou.cli import option_groups
from huimou.cli.option_groups import ServersOptions, SingleServerOptions, spread_options
from huimou.settings import EndpointOptions, FolderOptions


@dataclass(frozen=True)
class Paint:
    """A group; `hidden` is no option."""

    colour: Annotated[str, typer.Option(help="Which colour.")] = "red"
    coats: Annotated[int, typer.Option(min=1)] = 1
    hidden: str = "kept"


def test_a_group_is_one_value() -> None:
    """Its fields are options between those of the command; what is not given has the field's default."""
    seen: list[tuple[Path, Paint, bool]] = []
    app = typer.Typer()

    @app.command()
    @spread_options
    def paint(
        *,
        wall: Annotated[Path, typer.Argument()],
        paint: Paint,
        quick: Annotated[bool, typer.Option("--quick")] = False,
    ) -> None:
        """Paint a wall."""
        seen.append((wall, paint, quick))

    runner = CliRunner()
    assert runner.invoke(app, ["w", "--coats", "2", "--quick"]).exit_code == 0
    assert runner.invoke(app, ["w"]).exit_code == 0
    assert seen == [(Path("w"), Paint("red", 2), True), (Path("w"), Paint(), False)]
    assert runner.invoke(app, ["w", "--coats", "0"]).exit_code == 2
    shown = runner.invoke(app, ["--help"]).output
    assert "Paint a wall." in shown
    assert shown.index("--colour") < shown.index("--coats") < shown.index("--quick")
    assert "hidden" not in shown


@pytest.mark.parametrize("group", [SingleServerOptions, ServersOptions])
def test_server_options_are_those_of_the_endpoint(group: type[EndpointOptions]) -> None:
    """Same names in the same order, nothing given by default, and the key is not shown."""
    assert [f.name for f in dataclasses.fields(group)] == [f.name for f in dataclasses.fields(EndpointOptions)]
    assert {getattr(group(), f.name) for f in dataclasses.fields(group)} == {None}
    assert "s3cret" not in repr(group(api_key="s3cret"))


def test_folder_options_are_those_of_the_settings() -> None:
    """`resolve_folders` takes them as they are."""
    names = {field.name for field in dataclasses.fields(FolderOptions)}
    assert {field.name for field in dataclasses.fields(option_groups.PromptOptions)} == names
    assert {field.name for field in dataclasses.fields(option_groups.NamedSuiteOptions)} == names | {"names"}
