"""Finds the inputs of `huimou summarise`: files, folders and globs, a manifest, or standard input."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.batch.planning import PlannedReport
    from huimou.store.inputs import Input

_DEFAULT_NAME = "stdin"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class BatchInputs:
    """Inputs of a batch.

    Args:
        inputs: files, and standard input as the last.
        piped: what standard input held, where it is one of them.
        passed_over: files in folders that are about the folder, such as a README.

    """

    inputs: tuple[Input, ...]
    piped: bytes | None = None
    passed_over: tuple[Path, ...] = ()

    def describe_passed_over(self) -> str | None:
        """A line on the files that were passed over; None where there are none."""
        if not self.passed_over:
            return None
        names = [path.name for path in self.passed_over[:_SHOWN]]
        more = len(self.passed_over) - len(names)
        return f"passed over {', '.join(names)}{f' and {more} more' if more else ''} (name such a file to have it read)"

    def add_sizes(self, planned: tuple[PlannedReport, ...]) -> tuple[PlannedReport, ...]:
        """The planned reports, that of standard input with its size, since it is in no file yet."""
        if self.piped is None:
            return planned
        return (*planned[:-1], replace(planned[-1], size=len(self.piped)))

    def write_piped_text(self) -> None:
        """Keep the text of standard input in the output folder, where later commands find it.

        Raises:
            UsageError: it cannot be written.

        """
        from huimou.store.files import make_folder, write_bytes

        if self.piped is not None:
            make_folder(self.inputs[-1].path.parent)
            write_bytes(self.inputs[-1].path, self.piped)


def gather_inputs(
    patterns: Sequence[str], manifest: Path | None, name: str | None, out: Path, *, recursive: bool = False
) -> BatchInputs:
    """Find the inputs that a command line means; nothing is written.

    Args:
        patterns: files, folders and globs; - is standard input.
        manifest: list of reports instead.
        name: of the text on standard input.
        out: folder of the outputs.
        recursive: whether folders within folders are looked into.

    Raises:
        UsageError: they contradict each other, a name stands for nothing, the manifest is bad, or nothing is piped in.

    """
    from huimou.batch.manifest import read_manifest
    from huimou.store.files import find_inputs
    from huimou.store.inputs import STDIN, as_input, from_stdin

    if manifest is not None and patterns:
        raise UsageError("--manifest and INPUT exclude each other", "name all reports in the manifest, or none")
    if name is not None and STDIN not in patterns:
        raise UsageError("--name is the name of a text on standard input", "give - as INPUT, or leave --name out")
    if manifest is not None:
        return BatchInputs(read_manifest(manifest))
    named = [pattern for pattern in patterns if pattern != STDIN]
    passed: list[Path] = []
    paths = find_inputs(named, recursive=recursive, pass_over=passed.append) if named or not patterns else ()
    found = tuple(map(as_input, paths))
    if STDIN not in patterns:
        return BatchInputs(found, None, tuple(passed))
    piped = from_stdin(out, name or _DEFAULT_NAME)
    return BatchInputs((*found, piped), _read_standard_input(), tuple(passed))


def _read_standard_input() -> bytes:
    from huimou.digest.steps.ingest import MAX_BYTES

    if sys.stdin.isatty():
        raise UsageError("nothing is piped into standard input", "give it a text, such as huimou summarise - < report")
    return sys.stdin.buffer.read(MAX_BYTES + 1)  # one more is refused as any report that is too large
