"""Whether the process that left something behind is still there."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its number, its machine, and when it started in the kernel's ticks, empty where that is not told."""

    pid: int
    host: str
    started: str

    @classmethod
    def own(cls) -> Self:
        """This one."""
        return cls.of(os.getpid())

    @classmethod
    def of(cls, pid: int) -> Self:
        """One of this machine."""
        return cls(pid, socket.gethostname(), _started(pid))

    @property
    def alive(self) -> bool:
        """Whether it may still run: true also where that cannot be told from here."""
        if self.host != socket.gethostname() or sys.platform == "win32":
            return True  # better to ask than to let two write
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        # The number may have gone to another process since.
        return not self.started or not _started(self.pid) or self.started == _started(self.pid)


def _started(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
