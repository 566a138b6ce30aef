"""No room and no leave to write: one line, exit status 2, nothing paid for is lost, no half file, and it goes on."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from huimou.cli import app
from huimou.store.answers import open_store
from huimou.store.paths import STORE
from scripted_server import ScriptedServer, serving
from small_suite import answer, many

_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
from huimou.cli import main
main()
"""


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


@contextmanager
def _disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own."""
    folder.mkdir()
    if sys.platform != "linux" or _mount("-t", "tmpfs", "-o", f"size={size}", "none", str(folder)):
        pytest.skip("no disk can be mounted here: that takes root on Linux")
    try:
        yield folder
    finally:
        # Lazily: the trace of the error that `CliRunner` keeps may hold a statement of the ledger, and so its file.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _mount(*words: str) -> int:
    return subprocess.run(["mount", *words], check=False, capture_output=True).returncode


def _summarise(folder: Path, server: ScriptedServer) -> list[str]:
    here = ("--base-url", server.url, "--model", "m", "--concurrency", "8", "--quiet")
    return ["summarise", str(folder / "in"), "-o", str(folder / "out"), *here]


def _stopped(output: str, status: int, *words: str) -> None:
    assert status == 2, output
    assert "Traceback" not in output
    assert output.count("error: ") == 1, output
    assert all(word in output for word in words), output


def _whole(out: Path) -> None:
    for path in out.glob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    assert not list(out.rglob("*.tmp"))


def _asked(server: ScriptedServer) -> list[str]:
    return [json.dumps(one.body, sort_keys=True) for one in server.chats]


def _goes_on(folder: Path, server: ScriptedServer) -> None:
    """The same command ends well, and no question was asked twice in all."""
    done = CliRunner().invoke(app, _summarise(folder, server))
    assert done.exit_code == 0, done.output
    assert len(_asked(server)) == len(set(_asked(server)))
    assert CliRunner().invoke(app, ["store", "verify", str(folder / "out")]).exit_code == 0
    assert not (folder / "out" / STORE).with_name("ledger.sqlite.spare").exists()


def test_a_full_disk(server: ScriptedServer, tmp_path: Path) -> None:
    """Of 2.6 MB; the answers on their way when it is full are kept in the room that the ledger held."""
    many(tmp_path / "in", 8)
    with _disk(tmp_path / "out", "2600k") as out:
        done = CliRunner().invoke(app, _summarise(tmp_path, server))
        _stopped(done.output, done.exit_code, f"{out}", "make room", "of 8 reports not done")  # ledger or output
        _whole(out)
        assert json.loads((out / "run.json").read_text(encoding="utf-8"))["exit_status"] == 2
        with open_store(out / STORE) as ledger:
            assert ledger.count() == len(_asked(server)) > 0
        assert not _mount("-o", "remount,size=50m", str(out))
        _goes_on(tmp_path, server)


def test_a_disk_that_is_full_from_the_start(server: ScriptedServer, tmp_path: Path) -> None:
    """Nothing is asked."""
    many(tmp_path / "in", 1)
    with _disk(tmp_path / "out", "400k") as out:
        done = CliRunner().invoke(app, _summarise(tmp_path, server))
        _stopped(done.output, done.exit_code, "No space left on device", "make room")
        assert not server.chats
        _whole(out)


def test_a_disk_that_cannot_be_written(server: ScriptedServer, tmp_path: Path) -> None:
    """Nothing is asked, and what is there can still be read."""
    many(tmp_path / "in", 1)
    with _disk(tmp_path / "out", "50m") as out:
        assert CliRunner().invoke(app, _summarise(tmp_path, server)).exit_code == 0
        asked = len(server.chats)
        assert not _mount("-o", "remount,ro", str(out))
        done = CliRunner().invoke(app, _summarise(tmp_path, server))
        _stopped(done.output, done.exit_code, "cannot write", "Read-only file system", "-o")
        done = CliRunner().invoke(app, ["status", str(out)])
        assert done.exit_code == 0, done.output
        assert "1 complete" in done.output
        done = CliRunner().invoke(app, ["store", "verify", str(out)])
        _stopped(done.output, done.exit_code, "Read-only file system")
        done = CliRunner().invoke(app, ["export", str(out), "--to", str(tmp_path / "tables")])
        assert done.exit_code == 0, done.output
        assert len(server.chats) == asked


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")
def test_a_limit_of_file_size(server: ScriptedServer, tmp_path: Path) -> None:
    """The ledger's journal cannot grow: it is put into the ledger itself, so that the answers on their way are kept."""
    many(tmp_path / "in", 90)
    command = [sys.executable, "-c", _LIMITED, str(2_200_000), *_summarise(tmp_path, server)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    _stopped(done.stderr, done.returncode, "ledger.sqlite cannot be written", "of 90 reports not done")
    _whole(tmp_path / "out")
    for path in sorted((tmp_path / "in").iterdir())[40:]:  # enough to see that it goes on
        path.unlink()
    _goes_on(tmp_path, server)


@pytest.mark.parametrize(("name", "left"), [("r00000.json", "1 of 1"), ("run.json", "0 of 1")])
def test_an_output_that_cannot_be_written(server: ScriptedServer, tmp_path: Path, name: str, left: str) -> None:
    """A folder in its place: one line; once it is away nothing more is asked."""
    many(tmp_path / "in", 1)
    (tmp_path / "out" / name).mkdir(parents=True)
    done = CliRunner().invoke(app, _summarise(tmp_path, server))
    _stopped(done.output, done.exit_code, f"cannot write {tmp_path / 'out' / name}", f"{left} reports not done")
    (tmp_path / "out" / name).rmdir()
    _whole(tmp_path / "out")
    _goes_on(tmp_path, server)
