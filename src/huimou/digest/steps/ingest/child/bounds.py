"""How much memory and time the reading of one document may take, and how a process keeps to it.

The system holds the bounds where it can (`setrlimit`); besides, a thread looks at what was used and ends the process.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OUT_OF_MEMORY, OUT_OF_TIME = 81, 82  # exit status
_ROOM = 256 * 2**20  # addresses that are reserved and not used
_OFTEN = 0.02  # seconds
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the reading of one document may take.

    Args:
        memory: bytes that the process may hold.
        cpu_seconds: of computing.
        seconds: until it is given up, whatever it does.
        characters: of text that may come out.

    """

    memory: int = 2**30
    cpu_seconds: float = 30.0
    seconds: float = 180.0
    characters: int = 20_000_000


def hold_memory(bounds: Bounds) -> None:
    """Let the system refuse this process more memory, where it can; no crash is written to disk."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - Windows has none

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if _STATM.exists():
            reserved = int(_STATM.read_text().split()[0]) * resource.getpagesize()
            most = reserved + bounds.memory + _ROOM
            resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def hold_time(bounds: Bounds) -> None:
    """Let the system end this process after so much more computing, where it can."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - Windows has none

        most = math.ceil(time.process_time() + bounds.cpu_seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


class Watch:
    """Ends the process when it holds too much memory, or has computed too long since `begin`."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._latest = math.inf
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        """A document begins."""
        hold_time(self._bounds)
        self._latest = time.process_time() + self._bounds.cpu_seconds

    def end(self) -> None:
        """It is read."""
        self._latest = math.inf

    def _look(self) -> None:
        while True:
            time.sleep(_OFTEN)
            if measure_memory() > self._bounds.memory:
                os._exit(OUT_OF_MEMORY)
            if time.process_time() > self._latest:
                os._exit(OUT_OF_TIME)


def measure_memory() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    if _STATM.exists():  # what getrusage says begins, on Linux, with what the parent process held
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return _measure_on_windows()
    import resource  # noqa: PLC0415 - Windows has none

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _measure_on_windows() -> int:
    import ctypes  # noqa: PLC0415 - seldom needed

    class Counters(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_uint32),
            ("faults", ctypes.c_uint32),
            *((name, ctypes.c_size_t) for name in ("peak", "held", "a", "b", "c", "d", "paged", "peak_paged")),
        )

    counters = Counters(size=ctypes.sizeof(Counters))
    windows: Any = ctypes
    kernel = windows.WinDLL("kernel32")
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.K32GetProcessMemoryInfo.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
    kernel.K32GetProcessMemoryInfo(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.size)
    return int(counters.held)
