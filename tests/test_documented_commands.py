"""Every huimou command of README and guides is run, in a folder that has what its document speaks of."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner, Result

from documents import DOCUMENTS, find_command, find_command_lines, read_document
from docx_files import build_docx, write_paragraph
from huimou.cli import app
from ofd_files import build_ofd, lay_out
from places import ROOT
from quirky_server import HEALTHY, quirky
from scripted_server import Reply, ScriptedServer, serving
from small_suite import a_project, answer, named

# What asks for the built-in model or another's file, by the bench or by hand.
WITH_A_MODEL = {
    "serve-model --port 8080",
    "serve-model --gguf /models/my-model.gguf --context 8192 --slots 4",
}
# What is run in tests of its own.
ELSEWHERE = {
    "summarise seeds -o out": "tests/test_live.py",
    "summarise reports -o out --gguf /models/my-model.gguf": "tests/test_live.py",
    "summarise reports -o out --engine ray --ray-address head:6379 --workers 32 --base-url http://gpu1:8000/v1": (
        "tests/batch/test_ray_engine.py"
    ),
    "try item-summary seeds/xianning-2022.txt --unit 3 --edit": "tests/cli/test_try.py",
    "openai-batch import out answers.jsonl": "tests/cli/test_openai_batch.py",
    "apply-review out/xianning-2022.json xianning-2022.review.json": "tests/outputs/test_formats.py",
    "audit out --read audit-甲.json": "tests/evaluation/blind_reading",
    "audit out --read audit-甲.json --read audit-乙.csv": "tests/evaluation/blind_reading",
    "regress jingzhou-2020 --prompt item-summary@my/item-summary.md --against item-summary@1 --repeat 1": (
        "tests/cli/test_regress_compare.py"
    ),
}
# Exit statuses other than 0 that the documents announce.
STATUSES = {
    "summarise reports -o out --no-model": {3},  # partial until a model is asked
    "check-layout out/临江.docx": {0, 1},  # 1: it differs from the standard
    "doctor": {0, 4},  # 4: no model would answer
    "fixtures status xianning-2022": {0, 1},
    "fixtures diff": {0, 1},
    "openai-batch export reports -o out --model NAME": {3},  # waiting for answers
}
# They stay until they are told to end, and speak over the standard streams of a process.
STAY = (
    "serve out",
    "mcp --root reports -o out",
    "mcp --root reports -o out --base-url http://127.0.0.1:8000/v1 --model Qwen/Qwen3-8B",
    "mcp --replay",
)
MODELS = {"/v1/models": Reply({"object": "list", "data": [{"id": "m", "object": "model"}]})}
RECORDING = [["fixtures", name] for name in ("record", "diff", "accept", "trim")]
SEEDS = "seeds", "fixtures", "prompts"


def list_lines() -> list[str]:
    """The commands as they are written, each once."""
    lines = [shlex.join(words) for name in DOCUMENTS for words in find_command_lines(read_document(name))]
    return list(dict.fromkeys(line.replace("'", "") for line in lines))


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedServer]:
    """A model server that answers with the report's own words."""
    with serving(answer, MODELS) as running:
        yield running


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, server: ScriptedServer) -> Path:
    """A folder with reports, digests of them and of the seeds, and what else the documents name."""
    folder = tmp_path_factory.mktemp("prepared")
    for name in SEEDS:
        (folder / name).symlink_to(ROOT / name)
    reports = folder / "reports"
    reports.mkdir()
    text = named("临江")
    (reports / "临江.txt").write_text(text, encoding="utf-8")
    for year in (2023, 2024):
        told = text.replace("2024", "2025").replace("2023", "2024") if year == 2024 else text
        (reports / f"{year}.txt").write_text(told, encoding="utf-8")
    for year in (2012, 2013, 2014):
        told = text.replace("2024", str(year + 1)).replace("2023", str(year))
        (folder / f"{year}.txt").write_text(told, encoding="utf-8")
    (reports / "older").mkdir()
    body = "".join(map(write_paragraph, filter(None, named("松江").splitlines())))
    (reports / "older" / "松江.docx").write_bytes(build_docx(body))
    (folder / "2023.ofd").write_bytes(build_ofd(lay_out(named("柳江"))))
    (folder / "reports.csv").write_text("path,id,city\nreports/临江.txt,临江一,临江\n", encoding="utf-8")
    (folder / "my").mkdir()
    shutil.copy(ROOT / "src" / "huimou" / "language" / "profiles" / "company.toml", folder / "my" / "works.toml")
    asked = ("--base-url", server.url, "--model", "m", "-q")
    for words in (
        ("summarise", "seeds", "-o", "out", "--replay", "-q"),
        ("summarise", "reports", "2012.txt", "2013.txt", "2014.txt", "-o", "out", *asked),
        ("render", "out/临江.json", "--format", "docx"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "huimou", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def place(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> Path:
    """A copy of it as the working directory; nobody opens a browser or an editor."""
    folder = tmp_path / "work"
    shutil.copytree(prepared, folder, symlinks=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HUIMOU_BASE_URL", server.url)
    monkeypatch.setenv("HUIMOU_MODEL", "m")
    monkeypatch.delenv("HUIMOU_API_KEY", raising=False)
    monkeypatch.setenv("BROWSER", "true")
    monkeypatch.setenv("EDITOR", "true")
    monkeypatch.setenv("VISUAL", "true")
    return folder


def run(words: list[str], given: str | None = None) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, words, input=given)


def complete(line: str, url: str) -> list[str]:
    """The words of a command as a shell gives them, each server being one that is there."""
    words = line.split()
    words = [url if before == "--base-url" else word for before, word in zip(["", *words], words, strict=False)]
    return [found for word in words for found in expand(word)]


def expand(word: str) -> list[str]:
    """The files that a pattern names, as a shell gives them; the word itself where there is none."""
    return sorted(map(str, Path().glob(word))) if "*" in word else [word]


@pytest.mark.parametrize("line", [line for line in list_lines() if line not in {*ELSEWHERE, *WITH_A_MODEL, *STAY}])
def test_command_does_its_work(line: str, place: Path, server: ScriptedServer) -> None:
    """It ends with the status that is announced, and without a traceback."""
    if line.startswith("probe"):
        with quirky(HEALTHY[next(iter(HEALTHY))]) as healthy:
            done = run(complete(line, healthy.url))
    else:
        if line.split()[:2] in RECORDING:
            move_to_small_suite(place)
            record(line)
        if line.startswith(("follow pair", "eval pair")):
            run(["summarise", *expand("fixtures/follow/reports/qingsong-*.txt"), "-o", "pair"])
        if line.startswith("eval pair"):
            years = [f"pair/qingsong-{year}-made.json" for year in (2023, 2024)]
            run(["follow", *years, "-o", "pair/qingsong.json"])
        words = complete(line, server.url)
        if "init" in words:
            (place / "fixtures").unlink()
            (place / "prompts").unlink()
        done = run(words, named("丽江") if "-" in words else None)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in STATUSES.get(line, {0}), done.output


def move_to_small_suite(place: Path) -> None:
    """Put a small project in the place of the seeds', whose recordings a stand-in could not make."""
    for name in SEEDS:
        (place / name).unlink()
    a_project(place)
    (place / "huimou.toml").write_text('reports = "reports"\nfixtures = "fixtures"\nprompts = "prompts"\n')


def record(line: str) -> None:
    """Do what comes before a command of the small suite: its recordings, and that they are accepted."""
    if line not in {"fixtures record all", "fixtures record stale"}:
        assert run(["fixtures", "record", "all"]).exit_code == 0
    if line == "fixtures trim":
        assert run(["fixtures", "accept"]).exit_code == 0


@pytest.mark.parametrize("line", STAY)
def test_command_stays_until_it_is_told_to_end(line: str, place: Path, server: ScriptedServer) -> None:
    """A server of pages or of tools begins, and ends in order."""
    words = [*complete(line, server.url), *(("--port", "0") if line.startswith("serve") else ())]
    with subprocess.Popen(
        [sys.executable, "-m", "huimou", *words],
        cwd=place,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if line.startswith("serve"):
            wait_for_page(process.stdout.readline())
            process.terminate()
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def wait_for_page(line: str) -> None:
    """Wait until the service answers whose address stands in a line."""
    found = re.search(r"http://[\w.:]+", line)
    assert found, line
    for _ in range(200):
        with suppress(httpx2.TransportError):
            assert httpx2.get(found[0], trust_env=False).status_code == httpx2.codes.OK
            return
        time.sleep(0.1)
    pytest.fail(f"no answer from {found[0]}")


def test_what_is_run_elsewhere_is_run_there() -> None:
    """Each of these commands is still in a document, and tests that are there name its command."""
    lines = list_lines()
    for line, tests in ELSEWHERE.items():
        assert line in lines
        files = [ROOT / tests] if tests.endswith(".py") else list((ROOT / tests).rglob("*.py"))
        named = "ray" if "--engine ray" in line else line.split()[0]
        assert any(named in file.read_text(encoding="utf-8") for file in files), (line, tests)
        command, _ = find_command(line.split())
        assert command.name
