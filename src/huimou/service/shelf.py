"""The reports of the folder as they lie there: nothing outside it, nothing that huimou did not write."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from huimou.contract import Digest
from huimou.errors import HuimouError
from huimou.files import read_text
from huimou.formats import FORMATS
from huimou.journal import ReportResult
from huimou.listing import digest_paths, results_in
from huimou.source_text import EXTRACTED, find_text, sources_of
from huimou.stages.render.to_json import from_json

SUFFIXES = (".json", *(one.suffix for one in FORMATS.values()), EXTRACTED)


class Unknown(HuimouError):
    """The folder has no such report or file."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """An output folder, read anew at each call: a batch may be writing to it."""

    out: Path

    def results(self) -> tuple[ReportResult, ...]:
        """What is known of every report, by name; failed ones, too."""
        names = self.names()
        found = (one for one in results_in(self.out) if one.name in names or not self._has(one.name))
        return tuple(sorted(found, key=lambda result: result.name))

    def names(self) -> frozenset[str]:
        """Names of the reports that have a digest."""
        return frozenset(path.name.removesuffix(".json") for path in digest_paths(self.out) if self._is_inside(path))

    def digest(self, name: str) -> Digest:
        """The digest of a report.

        Raises:
            Unknown: there is none.
            UsageError: the file is broken.

        """
        if name not in self.names():
            raise Unknown(f"no report {name!r} here")
        return from_json(read_text(self.out / f"{name}.json"))

    def text(self, name: str, digest: Digest) -> str:
        """The report that a digest was made of.

        Raises:
            InputError: it is not there any more, or another one.

        """
        return find_text(name, digest, sources_of(self.out))

    def file(self, file: str) -> Path:
        """A file that huimou wrote of a report, by its whole name.

        Raises:
            Unknown: there is none, or it is of no report.

        """
        names = self.names()
        for suffix in SUFFIXES:
            if file.endswith(suffix) and file.removesuffix(suffix) in names:
                path = self.out / file
                if path.is_file() and self._is_inside(path):
                    return path
        raise Unknown(f"no file {file!r} here")

    def _has(self, name: str) -> bool:
        """Whether there is anything by the name of a digest, such as a link that leads out."""
        return os.path.lexists(self.out / f"{name}.json")

    def _is_inside(self, path: Path) -> bool:
        """Not hidden, and no link that leads out of the folder."""
        return not path.name.startswith(".") and path.resolve().parent == self.out.resolve()
