"""A batch on a Ray cluster of two hosts that share no folder, and what it costs that one of them goes away.

The hosts are network namespaces of this machine, so this needs root, iproute2 and the extra `ray`:

    python tests/bench/hosts.py [REPORTS] [SECONDS]

A stub server of 0.3 s an answer is on the first host, where the command runs; the second one sees neither the reports
nor the output folder. After SECONDS the second host is cut off and all its processes are killed; without, it stays.
Printed are the requests by host, and how many were asked twice.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from batch import say

from small_suite import answer, many
from stub import Answering, Answers

HERE, THERE = "10.9.0.1", "10.9.0.2"
RAY = Path(sys.executable).with_name("ray")
ENV = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
LATENCY = 0.3


def stub() -> None:
    """Answer until told to end on standard input, then print who asked how often, and what was asked twice."""
    hosts: Counter[str] = Counter()
    bodies: Counter[bytes] = Counter()

    class Handler(Answering):
        def do_POST(self) -> None:  # noqa: N802 (the library's)
            body = self.rfile.read(int(self.headers["content-length"]))
            if not self.path.endswith("/chat/completions"):
                self.send(404, b"{}")
                return
            hosts[self.client_address[0]] += 1
            bodies[body] += 1
            time.sleep(LATENCY)
            self.send(200, json.dumps(answer(json.loads(body)).body, ensure_ascii=False).encode())

    server = Answers((HERE, 8000), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    say(json.dumps({**hosts, "asked twice": sum(bodies.values()) - len(bodies)}))


def run(*command: str | Path) -> None:
    """A command that must succeed."""
    subprocess.run([str(part) for part in command], check=True, env=ENV, stdout=subprocess.DEVNULL)


def on(host: str, *command: str | Path) -> list[str]:
    """A command line that runs on a host."""
    return ["ip", "netns", "exec", host, *map(str, command)]


def kill(host: str) -> None:
    """Kill every process of a host."""
    told = subprocess.run(["ip", "netns", "pids", host], capture_output=True, text=True, check=False).stdout
    for process in map(int, told.split()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@contextlib.contextmanager
def two_hosts() -> Iterator[tuple[str, str]]:
    """Two namespaces with a wire between them."""
    first, second = "huimou-a", "huimou-b"
    try:
        for host in (first, second):
            run("ip", "netns", "add", host)
            run("ip", "-n", host, "link", "set", "lo", "up")
        run("ip", "link", "add", "va", "netns", first, "type", "veth", "peer", "name", "vb", "netns", second)
        for host, end, address in ((first, "va", HERE), (second, "vb", THERE)):
            run("ip", "-n", host, "addr", "add", f"{address}/24", "dev", end)
            run("ip", "-n", host, "link", "set", end, "up")
        yield first, second
    finally:
        for host in (first, second):
            kill(host)
            subprocess.run(["ip", "netns", "del", host], check=False)


def main(reports: int = 40, seconds: float = 0.0) -> None:
    """One batch."""
    with tempfile.TemporaryDirectory() as name, two_hosts() as (first, second):
        many(Path(name) / "in", reports)
        ray = [str(RAY), "start", "--num-cpus=1", "--disable-usage-stats"]
        run(*on(first, *ray, "--head", f"--node-ip-address={HERE}", "--port=6379", "--include-dashboard=false"))
        hidden = f"mount -t tmpfs none {name} && exec {' '.join(ray)} --address={HERE}:6379 --node-ip-address={THERE}"
        run(*on(second, "unshare", "-m", "sh", "-c", hidden))
        asked = subprocess.Popen(
            on(first, sys.executable, __file__, "stub"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        command = ["-m", "huimou", "summarise", f"{name}/in", "-o", f"{name}/out", "--quiet", "--format", "md"]
        command += ["--engine", "ray", "--ray-address", f"{HERE}:6379", "--workers", "2"]
        command += ["--base-url", f"http://{HERE}:8000/v1", "--model", "m", "--concurrency", "8"]
        begun = time.monotonic()
        batch = subprocess.Popen(on(first, sys.executable, *command), env=ENV)
        if seconds:
            with contextlib.suppress(subprocess.TimeoutExpired):
                batch.wait(seconds)
            kill(second)
            run("ip", "-n", second, "link", "set", "vb", "down")
            say(f"the second host is gone after {time.monotonic() - begun:.0f} s")
        status = batch.wait()
        told, _ = asked.communicate("")
        done = sum(path.name != "run.json" for path in Path(name, "out").glob("*.json"))
        say(f"{done} of {reports} reports, exit status {status}, {time.monotonic() - begun:.0f} s")
        say(f"requests: {told.strip()}")


if __name__ == "__main__":
    if sys.argv[1:] == ["stub"]:
        stub()
    else:
        main(*map(int, sys.argv[1:2]), *map(float, sys.argv[2:3]))
