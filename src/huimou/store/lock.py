"""Who owns a store: a lock that the operating system holds for a process and releases when that process ends.

The lock file also names its holder, for messages only; what it says after a kill means nothing. Where a disk has no
locks, the setting `HUIMOU_LOCK=soft` allows a marker file in their place, which outlives a killed process.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
import weakref
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from huimou.errors import StoreInUse, UsageError
from huimou.store.paths import locate_lock

_SETTING, _SOFT = "HUIMOU_LOCK", "soft"
_HELD_BY_ANOTHER = (errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK)
_WAIT = "wait until it has finished, or choose another output folder"


if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 30  # others cannot read a byte that is locked: one that nothing is written to

    def try_lock(descriptor: int) -> bool:
        """Lock an open file; False where another open file has it locked.

        Raises:
            OSError: the disk has no locks.

        """
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in _HELD_BY_ANOTHER:
                return False
            raise
        return True

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock an open file; False where another open file has it locked.

        Raises:
            OSError: the disk has no locks.

        """
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _HELD_BY_ANOTHER:
                return False
            raise
        return True


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lock, as its file names it."""

    pid: int
    host: str

    @classmethod
    def of(cls, pid: int) -> Self:
        """A process of this machine."""
        return cls(pid, socket.gethostname())

    @classmethod
    def read(cls, path: Path) -> Self | None:
        """The holder that a lock file names; None where it names none or cannot be read."""
        try:
            pid, _, host = path.read_text(encoding="utf-8").strip().partition(" ")
            return cls(int(pid), host)
        except (OSError, ValueError):
            return None

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}"

    def to_bytes(self) -> bytes:
        """The content of a lock file."""
        return f"{self.pid} {self.host}\n".encode()


class HeldLock:
    """A lock that this process holds until `release`, or its end."""

    def __init__(self, path: Path, descriptor: int, *, is_marker: bool = False) -> None:
        self._path, self._is_marker = path, is_marker
        self._descriptor: int | None = descriptor
        _held.add(self)

    def release(self) -> None:
        """Let others have it; may be called twice."""
        if self._descriptor is None:
            return
        with suppress(OSError):
            os.ftruncate(self._descriptor, 0)  # whom nobody holds names nobody
        self.drop()
        if self._is_marker:
            with suppress(OSError):
                self._path.unlink()

    def drop(self) -> None:
        """Close the file and leave the lock itself to whoever else has the same file open."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)


# A process made by fork shares the open file, and would keep the lock when the holder has been killed.
_held: weakref.WeakSet[HeldLock] = weakref.WeakSet()


def _drop_inherited() -> None:
    for lock in list(_held):
        lock.drop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_inherited)


def hold_lock(store: Path) -> HeldLock:
    """Take the lock of a store for this process.

    Args:
        store: path of its file, whose folder is there.

    Raises:
        StoreInUse: another process holds it, or this one already does.
        UsageError: the lock file cannot be written, or the disk has no locks.

    """
    path = locate_lock(store)
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        hint = "choose a folder that you may write to with -o"
        raise UsageError(f"cannot write {path}: {error.strerror or error}", hint) from error
    try:
        is_ours = try_lock(descriptor)
    except OSError as error:
        os.close(descriptor)
        return _hold_marker(store, error)
    if not is_ours:
        os.close(descriptor)
        raise StoreInUse(f"{store} is in use by {Holder.read(path) or 'another process'}", _WAIT)
    _write_holder(descriptor)
    return HeldLock(path, descriptor)


def require_holder(store: Path, pid: int) -> None:
    """See that a process of this machine holds the lock of a store now.

    Raises:
        UsageError: it does not.

    """
    path = locate_lock(store)
    if Holder.of(pid) not in {_find_holder(path), Holder.read(_locate_marker(path))}:
        raise UsageError(f"{store} is not owned by process {pid}", "run huimou summarise again")


def _find_holder(path: Path) -> Holder | None:
    """Who holds a lock, None if nobody does: whatever its file says, it is free if it can be taken."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        return None if try_lock(descriptor) else Holder.read(path)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _hold_marker(store: Path, error: OSError) -> HeldLock:
    """Where there are no locks, own the store by a file that only one process can create."""
    path = _locate_marker(locate_lock(store))
    if os.environ.get(_SETTING) != _SOFT:
        raise UsageError(
            f"{store} cannot be locked ({error.strerror or error}): its disk has no locks",
            "choose an output folder on a local disk, or set HUIMOU_LOCK=soft to own it by a file, "
            "which is to be deleted by hand after a kill",
        ) from error
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        raise StoreInUse(
            f"{store} is in use by {Holder.read(path) or 'another process'}",
            f"{_WAIT}; if it was killed, delete {path}",
        ) from None
    except OSError as refused:
        raise UsageError(f"cannot write {path}: {refused.strerror or refused}") from refused
    _write_holder(descriptor)
    return HeldLock(path, descriptor, is_marker=True)


def _locate_marker(lock: Path) -> Path:
    return lock.with_name(f"{lock.name}.soft")


def _write_holder(descriptor: int) -> None:
    with suppress(OSError):  # a full disk: the lock holds all the same
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, Holder.of(os.getpid()).to_bytes())
