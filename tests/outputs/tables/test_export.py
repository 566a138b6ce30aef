"""tables.export and `huimou export`: a folder of digests as tables that other programs read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner, Result

from handmade import a_digest
from huimou.cli import app
from huimou.outputs.render.to_json import to_json
from huimou.outputs.tables.layout import build_layout
from huimou.store.inputs import Input, keep_inputs
from places import ROOT

ACCEPTED = sorted((ROOT / "fixtures" / "accepted").glob("*.json"))
FILES = ["dictionary.csv", *(f"{table.name}.{form}" for table in build_layout() for form in ("jsonl", "parquet"))]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Five digests of real reports; two of them came from a manifest."""
    folder = tmp_path / "out"
    folder.mkdir()
    for path in ACCEPTED:
        shutil.copy(path, folder)
    suizhou = Input(Path("in/a.txt"), "a.txt", "suizhou-2023", "42/13", {"城市": "随州", "tier": None})
    wuhan = Input(Path("in/b.txt"), "b.txt", "wuhan-2017-2021", "007", {"tier": "1"})
    keep_inputs(folder, [(one.stem, one) for one in (suizhou, wuhan)])
    return folder


def export(*arguments: str | Path) -> Result:
    """Run `huimou export` in this process."""
    return CliRunner().invoke(app, ["export", *map(str, arguments)])


def select(query: str, folder: Path) -> list[tuple[Any, ...]]:
    """What DuckDB answers; `{}` is the folder of the tables."""
    return duckdb.sql(query.replace("{}", str(folder))).fetchall()


def test_duckdb_reads_the_tables(out: Path) -> None:
    """The three Parquet files join by report, item and figure, with the user's own id and columns."""
    assert export(out).exit_code == 0
    tables = out / "tables"
    assert sorted(path.name for path in tables.iterdir()) == sorted(FILES)
    rows = select("select report, id, path, user_城市, user_tier, plan_stated from '{}/reports.parquet'", tables)
    assert [row[0] for row in rows] == [path.stem for path in ACCEPTED]
    assert rows[1] == (
        "suizhou-2023",
        "42/13",
        "a.txt",
        "随州",
        None,
        json.loads(ACCEPTED[1].read_text())["next_year_plan"]["stated"],
    )
    assert rows[0][1:5] == (None, None, None, None)
    joined = select(
        """select count(*), count(f.figure), count(*) filter (where not contains(i.evidence_text, f.quote))
        from (select report, item, evidence_text, unnest(figures) as figure from '{}/items.parquet') i
        left join '{}/figures.parquet' f using (report, figure)""",
        tables,
    )
    cited = sum(
        len(item["figures"])
        for path in ACCEPTED
        for item in _items(json.loads(path.read_text(encoding="utf-8")))
        if "figures" in item
    )
    assert joined == [(cited, cited, 0)]
    assert select("select distinct id from '{}/figures.parquet' where report = 'wuhan-2017-2021'", tables) == [("007",)]


def _items(digest: dict[str, Any]) -> list[dict[str, Any]]:
    review = digest["year_review"]
    return [*review["achievements"], *review["shortcomings"], *digest["next_year_plan"]["tasks"]]


def test_both_forms_say_the_same(out: Path) -> None:
    """Row for row and value for value."""
    assert export(out).exit_code == 0
    for table in build_layout():
        lines = (out / "tables" / f"{table.name}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
        parquet = duckdb.read_parquet(str(out / "tables" / f"{table.name}.parquet"))
        rows = [dict(zip(parquet.columns, row, strict=True)) for row in parquet.fetchall()]
        assert [json.loads(line) for line in lines] == rows
        assert rows


def test_duckdb_reads_json_lines_as_numbers_and_lists(out: Path) -> None:
    """Without being told: values are numbers, evidence is a list of structs."""
    assert export(out, "--format", "jsonl", "--to", out.parent / "t").exit_code == 0
    assert sorted(path.suffix for path in (out.parent / "t").iterdir()) == [".csv", *[".jsonl"] * 3]
    types = dict(select("select column_name, column_type from (describe from '{}/figures.jsonl')", out.parent / "t"))
    assert (types["value"], types["start_char"], types["items"]) == ("DOUBLE", "BIGINT", "VARCHAR[]")
    (quotes,) = select(
        "select sum(len(evidence)), bool_and(evidence[1].quote != '') from '{}/items.jsonl'", out.parent / "t"
    )
    assert quotes[0] > 0
    assert quotes[1]


def test_a_broken_digest_is_one_line(out: Path) -> None:
    """It is named with its reason and left out; the others are written; exit 3."""
    (out / "torn.json").write_text(ACCEPTED[0].read_text(encoding="utf-8")[:5000], encoding="utf-8")
    (out / "other.json").write_text('{"a": 1}', encoding="utf-8")
    (out / "binary.json").write_bytes(b"\xff\xfe")
    (out / "folder.json").mkdir()
    result = export(out, "-q")
    assert result.exit_code == 3
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["binary.json", "folder.json", "other.json", "torn.json"]
    assert select("select count(*) from '{}/reports.parquet'", out / "tables") == [(5,)]


def test_other_files_beside_the_digests_are_no_matter(out: Path) -> None:
    """What a batch writes about itself is no broken digest; a report that is called run is a digest."""
    (out / "run.json").write_text('{"calls": 1}', encoding="utf-8")
    assert export(out).exit_code == 0
    (out / "run.json").write_text(to_json(a_digest()), encoding="utf-8")
    assert "6 reports" in export(out).stdout


def test_inputs_without_digest_are_counted(out: Path) -> None:
    """Reports that failed are not in the tables, and that is said."""
    (out / "suizhou-2023.json").unlink()
    result = export(out)
    assert result.exit_code == 0
    assert result.stdout.startswith("4 reports, ")
    assert result.stderr == "1 of the inputs have no digest\n"


def test_nothing_is_written_where_nothing_can_be_read(out: Path) -> None:
    """Tables of an earlier export stay as they are."""
    assert export(out).exit_code == 0
    before = {name: (out / "tables" / name).read_bytes() for name in FILES}
    for path in out.glob("*.json"):
        path.write_text("{", encoding="utf-8")
    result = export(out)
    assert result.exit_code == 3
    assert result.stderr.startswith("error: none of the 5 digests can be read\nhint: jingzhou-2020.json: not JSON")
    assert {name: (out / "tables" / name).read_bytes() for name in FILES} == before
    assert sorted(path.name for path in (out / "tables").iterdir()) == sorted(FILES)


@pytest.mark.parametrize("form", ["jsonl", "parquet", "both"])
def test_a_full_disk_leaves_the_tables_as_they_were(out: Path, form: str) -> None:
    """All files are replaced or none; no scrap is left; one line and no traceback, from whatever library."""
    assert export(out).exit_code == 0
    before = {name: (out / "tables" / name).read_bytes() for name in FILES}
    (out / "suizhou-2023.json").unlink()
    code = (
        "import resource, sys; from huimou.cli import app\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
        "app(['export', *sys.argv[1:]])"
    )
    command = [sys.executable, "-c", code, str(out), "--format", form]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 2  # what is wrong, and what to do
    assert done.stderr.startswith(f"error: cannot write {out}/tables/")
    assert {name: (out / "tables" / name).read_bytes() for name in FILES} == before
    assert sorted(path.name for path in (out / "tables").iterdir()) == sorted(FILES)


def test_the_same_digests_give_the_same_bytes(out: Path) -> None:
    """An export can be compared with the one before."""
    written = []
    for folder in ("one", "two"):
        assert export(out, "--to", out.parent / folder).exit_code == 0
        written.append([(out.parent / folder / name).read_bytes() for name in FILES])
    assert written[0] == written[1]


def test_memory_does_not_grow_with_the_folder(tmp_path: Path) -> None:
    """JSON lines of 150 digests, 10 MB of them, take hardly more than those of 10."""
    code = (
        "import resource, sys; from pathlib import Path; from huimou.outputs.tables.export import export_tables\n"
        "export_tables(Path(sys.argv[1]), Path(sys.argv[1], 'tables'), ('jsonl',))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for count in (10, 150):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"r{number:03}.json").symlink_to(ACCEPTED[number % len(ACCEPTED)])
        done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 6 * 1024


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.exists, "cannot read folder "),
        (Path.mkdir, "{out} holds no digest"),
        (Path.touch, "cannot read folder "),
    ],
)
def test_a_folder_without_digests_is_wrong_usage(tmp_path: Path, make: Any, message: str) -> None:
    """One line, a hint where there is one to give, exit 2, and nothing written."""
    folder = tmp_path / "nothing"
    make(folder)
    result = export(folder)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {message.format(out=folder)}")
    assert not (folder / "tables").exists()


def test_no_folder_is_wrong_usage() -> None:
    """Said in one line."""
    result = export()
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, "error: no folder given")


def test_without_pyarrow_json_lines_still_work(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parquet is refused before anything is read or written."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = export(out)
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2, "error: writing Parquet needs pyarrow, which is not installed")  # fmt: skip
    assert not (out / "tables").exists()
    assert export(out, "--format", "jsonl").exit_code == 0


def test_columns_are_listed() -> None:
    """Every column of every table with its type; no folder is needed."""
    lines = export("--columns").stdout.splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [
        [table.name, column.name] for table in build_layout() for column in table.columns
    ]
    assert lines[-1].split() == ["reports", "user_<name>", "string"]


def test_help_says_how_tables_join() -> None:
    """The command's help names the keys and the exit status."""
    text = " ".join(export("--help").stdout.split())
    for said in ("`report`", "`id`", "user_<name>", "--format", "exit status is 3"):
        assert said in text
