"""A batch against a stub server of fixed latency and slots; run by hand.

python tests/bench/batch.py slots [REPORTS] [SLOTS] [LATENCY] [WORKERS]    share of slot time used, from first to last
python tests/bench/batch.py rate [REPORTS] [SLOTS] [WORKERS] [ROUNDS]    long reports, an instant server, the bare
    client beside
python tests/bench/batch.py memory [REPORTS]...    peak memory of a batch, and how soon a second run ends

The second run is timed three times over: on the finished folder, as `huimou status`, and with one more report, from
the start of the command to its first question. Ten thousand reports take a quarter of an hour and more.

The stub answers every question in the report's own words, in a process of its own.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openai

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from small_suite import CITIES, answer, many, named
from stub import Answering, Answers

SEEDS = sorted((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def long_reports(folder: Path, count: int) -> None:
    """The seeds under other names, no two of which ask the same."""
    folder.mkdir()
    texts = [path.read_text(encoding="utf-8") for path in SEEDS if path.name != "README.md"]
    for number in range(count):
        name = CITIES[number % 25] + CITIES[number // 25 % 25]
        text = texts[number % len(texts)]
        for word in ("工作", "建设", "发展", "开展", "协商", "委员", "加强", "推进"):
            text = text.replace(word, word + name)
        (folder / f"r{number:05}.txt").write_text(text, encoding="utf-8")


def serve(connection: Any, slots: int, latency: float, *, keep: bool) -> None:
    """The stub; tells its port, when asked what it was sent if it kept that, and in the end how busy it was."""
    sent: list[dict[str, Any]] = []
    gate = threading.Semaphore(slots)
    lock = threading.Lock()
    spans: list[tuple[float, float]] = []

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802 (the library's)
            raw = self.rfile.read(int(self.headers["content-length"]))
            body = json.loads(raw)
            if not self.path.endswith("/chat/completions"):
                self.send(404, b"{}")
                return
            if keep:
                sent.append(body)
            with gate:
                begun = time.monotonic()
                data = json.dumps(answer(body).body, ensure_ascii=False).encode()
                if latency:
                    time.sleep(max(0.0, latency - (time.monotonic() - begun)))
                with lock:
                    spans.append((begun, time.monotonic()))
            self.send(200, data)

    Handler.slots = slots
    server = Answers(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    connection.send(server.server_address[1])
    while (asked := connection.recv()) != "end":
        if asked == "sent":
            connection.send(sent)
        else:
            since = connection.recv()
            connection.send(min(s for s, _ in spans if s >= since))
    first, last = min(s for s, _ in spans), max(e for _, e in spans)
    connection.send((sum(e - s for s, e in spans), last - first, len(spans)))


class Stub:
    """The stub in a process of its own."""

    def __init__(self, slots: int, latency: float, *, keep: bool = False) -> None:
        self._mine, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(
            target=serve, args=(theirs, slots, latency), kwargs={"keep": keep}, daemon=True
        )
        self._process.start()
        self.url = f"http://127.0.0.1:{self._mine.recv()}/v1"

    def sent(self) -> list[dict[str, Any]]:
        """The bodies of all requests so far."""
        self._mine.send("sent")
        told: list[dict[str, Any]] = self._mine.recv()
        return told

    def first_after(self, moment: float) -> float:
        """When the first request after a moment arrived; both by the monotonic clock, which all processes share."""
        self._mine.send("since")
        self._mine.send(moment)
        arrived: float = self._mine.recv()
        return arrived

    def result(self) -> tuple[float, float, int]:
        """Busy seconds of all slots, seconds from first to last, requests."""
        self._mine.send("end")
        told: tuple[float, float, int] = self._mine.recv()
        self._process.join()
        return told


def batch(
    folder: Path, url: str, concurrency: int | None = None, workers: int = 1, *, pages: bool = True
) -> tuple[float, float, float]:
    """Run the batch in a process of its own: wall seconds, CPU seconds, peak memory in MB."""
    command = [sys.executable, "-m", "huimou", "summarise", str(folder / "in"), "-o", str(folder / "out"), "--quiet"]
    command += ["--workers", str(workers), "--base-url", url, "--model", "m"]
    command += [] if pages else ["--format", "md"]
    command += [] if concurrency is None else ["--concurrency", str(concurrency)]
    begun = time.monotonic()
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the batch ended with {status}")
    return time.monotonic() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def slots(count: int = 200, width: int = 8, latency: float = 0.2, workers: int = 1) -> None:
    """Share of slot time used over a batch."""
    with tempfile.TemporaryDirectory() as name:
        many(Path(name) / "in", count)
        stub = Stub(width, latency)
        wall, cpu, _ = batch(Path(name), stub.url, workers=workers)
        busy, span, calls = stub.result()
    say(f"{count} reports, {calls} requests, {width} slots of {latency:g} s: {busy / (span * width):.1%} of slot time")
    say(f"{wall:.1f} s, {cpu / count:.3f} CPU s a report")


def bare(url: str, bodies: list[dict[str, Any]], width: int) -> float:
    """Calls a second of the bare openai client doing the same calls."""
    client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)
    begun = time.monotonic()
    with ThreadPoolExecutor(width) as pool:
        list(pool.map(lambda body: client.chat.completions.create(**body), bodies))  # the very same requests
    return len(bodies) / (time.monotonic() - begun)


def rate(count: int = 200, width: int = 8, workers: int = 1, rounds: int = 3) -> None:
    """Reports and calls a second with an instant server, and the bare client's right after, several times over.

    By turns, since a machine that others use too is faster at one time than at another.
    """
    found = [_beside_the_bare_client(count, width, workers) for _ in range(rounds)]
    calls, seconds, bare_seconds = (sum(each) for each in zip(*found, strict=True))
    say(f"in all: {calls / seconds:.0f} calls/s, bare {calls / bare_seconds:.0f}; share {bare_seconds / seconds:.0%}")


def _beside_the_bare_client(count: int, width: int, workers: int) -> tuple[int, float, float]:
    """Calls of a batch, its wall seconds and those that the bare client takes for the very same calls."""
    with tempfile.TemporaryDirectory() as name:
        long_reports(Path(name) / "in", count)
        stub = Stub(64, 0.0, keep=True)
        wall, cpu, _ = batch(Path(name), stub.url, width, workers, pages=False)
        bodies = stub.sent()
        calls = len(bodies)
        ceiling = bare(stub.url, bodies, width)
        stub.result()
    say(f"{count} reports, {calls} calls: {count / wall:.1f} reports/s, {calls / wall:.0f} calls/s")
    say(f"{cpu / count:.3f} CPU s a report")
    say(f"bare client: {ceiling:.0f} calls/s; share {calls / wall / ceiling:.0%}")
    return calls, wall, calls / ceiling


def memory(*counts: int) -> None:
    """Peak memory by number of reports, and what a second run takes."""
    for count in counts or (100, 1000, 10000):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            many(folder / "in", count)
            stub = Stub(64, 0.0)
            wall, _, peak = batch(folder, stub.url, 8)
            say(f"{count} reports: {peak:.0f} MB, {wall:.0f} s")
            again, cpu, peak = batch(folder, stub.url, 8)
            say(f"  again: {again:.2f} s ({cpu:.2f} CPU s), {peak:.0f} MB")
            begun = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "huimou", "status", str(folder / "out")], check=True, stdout=subprocess.DEVNULL
            )
            say(f"  status: {time.monotonic() - begun:.2f} s")
            (folder / "in" / "one more.txt").write_text(named("后来"), encoding="utf-8")
            begun = time.monotonic()
            batch(folder, stub.url, 8)
            asked = stub.first_after(begun) - begun
            say(f"  one report more: first question after {asked:.2f} s, done after {time.monotonic() - begun:.2f} s")
            stub.result()


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    {"slots": slots, "rate": rate, "memory": memory}[what](*(float(n) if "." in n else int(n) for n in numbers))
