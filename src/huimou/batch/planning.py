"""What a batch is to do: inputs with the names of their outputs, and which of them are done already."""

from __future__ import annotations

import itertools
import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from huimou.errors import UsageError
from huimou.outputs.formats import ALWAYS, list_file_names
from huimou.store.files import list_names, resolve_paths
from huimou.store.inputs import Input, as_input, to_file_stem, to_printable
from huimou.store.stamps import FinishedReport, Stamp

_OWN = ("run", "index")  # OUT/run.json and OUT/index.html are the batch's own


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """One input and the name of its outputs; `size` in bytes, for guessing how long it will take.

    `origin` has the user's own id and columns.
    """

    path: Path
    name: str
    size: int
    origin: Input

    @classmethod
    def of(cls, origin: Input, name: str) -> PlannedReport:
        """The input with the name of its outputs, and its file's size as it is now."""
        return cls(origin.path, name, Stamp.of(origin.path).size, origin)


def find_done(
    reports: Sequence[PlannedReport],
    out: Path,
    complete: Mapping[str, FinishedReport],
    formats: Sequence[str] = ALWAYS,
) -> dict[str, FinishedReport]:
    """Reports that need not be made again: complete, of the same job, input and outputs as they were when it was done.

    Args:
        reports: of the batch.
        out: folder of the outputs.
        complete: reports that the same job completed and their files, from the folder's journal.
        formats: of which every file must be there.

    Returns:
        Their files by name, as the journal has them or, where their times have changed, to be noted anew.

    """
    there = list_names(out)
    done: dict[str, FinishedReport] = {}
    for report in reports:
        known = complete.get(report.name)
        if known is None:
            continue
        wanted = set(list_file_names(report.name, formats))
        unnoted = wanted.difference(one.path for one in known.outputs)
        if there.issuperset(wanted) and all(Stamp.of(out / name).size for name in unnoted):
            # A file that is neither there nor asked for now is no reason to make the report again.
            looked_at = tuple(one for one in known.outputs if one.path in there or one.path in wanted)
            same = known if looked_at == known.outputs else replace(known, outputs=looked_at)
            now = same.renew(report.path, out)
            if now is not None:
                done[report.name] = now
    return done


def plan_reports(inputs: Sequence[Path | Input], out: Path) -> tuple[PlannedReport, ...]:
    """Give inputs distinct names of outputs, which do not depend on the order of the inputs.

    Raises:
        UsageError: an input lies in `out`, where an output could overwrite it.

    """
    folder = str(out.resolve())
    origins = tuple(map(as_input, inputs))
    for origin, real in zip(origins, resolve_paths(origin.path for origin in origins), strict=True):
        if os.path.dirname(real) == folder:  # noqa: PTH120 (as in `resolve_paths`)
            raise UsageError(f"{out} holds the input {origin.path.name}", "choose another output folder with -o")
    names = name_outputs(origins)
    return tuple(PlannedReport.of(one, names[one.path]) for one in origins)


def name_outputs(inputs: Sequence[Path | Input]) -> dict[Path, str]:
    """Names of outputs: the stem, then `stem-2`, `stem-3` … for inputs whose stems some system takes for one, by path.

    What some system cannot call a file is made fit (`to_file_stem`). None is called `run` or `index`, since `run.json`
    says what the run came to and `index.html` lists it.
    """
    names: dict[Path, str] = {}
    stems = {one.path: to_file_stem(to_printable(one.stem)) for one in map(as_input, inputs)}
    given, taken = set(_OWN), {*_OWN, *map(_fold_name, stems.values())}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(lambda: itertools.count(2))
    for path in sorted(stems, key=str):
        name = stems[path]
        if _fold_name(name) in given:
            numbered = (f"{name}-{number}" for number in numbers[_fold_name(name)])
            name = next(one for one in numbered if _fold_name(one) not in taken)
        given.add(_fold_name(name))
        taken.add(_fold_name(name))
        names[path] = name
    return names


def _fold_name(name: str) -> str:
    """What two names have in common that some system takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
