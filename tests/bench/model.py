"""Tokens a second of a batch with the built-in model, beside a plain load of the very same requests; run by hand.

    python tests/bench/model.py [--reports 5] [--chars 3000] [--slots 2] [--rounds 2] [--server "COMMAND"]

A round is two passes: `huimou summarise` over the first characters of so many seeds, and then the bodies of all its
requests, derived again from its ledger, in the order in which they were answered, sent by the bare openai client with
the same number in flight. Every second round begins with the plain pass, with the bodies of the round before.

Every pass has a server process of its own, so that each begins with empty prompt caches (a llama.cpp server keeps the
prompts that it has seen even after its slots have gone to others) and earns in its own run what its order of requests
makes of them. The server is up before the clock starts. `cached` is what the server says it did not read again.

Another server, or the stub of this file, is named by a command with {port} and {slots} in it:

    python tests/bench/model.py --rounds 2 --server "python tests/bench/model.py --stub {port} --slots {slots}"
"""

from __future__ import annotations

import argparse
import json
import shlex
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2
import openai

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.effort import EFFORTS
from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.overview import STYLES
from huimou.language.profiles.profile import load_profiles
from huimou.llm.answerers.collecting import CollectingAnswerer, Collector
from huimou.llm.answerers.completion import read_usage
from huimou.llm.answerers.listening import Exchange, ListeningAnswerer
from huimou.llm.answerers.storing import StoringAnswerer
from huimou.llm.client import Client
from huimou.llm.question import request_digest
from huimou.llm.tokens import EndpointFacts
from huimou.model.events import ignore_event
from huimou.model.report import Usage
from huimou.settings import Endpoint
from huimou.store.answers import open_store
from huimou.store.journal import Journal
from huimou.store.paths import STORE
from scripted_server import Reply, serving
from small_suite import answer

SEEDS = sorted((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))
_OWN = f"{shlex.quote(sys.executable)} -m huimou serve-model --port {{port}} --slots {{slots}}"
_STUB_LATENCY = 0.1


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass: what it was, its wall seconds, and what its answers cost by the server's own count."""

    what: str
    seconds: float
    spent: Usage

    @property
    def rate(self) -> float:
        """Tokens read, those from a cache left out, and written, a second."""
        fresh = self.spent.prompt_tokens - (self.spent.cached_tokens or 0)
        return (fresh + self.spent.completion_tokens) / self.seconds

    @property
    def calls_a_second(self) -> float:
        """Requests a second."""
        return self.spent.calls / self.seconds

    def __str__(self) -> str:
        return (
            f"{self.what}: {self.spent.calls} requests in {self.seconds:.1f} s ({self.calls_a_second:.2f}/s), "
            f"{self.spent.prompt_tokens} tokens read ({self.spent.cached_tokens} cached), "
            f"{self.spent.completion_tokens} written, {self.rate:.1f} tokens/s"
        )


@contextmanager
def server(command: str, slots: int) -> Iterator[str]:
    """A server of its own: its base URL, once it offers a model."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    words = shlex.split(command.format(port=port, slots=slots))
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/v1"
    try:
        while not _serves(url):
            if process.poll() is not None:
                raise SystemExit(f"the server ended with {process.returncode}: {shlex.join(words)}")
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait()


def _serves(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/models", trust_env=False).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def batch(folder: Path, command: str, slots: int) -> Pass:
    """`huimou summarise` of folder/in into folder/out, from its start as a process to its end."""
    out = folder / "out"
    with server(command, slots) as url:
        words = ["summarise", str(folder / "in"), "-o", str(out), "--base-url", url, "--concurrency", str(slots), "-q"]
        begun = time.monotonic()
        status = subprocess.run([sys.executable, "-m", "huimou", *words], check=False).returncode
        seconds = time.monotonic() - begun
    if status not in {0, 3}:  # a report that a small model left incomplete is measured all the same
        raise SystemExit(f"the batch ended with {status}")
    with open_store(out / STORE) as ledger:
        spent = sum((_usage(json.loads(body)) for (body,) in ledger.database.rows("SELECT body FROM answers")), Usage())
    inner = json.loads((out / "run.json").read_text(encoding="utf-8"))["seconds"]
    return Pass(f"batch (of it {seconds - inner:.1f} s to start and end)", seconds, spent)


def requests_of(out: Path) -> list[dict[str, Any]]:
    """The bodies that a batch sent, in the order of their answers."""
    prompts, profiles = load_checked_prompts(None), load_profiles(None)
    heard: list[Exchange] = []
    with open_store(out / STORE) as ledger:
        journal = Journal(ledger.database)
        (run,) = journal.runs()
        served: Any = run.facts
        facts = EndpointFacts(**served["facts"])
        endpoint = Endpoint(
            "openai", "http://store.invalid/v1", facts.model, mode=served["mode"], extra=served["extra"]
        )
        below = StoringAnswerer(CollectingAnswerer(Collector(lambda *_: False)), ledger, None)
        with Client(replace(endpoint, concurrency=1), facts, ListeningAnswerer(below, heard.append)) as client:
            for name, entry in journal.entries().items():
                document = replace(read_report(entry.stamp.file), stem=name)
                style = STYLES[run.job.get("style") or "standard"]
                effort = EFFORTS[run.job.get("effort") or "standard"]
                digest_report(
                    document,
                    client,
                    prompts,
                    ignore_event,
                    DigestChoices(run.job.get("kind"), style, profiles, effort=effort),
                )
        kept = ledger.database.rows("SELECT digest FROM answers ORDER BY created")
    by_digest = {request_digest(one.sent): dict(one.sent) for one in heard}
    missing = [digest for (digest,) in kept if digest not in by_digest]
    if missing:
        raise SystemExit(f"{len(missing)} of {len(kept)} requests could not be derived again")
    return [by_digest[digest] for (digest,) in kept]


def plain(bodies: Sequence[dict[str, Any]], command: str, slots: int) -> Pass:
    """The bare client with the same number in flight."""
    with server(command, slots) as url:
        client = openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=600.0)

        def ask(body: dict[str, Any]) -> Usage:
            rest = {key: value for key, value in body.items() if key not in {"model", "messages"}}
            said = client.chat.completions.create(model=body["model"], messages=body["messages"], extra_body=rest)
            return _usage(said.model_dump())

        begun = time.monotonic()
        with ThreadPoolExecutor(slots) as pool:
            spent = sum(pool.map(ask, bodies), Usage())
        return Pass("plain", time.monotonic() - begun, spent)


def _usage(body: dict[str, Any]) -> Usage:
    return replace(read_usage(body), calls=1)


def stub(port: int, slots: int) -> None:
    """Stands in for the model: fixed latency and slots, answers in the report's own words."""
    gate = threading.Semaphore(slots)

    def reply(body: Any) -> Reply:
        with gate:
            time.sleep(_STUB_LATENCY)
            return answer(body)

    routes = {
        "/v1/models": Reply({"object": "list", "data": [{"id": "stub", "object": "model"}]}),
        "/props": Reply({"default_generation_settings": {"n_ctx": 4096}, "total_slots": slots}),
    }
    with serving(reply, routes, port):
        threading.Event().wait()


def parts(folder: Path, count: int, chars: int) -> None:
    """The first characters of so many seeds, up to the end of a line."""
    folder.mkdir()
    for seed in SEEDS[:count]:
        text = seed.read_text(encoding="utf-8")
        (folder / seed.name).write_text(text[: text.find("\n", chars) + 1 or None], encoding="utf-8")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, usual in (("reports", 5), ("chars", 3000), ("slots", 2), ("rounds", 2)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--server", default=_OWN)
    parser.add_argument("--stub", type=int, metavar="PORT")
    given = parser.parse_args()
    if given.stub:
        stub(given.stub, given.slots)
    passes: list[Pass] = []

    def note(one: Pass) -> None:
        passes.append(one)
        sys.stdout.write(f"{one}\n")
        sys.stdout.flush()

    bodies: list[dict[str, Any]] = []
    for number in range(given.rounds):
        with tempfile.TemporaryDirectory() as name:
            parts(Path(name) / "in", given.reports, given.chars)
            if number % 2:
                note(plain(bodies, given.server, given.slots))
            note(batch(Path(name), given.server, given.slots))
            bodies = requests_of(Path(name) / "out")
            if not number % 2:
                note(plain(bodies, given.server, given.slots))
    batches, plains = ([p.rate for p in passes if p.what.startswith(what)] for what in ("batch", "plain"))
    share = statistics.median(batches) / statistics.median(plains)
    sys.stdout.write(f"the batch has {share:.1%} of the plain load's tokens a second\n")


if __name__ == "__main__":
    main()
