"""A process of our own beside this one, and what is said to it: pieces of bytes over pipes, their length in front.

It is a fresh interpreter that runs a module of this package, never a copy of the caller and never the caller's script
once more, so that it is the same on every system. When who started it is gone, its input ends, and so does it.
"""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

_LENGTH = struct.Struct("<Q")
_PATIENCE = 2.0  # seconds that a process is given to end by itself
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")


class ChildProcess:
    """A process that runs a module of this package and listens to its standard input.

    Args:
        module: its full name.

    Raises:
        OSError: the system starts no more processes.

    """

    def __init__(self, module: str) -> None:
        root = str(Path(__file__).parents[2])  # where this package is imported from
        env = {key: value for key, value in os.environ.items() if not key.startswith("HUIMOU_")}
        env["PYTHONPATH"] = os.pathsep.join(filter(None, (root, env.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(  # noqa: S603 - the same interpreter, our own module
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=env,
        )
        self.orders = cast("BinaryIO", self._process.stdin)
        self.replies = cast("BinaryIO", self._process.stdout)
        self.id = self._process.pid
        self.status: int | None = None  # how it ended, negative for the signal that ended it

    def is_alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End it at once, whatever it does; `end` waits for that."""
        self._process.kill()

    def close(self) -> None:
        """Let it end, and end it if it does not."""
        with suppress(OSError):
            self.orders.close()
        self.end()

    def end(self) -> None:
        """Wait until it has ended, and end it if it takes long."""
        try:
            self.status = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.status = self._process.wait()
        for stream in (self.orders, self.replies):
            with suppress(OSError):
                stream.close()


def open_pipes() -> tuple[BinaryIO, BinaryIO]:
    """In the process itself: what is said to it, and where it answers.

    What a library prints goes nowhere from now on. Signals that reach every process of a group are passed over: who
    asks decides, and is gone when nothing comes any more.
    """
    for name in _ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return sys.stdin.buffer, replies


def send(stream: BinaryIO, *parts: bytes) -> None:
    """Write parts, each with its length.

    Raises:
        OSError: the other side is gone.

    """
    for part in parts:
        stream.write(_LENGTH.pack(len(part)))
        stream.write(part)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next part; None where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    part = stream.read(length)
    return part if len(part) == length else None
