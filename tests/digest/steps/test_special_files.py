"""Files that are none: they are refused at once, whatever reading them would do."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from huimou.digest.steps.ingest import read_report
from huimou.errors import InputError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Unix has files of such kinds")


def test_a_pipe_with_a_name(tmp_path: Path) -> None:
    """Nobody writes to it, and it would be waited for."""
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputError, match=r"pipe\.txt is not a regular file"):
        read_report(tmp_path / "pipe.txt")


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be read."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket.txt")
        with pytest.raises(InputError, match=r"socket\.txt is not a regular file"):
            read_report(Path("socket.txt"))


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/random", "/dev/tty", "/dev/null", "/dev/full"])
def test_a_device(device: str, tmp_path: Path) -> None:
    """Also behind a link with the name of a report: some never end."""
    if not Path(device).exists():
        pytest.skip("not here")
    (tmp_path / "link.txt").symlink_to(device)
    for path in (Path(device), tmp_path / "link.txt"):
        with pytest.raises(InputError, match="is not a regular file"):
            read_report(path)


@pytest.mark.parametrize("path", ["/proc/kmsg", "/proc/self/environ", "/proc/uptime"])
def test_a_file_of_the_kernel(path: str) -> None:
    """It says that it has no bytes, and reading it may wait for ever."""
    if not Path(path).exists():
        pytest.skip("not here")
    with pytest.raises(InputError, match="is empty"):
        read_report(Path(path))
