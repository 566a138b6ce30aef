"""What a file was like when it was noted, by which one tells later, mostly without reading it, whether it still is so.

Size and times are asked first. They say nothing of a change within the same tick of the system's clock, so a file that
had been changed shortly before it was noted is read all the same (as git does it), and so is one whose times differ.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pydantic import ConfigDict, TypeAdapter

_TICK = 50_000_000  # ns: no system's clock of files is coarser than a few of its ticks of 10 ms
_MOST = 64 << 20  # bytes; no input or output that is used is larger
_STRICT = ConfigDict(strict=True)
_SIZES = TypeAdapter(tuple[int, int], config=_STRICT)
_SEEN = TypeAdapter(tuple[int, int, str], config=_STRICT)
_OUTPUTS = TypeAdapter(dict[str, tuple[int, int, int, int, str]], config=_STRICT)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file as it was when a report was made of it, or when it had been written.

    Args:
        path: absolute, or the file's name where it lies in an output folder.
        size: in bytes.
        modified: ns, when its content was last changed, as the file says.
        changed: ns, when anything of it was last changed, as the system says; 0 in stamps of an older huimou.
        noted: ns, when this was seen.
        sha256: of its content; empty where that was not read.

    """

    path: str
    size: int
    modified: int
    changed: int = 0
    noted: int = 0
    sha256: str = ""

    @property
    def file(self) -> Path:
        """The path."""
        return Path(self.path)

    @property
    def there(self) -> bool:
        """Whether there was a file at all."""
        return (self.size, self.modified) != (0, 0)

    @classmethod
    def of(cls, path: Path, *, name: str | None = None, read: bool = False) -> Self:
        """The file as it is now; zeros if it is not there, which equals no file that was ever read.

        Args:
            path: of the file.
            name: to note it by instead.
            read: also note what it holds.

        """
        named = str(path.absolute()) if name is None else name
        now = time.time_ns()
        try:
            found = os.stat(path)  # noqa: PTH116 (ten thousand are looked at)
        except OSError:
            return cls(named, 0, 0)
        digest = _hash_file(path) if read and stat.S_ISREG(found.st_mode) and found.st_size <= _MOST else ""
        return cls(named, found.st_size, found.st_mtime_ns, found.st_ctime_ns, now, digest)

    def renew(self, path: Path) -> Self | None:
        """Look whether a file is the one that was noted.

        Returns:
            None if it is another or gone; this stamp if it is as it was; a newer one if only its times have changed.

        """
        now = type(self).of(path, name=self.path)
        if not now.there or now.size != self.size:
            return None
        if not self.sha256:
            return self if now.modified == self.modified and self.changed in {0, now.changed} else None
        same = (now.modified, now.changed) == (self.modified, self.changed)
        if same and max(self.modified, self.changed) + _TICK < self.noted:
            return self
        return replace(now, sha256=self.sha256) if _hash_file(path) == self.sha256 else None


@dataclass(frozen=True, slots=True)
class FinishedReport:
    """The files of a report that is done: what it was made of, and what was written, by their names in the folder."""

    source: Stamp
    outputs: tuple[Stamp, ...] = ()

    def renew(self, path: Path, out: Path) -> Self | None:
        """Look whether its files are the same, as `Stamp.renew` does for one.

        Args:
            path: of the input.
            out: folder of the outputs.

        """
        source = self.source.renew(path) if str(path.absolute()) == self.source.path else None
        if source is None:
            return None
        outputs = []
        for one in self.outputs:
            now = one.renew(out / one.path)
            if now is None:
                return None
            outputs.append(now)
        now_all = type(self)(source, tuple(outputs))
        return self if now_all == self else now_all

    @classmethod
    def read(cls, path: str, size: int, modified: int, source: str | None, outputs: str | None) -> Self:
        """From columns of the journal: those of the input, and what `format_source` and `format_outputs` made."""
        return cls(read_source(path, size, modified, source), read_outputs(outputs))


def format_source(source: Stamp) -> str:
    """What the journal keeps of an input beside its path, size and time, as JSON."""
    return json.dumps([source.changed, source.noted, source.sha256])


def read_source(path: str, size: int, modified: int, seen: str | None) -> Stamp:
    """The stamp of an input; an older huimou has noted size and time only.

    Raises:
        ValueError: these are not what a journal keeps.

    """
    return Stamp(path, *_SIZES.validate_python((size, modified)), *(_SEEN.validate_json(seen) if seen else ()))


def format_outputs(outputs: Sequence[Stamp]) -> str:
    """What the journal keeps of the files of a report, as JSON."""
    seen = {one.path: (one.size, one.modified, one.changed, one.noted, one.sha256) for one in outputs}
    return json.dumps(seen, ensure_ascii=False)


def read_outputs(seen: str | None) -> tuple[Stamp, ...]:
    """The files of a report; an older huimou has noted none.

    Raises:
        ValueError: these are not what a journal keeps.

    """
    return tuple(Stamp(check_plain_name(name), *one) for name, one in _OUTPUTS.validate_json(seen or "{}").items())


def check_plain_name(name: object) -> str:
    """The name, if it is one of a file right inside a folder.

    Raises:
        ValueError: it is none, or leads elsewhere.

    """
    if not isinstance(name, str) or name in {"", ".", ".."} or re.search(r"[/\\\0]", name):
        raise ValueError(f"{name!r} is no name of a file")
    return name


def _hash_file(path: Path) -> str:
    """The sha256 of a file's content in hex digits; empty where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
