"""`huimou audit` as a command: it draws, waits for persons, and prints no number of the program without theirs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from blind_sample import a_folder
from huimou.cli import app
from huimou.evaluation.labels import SHEET_COLUMNS
from huimou.outputs.render.to_json import to_json


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with three digests in `out`."""
    monkeypatch.chdir(tmp_path)
    Path("out").mkdir()
    for name, digest in a_folder().items():
        Path(f"out/{name}.json").write_text(to_json(digest), encoding="utf-8")
    return tmp_path


def audit(*arguments: str) -> Result:
    """One command."""
    done = CliRunner().invoke(app, ["audit", *arguments])
    assert "Traceback" not in done.output
    return done


def sheet_rows(path: str = "audit.csv") -> list[dict[str, str]]:
    """The rows of a sheet."""
    text = Path(path).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def answer(name: str, *choices: str) -> str:
    """A file of answers of a reader to the first sentences of `audit.csv`; its name."""
    said = [{"n": n, "choice": choice, "reason": f"理由{n}"} for n, choice in enumerate(choices, start=1)]
    token = sheet_rows()[0][SHEET_COLUMNS["sample"]]
    head = {"format": "huimou-audit", "version": 1, "sample": token, "reader": name}
    Path(f"{name}.json").write_text(json.dumps({**head, "answers": said}), encoding="utf-8")
    return f"{name}.json"


def annotate(name: str, word: str) -> None:
    """An annotation of a report with one point, which says `word`."""
    Path("gold/words").mkdir(parents=True)
    digest = a_folder()[name]
    (place,) = digest.year_review.achievements[0].evidence
    gold = {"chars": digest.source.chars, "achievements": [{"id": "P1", "spans": [[place.start, place.end]]}]}
    words = {"points": {"P1": {"title": f"{name}之事", "say": [[word]], "not": []}}}
    Path(f"gold/{name}.json").write_text(json.dumps(gold), encoding="utf-8")
    Path(f"gold/words/{name}.json").write_text(json.dumps(words), encoding="utf-8")


def test_drawing_writes_page_and_sheet_and_prints_no_rate() -> None:
    """How many sentences wait, where, and how to go on; the same again gives the same."""
    annotate("临江", "办成")
    done = audit("out", "--lines", "12", "--seed", "7")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "12 sentences of 3 reports wait for a reader: audit.html, or by hand audit.csv",
        "then: huimou audit out --read FILE",
    ]
    first = Path("audit.html").read_bytes()
    assert len(sheet_rows()) == 12
    assert audit("out", "--lines", "12").exit_code == 0
    assert Path("audit.html").read_bytes() == first
    assert audit("out", "--lines", "12", "--seed", "8", "-o", "b.html").exit_code == 0
    assert sheet_rows("b.csv") != sheet_rows()


def test_answers_become_rates_beside_the_program() -> None:
    """Rate and interval by kind and report; the program on the same sentences; exit 0 where nothing waits."""
    annotate("临江", "办成")
    audit("out", "--lines", "10")
    done = audit("out", "--gold", "gold", "--read", answer("甲", *["unchanged"] * 5, *["no"] * 5))
    assert (done.exit_code, done.stderr) == (0, "")
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if line.strip()}
    assert rows["all"][:8] == ["10", "10", "5", "0", "5", "0.50", "0.24", "to"]
    judged = sum(row[SHEET_COLUMNS["kind"]] == "成绩" for row in sheet_rows() if "临江" in row[SHEET_COLUMNS["report"]])
    assert rows["临江"][9:12] == ["1.00", "of", str(judged)]
    assert rows["鹿鸣"][9:] == ["-", "-"]
    assert "甲 / program" in done.stdout


def test_two_readers_and_what_they_refused() -> None:
    """A table each, their agreement, and with -v the sentences with choices and reasons."""
    audit("out", "--lines", "4")
    one, other = answer("甲", "unchanged", "few", "no", "no"), answer("乙", "unchanged", "no", "no", "no")
    done = audit("out", "--read", one, "--read", other, "-v")
    assert done.exit_code == 0
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "甲 / 乙 three choices 4 0.75 0.56" in lines
    assert "甲 / 乙 unchanged or not 4 1.00 1.00" in lines
    assert "甲: 改几个字 理由2" in lines
    assert "甲: 能一字不改 理由1" not in lines


def test_without_a_persons_answers_no_rate_is_printed() -> None:
    """A blank sheet says how many sentences wait, exit 3, and nothing of what the program thinks."""
    annotate("临江", "办成")
    audit("out", "--lines", "10")
    done = audit("out", "--gold", "gold", "--read", "audit.csv")
    assert (done.exit_code, done.stdout, done.stderr) == (3, "audit: 10 sentences of 10 wait\n", "")


def test_what_waits_is_told_beside_the_rate() -> None:
    """Exit 3 as long as one sentence has no answer."""
    audit("out", "--lines", "4")
    done = audit("out", "--read", answer("甲", "unchanged"))
    assert done.exit_code == 3
    assert "甲: 3 sentences of 4 wait" in done.stdout
    assert "1.00" in done.stdout


def test_answers_of_another_sample_are_refused() -> None:
    """A digest has changed since: one line, exit 2, no rate."""
    audit("out", "--lines", "10")
    file = answer("甲", *["unchanged"] * 10)
    changed = Path("out/临江.json").read_text(encoding="utf-8").replace("办成第", "办好第")
    Path("out/临江.json").write_text(changed, encoding="utf-8")
    done = audit("out", "--read", file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "error: the file of 甲 answers another sample" in done.stderr


def test_files_of_answers_beside_the_digests_are_no_digests() -> None:
    """They may lie in the folder that they are about."""
    audit("out", "--lines", "4")
    file = Path(answer("甲", *["no"] * 4)).rename("out/甲.json")
    assert audit("out", "--read", str(file)).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("missing",), "cannot read folder missing"),
        (("out", "--read", "missing.json"), "cannot read missing.json"),
        (("out", "--read", "out/临江.json"), "out/临江.json is not a file of answers"),
        (("out", "--read", "x.json", "--seed", "7"), "--read takes no --lines, --seed or --output"),
        (("out", "-v"), "--verbose goes with --read"),
        (("out", "-o", "out/临江.html"), "out/临江.html is the page of a report"),
        (("out", "-o", "audit.pdf"), "audit.pdf is no name for a page"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], told: str) -> None:
    """One line and exit 2."""
    done = audit(*arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_sheet_that_is_filled_in_is_not_written_over() -> None:
    """A person's answers are kept; a blank sheet is drawn anew."""
    audit("out", "--lines", "4")
    text = Path("audit.csv").read_text(encoding="utf-8").replace(",,,\n", ",能一字不改,,\n", 1)
    Path("audit.csv").write_text(text, encoding="utf-8")
    done = audit("out", "--lines", "4")
    assert done.exit_code == 2
    assert "audit.csv is filled in" in done.stderr
    assert "能一字不改" in Path("audit.csv").read_text(encoding="utf-8")


def test_a_readers_name_is_inert() -> None:
    """Markup and escape codes in it are shown, not obeyed."""
    audit("out", "--lines", "4")
    said = json.loads(Path(answer("甲", "no")).read_text(encoding="utf-8"))
    Path("x.json").write_text(json.dumps({**said, "reader": "[red]乙\x1b[31m"}), encoding="utf-8")
    done = audit("out", "--read", "x.json")
    assert "[red]乙\ufffd[31m: 3 sentences" in done.stdout
    assert done.stdout.count("[red]乙\ufffd[31m") == 2
    assert "\x1b" not in done.stdout


def test_a_file_that_names_no_sample_is_refused() -> None:
    """Whatever stands in its place."""
    audit("out", "--lines", "4")
    said = json.loads(Path(answer("甲", "no")).read_text(encoding="utf-8"))
    Path("x.json").write_text(json.dumps({**said, "sample": "9" * 5000}), encoding="utf-8")
    done = audit("out", "--read", "x.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the file of 甲 names no sample" in done.stderr


def test_one_reader_twice_is_refused() -> None:
    """Agreement with oneself says nothing."""
    audit("out", "--lines", "4")
    file = answer("甲", "no")
    done = audit("out", "--read", file, "--read", file)
    assert done.exit_code == 2
    assert "two files are of the reader 甲" in done.stderr
