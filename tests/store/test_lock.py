"""A folder belongs to a living process: the system's lock says so, and no kill, pid or host name makes it stay."""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huimou.cli import app
from huimou.errors import StoreInUse, UsageError
from huimou.store import database, lock
from huimou.store.answers import open_store
from huimou.store.files import make_folder
from huimou.store.lock import Holder
from huimou.store.paths import STORE, locate_lock
from scripted_server import Reply, serving
from small_suite import answer, many
from waiting import until

_HOLD = """
import sys, time
from pathlib import Path
from huimou.store.answers import open_store
store = open_store(Path(sys.argv[1]))
{more}
print("held", flush=True)
time.sleep(600)
"""
# A child that is another program, given every file that may be inherited, and one that is made by fork alone.
_EXECUTED = 'import subprocess; subprocess.Popen(["sleep", "600"], close_fds=False)'
_FORKED = 'import multiprocessing; multiprocessing.get_context("fork").Process(target=time.sleep, args=(600,)).start()'

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills and forks are those of Unix")


@contextmanager
def _holding(store: Path, more: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the store, with its children in a process group of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD.format(more=more), str(store)], stdout=subprocess.PIPE, process_group=0
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"held\n"
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def _kill_unreaped(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and wait until it is a zombie."""
    os.kill(process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


def test_a_zombie_holds_nothing(tmp_path: Path) -> None:
    """Killed and not reaped, as in a container whose first process reaps nobody."""
    path = tmp_path / STORE
    with _holding(path) as holder:
        with pytest.raises(StoreInUse, match=rf"in use by process {holder.pid} on \S+"):
            open_store(path)
        _kill_unreaped(holder)
        os.kill(holder.pid, 0)  # the pid is still taken
        open_store(path).close()


@pytest.mark.parametrize("children", [_EXECUTED, _FORKED])
def test_children_of_a_killed_holder_hold_nothing(tmp_path: Path, children: str) -> None:
    """They live on for a while, as worker processes may."""
    path = tmp_path / STORE
    with _holding(path, children) as holder:
        with pytest.raises(StoreInUse):
            open_store(path)
        _kill_unreaped(holder)
        until(lambda: _is_free(path), 10)  # a child that was just forked has not had its turn yet


def _is_free(path: Path) -> bool:
    try:
        open_store(path).close()
    except StoreInUse:
        return False
    return True


def test_a_forked_child_leaves_the_lock_to_its_parent(tmp_path: Path) -> None:
    """What the child does with its copy, and its end, change nothing for the parent."""
    path = tmp_path / STORE
    with open_store(path) as store:
        assert store.database._held is not None
        child = multiprocessing.get_context("fork").Process(target=store.database._held.release)
        child.start()
        child.join()
        assert child.exitcode == 0
        with pytest.raises(StoreInUse, match=f"process {os.getpid()} on"):
            open_store(path)
    open_store(path).close()


@pytest.mark.parametrize("left", ["1 elsewhere\n", f"{os.getppid()} {os.uname().nodename}\n", "", "\x00\xff"])
def test_what_a_lock_file_says_locks_nothing(tmp_path: Path, left: str) -> None:
    """The pid of another host, one that has been given to a living process, nothing, and what is no text."""
    path = tmp_path / STORE
    open_store(path).close()
    assert locate_lock(path).read_bytes() == b""
    locate_lock(path).write_bytes(left.encode("latin-1"))
    with open_store(path):
        assert Holder.read(locate_lock(path)) == Holder.of(os.getpid())


def test_a_lock_that_names_nobody_is_still_a_lock(tmp_path: Path) -> None:
    """The message then says what is known."""
    path = tmp_path / STORE
    with open_store(path):
        locate_lock(path).write_bytes(b"")
        with pytest.raises(StoreInUse, match="in use by another process"):
            open_store(path)


def test_two_runs_at_once(tmp_path: Path) -> None:
    """The second gets one clear line with pid and host, and the first goes on."""
    many(tmp_path / "in", 2)
    asked, go_on = threading.Event(), threading.Event()

    def reply(body: object) -> Reply:
        asked.set()
        assert go_on.wait(60)
        return answer(body)

    with serving(reply) as server:
        words = ["summarise", str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--base-url", server.url]
        words += ["--model", "m", "--quiet"]
        with subprocess.Popen([sys.executable, "-m", "huimou", *words], stderr=subprocess.PIPE, text=True) as first:
            assert asked.wait(60)
            second = CliRunner().invoke(app, words)
            go_on.set()
            _, said = first.communicate()
    assert second.exit_code == 2
    (line,) = [line for line in second.output.splitlines() if line.startswith("error:")]
    assert f"is in use by process {first.pid} on {os.uname().nodename}" in line
    assert "Traceback" not in second.output
    assert first.returncode == 0, said
    assert len(list((tmp_path / "out").glob("r0*.json"))) == 2


@pytest.fixture(params=[errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS])
def _no_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without locks."""

    def flock(*_: int) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(lock.fcntl, "flock", flock)
    monkeypatch.delenv("HUIMOU_LOCK", raising=False)


@pytest.mark.usefixtures("_no_locks")
def test_a_disk_without_locks_is_refused(tmp_path: Path) -> None:
    """In one line that says what to do; nothing is made there."""
    with pytest.raises(UsageError, match=r"cannot be locked \(.+\): its disk has no locks") as caught:
        open_store(tmp_path / STORE)
    assert not isinstance(caught.value, StoreInUse)
    assert "on a local disk, or set HUIMOU_LOCK=soft" in caught.value.hint
    assert not (tmp_path / STORE).exists()


@pytest.mark.usefixtures("_no_locks")
def test_a_marker_in_place_of_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With HUIMOU_LOCK=soft one process at a time owns the folder; after a kill a file is to be deleted."""
    monkeypatch.setenv("HUIMOU_LOCK", "soft")
    path, marker = tmp_path / STORE, tmp_path / ".huimou" / "lock.soft"
    with open_store(path):
        assert Holder.read(marker) == Holder.of(os.getpid())
        with pytest.raises(StoreInUse, match=rf"in use by process {os.getpid()} on \S+: .*delete .*lock\.soft"):
            open_store(path)
        open_store(path, member_of=os.getpid()).close()
        with pytest.raises(UsageError, match="is not owned by process 1"):
            open_store(path, member_of=1)
    assert not marker.exists()
    marker.write_text("12 elsewhere\n", encoding="utf-8")
    with pytest.raises(StoreInUse, match="process 12 on elsewhere"):
        open_store(path)
    marker.unlink()
    open_store(path).close()


def test_only_a_disk_without_locks_gets_a_marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So two runs of which one has the setting still exclude each other."""
    monkeypatch.setenv("HUIMOU_LOCK", "soft")
    with open_store(tmp_path / STORE):
        assert not (tmp_path / ".huimou" / "lock.soft").exists()
        monkeypatch.delenv("HUIMOU_LOCK")
        with pytest.raises(StoreInUse):
            open_store(tmp_path / STORE)


def test_another_store_in_the_folder_has_a_lock_of_its_own(tmp_path: Path) -> None:
    """`huimou follow` keeps its answers beside a batch that runs."""
    with open_store(tmp_path / STORE), open_store(tmp_path / ".huimou" / "follow.sqlite"):
        found = {one.name for one in (tmp_path / ".huimou").iterdir()}
    assert {"lock", "follow.sqlite.lock"} <= found


def test_a_member_needs_a_holder_that_lives(tmp_path: Path) -> None:
    """What the file says of a killed process proves nothing."""
    path = tmp_path / STORE
    with _holding(path) as holder:
        open_store(path, member_of=holder.pid).close()
        with pytest.raises(UsageError, match=f"is not owned by process {os.getpid()}"):
            open_store(path, member_of=os.getpid())
        _kill_unreaped(holder)
        with pytest.raises(UsageError, match=f"is not owned by process {holder.pid}"):
            open_store(path, member_of=holder.pid)


def test_an_older_store_with_an_owner_opens(tmp_path: Path) -> None:
    """A run of before that was killed has left its row; it is gone with its table, and all else is there."""
    path = tmp_path / STORE
    make_folder(path.parent)
    with closing(sqlite3.connect(path)) as db, db:
        for statement in database.MIGRATIONS[:8]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 8")
        db.execute("INSERT INTO owner VALUES (1, ?, ?, '')", (os.getppid(), os.uname().nodename))
        db.execute("INSERT INTO answers VALUES ('d', 'a/b/c', 1, 200, x'7b7d', 1, 0.5, '2031-01-01')")
    with open_store(path) as store:
        assert store.count() == 1
        assert store.database.rows("SELECT name FROM sqlite_master WHERE name = 'owner'") == []


_WRITE = """
import sys, time
from pathlib import Path
from huimou.store.files import open_whole_file
with open_whole_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    print("begun", flush=True)
    sys.stdin.readline()
"""


def test_a_file_that_another_process_writes_is_not_swept(tmp_path: Path) -> None:
    """However long it takes; its lock says that the writer lives."""
    command = [sys.executable, "-c", _WRITE, str(tmp_path / "a")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begun\n"
        (temp,) = tmp_path.iterdir()
        os.utime(temp, (0, 0))
        make_folder(tmp_path)
        assert list(tmp_path.iterdir()) == [temp]
        writer.communicate("\n")
    assert writer.returncode == 0
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"half"


@pytest.mark.usefixtures("_no_locks")
def test_files_are_written_where_there_are_no_locks(tmp_path: Path) -> None:
    """And swept only when they are old."""
    command = [sys.executable, "-c", _WRITE, str(tmp_path / "a")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"begun\n"
        writer.kill()
    (temp,) = tmp_path.iterdir()
    make_folder(tmp_path)
    assert temp.exists()
    os.utime(temp, (0, 0))
    make_folder(tmp_path)
    assert not temp.exists()
