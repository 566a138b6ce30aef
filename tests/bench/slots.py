"""How busy the balancer keeps servers of fixed latency and slots; run by hand.

    python tests/bench/slots.py [--requests 600] [--latency 0.2] [--threads 64]

Each server is a process of its own that works on its slots' number of requests at once, each for the same time, and
queues the rest. The share is the time that slots were at work, of the slots' time from the first request that came to
the last answer. The second part kills one of two servers in the middle and brings it back on its port.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import multiprocessing
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from huimou.llm.client import Client, open_client
from huimou.settings import Endpoint
from small_question import GOOD, ask_for

_BODY = {
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": GOOD}}],
    "usage": {"prompt_tokens": 300, "completion_tokens": 30},
}


@dataclass(frozen=True)
class Plan:
    """What to measure with."""

    requests: int
    latency: float
    threads: int


class Stub:
    """A server process; `tells_slots` if it has llama.cpp's route that says how many there are."""

    def __init__(self, slots: int, latency: float, *, tells_slots: bool = True, port: int = 0) -> None:
        self.slots = slots
        self.port = port or _free_port()
        arguments = (self.port, slots, latency, tells_slots)
        self._process = multiprocessing.get_context("spawn").Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        while True:
            try:
                self.told()
            except httpx2.TransportError:
                time.sleep(0.02)
            else:
                return

    def told(self) -> dict[str, float]:
        """Seconds at work over all slots, of the first request and of the last answer on its clock, and the count."""
        told: dict[str, float] = httpx2.get(f"http://127.0.0.1:{self.port}/told", trust_env=False).json()
        return told

    def kill(self) -> None:
        """As `kill -9` does."""
        self._process.kill()
        self._process.join()


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
    return port


def _serve(port: int, slots: int, latency: float, tells_slots: bool) -> None:  # noqa: FBT001 (for a process)
    asyncio.run(_serving(port, slots, latency, tells_slots=tells_slots))


async def _serving(port: int, slots: int, latency: float, *, tells_slots: bool) -> None:
    free = asyncio.Semaphore(slots)
    told = {"work": 0.0, "first": 0.0, "last": 0.0, "count": 0}

    async def chat() -> object:
        told["first"] = told["first"] or time.monotonic()
        async with free:
            begun = time.monotonic()
            await asyncio.sleep(latency)
            told["last"] = time.monotonic()
            told["work"] += told["last"] - begun
            told["count"] += 1
        return _BODY

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split()[1].decode()
                sizes = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if b"content-length" in line]
                await reader.readexactly(sum(sizes))
                body: object = None
                if path.endswith("/chat/completions"):
                    body = await chat()
                elif path == "/told":
                    body = told
                elif path == "/props" and tells_slots:
                    body = {"default_generation_settings": {"n_ctx": 8192}, "total_slots": slots}
                elif path == "/v1/models":
                    body = {"data": [{"id": "m"}]}
                data = json.dumps(body).encode()
                status = b"404 Not Found" if body is None else b"200 OK"
                writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status, len(data), data))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


def _ask(client: Client, plan: Plan) -> tuple[int, float]:
    """Answers, and seconds for all."""
    begun = time.monotonic()

    def one(number: int) -> bool:
        return (
            client.ask(ask_for(unit=f"召开会议{number}次。", name=str(number), report=f"r{number // 12}")).value
            is not None
        )

    with ThreadPoolExecutor(plan.threads) as pool:
        return sum(pool.map(one, range(plan.requests))), time.monotonic() - begun


def _share(stub: Stub) -> float:
    told = stub.told()
    return told["work"] / (stub.slots * (told["last"] - told["first"]))


def slot_time(slots: int, plan: Plan, *, tells_slots: bool, concurrency: int = 0) -> str:
    """One server: how much of its time it was at work."""
    stub = Stub(slots, plan.latency, tells_slots=tells_slots)
    settings: dict[str, Any] = {"concurrency": concurrency, "chosen": frozenset({"concurrency"})} if concurrency else {}
    with open_client(Endpoint("openai", stub.url, "m", **settings)) as client:
        answers, seconds = _ask(client, plan)
        assert client.balancer is not None
        (shown,) = client.balancer.servers()
    share = _share(stub)
    stub.kill()
    told = "told" if tells_slots else "not told"
    cap = f", --concurrency {concurrency}" if concurrency else ""
    return (
        f"{slots:>3} slots ({told}{cap}): {share:.1%} of slot time, {answers / seconds:.1f} calls/s, "
        f"limit at the end {shown.limit} of {shown.cap}"
    )


def death(slots: int, plan: Plan) -> str:
    """Two servers; one dies after a third of the time that all would take and is back after another sixth."""
    stubs = [Stub(slots, plan.latency), Stub(slots, plan.latency)]
    expected = plan.requests * plan.latency / (2 * slots)
    said: list[str] = []
    begun = time.monotonic()

    def note(line: str) -> None:
        said.append(f"    {time.monotonic() - begun:5.1f} s  {line}")

    def kill() -> None:
        time.sleep(expected / 3)
        stubs[1].kill()
        note("killed")
        time.sleep(expected / 6)
        stubs.append(Stub(slots, plan.latency, port=stubs[1].port))
        note("back")

    with open_client(Endpoint("openai", stubs[0].url, "m", others=(stubs[1].url,)), note=note) as client:
        begun = time.monotonic()
        killing = threading.Thread(target=kill)
        killing.start()
        answers, seconds = _ask(client, plan)
        killing.join()
    away, best = expected / 6, expected * (1 + 1 / 12)
    stayed, back = _share(stubs[0]), _share(stubs[2])
    lines = (
        f"  2 x {slots} slots, one away for {away:.1f} s: {answers} of {plan.requests} answered in {seconds:.1f} s",
        f"    at best: {expected:.1f} s without a death, {best:.1f} s with it",
        f"    share of slot time: {stayed:.1%} of the one that stayed, {back:.1%} of the other after its return",
        *said,
    )
    for stub in (stubs[0], stubs[2]):
        stub.kill()
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    logging.disable(logging.CRITICAL)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--requests", type=int, default=600)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--threads", type=int, default=64)
    given = parser.parse_args()
    plan = Plan(given.requests, given.latency, given.threads)
    for slots in (2, 4, 8):
        print(slot_time(slots, plan, tells_slots=True), flush=True)  # noqa: T201
        print(slot_time(slots, plan, tells_slots=True, concurrency=slots), flush=True)  # noqa: T201
        print(slot_time(slots, plan, tells_slots=False), flush=True)  # noqa: T201
    print(death(4, plan), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
