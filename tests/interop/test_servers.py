"""Servers that nobody here wrote, started by hand: each is probed, and a small report is digested on it.

HUIMOU_INTEROP_GGUF=/models/small.gguf HUIMOU_INTEROP_LLAMA_CPP_PYTHON=/venvs/llama/bin/python \
HUIMOU_INTEROP_FOLDER=/models/small HUIMOU_INTEROP_VLLM=/venvs/vllm/bin/python \
HUIMOU_INTEROP_TRANSFORMERS=/venvs/transformers/bin/python HUIMOU_INTEROP_LITELLM=/venvs/litellm/bin/python \
pytest -m interop -n0 tests/interop

Each variable names the Python that a server is installed for; a server without it is skipped. The file is a small chat
model as GGUF, the folder one as transformers keeps it, with its tokenizer and chat template.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.model.digest import Digest

pytestmark = [pytest.mark.interop, pytest.mark.usefixtures("elsewhere")]
_STARTING = 900.0  # seconds; vLLM on two busy cores took more than 400
REPORT = """政协白水市委员会常务委员会工作报告

2027年工作回顾

一年来,政协白水市委员会召开全体会议1次、专题协商会4次,收到提案195件,立案170件,全部办复。

■服务发展大局

●围绕老旧小区加装电梯开展专题协商,组织委员走访社区14个,提出意见建议31条,形成《关于加快电梯加装的建议案》,得到市政府主要领导批示。

2028年工作安排

●围绕山洪灾害防御、农村养老服务等课题深入调研,形成一批高质量的建言成果,为党委政府科学决策提供参考。
"""


@dataclass(frozen=True)
class Kind:
    """One kind of server.

    Args:
        name: of the variable that names its Python.
        model: of the variable that names the model that it reads.
        command: what starts it, after its Python; `{model}` and `{port}` are put in.
        modes: what huimou may choose to use it in.

    """

    name: str
    model: str
    command: Sequence[str]
    modes: frozenset[str]


LLAMA_CPP_PYTHON = Kind(
    "HUIMOU_INTEROP_LLAMA_CPP_PYTHON",
    "HUIMOU_INTEROP_GGUF",
    ("-m", "llama_cpp.server", "--model", "{model}", "--port", "{port}", "--n_ctx", "4096", "--n_threads", "2"),
    frozenset({"json", "md_json", "tools"}),
)
VLLM = Kind(
    "HUIMOU_INTEROP_VLLM",
    "HUIMOU_INTEROP_FOLDER",
    ("-m", "vllm.entrypoints.openai.api_server", "--model", "{model}", "--port", "{port}", "--max-model-len", "4096"),
    frozenset({"json_schema"}),
)
TRANSFORMERS = Kind(
    "HUIMOU_INTEROP_TRANSFORMERS",
    "HUIMOU_INTEROP_FOLDER",
    ("-m", "transformers.cli.transformers", "serve", "--port", "{port}"),
    frozenset({"json_schema", "json", "md_json", "tools"}),
)
LITELLM = Kind(
    "HUIMOU_INTEROP_LITELLM",
    "HUIMOU_INTEROP_FOLDER",
    ("-m", "litellm.proxy.proxy_cli", "--config", "{model}", "--port", "{port}"),
    frozenset({"json_schema", "json", "md_json", "tools"}),
)


@pytest.fixture(autouse=True)
def _report(tmp_path: Path) -> None:
    """A small report."""
    (tmp_path / "baishui.txt").write_text(REPORT, encoding="utf-8")


def read_variable(name: str) -> str:
    """What an environment variable says; without it the test is skipped."""
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} names nothing")
    return value


@contextmanager
def started(kind: Kind, model: str) -> Iterator[str]:
    """The base URL of such a server, which is ended with all that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [word.format(model=model, port=port) for word in kind.command]
    log = Path(f"{kind.name}.log").resolve()
    url = f"http://127.0.0.1:{port}/v1"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [read_variable(kind.name), *words],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "VLLM_CPU_KVCACHE_SPACE": "1"},
            start_new_session=True,
        ) as server,
    ):
        try:
            wait_for(url, server, log)
            yield url
        finally:
            with suppress(ProcessLookupError):  # it ended by itself
                os.killpg(server.pid, signal.SIGTERM)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server lists its models."""
    end = time.monotonic() + _STARTING
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx2.get(f"{url}/models", trust_env=False, timeout=5.0).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            pass
        time.sleep(1.0)
    pytest.fail(f"it did not start:\n{log.read_text(errors='replace')[-3000:]}")


def huimou(*arguments: str) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(app, arguments)
    print(f"$ huimou {' '.join(arguments)}\n{result.output}")  # noqa: T201 (shown with -s, for the guide)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def try_server(url: str, model: str, kind: Kind) -> None:
    """Probe it, digest the report with what was found, and count everything."""
    options = ("--base-url", url, *(("--model", model) if model else ()))
    probed = huimou("probe", *options)
    assert probed.exit_code == 0, probed.output
    chosen = next(line for line in probed.output.splitlines() if line.startswith("chosen "))
    assert chosen.split()[1].removesuffix(":") in kind.modes
    done = huimou("summarise", "baishui.txt", "-o", "out", *options)
    assert done.exit_code == 0, done.output
    digest = Digest.model_validate_json(Path("out/baishui.json").read_text(encoding="utf-8"))
    assert digest.run.complete
    assert digest.coverage.uncovered == []
    assert digest.coverage.figures == digest.coverage.figures_cited


def test_llama_cpp_python() -> None:
    """Its server refuses json_schema with 500: unprobed that is told at once, probed another mode is used."""
    kind, model = LLAMA_CPP_PYTHON, read_variable(LLAMA_CPP_PYTHON.model)
    with started(kind, model) as url:
        begun = time.monotonic()
        unprobed = huimou("summarise", "baishui.txt", "-o", "unprobed", "--base-url", url)
        assert unprobed.exit_code == 4
        assert "run huimou probe" in unprobed.output
        assert time.monotonic() - begun < 60
        try_server(url, "", kind)


def test_vllm() -> None:
    """Probed and used as it is."""
    kind, model = VLLM, read_variable(VLLM.model)
    with started(kind, model) as url:
        try_server(url, model, kind)


def test_transformers_serve() -> None:
    """It loads the model that a request names."""
    kind, model = TRANSFORMERS, read_variable(TRANSFORMERS.model)
    with started(kind, model) as url:
        try_server(url, model, kind)


def test_litellm_before_vllm(tmp_path: Path) -> None:
    """A gateway that hands on what it gets."""
    model = read_variable(VLLM.model)
    read_variable(LITELLM.name)
    with started(VLLM, model) as behind:
        config = tmp_path / "litellm.yaml"
        config.write_text(
            "model_list:\n  - model_name: small\n    litellm_params:\n"
            f"      model: hosted_vllm/{model}\n      api_base: {behind}\n      api_key: none\n",
            encoding="utf-8",
        )
        with started(LITELLM, str(config)) as url:
            try_server(url, "small", LITELLM)
