"""A damaged store costs one line, and what can be read of it is kept; nothing that is not huimou's is written to."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from damages import DAMAGES, HARMLESS
from huimou.cli import app
from huimou.model.review import Remark, compute_item_digests
from huimou.outputs.render.to_json import from_json
from huimou.store.answers import open_store
from huimou.store.database import MIGRATIONS
from huimou.store.paths import STORE
from huimou.store.rebuild import rebuild_store
from huimou.store.remarks import add_remark, read_remarks
from scripted_server import Reply, ScriptedServer, completion, serving
from small_suite import REPORT, answer, named

_COMMANDS = (("status",), ("retry",), ("store", "verify"), ("render",), ("summarise",), ("summarise", "--dry-run"))


def _answer_partly(body: Any) -> Reply:
    is_asked = any("白杨夜间经济" in message["content"] for message in body["messages"])
    return completion("坏", prompt_tokens=900) if is_asked else answer(body)


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a complete and a partial report, and a person's remark; its log is in the file."""
    folder: Path = tmp_path_factory.mktemp("healthy")
    (folder / "in").mkdir()
    (folder / "in" / "a.txt").write_text(REPORT, encoding="utf-8")
    (folder / "in" / "b.txt").write_text(named("白杨"), encoding="utf-8")
    out = folder / "out"
    with serving(_answer_partly) as server:
        words = ["summarise", str(folder / "in"), "-o", str(out), "--base-url", server.url, "--model", "m"]
        assert CliRunner().invoke(app, [*words, "--effort", "low", "-q"]).exit_code == 3
    digest = from_json((out / "a.json").read_text(encoding="utf-8"))
    item, of = next(iter(compute_item_digests(digest).items()))
    said = {"checked": True, "corrected": None, "comment": "核过", "reviewer": None}
    with open_store(out / STORE) as store:
        add_remark(store.database, "a", digest, Remark(id=item, of=of, time="2026-01-01T00:00:00.000Z", **said))
    return folder


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A server that answers everything."""
    with serving(answer) as running:
        yield running


@pytest.fixture
def out(tmp_path: Path, healthy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, whose inputs are where they were."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    shutil.copytree(healthy / "out", tmp_path / "out")
    return tmp_path / "out"


def _run(server: ScriptedServer, healthy: Path, *words: str) -> Result:
    endpoint = ["--base-url", server.url, "--model", "m"]
    match words:
        case ("summarise", *more):
            given = ["summarise", str(healthy / "in"), "-o", "out", *endpoint, "--effort", "low", *more]
        case ("retry",):
            given = ["retry", "out", *endpoint]
        case _:
            given = [*words, "out"]
    done = CliRunner().invoke(app, given)
    assert done.exception is None or isinstance(done.exception, SystemExit), (words, done.exception)
    return done


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_store_costs_one_line(name: str, server: ScriptedServer, healthy: Path, out: Path) -> None:
    """Whatever is asked for; then what can be read is kept, and the batch goes on to its end."""
    path = out / STORE
    DAMAGES[name](path)
    (out.parent / "damaged").mkdir()
    shutil.copytree(out, out.parent / "damaged" / "out")
    said = []
    for words in _COMMANDS:
        done = _run(server, healthy, *words)
        assert done.exit_code in {0, 1, 2, 3}, (words, done.output)
        said += [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        if done.exit_code == 2:
            (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
            assert STORE.name in line or "another huimou" in line, line
            assert "huimou store rebuild" in done.stderr or "run huimou summarise" in done.stderr
        if words == ("summarise",) and done.exit_code != 2:
            break  # what it needed was there, and the folder is no longer the damaged one
    assert said or name in _UNHEARD, "no command met with it"
    shutil.rmtree(out)
    shutil.copytree(out.parent / "damaged" / "out", out)
    done = _run(server, healthy, "store", "rebuild")
    assert done.exit_code == 0, done.output
    if "the damaged file is" in done.output:
        assert list(path.parent.glob("ledger.damaged*"))
    assert _run(server, healthy, "summarise").exit_code in {0, 3}
    assert _run(server, healthy, "retry").exit_code == 0
    assert _run(server, healthy, "status").exit_code == 0
    verified = _run(server, healthy, "store", "verify")
    is_lost = "answers that it rests on are not in the store" in verified.output  # a digest stands without them
    assert verified.exit_code == is_lost, verified.output


# Damage that ends no command: what is there means nothing, or the one who asks for it says that it is not known.
_UNHEARD = frozenset(
    {
        "report counts have more",
        "report cost is of something else",
        "run facts are of something else",
        "run mode is unknown",
        "marks are null",
    }
)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_damage(name: str, server: ScriptedServer, healthy: Path, out: Path) -> None:
    """The run goes on, or begins anew."""
    HARMLESS[name](out / STORE)
    for words in (("status",), ("summarise", "--dry-run")):
        assert "damaged" not in _run(server, healthy, *words).output
    assert _run(server, healthy, "summarise").exit_code in {0, 3}


def test_a_sound_store_is_left_alone(server: ScriptedServer, healthy: Path, out: Path) -> None:
    """Nothing is moved, nothing made anew."""
    before = (out / STORE).read_bytes()
    done = _run(server, healthy, "store", "rebuild")
    assert (done.exit_code, done.output) == (0, "the store is sound; nothing was done\n")
    assert (out / STORE).read_bytes() == before
    assert not list((out / STORE).parent.glob("*.damaged*"))


def test_one_bad_row_costs_itself(server: ScriptedServer, healthy: Path, out: Path) -> None:
    """All others are kept, remarks of persons above all; nothing that was paid for is asked again."""
    path = out / STORE
    with open_store(path) as store:
        answers = store.count()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE reports SET counts = '{' WHERE name = 'a'")
        db.execute("INSERT INTO answers VALUES ('junk', 'a/b/c', 1, 200, 'no body', 1, 0.1, '')")
        db.execute("INSERT INTO reviews VALUES (99, 'a', 'b', 'c', '{}', 'd')")
    done = _run(server, healthy, "store", "rebuild")
    assert f"{answers} answers kept, 1 left behind" in done.output
    assert "1 report kept, 1 left behind" in done.output
    assert "1 remark kept, 1 left behind" in done.output
    digest = from_json((out / "a.json").read_text(encoding="utf-8"))
    assert len(read_remarks(path, "a", digest)) == 1
    assert _run(server, healthy, "summarise").exit_code == 3
    assert server.calls == 0
    with closing(sqlite3.connect(path.with_name("ledger.damaged.sqlite"))) as db:
        assert db.execute("SELECT count(*) FROM answers").fetchall() == [(answers + 1,)]


def test_a_torn_file_keeps_what_is_before_and_behind_the_tear(healthy: Path, out: Path) -> None:
    """Rows are read from both ends."""
    path = out / STORE
    with open_store(path) as store:
        before = store.count()
        for number in range(300):
            values = (f"{number:064x}", "x/y/z", 1, 200, b'{"a": "' + b"x" * 3000 + b'"}', 1, 0.1, "")
            store.database.write("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    del healthy
    data = bytearray(path.read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = bytes(4096)
    path.write_bytes(data)
    done = rebuild_store(path)
    assert done.damaged is not None
    assert before + 300 > done.kept["answers"] > before + 200


def test_a_second_damage_replaces_no_damaged_file(out: Path) -> None:
    """Each is kept under a name of its own."""
    path = out / STORE
    kept = []
    for _ in range(3):
        path.write_bytes(b"?")
        kept.append(rebuild_store(path).damaged)
    assert [one.name for one in kept if one] == [
        "ledger.damaged.sqlite", "ledger.damaged1.sqlite", "ledger.damaged2.sqlite"]  # fmt: skip
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_store_in_use_is_not_rebuilt(server: ScriptedServer, healthy: Path, out: Path) -> None:
    """Nor is one that is not there."""
    with open_store(out / STORE):
        done = _run(server, healthy, "store", "rebuild")
    assert done.exit_code == 2
    assert "is in use by process" in done.output
    shutil.rmtree(out)
    assert "there is no store in out" in _run(server, healthy, "store", "rebuild").output


def test_another_programs_database_is_not_written_to(server: ScriptedServer, healthy: Path, out: Path) -> None:
    """Not a byte of it."""
    DAMAGES["a database of another program"](out / STORE)
    before = (out / STORE).read_bytes()
    for words in _COMMANDS:
        assert _run(server, healthy, *words).exit_code in {1, 2, 3}
    assert (out / STORE).read_bytes() == before
