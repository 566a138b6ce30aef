"""`huimou worksheet`: folders of digests to workbooks, filled anew where they are there."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from handmade import TEXT, a_digest
from huimou.cli import app
from huimou.digest.steps.ingest import read_report
from huimou.model.digest import YearReview
from huimou.outputs.render.to_json import to_json
from huimou.store.inputs import Input, keep_inputs
from places import ROOT

ACCEPTED = ROOT / "fixtures" / "accepted"


def worksheet(*arguments: str | Path) -> Result:
    """Run `huimou worksheet` in this process."""
    return CliRunner().invoke(app, ["worksheet", *map(str, arguments)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder as a batch leaves it: two digests, one with its report where it was, and files that are no digest."""
    folder = tmp_path / "out"
    folder.mkdir()
    report = tmp_path / "临江.txt"
    report.write_text(TEXT, encoding="utf-8")
    digest = a_digest().model_copy(update={"year_review": YearReview(overview=[], achievements=[], shortcomings=[])})
    source = digest.source.model_copy(update={"sha256": read_report(report).sha256})
    (folder / "linjiang.json").write_text(to_json(digest.model_copy(update={"source": source})), encoding="utf-8")
    keep_inputs(folder, [("linjiang", Input(report, str(report), "linjiang"))])
    shutil.copy(ACCEPTED / "jingzhou-2020.json", folder)
    (folder / "run.json").write_text("{}", encoding="utf-8")
    return folder


def test_one_workbook_for_all(out: Path, tmp_path: Path) -> None:
    """Three sheets, a column that names the report, and the sentence of a figure where the report is at hand."""
    result = worksheet(out, "-o", tmp_path / "new" / "all.xlsx")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"2 reports in {tmp_path / 'new' / 'all.xlsx'}\n"
    sheet = openpyxl.load_workbook(tmp_path / "new" / "all.xlsx")["数据台账"]
    head, *rows = sheet.iter_rows(min_row=2, values_only=True)
    last = dict(zip(head, rows[-1], strict=True))
    assert (last["报告"], last["原文"]) == ("linjiang", "开展协商活动400余场,惠及群众约2—3万人。")


def test_a_changed_report_is_not_quoted(out: Path, tmp_path: Path) -> None:
    """A file that is not the one that was digested gives no sentence."""
    (tmp_path / "临江.txt").write_text("别的\n" * 40, encoding="utf-8")
    assert worksheet(out / "linjiang.json", "-o", tmp_path / "a.xlsx").exit_code == 0
    head, *rows = openpyxl.load_workbook(tmp_path / "a.xlsx")["数据台账"].iter_rows(min_row=2, values_only=True)
    assert dict(zip(head, rows[-1], strict=True))["原文"] is None


def test_a_workbook_a_report(out: Path, tmp_path: Path) -> None:
    """A folder takes one for each, called like its digest; what was typed there stays, and quiet is quiet."""
    assert worksheet(out, "-o", tmp_path / "each", "-q").output == ""
    names = sorted(path.name for path in (tmp_path / "each").iterdir())
    assert [name for name in names if name.endswith(".xlsx")] == ["jingzhou-2020.xlsx", "linjiang.xlsx"]
    ledgers = ("figures", "plan", "review")
    assert [name for name in names if name.startswith("linjiang.") and name.endswith(".csv")] == [
        f"linjiang.{ledger}.csv" for ledger in ledgers
    ]
    path = tmp_path / "each" / "linjiang.xlsx"
    book = openpyxl.load_workbook(path)
    book["任务台账"]["J2"] = "张三"
    book.save(path)
    assert worksheet(out, "-o", tmp_path / "each").exit_code == 0
    assert openpyxl.load_workbook(path)["任务台账"]["J2"].value == "张三"


def test_filled_anew_from_another_file(out: Path, tmp_path: Path) -> None:
    """--previous is read and left as it is."""
    assert worksheet(out, "-o", tmp_path / "old.xlsx").exit_code == 0
    before = (tmp_path / "old.xlsx").read_bytes()
    assert worksheet(out, "-o", tmp_path / "new.xlsx", "--previous", tmp_path / "old.xlsx").exit_code == 0
    assert (tmp_path / "old.xlsx").read_bytes() == before == (tmp_path / "new.xlsx").read_bytes()


def test_what_cannot_be_carried_over_stays_in_the_older_file(out: Path, tmp_path: Path) -> None:
    """It is named and the older file is kept beside, each time under a name of its own."""
    path = tmp_path / "all.xlsx"
    for kept in ("all.before.xlsx", "all.before1.xlsx"):
        assert worksheet(out, "-o", path).exit_code == 0
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("xl/ctrlProps/ctrlProp1.xml", "<a/>")
        before = path.read_bytes()
        result = worksheet(out, "-o", path)
        assert result.stderr == f"all.xlsx held form controls, which is not carried over: see {kept}\n"
        assert (tmp_path / kept).read_bytes() == before


def test_a_broken_digest_is_named_and_left_out(out: Path, tmp_path: Path) -> None:
    """The others are written, and the status says that one is missing."""
    (out / "broken.json").write_text("{", encoding="utf-8")
    result = worksheet(out, "-o", tmp_path / "all.xlsx")
    assert result.exit_code == 3
    assert result.stderr.startswith("left out: broken.json: not JSON")
    assert "2 reports" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "-o", "a.xlsx"], "no such file or folder: nowhere"),
        (["{out}", "-o", "folder", "--previous", "a.xlsx"], "--previous goes with one workbook"),
        (["{out}", "-o", "{out}/a.xlsx", "--previous", "b.xlsx"], "cannot read b.xlsx"),
        (["{out}", "-o", "{out}/run.json/a.xlsx"], "cannot write"),
    ],
)
def test_wrong_use_is_one_line(out: Path, arguments: list[str], said: str) -> None:
    """With status 2."""
    result = worksheet(*(argument.replace("{out}", str(out)) for argument in arguments))
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert "Traceback" not in result.output


def test_only_workbooks_and_folders_are_written(out: Path, tmp_path: Path) -> None:
    """Another ending would be taken for a folder's name."""
    result = worksheet(out, "-o", tmp_path / "all.pdf")
    assert result.exit_code == 2
    assert "is no name for a workbook" in result.stderr
    assert not (tmp_path / "all.pdf").exists()


def test_a_glob_names_more_than_digests(out: Path, tmp_path: Path) -> None:
    """run.json and reviews are passed over among several files; one named alone is told of."""
    (out / "run.json").write_text("{}", encoding="utf-8")
    (out / "x.review.json").write_text("{}", encoding="utf-8")
    assert worksheet(*sorted(out.glob("*.json")), "-o", tmp_path / "all.xlsx").exit_code == 0
    alone = worksheet(out / "run.json", "-o", tmp_path / "one.xlsx")
    assert alone.exit_code == 3
    assert "left out: run.json" in alone.stderr


def test_a_refill_says_what_is_new(out: Path, tmp_path: Path) -> None:
    """Counts of rows; a first workbook has none."""
    path = tmp_path / "all.xlsx"
    assert "新增" not in worksheet(out, "-o", path).stdout
    assert "新增 0, 有改动 0, 未见 0" in worksheet(out, "-o", path).stdout


def test_the_former_name_still_works(out: Path, tmp_path: Path) -> None:
    """`huimou ledgers` writes the same and says what it is called now; the list of commands has the new name only."""
    assert worksheet(out, "-o", tmp_path / "new.xlsx").exit_code == 0
    result = CliRunner().invoke(app, ["ledgers", str(out), "-o", str(tmp_path / "old.xlsx")])
    assert (result.exit_code, result.stdout) == (0, f"2 reports in {tmp_path / 'old.xlsx'}\n")
    assert result.stderr.startswith("note: huimou ledgers is called huimou worksheet now")
    assert result.stderr.count("\n") == 1
    assert (tmp_path / "old.xlsx").read_bytes() == (tmp_path / "new.xlsx").read_bytes()
    listed = CliRunner().invoke(app, ["--help"]).stdout
    assert "worksheet" in listed
    assert "ledgers " not in listed


def test_csv_beside_the_workbook_has_the_same_rows(out: Path, tmp_path: Path) -> None:
    """UTF-8 with a mark, the titles first, what was typed too, no helper columns; none with --no-csv."""
    path = tmp_path / "all.xlsx"
    worksheet(out, "-o", path)
    book = openpyxl.load_workbook(path)
    book["任务台账"]["I3"] = "=张三"
    book.save(path)
    worksheet(out, "-o", path)
    data = (tmp_path / "all.plan.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    head, first, *rest = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert head[:2] == ["报告", "序号"]
    assert not {"行标识", "机器值"} & set(head)
    assert first[6] == "'=张三"  # no formula when it is opened
    assert len(rest) + 1 == openpyxl.load_workbook(path)["任务台账"].max_row - 2
    assert worksheet(out, "-o", tmp_path / "plain.xlsx", "--no-csv").exit_code == 0
    assert not list(tmp_path.glob("plain.*.csv"))
