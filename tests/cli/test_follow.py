"""`huimou follow`: files in, files out, errors in a line, answers kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from follow_pair import a_pair
from huimou.cli import app
from huimou.compare.followup.result import FollowUp
from huimou.errors import EndpointError
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import to_json
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving
from year_reports import year_digests


def huimou(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the user's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    for name in ("HUIMOU_BASE_URL", "HUIMOU_MODEL", "HUIMOU_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Digest, Digest]:
    """Digests of the two short reports."""
    folder: Path = tmp_path_factory.mktemp("pair")
    return a_pair(folder)


@pytest.fixture
def files(tmp_path: Path, pair: tuple[Digest, Digest]) -> tuple[Path, Path]:
    """The digests on disk."""
    paths = tmp_path / "2023.json", tmp_path / "2024.json"
    for path, digest in zip(paths, pair, strict=True):
        path.write_text(to_json(digest), encoding="utf-8")
    return paths


def none_of_them(body: Any) -> Reply:
    """A model that finds nothing."""
    lines = str(body["messages"][-1]["content"]).partition("今年的句子:\n")[2].splitlines()
    said = ", ".join(f'"{n}": "无"' for n in range(1, len(lines) + 1))
    return completion(f"{{{said}}}", prompt_tokens=900)


def test_the_built_in_model_is_not_asked(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """It does no better than the program, which needs no server then; whoever gives --floor asks it all the same."""
    done = huimou("follow", *files, "--no-meaning", "-o", "f.json", "-o", "f.md", "-o", "f.html")
    assert done.exit_code == 0, done.output
    found = FollowUp.model_validate_json(Path("f.json").read_text(encoding="utf-8"))
    assert (found.asked.endpoint_kind, found.asked.questions, found.counts.unanswered) == ("none", 0, 0)
    assert found.counts.reported > 0
    for name in ("f.md", "f.html"):
        assert "未请模型，由程序判定。" in Path(name).read_text(encoding="utf-8")
    started: list[Endpoint] = []
    monkeypatch.setattr("huimou.llm.builtin_server.serve_endpoint", _refuse_to_serve(started))
    assert huimou("follow", *files, "--no-meaning", "--floor", "0.15").exit_code != 0
    assert [one.kind for one in started] == ["builtin"]


def _refuse_to_serve(started: list[Endpoint]) -> Callable[[Endpoint], Any]:
    """A server of the built-in model that notes for whom it is started, and does not start."""

    def serve(endpoint: Endpoint) -> Any:
        started.append(endpoint)
        raise EndpointError("it does not start", "nothing")

    return serve


def test_three_files_of_one_run(tmp_path: Path, files: tuple[Path, Path]) -> None:
    """HTML with links to the report's page beside it, JSON that reads back, Markdown; a second run asks nothing."""
    (tmp_path / "2024.html").write_text("<p>", encoding="utf-8")
    out = [word for name in ("f.html", "f.json", "f.md") for word in ("-o", name)]
    with serving(none_of_them) as server:
        first = huimou(
            "follow", *files, *out, "--no-meaning", "--floor", "0.02", "--base-url", server.url, "--model", "m"
        )
        asked = server.calls
        again = huimou(
            "follow", *files, *out, "--no-meaning", "--floor", "0.02", "--base-url", server.url, "--model", "m"
        )
        assert server.calls == asked > 0
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    found = FollowUp.model_validate_json(Path("f.json").read_text(encoding="utf-8"))
    assert (found.earlier.plan_year, found.later.review_start) == (2024, 2024)
    assert 'href="2024.html#s' in Path("f.html").read_text(encoding="utf-8")
    assert "有对应表述" in Path("f.md").read_text(encoding="utf-8")


def test_what_was_written_is_said(tmp_path: Path, files: tuple[Path, Path]) -> None:
    """The folder is made, the files are named with what they say, and the log has how far it was; nothing with -q."""
    words = ("follow", *files, "-o", "new/deep/f.html", "-o", "new/f.md")
    with serving(none_of_them) as server:
        done = huimou(*words, "--base-url", server.url, "--model", "m", "-v", "--log", "logs/f.log")
        quiet = huimou(*words, "--base-url", server.url, "--model", "m", "-q")
    assert (done.exit_code, quiet.exit_code) == (0, 0), done.output
    assert (tmp_path / "new" / "deep" / "f.html").is_file()
    assert re.fullmatch(
        r"\d+ of \d+ tasks reported on, \d+ not seen; written to new/deep/f.html, new/f.md\n", done.stdout
    )
    assert re.search(r"points of the plan: \d+\n", done.stderr)
    assert re.search(r"points of the plan: done in [\d.]+ s\n", (tmp_path / "logs" / "f.log").read_text("utf-8"))
    assert quiet.output == ""


def test_recorded_and_replayed_alike(files: tuple[Path, Path]) -> None:
    """Without a server, from what was recorded, byte for byte; printed as Markdown without -o."""
    with serving(none_of_them) as server:
        recorded = huimou(
            "follow",
            *files,
            "--record",
            "--recordings",
            "kept",
            "--floor",
            "0.02",
            "--base-url",
            server.url,
            "--model",
            "m",
        )
    replayed = huimou("follow", *files, "--replay", "--recordings", "kept", "--no-meaning", "--floor", "0.02")
    assert recorded.exit_code == replayed.exit_code == 0, replayed.output
    assert recorded.stdout == replayed.stdout
    assert replayed.stdout.startswith("# 青松县人民政府：2024年计划与2024年回顾对照\n")


def test_folder_of_the_output_is_made(files: tuple[Path, Path]) -> None:
    """A page in a folder that is not there yet: the folder is made, with the answers beside the page."""
    with serving(none_of_them) as server:
        result = huimou(
            "follow", *files, "--no-meaning", "-o", "new/deep/f.html", "--base-url", server.url, "--model", "m"
        )
    assert result.exit_code == 0, result.output
    assert Path("new/deep/f.html").is_file()


def test_unanswered_is_exit_3(files: tuple[Path, Path]) -> None:
    """What could not be asked is said, and the status says so."""
    with serving([completion("不", prompt_tokens=900)]) as server:
        result = huimou("follow", *files, "--no-meaning", "--floor", "0.02", "--base-url", server.url, "--model", "m")
    assert result.exit_code == 3
    assert "未得到回答" in result.stdout


def test_pair_in_the_wrong_order_is_followed_with_a_note(files: tuple[Path, Path]) -> None:
    """Years that do not fit are said on stderr, and it goes on."""
    with serving(none_of_them) as server:
        result = huimou(
            "follow",
            *reversed(files),
            "-o",
            "f.md",
            "--no-meaning",
            "--floor",
            "0.02",
            "--base-url",
            server.url,
            "--model",
            "m",
        )
    assert result.exit_code == 0
    assert "不相接" in result.stderr
    assert "不相接" in Path("f.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2023.json", "none.json"), "cannot read none.json"),
        (("2023.json", "2024.json", "-o", "f.pdf"), "f.pdf: the ending says what to write"),
        (("2023.json", "2024.json", "-o", "2023.json/f.md"), "cannot write 2023.json"),
        (("2023.json", "2024.json", "--record", "--replay"), "--record and --replay exclude each other"),
        (("2023.json", "2024.json", "--replay", "--recordings", "no"), "no holds no recordings"),
        (("bare.json", "2024.json"), "qs-2023.txt plans nothing that could be followed up"),
        (("2023.json", "empty.json"), "qs-2024.txt reviews nothing that a plan could be held against"),
    ],
)
def test_errors_are_one_line(
    files: tuple[Path, Path], pair: tuple[Digest, Digest], arguments: tuple[str, ...], said: str
) -> None:
    """What is wrong and what to do, exit 2, before any server is asked."""
    assert all(path.exists() for path in files)
    earlier, later = pair
    plan = earlier.next_year_plan.model_copy(update={"stated": False, "tasks": []})
    Path("bare.json").write_text(to_json(earlier.model_copy(update={"next_year_plan": plan})), encoding="utf-8")
    review = later.year_review.model_copy(update={"achievements": []})
    Path("empty.json").write_text(to_json(later.model_copy(update={"year_review": review})), encoding="utf-8")
    result = huimou("follow", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {said}")
    assert "Traceback" not in result.output


def test_three_reports_are_a_chain_of_years(tmp_path: Path) -> None:
    """Page, workbook and table in one run, whatever the order of the files; a report without a plan costs nothing."""
    digests = year_digests(tmp_path / "none")
    bare = digests[1].next_year_plan.model_copy(update={"stated": False, "tasks": []})
    digests[1] = digests[1].model_copy(update={"next_year_plan": bare})
    names = [tmp_path / f"{name}.json" for name in ("c", "a", "b")]
    for name, digest in zip(names, digests, strict=True):
        name.write_text(to_json(digest), encoding="utf-8")
    out = [word for name in ("y.html", "y.xlsx", "y.csv") for word in ("-o", name)]
    with serving(none_of_them) as server:
        where = ["--base-url", server.url, "--model", "m"]
        first = huimou("follow", *names[::-1], *out, *where)
        again = huimou("follow", *names, *where)
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "青松" in (tmp_path / "y.html").read_text(encoding="utf-8")
    assert (tmp_path / "y.xlsx").read_bytes()[:2] == b"PK"
    assert "城镇新增就业" in (tmp_path / "y.csv").read_text(encoding="utf-8")
    assert "没有可以对照的计划" in first.stderr
    assert again.stdout.startswith("3份报告：")


def test_a_chain_refuses_what_it_cannot_write_or_order(tmp_path: Path) -> None:
    """One line that says what is wrong: another ending, or two reports of one year."""
    digests = year_digests(tmp_path / "none")
    names = [tmp_path / f"{number}.json" for number in range(3)]
    for name, digest in zip(names, [*digests[:2], digests[1]], strict=True):
        name.write_text(to_json(digest), encoding="utf-8")
    where = ["--base-url", "http://127.0.0.1:9/v1", "--model", "m"]
    ending = huimou("follow", *names, "-o", "y.md", *where)
    assert (ending.exit_code, ending.stderr.splitlines()[1]) == (2, "hint: use one of .html .xlsx .csv")
    twice = huimou("follow", *names, *where)
    assert twice.exit_code == 2
    assert "two reports review 2023" in twice.stderr
