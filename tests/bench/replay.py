"""CPU time of one question on replay, and wall time of the whole command over the seeds; run by hand.

    python tests/bench/replay.py [--rounds 5]

The questions are those that digesting the seeds asks. Each round opens a client on the recordings anew and asks them
all on one thread, so a question bears its share of reading the recordings; the lowest round counts, since a busy
machine only adds to it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.steps.ingest import read_report
from huimou.language.profiles.profile import load_profiles
from huimou.llm.client import Client, open_client
from huimou.llm.question import Question
from huimou.model.events import ignore_event
from huimou.settings import Endpoint

ROOT = Path(__file__).resolve().parents[2]
RECORDINGS = ROOT / "fixtures" / "recordings"


def collect_questions() -> list[Question[Any]]:
    """The questions about the seeds, in the order in which one thread asks them."""
    prompts, choices = load_checked_prompts(None), DigestChoices(profiles=load_profiles(None))
    asked: list[Question[Any]] = []
    with open_client(Endpoint("builtin", concurrency=1), replay=RECORDINGS) as client:
        ask = client.ask

        def listen(question: Question[Any]) -> Any:
            asked.append(question)
            return ask(question)

        client.ask = listen  # type: ignore[method-assign]
        for path in sorted((ROOT / "seeds").glob("*.txt")):
            digest_report(read_report(path), client, prompts, ignore_event, choices)
    return asked


def measure_ask(client: Client, questions: list[Question[Any]]) -> float:
    """Milliseconds of CPU a question."""
    begun = time.process_time()
    for question in questions:
        client.ask(question)
    return (time.process_time() - begun) / len(questions) * 1000


def measure_command(arguments: list[str]) -> float:
    """Seconds of wall time from the start of a process to its end."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "huimou", *arguments], check=True, capture_output=True)
    return time.monotonic() - begun


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds: int = parser.parse_args().rounds
    questions = collect_questions()
    costs: list[float] = []
    for _ in range(rounds):
        with open_client(Endpoint("builtin", concurrency=1), replay=RECORDINGS) as client:
            costs.append(measure_ask(client, questions))
    walls: list[float] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            walls.append(measure_command(["summarise", str(ROOT / "seeds"), "--replay", "-o", folder, "-q"]))
    sys.stdout.write(f"{len(questions)} questions, {min(costs):.3f} ms of CPU each ")
    sys.stdout.write(f"(rounds: {', '.join(f'{cost:.3f}' for cost in costs)})\n")
    sys.stdout.write(f"huimou summarise seeds --replay: {min(walls):.2f} s ")
    sys.stdout.write(f"(rounds: {', '.join(f'{wall:.2f}' for wall in walls)})\n")


if __name__ == "__main__":
    main()
