"""`huimou doctor`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huimou.cli.option_groups import SingleServerOptions, spread_options

if TYPE_CHECKING:
    from huimou.cli.start.machine import ExtraState, Machine
    from huimou.cli.start.readiness import ModelReadiness

_EXIT_NO_MODEL = 4
_LABEL = 10  # columns
_OFFICE_PURPOSE = "reads .doc .wps .rtf .odt best: LibreOffice"


@spread_options
def doctor(
    server: SingleServerOptions,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Say what is installed and for which formats it is needed, which model would answer and why, and what to do.

    The server is named as for summarise; it is asked for the names of its models and nothing else. Exit 4 where no
    model would answer.
    """
    from huimou.cli.start.machine import read_extras, read_machine
    from huimou.cli.start.readiness import check_model
    from huimou.digest.steps.ingest.office.libreoffice import find_libreoffice

    machine, extras = read_machine(), read_extras()
    model = check_model(server, machine.free_memory)
    found = find_libreoffice()
    office = str(found) if found is not None else None
    if as_json:
        typer.echo(json.dumps(_as_data(machine, extras, model, office), ensure_ascii=False, indent=2))
    else:
        for label, line in _describe_state(machine, extras, model, office):
            typer.echo(f"{label:<{_LABEL}}{line}".rstrip())
    raise typer.Exit(0 if model.ready else _EXIT_NO_MODEL)


def _describe_state(
    machine: Machine, extras: Sequence[ExtraState], model: ModelReadiness, office: str | None
) -> Iterator[tuple[str, str]]:
    """Pairs of a label and a line, the label empty where it is the one before."""
    from huimou.cli.start.machine import WITHOUT_EXTRAS

    yield "huimou", f"{machine.huimou} on Python {machine.python}, {machine.system}"
    yield "machine", _describe_size(machine)
    yield "model", model.place
    yield "", f"because: {model.why}"
    for line in model.found:
        yield "", line
    yield "", "ready" if model.ready else "NOT READY"
    yield "formats", f"yes  {WITHOUT_EXTRAS}"
    for extra in extras:
        yield "", f"{'no ' if extra.missing else 'yes'}  {extra.purpose or extra.name}: {_describe_packages(extra)}"
    yield "", f"{'yes' if office else 'no '}  {_OFFICE_PURPOSE} {office or 'MISSING'}"
    for number, line in enumerate(_list_to_do(extras, model)):
        yield "" if number else "to do", line


def _describe_size(machine: Machine) -> str:
    memory = f", {machine.memory / 1e9:.0f} GB of memory" if machine.memory else ""
    free = f", {machine.free_memory / 1e9:.1f} GB free" if memory and machine.free_memory else ""
    return f"{machine.cores} {'core' if machine.cores == 1 else 'cores'}{memory}{free}"


def _describe_packages(extra: ExtraState) -> str:
    return ", ".join(f"{one.name} {one.version or 'MISSING'}" for one in extra.packages)


def _list_to_do(extras: Sequence[ExtraState], model: ModelReadiness) -> Iterator[str]:
    yield from model.to_do
    wanted = [extra for extra in extras if extra.missing and extra.name != "local"]
    for extra in wanted:
        yield f'pip install "huimou[{extra.name}]"' + (f" for: {extra.purpose}" if extra.purpose else "")
    if not model.ready:
        yield "meanwhile, without any model: huimou demo, or huimou summarise REPORT -o out --no-model"


def _as_data(
    machine: Machine, extras: Sequence[ExtraState], model: ModelReadiness, office: str | None
) -> dict[str, Any]:
    return {
        **dataclasses.asdict(machine),
        "model": dataclasses.asdict(model),
        "extras": [dataclasses.asdict(extra) | {"missing": list(extra.missing)} for extra in extras],
        "libreoffice": office,
        "to_do": list(_list_to_do(extras, model)),
    }
