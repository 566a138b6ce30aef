"""Answers survive a killed process, one process at a time writes them, and stores of before are read."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from huimou.digest.questions.registry import find_cost_part
from huimou.errors import AnswerTruncated, EndpointError, UsageError
from huimou.llm.client import open_client
from huimou.model.outcome import IndexRow, ReportResult
from huimou.settings import Endpoint
from huimou.store.answers import CountingAnswerReader, KeptAnswer, open_store
from huimou.store.database import MIGRATIONS, open_reader
from huimou.store.files import make_folder
from huimou.store.journal import Journal, JournalReader, read_journal
from huimou.store.paths import STORE
from huimou.store.stamps import Stamp
from places import SUPPORT
from scripted_server import Reply, completion, serving
from small_question import GOOD, ask_for

_ENTRY = KeptAnswer("甲/item/1", 1, 200, "回答".encode(), 1, 0.5)
_CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from small_question import ask_for
from huimou.settings import Endpoint
from huimou.llm.client import open_client
client = open_client(Endpoint("openai", {url!r}, "m"), store=Path({path!r}))
for number in range(100):
    client.ask(ask_for(unit=str(number), name=str(number)))
    print(number, flush=True)
"""


def test_asked_once_for_ever(tmp_path: Path) -> None:
    """A second run costs no call and gives the same answers and the same costs."""
    path = tmp_path / "deep" / "ledger.sqlite"
    with serving([completion("{}"), completion(GOOD)]) as server:
        endpoint = Endpoint("openai", server.url, "m")
        with open_client(endpoint, store=path) as client:
            first = client.ask(ask_for())
        with open_client(endpoint, store=path) as client:
            assert client.ask(ask_for()) == first
            assert client.usage_of("某市 2031") == first.usage
    assert server.calls == first.usage.calls == 2


def test_an_answer_on_its_way_is_kept_when_the_run_ends(tmp_path: Path) -> None:
    """Whoever closes the client waits for what is on the wire, however the run came to its end."""
    path = tmp_path / "ledger.sqlite"
    arrived = threading.Event()

    def reply(_: object) -> Reply:
        arrived.set()
        return replace(completion(GOOD), delay=0.5)

    def ask(number: int) -> None:
        if number:
            client.ask(ask_for())
        else:
            arrived.wait(10)
            raise UsageError("the run cannot go on")

    with (
        serving(reply) as server,
        pytest.raises(UsageError),
        open_client(Endpoint("openai", server.url, "m"), store=path) as client,
    ):
        client.each(ask, range(2))
    with open_store(path) as ledger:
        assert ledger.count() == server.calls == 1


def test_nothing_more_is_asked_once_an_answer_cannot_be_kept() -> None:
    """Else every further answer would be paid for and lost."""

    class Full:
        def get(self, _: str) -> None:
            return None

        def put(self, _: str, __: KeptAnswer) -> None:
            raise UsageError("it cannot be written")

        def refuse(self, _: str) -> None:
            raise AssertionError

    with serving([completion(GOOD)]) as server:
        with open_client(Endpoint("openai", server.url, "m"), store=Full()) as client:
            for number in range(3):
                with pytest.raises(UsageError, match="it cannot be written"):
                    client.ask(ask_for(unit=str(number)))
        assert server.calls == 1


def test_changed_question_is_asked(tmp_path: Path) -> None:
    """Another text, even under the same slot, is another request."""
    with (
        serving([completion(GOOD)]) as server,
        open_client(Endpoint("openai", server.url, "m"), store=tmp_path / "l") as client,
    ):
        client.ask(ask_for(unit="甲"))
        client.ask(ask_for(unit="乙"))
    assert server.calls == 2


def test_cut_answers_are_kept_and_refusals_are_not(tmp_path: Path) -> None:
    """What was paid for is kept, also where it was of no use; a refused request is made again."""
    refused = Reply({"error": {"message": "no"}}, 400)
    with (
        serving([completion("{", finish_reason="length"), refused, completion(GOOD)]) as server,
        open_client(Endpoint("openai", server.url, "m"), store=tmp_path / "l") as client,
    ):
        for _ in range(2):
            with pytest.raises(AnswerTruncated):
                client.ask(ask_for(unit="甲"))
        with pytest.raises(EndpointError):
            client.ask(ask_for(unit="乙"))
        client.ask(ask_for(unit="乙"))
    assert server.calls == 3


def test_kill_loses_nothing(tmp_path: Path) -> None:
    """After SIGKILL in the middle of a run, no answer that was handed up is asked for again."""
    path = tmp_path / "ledger.sqlite"
    with serving(lambda _: completion(GOOD)) as server:
        code = _CHILD.format(tests=str(SUPPORT), url=server.url, path=str(path))
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        done = [int(child.stdout.readline()) for _ in range(5)][-1]
        child.send_signal(signal.SIGKILL)
        done = max([done, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()
        with open_client(Endpoint("openai", server.url, "m"), store=path) as client:
            before = server.calls
            for number in range(done + 1):
                client.ask(ask_for(unit=str(number), name=str(number)))
        assert server.calls == before
        assert 5 <= done + 1 <= before < 100


def test_second_process_is_refused(tmp_path: Path) -> None:
    """A living owner is named by pid and host; once it is dead its ledger is taken over."""
    path = tmp_path / "ledger.sqlite"
    code = (
        "import time; from pathlib import Path; from huimou.store.answers import open_store\n"
        f"open_store(Path({str(path)!r})); print(1, flush=True); time.sleep(60)"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    with pytest.raises(UsageError, match=rf"process {child.pid} on \S+"):
        open_store(path)
    child.kill()
    child.wait()
    child.stdout.close()
    with open_store(path) as ledger:
        ledger.put("d", _ENTRY)
        with pytest.raises(UsageError, match=str(os.getpid())):
            open_store(path)
    with open_store(path) as again:
        assert again.get("d") == _ENTRY


def test_first_answer_stays(tmp_path: Path) -> None:
    """Threads may put at once; the first answer for a digest is never replaced."""
    with open_store(tmp_path / "l") as ledger:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda number: ledger.put(str(number % 40), _ENTRY), range(400)))
        assert ledger.count() == 40
        ledger.put("1", KeptAnswer("x", 1, 200, b"other", 9, 9.0))
        assert ledger.get("1") == _ENTRY
        assert ledger.get("none") is None


def test_forget_one_report(tmp_path: Path) -> None:
    """Only the named report's answers go."""
    with open_store(tmp_path / "l") as ledger:
        for slot in ("甲/item/1", "甲/item/2", "甲乙/item/1"):
            ledger.put(slot, KeptAnswer(slot, 1, 200, b"", 1, 0.0))
        assert ledger.forget("甲") == 2
        assert ledger.count() == 1


def test_file_that_is_no_ledger(tmp_path: Path) -> None:
    """Another file, or one of a newer version, is refused and left as it is."""
    path = tmp_path / "notes.txt"
    path.write_text("这不是数据库。" * 100, encoding="utf-8")
    with pytest.raises(UsageError, match=r"is damaged \(it is no database\)"):
        open_store(path)
    newer = tmp_path / "newer"
    with sqlite3.connect(newer) as db:
        db.execute("PRAGMA user_version = 99")
    with pytest.raises(UsageError, match="newer huimou"):
        open_store(newer)


def test_each_answer_is_durable_before_it_is_returned(tmp_path: Path) -> None:
    """While the writer is still open, another reader already sees the answer."""
    path = tmp_path / "l"
    with open_store(path) as ledger:
        ledger.put("d", _ENTRY)
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0) as db:  # it does not wait for the writer
            assert db.execute("SELECT body FROM answers").fetchall() == [(_ENTRY.body,)]


_LISTED = IndexRow("政协", checks=2, domains={"协商": (3, 1)})
_RESULT = ReportResult("甲", "甲.txt", "complete", None, 1.0, 5, 4, 3, 2, listed=_LISTED)


def test_a_journal_row_says_what_it_counts(tmp_path: Path) -> None:
    """By name, so that a reader needs no order; what comes out is what went in."""
    with open_store(tmp_path / STORE) as store:
        Journal(store.database).keep(_RESULT, Stamp.of(tmp_path), "job")
        ((counts,),) = store.database.rows("SELECT counts FROM reports")
        assert [entry.result for entry in JournalReader(store.database).entries().values()] == [_RESULT]
    named = json.loads(counts)
    assert {name: named[name] for name in ("file", "items", "tasks", "figures", "uncovered")} == {
        "file": "甲.txt",
        "items": 5,
        "tasks": 4,
        "figures": 3,
        "uncovered": 2,
    }
    assert named["listed"]["domains"] == {"协商": [3, 1]}


@pytest.mark.parametrize("listed", ["", ", null", f", {json.dumps(asdict(_LISTED))}"])
def test_a_store_of_before_is_read_and_goes_on(tmp_path: Path, listed: str) -> None:
    """Its rows are lists without names: read as they are, by name once they are written again."""
    path = tmp_path / STORE
    make_folder(path.parent)
    before = replace(_RESULT, listed=_LISTED if "{" in listed else None)
    with closing(sqlite3.connect(path)) as db, db:
        for statement in MIGRATIONS[:8]:
            db.execute(statement)
        db.execute("PRAGMA user_version = 8")
        values = (
            "甲",
            1,
            "/甲.txt",
            1,
            1,
            "job",
            "complete",
            None,
            0,
            1.0,
            f'["甲.txt", 5, 4, 3, 2{listed}]',
            "{}",
            "",
        )
        db.execute(f"INSERT INTO reports VALUES ({', '.join('?' * 13)})", values)  # noqa: S608 (no text of anybody's)
    assert [entry.result for entry in read_journal(path)[1]] == [before]
    with open_reader(path) as reader:
        assert [entry.result for entry in JournalReader(reader).entries().values()] == [before]
    with open_store(path) as store:
        journal = Journal(store.database)
        assert [entry.result for entry in journal.entries().values()] == [before]
        journal.list_again("甲", IndexRow("人大"))
        ((counts,),) = store.database.rows("SELECT counts FROM reports")
    assert json.loads(counts)["uncovered"] == 2
    assert [entry.result for entry in read_journal(path)[1]] == [replace(_RESULT, listed=IndexRow("人大"))]


def test_a_reader_sees_what_is_written_meanwhile(tmp_path: Path) -> None:
    """It neither owns the store nor holds up whoever does, and counts what it found."""
    path = tmp_path / STORE
    with open_store(path) as store:
        store.put("d", _ENTRY)
        with CountingAnswerReader(open_reader(path), find_cost_part) as reader:
            assert reader.has("d")
            assert not reader.hits
            assert reader.get("d") == _ENTRY
            assert reader.get("e") is None
            store.put("e", _ENTRY)
            assert reader.get("e") == _ENTRY
            assert sum(reader.hits.values()) == 2
