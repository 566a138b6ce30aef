"""Ends a real batch again and again, by SIGKILL and by signals that it obeys; counts what was asked twice, lost, torn.

The server stands in a process of its own and notes every question with the moment when its answer had been handed to
the network in full. All moments are of the monotonic clock, which the processes of one machine share. Each process
gives a key of its own, so that the server knows whose a question is, however late it reads it.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from huimou.llm.question import request_digest
from huimou.store.paths import STORE
from small_suite import answer, many
from stub import Answering, Answers

SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)  # each is as likely as it stands here
WIRE = 0.25  # seconds from the answer's last byte to the kill within which it may not have been kept yet
_OF_THE_RUN = ("run.json", "failures.csv", "index.html")  # different after every run
_KEY = "of-start-"  # before the number of the start
_PATIENCE = 120.0  # seconds for a batch to ask its first question, or to end in order


@dataclass(frozen=True, slots=True)
class Question:
    """One request: its digest, the start of the process that asked, when it came, when its answer was sent in full."""

    digest: str
    start: int
    came: float
    sent: float | None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a kill left: the answers in the ledger by digest, the files by name, and whether the ledger is sound.

    `start` is the killed process's; `ordered` is whether it had ended in order, with nothing on its way.
    """

    start: int
    killed: float
    answers: Mapping[str, bytes]
    files: Mapping[str, bytes]
    sound: bool
    ordered: bool = False

    @property
    def scraps(self) -> tuple[str, ...]:
        """Files half written, which nobody takes for an output."""
        return tuple(name for name in self.files if name.endswith(".tmp"))


@dataclass(frozen=True, slots=True)
class Count:
    """What a batch that was killed came to.

    Args:
        kills: of the process.
        questions: that reached the server.
        twice: asked again although the ledger's file held the answer.
        wire: asked again although the answer had been sent more than `WIRE` seconds before the kill.
        in_flight: asked again, being on their way at a kill.
        oldest: the most seconds from an answer's last byte to the kill that made it be asked again.
        lost: answers that a ledger held after a kill and not later, or held otherwise.
        torn: files at a kill that are neither the finished batch's nor absent; ledgers that are not sound.
        scraps: half-written files seen at kills.
        left: of those, still there in the end.
        wrong: what else should not be: exit statuses, digests that do not follow from the store.
        ordered: of the kills, signals that the process obeyed.
        unkept: asked again although the process had ended in order since.

    """

    kills: int = 0
    questions: int = 0
    twice: int = 0
    wire: int = 0
    in_flight: int = 0
    oldest: float = 0.0
    lost: int = 0
    torn: tuple[str, ...] = ()
    scraps: int = 0
    left: int = 0
    wrong: tuple[str, ...] = ()
    ordered: int = 0
    unkept: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            *(getattr(self, name) + getattr(other, name) for name in ("kills", "questions", "twice", "wire")),
            self.in_flight + other.in_flight,
            max(self.oldest, other.oldest),
            self.lost + other.lost,
            self.torn + other.torn,
            self.scraps + other.scraps,
            self.left + other.left,
            self.wrong + other.wrong,
            self.ordered + other.ordered,
            self.unkept + other.unkept,
        )


@dataclass
class Killed:
    """A batch in `folder`/in that is killed `kills` times, and then let end."""

    folder: Path
    url: str
    questions: Callable[[], list[Question]]
    starts: int = 0
    scenes: list[Scene] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def out(self) -> Path:
        """Folder of the outputs."""
        return self.folder / "out"

    def command(self, *words: str) -> list[str]:
        """A command of huimou."""
        return [sys.executable, "-m", "huimou", *words]

    def start(self) -> subprocess.Popen[bytes]:
        """The batch, as a process of its own."""
        self.starts += 1
        server = ("--base-url", self.url, "--model", "m", "--concurrency", "8", "--quiet")
        said = (self.folder / "said.txt").open("ab")
        with said:
            return subprocess.Popen(
                self.command("summarise", str(self.folder / "in"), "-o", str(self.out), *server),
                stderr=said,
                env={**os.environ, "HUIMOU_API_KEY": f"{_KEY}{self.starts}"},
            )

    def kill(self, after: float, *, asking: bool, sent: signal.Signals = signal.SIGKILL) -> bool:
        """Start the batch and end it `after` seconds from its start, or from its first question; false if it ended."""
        asked = len(self.questions())
        process = self.start()
        deadline = time.monotonic() + _PATIENCE
        while asking and len(self.questions()) == asked and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        with suppress(subprocess.TimeoutExpired):
            status = process.wait(after)
            self._ended(status)
            return False
        killed = time.monotonic()
        process.send_signal(sent)
        status = self._wait(process)
        ordered = status == 128 + sent
        obeys = asking and sent != signal.SIGKILL  # while it starts nobody obeys yet, nor when all is done
        if obeys and not ordered and not (status == -sent and self._is_done()):
            self._ended(status)  # it may have been done in this very moment
        self.scenes.append(look(self.out, self.starts, time.monotonic() if ordered else killed, ordered=ordered))
        return True

    def _is_done(self) -> bool:
        """Whether the run that was started last came to its end: each run writes its bill when nothing is left."""
        try:
            return bool(json.loads((self.out / "run.json").read_bytes())["exit_status"] == 0)
        except (OSError, ValueError):
            return False

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.wrong.append("a signal was not obeyed")
            process.kill()
            return process.wait()

    def finish(self) -> None:
        """Let it end."""
        self._ended(self.start().wait())

    def count(self) -> Count:
        """Hold every scene against those after it and against the end."""
        end = look(self.out, self.starts, time.monotonic())
        checked = subprocess.run(self.command("store", "verify", str(self.out)), capture_output=True, check=False)
        if checked.returncode:
            self.wrong.append(checked.stdout.decode())
        asked = self.questions()
        twice, wire, unkept, lags = _again(asked, self.scenes)
        scenes = [*self.scenes, end]
        return Count(
            len(self.scenes),
            len(asked),
            twice,
            wire,
            len(lags),
            max(lags, default=0.0),
            sum(_missing(one.answers, two.answers) for one, two in itertools.pairwise(scenes)),
            tuple(line for scene in scenes for line in _torn(scene, end)),
            sum(len(scene.scraps) for scene in self.scenes),
            len(end.scraps),
            tuple(self.wrong),
            sum(scene.ordered for scene in self.scenes),
            unkept,
        )

    def _ended(self, status: int) -> None:
        if status:
            said = (self.folder / "said.txt").read_text(encoding="utf-8", errors="replace")
            self.wrong.append(f"ended with {status}: {said[-500:]}")


def killed_at_random(folder: Path, kills: int, chance: random.Random, spread: float) -> Count:
    """What came of at most so many kills, one in five while the command starts, the others within `spread` seconds.

    Fewer where the batch ends before.
    """
    with stub() as (url, questions):
        batch = Killed(folder, url, questions)
        for _ in range(kills):
            asking = chance.random() > 0.2
            after = chance.uniform(0, spread if asking else 2.0)
            if not batch.kill(after, asking=asking, sent=chance.choice(SIGNALS)):
                break
        else:
            batch.finish()
        return batch.count()


def kill_batches(
    folder: Path, kills: int, chance: random.Random, reports: int, spread: float
) -> Iterator[tuple[int, Count]]:
    """After each of as many batches of so many reports as it takes: its number, and what came of all kills so far."""
    total = Count()
    for number in itertools.count(1):
        if total.kills >= kills:
            return
        place = folder / f"batch{number}"
        place.mkdir()
        many(place / "in", reports)
        total += killed_at_random(place, kills - total.kills, chance, spread)
        shutil.rmtree(place)
        yield number, total


def look(out: Path, start: int, killed: float, *, ordered: bool = False) -> Scene:
    """What is there. The ledger is read from a copy, since a reader would mend what the next run has to mend."""
    answers: dict[str, bytes] = {}
    sound = True
    with tempfile.TemporaryDirectory() as name:
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{out / STORE}{suffix}", f"{name}/copy{suffix}")
        if Path(name, "copy").is_file():
            with closing(sqlite3.connect(f"{name}/copy")) as db:
                sound = db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchone():
                    answers = dict(db.execute("SELECT digest, body FROM answers"))
    files = {
        str(path.relative_to(out)): path.read_bytes()
        for path in out.rglob("*")
        if path.is_file() and not path.name.startswith("ledger.sqlite") and path.name != "lock"
    }
    return Scene(start, killed, answers, files, sound, ordered)


def _again(asked: Sequence[Question], scenes: Sequence[Scene]) -> tuple[int, int, int, list[float]]:
    """Digests asked again: held by a ledger, sent well before a kill, of a process that had ended in order.

    Last the seconds by which others missed the kill.
    """
    twice, wire, unkept = 0, 0, 0
    lags = []
    first: dict[str, Question] = {}
    for question in asked:
        before = first.get(question.digest)
        first[question.digest] = question
        if before is None:
            continue
        twice += any(question.digest in scene.answers for scene in scenes if scene.start < question.start)
        ended = next((scene for scene in scenes if before.start == scene.start < question.start), None)
        if ended is not None and ended.ordered:
            unkept += 1
            continue
        kill = None if ended is None else ended.killed
        lag = 0.0 if kill is None or before.sent is None else max(kill - before.sent, 0.0)
        wire += kill is None or lag > WIRE
        lags.append(lag)
    return twice, wire, unkept, lags


def _missing(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> int:
    return sum(after.get(digest) != body for digest, body in before.items())


def _torn(scene: Scene, end: Scene) -> Iterator[str]:
    if not scene.sound:
        yield "the ledger is not sound"
    for name, data in scene.files.items():
        if name in scene.scraps:
            continue
        if name in _OF_THE_RUN:
            if name.endswith(".json"):
                json.loads(data)
            if name.endswith(".html") and not data.rstrip().endswith(b"</html>"):
                yield f"{name} has no end"
        elif data != end.files.get(name):
            yield f"{name} is not the finished one"


@contextmanager
def stub(latency: float = 0.02) -> Iterator[tuple[str, Callable[[], list[Question]]]]:
    """The server: its address, and all questions so far."""
    spawning = multiprocessing.get_context("spawn")
    mine, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs, latency), daemon=True)
    process.start()
    seen: list[Question] = []

    def questions() -> list[Question]:
        mine.send(len(seen))
        seen.extend(mine.recv())
        return sorted(seen, key=lambda one: (one.start, one.came))

    try:
        yield f"http://127.0.0.1:{mine.recv()}/v1", questions
    finally:
        process.kill()
        process.join()


def _serve(connection: Connection, latency: float) -> None:
    log: list[Question] = []
    lock = threading.Lock()

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802 (the library's)
            came, start = time.monotonic(), int(self.headers["authorization"].removeprefix(f"Bearer {_KEY}"))
            raw = self.rfile.read(int(self.headers["content-length"]))
            if not self.path.endswith("/chat/completions"):
                self.send(404, b"{}")
                return
            body = json.loads(raw)
            key = request_digest(body)
            time.sleep(latency * 2 * int(key[-4:], 16) / 0xFFFF)
            sent = None
            with suppress(OSError):
                self.send(200, json.dumps(answer(body).body, ensure_ascii=False).encode())
                sent = time.monotonic()
            with lock:
                log.append(Question(key, start, came, sent))

    class Server(Answers):
        def handle_error(self, *_: Any) -> None:
            """A client that was killed hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection.send(server.server_address[1])
    while True:
        try:
            known = connection.recv()
        except EOFError:
            return
        with lock:
            connection.send(log[known:])
