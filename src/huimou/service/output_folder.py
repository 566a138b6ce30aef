"""The files of the served folder: only those that huimou wrote, and nothing outside the folder."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from huimou.batch.index_page import is_digest_name, read_results
from huimou.batch.source_text import ReportSources, find_sources, find_text
from huimou.errors import HuimouError, UsageError
from huimou.model.digest import Digest
from huimou.model.outcome import ReportResult
from huimou.outputs.formats import FORMATS, find_usual_name
from huimou.outputs.render.to_json import from_json
from huimou.store.files import EXTRACTED, read_text
from huimou.store.paths import STORE

SUFFIXES = (".json", *(one.suffix for one in FORMATS.values()), EXTRACTED)
_SETTLED = 1_000_000_000  # ns: what changed less than this ago may change again without its times showing it
_T = TypeVar("_T")


class NotInFolder(HuimouError):
    """The folder has no such report or file."""


class OutputFolder:
    """An output folder, which a batch may be writing to; lists are kept and read anew when a file changes.

    A name is only ever looked for among those of the folder's own files, hidden ones and links left out; no path is
    made of what is asked for.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self._lock = Lock()
        self._memo: dict[str, tuple[object, Any]] = {}

    def list_results(self) -> tuple[ReportResult, ...]:
        """How every report came out, by name; failed ones included."""
        return self._read_fresh("results", self._read_results)

    def list_names(self) -> frozenset[str]:
        """Names of the reports that have a digest."""
        return frozenset(file.removesuffix(".json") for file in self._files() if is_digest_name(file))

    def read_digest(self, name: str) -> Digest:
        """The digest of a report.

        Raises:
            NotInFolder: there is none.
            UsageError: the file is broken.

        """
        if name not in self.list_names():
            raise NotInFolder(f"no report {name!r} here")
        return from_json(read_text(self.out / f"{name}.json"))

    def read_source(self, name: str, digest: Digest) -> str:
        """The text of the report that a digest was made of.

        Raises:
            InputError: the file is gone, or has another text now.

        """
        return find_text(name, digest, self.find_sources())

    def find_sources(self) -> ReportSources:
        """Where the reports of the folder may lie."""
        return self._read_fresh("sources", lambda: find_sources(self.out))

    def find_file(self, file: str) -> Path:
        """The path of a file that huimou wrote of a report, by its whole name.

        Raises:
            NotInFolder: there is none, or it is of no report.

        """
        files, names = self._files(), self.list_names()
        whole = find_usual_name(file)
        if file in files and any(whole.endswith(end) and whole.removesuffix(end) in names for end in SUFFIXES):
            return self.out / file
        raise NotInFolder(f"no file {file!r} here")

    def _read_results(self) -> tuple[ReportResult, ...]:
        names = self.list_names()
        found = (one for one in read_results(self.out) if one.name in names or not self._has(one.name))
        return tuple(sorted(found, key=lambda result: result.name))

    def _has(self, name: str) -> bool:
        """Whether anything at all has the name of a digest, such as a link that leads out of the folder."""
        return os.path.lexists(self.out / f"{name}.json")

    def _files(self) -> frozenset[str]:
        """Names of the files that may be served."""
        try:
            with os.scandir(self.out) as entries:
                return frozenset(
                    one.name for one in entries if one.is_file(follow_symlinks=False) and not one.name.startswith(".")
                )
        except OSError as error:
            raise UsageError(f"cannot read folder {self.out}: {error.strerror or error}") from error

    def _read_fresh(self, what: str, read: Callable[[], _T]) -> _T:
        """What `read` gives, or gave before under the same name if nothing in the folder has changed since."""
        stamp, settled = self._stamp()
        with self._lock:
            kept = self._memo.get(what)
        if kept is not None and kept[0] == stamp:
            known: _T = kept[1]
            return known
        found = read()
        if settled:
            with self._lock:
                self._memo[what] = stamp, found
        return found

    def _stamp(self) -> tuple[object, bool]:
        """Times and sizes of folder, list of inputs and store, and whether the last change is a while ago."""
        store = self.out / STORE
        places = (self.out, self.out / "inputs.jsonl", store, store.with_name(f"{store.name}-wal"))
        found = [_times(place) for place in places]
        return found, max(changed for changed, _ in found) + _SETTLED < time.time_ns()


def _times(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size
