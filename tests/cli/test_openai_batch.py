"""`huimou openai-batch`: arguments, messages, exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from batch_runner import requests_of, run
from huimou.cli import app
from huimou.store.answers import open_store
from scripted_server import Reply, serving
from small_suite import REPORT, answer


def huimou(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report on disk."""
    path = tmp_path / "in" / "qingsong.txt"
    path.parent.mkdir()
    path.write_text(REPORT, encoding="utf-8")
    return path


def answered(folder: Path) -> Path:
    """An output file for all request files in a folder."""
    path = folder.parent.parent / "output.jsonl"
    lines = run(sorted(folder.glob("requests-*.jsonl")), answer).output
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_a_digest_in_turns_then_without_a_server(report: Path, tmp_path: Path) -> None:
    """Export says 3 until it says 0; then summarise has nothing to ask."""
    out = tmp_path / "out"
    waves = 0
    while waves < 6:
        exported = huimou("openai-batch", "export", report.parent, "-o", out, "--model", "m")
        if exported.exit_code == 0:
            break
        waves += 1
        assert exported.exit_code == 3
        assert "1 waiting for answers" in exported.stdout
        assert not (out / "qingsong.json").exists()
        assert "answers are still to come" in huimou("status", out).stdout
        taken = huimou("openai-batch", "import", out, answered(out / "openai-batch"))
        assert taken.exit_code == 0, taken.output
        assert "answers taken" in taken.stdout
    assert 1 <= waves < 6
    assert "1 report: 1 complete" in exported.stdout
    digest = (out / "qingsong.json").read_bytes()
    made = (out / "qingsong.json").stat().st_mtime_ns
    assert huimou("openai-batch", "export", report.parent, "-o", out, "--model", "m").exit_code == 0
    assert (out / "qingsong.json").stat().st_mtime_ns == made  # passed over, not made again
    assert "1 complete" in huimou("status", out).stdout
    with serving(answer) as server:
        again = huimou("summarise", report, "-o", out, "--model", "m", "--base-url", server.url, "-q")
        assert again.exit_code == 0
        assert server.calls == 0
    assert (out / "qingsong.json").read_bytes() == digest


def test_no_request_file_is_left_when_all_is_there(report: Path, tmp_path: Path) -> None:
    """What was answered cannot be sent again by mistake."""
    out, to = tmp_path / "out", tmp_path / "a" / "b"
    while huimou("openai-batch", "export", report, "-o", out, "--model", "m", "--to", to).exit_code:
        assert [path.name for path in to.iterdir()] == ["requests-0001.jsonl"]
        huimou("openai-batch", "import", out, answered(to))
    assert list(to.iterdir()) == []


def test_import_says_what_it_did_not_take(report: Path, tmp_path: Path) -> None:
    """Reasons and numbers, and what to do next; status 3 while something is missing."""
    out = tmp_path / "out"
    huimou("openai-batch", "export", report, "-o", out, "--model", "m")
    files = [out / "openai-batch" / "requests-0001.jsonl"]
    number = len(requests_of(files))
    failed = run(files, lambda _: Reply({"error": {"code": "rate_limit_exceeded"}}, 429)).errors
    errors = tmp_path / "errors.jsonl"
    errors.write_text("\n".join([*failed, json.dumps({"custom_id": "x"}), failed[0][:40]]), encoding="utf-8")
    result = huimou("openai-batch", "import", out, errors)
    assert result.exit_code == 3
    assert f"{number} without a usable answer" in result.stdout
    assert f"  {number}: status 429: rate_limit_exceeded" in result.stdout
    assert "1 of no request from this folder" in result.stdout
    assert "1 torn or no result" in result.stdout
    assert f"{number} of {number} requests of the last export have no answer" in result.stdout
    assert "next:" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "in", "-o", "out"), "no model is named"),
        (("export", "in", "-o", "in", "--model", "m"), "holds the input"),
        (("export", "in", "-o", "out", "--model", "m", "--mode", "x"), "mode 'x' is unknown"),
        (("export", "in", "-o", "out", "--model", "m", "--kind", "x"), "no such kind of report"),
        (("export", "in", "-o", "out", "--model", "m", "--to", "in/qingsong.txt"), "cannot write"),
        (("import", "out", "none.jsonl"), "nothing was exported from out"),
    ],
)
def test_wrong_usage_is_one_line(report: Path, arguments: tuple[str, ...], said: str) -> None:
    """Status 2, an error and no traceback; an import makes no folder."""
    assert report.exists()
    result = huimou("openai-batch", *arguments)
    assert result.exit_code == 2, result.output
    assert said in result.stderr
    assert arguments[0] == "export" or not Path("out").exists()


def test_a_file_that_is_not_there_is_said(report: Path, tmp_path: Path) -> None:
    """Before anything of the others is taken."""
    huimou("openai-batch", "export", report, "-o", tmp_path / "out", "--model", "m")
    result = huimou("openai-batch", "import", tmp_path / "out", "none.jsonl")
    assert result.exit_code == 2
    assert "cannot read none.jsonl" in result.stderr


def test_a_report_that_cannot_be_read_costs_no_other(report: Path, tmp_path: Path) -> None:
    """It is named; the other one waits for its answers."""
    (report.parent / "broken.docx").write_bytes(b"PK no document")
    result = huimou("openai-batch", "export", report.parent, "-o", tmp_path / "out", "--model", "m")
    assert result.exit_code == 3
    assert "broken.docx: failed" in result.stderr
    assert "1 waiting for answers, 1 failed" in result.stdout


def test_modes_are_asked_for_in_the_body(report: Path, tmp_path: Path) -> None:
    """Tools and plain JSON are written as a live run would send them."""
    for mode, key in (("tools", "tools"), ("json", "response_format")):
        out = tmp_path / mode
        huimou("openai-batch", "export", report, "-o", out, "--model", "m", "--mode", mode)
        assert all(key in line["body"] for line in requests_of([out / "openai-batch" / "requests-0001.jsonl"]))


def test_a_context_cuts_questions_up(report: Path, tmp_path: Path) -> None:
    """With less room less is asked at once, since no server can say that a request is too long."""
    report.write_text(REPORT.replace("43条,得到", "43条。得到"), encoding="utf-8")
    asked = []
    for tokens in ("100000", "700"):
        out = tmp_path / tokens
        command = ("openai-batch", "export", report, "-o", out, "--model", "m", "--context-tokens", tokens)
        assert huimou(*command).exit_code == 3
        requests = requests_of([out / "openai-batch" / "requests-0001.jsonl"])
        asked.append([line["body"]["messages"][-1]["content"].rpartition("原文:")[2] for line in requests])
    whole = next(text for text in asked[0] if "43条。得到" in text)
    assert whole not in asked[1]
    assert any(text.strip() and text in whole for text in asked[1])


def test_a_folder_in_use_is_refused(report: Path, tmp_path: Path) -> None:
    """Like any other run."""
    out = tmp_path / "out"
    huimou("openai-batch", "export", report, "-o", out, "--model", "m")
    files = answered(out / "openai-batch")
    with open_store(out / ".huimou" / "ledger.sqlite"):
        result = huimou("openai-batch", "import", out, files)
    assert result.exit_code == 2
    assert "is in use by process" in result.stderr
