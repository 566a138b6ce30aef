"""`huimou summarise --dry-run`: what a run would cost, before it starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.text import Text

from huimou.batch.dry_run.run_forecast import forecast_run
from huimou.batch.planning import PlannedReport
from huimou.batch.run_settings import RunSettings
from huimou.cli import options
from huimou.cli.runs.cost_table import build_forecast_table, describe_forecast
from huimou.errors import to_inert

_EVERY = 10.0  # seconds between two lines on how far the counting is
_LISTED = 20


def print_forecast(
    reports: Sequence[PlannedReport], out: Path, settings: RunSettings, piped: bytes | None, *, quiet: bool
) -> None:
    """Print what a run would cost; arguments are those of `forecast_run`.

    Raises:
        HuimouError: it could not begin.

    """
    begun = time.monotonic()
    found = forecast_run(reports, out, settings, piped, _build_reporter(quiet=quiet))
    console = options.open_console()
    for file, why in found.forecast.unreadable[:_LISTED]:
        console.print(Text(to_inert(f"{file}: {why}")), soft_wrap=True)
    console.print(build_forecast_table(found.forecast, found.basis))
    for line in (*describe_forecast(found.forecast, found.basis, settings.prices), found.counting):
        console.print(Text(to_inert(line)), soft_wrap=True)
    console.print(Text(f"counted in {time.monotonic() - begun:.1f} s; nothing was asked and nothing written"))


def _build_reporter(*, quiet: bool) -> Callable[[int, int], None]:
    """Says on stderr now and then how many reports are counted."""
    console, begun = options.open_error_console(), time.monotonic()
    last = begun

    def say(number: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if quiet or now - last < _EVERY:
            return
        last = now
        left = (now - begun) / number * (of - number)
        console.print(f"{number} of {of} reports counted, about {left:.0f} s left")

    return say
