"""manifest: the user's own list of reports."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.batch.manifest import read_manifest
from huimou.errors import UsageError
from huimou.store.inputs import Input


def written(folder: Path, content: str | bytes, name: str = "m.csv") -> Path:
    """A manifest in `folder`, beside two reports."""
    for report in ("a.txt", "b.txt"):
        (folder / report).write_text("正文", encoding="utf-8")
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(folder: Path, content: str | bytes, name: str = "m.csv") -> str:
    """What is said of a manifest that is refused; always one line, and always with what to do."""
    with pytest.raises(UsageError) as caught:
        read_manifest(written(folder, content, name))
    assert "\n" not in caught.value.message
    assert caught.value.hint
    return caught.value.message.removeprefix(f"{folder}/")


def test_paths_are_relative_to_the_manifest(tmp_path: Path) -> None:
    """Path, id and the other columns, in the manifest's order; an empty cell is null."""
    path = written(tmp_path, "id,path,城市,年份\n42001,a.txt,随州,2023\n007,b.txt,,2022\n")
    assert read_manifest(path) == (
        Input(tmp_path / "a.txt", "a.txt", "42001", "42001", {"城市": "随州", "年份": "2023"}),
        Input(tmp_path / "b.txt", "b.txt", "007", "007", {"城市": None, "年份": "2022"}),
    )


def test_an_id_is_optional(tmp_path: Path) -> None:
    """Without one the file's stem names the outputs, column or no column, cell or no cell."""
    for content in ("path\na.txt\n", "path,id\na.txt,\n"):
        (one,) = read_manifest(written(tmp_path, content))
        assert (one.stem, one.id, one.columns) == ("a", None, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    """UTF-8 with or without byte order mark, and GB18030, with the line ends of Windows."""
    content = "path,城市,备注\r\na.txt,随州,“一线协商”\r\n".encode(encoding)
    (one,) = read_manifest(written(tmp_path, content))
    assert one.columns == {"城市": "随州", "备注": "“一线协商”"}


def test_json_lines(tmp_path: Path) -> None:
    """Numbers keep their spelling, null stays null, true and lists are as JSON writes them; keys may be missing."""
    content = (
        '{"path": "a.txt", "id": 7, "share": 1.50, "big": 12345678901234567890, "ok": true, "tags": ["甲", 1]}\n\n'
        '{"path": "b.txt", "note": null, "empty": "", "PATHS": "x"}'
    )
    first, second = read_manifest(written(tmp_path, content, "m.jsonl"))
    assert (first.id, first.stem) == ("7", "7")
    assert first.columns == {"share": "1.50", "big": "12345678901234567890", "ok": "true", "tags": '["甲", 1]'}
    assert (second.id, second.columns) == (None, {"note": None, "empty": None, "PATHS": "x"})


def test_headers_are_read_kindly(tmp_path: Path) -> None:
    """White space and letter case of path and id do not matter; empty lines and nameless empty columns are nothing."""
    (one,) = read_manifest(written(tmp_path, "\n Path ,ID,Name,\n\na.txt,x,N,\n\n"))
    assert (one.given, one.id, one.columns) == ("a.txt", "x", {"Name": "N"})


def test_a_report_that_is_missing_is_left_to_the_batch(tmp_path: Path) -> None:
    """One of many that is not there fails by itself later; it does not stop the others."""
    assert [one.given for one in read_manifest(written(tmp_path, "path\nmissing.txt\nb.txt\n"))] == [
        "missing.txt", "b.txt"]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("path,id\na.txt,1\nb.txt,1\n", "m.csv line 3: the id 1 stands in line 2 too"),
        ("path\na.txt\n./a.txt\n", "m.csv line 3: the same report as in line 2"),
        ('path,note\na.txt,"two\nlines"\n,x\n', "m.csv line 4: no path"),
        ("path,n\na.txt,1,2\nb.txt\n", "m.csv line 2: 3 cells, but the header has 2, and 1 more"),
        ("path,\na.txt,x\n", "m.csv line 2: a cell stands in a column without a name"),
        ("file,id\na.txt,1\n", "m.csv line 1: the header has no column path (or 路径)"),
        ("path,n,n\na.txt,1,2\n", "m.csv line 1: the header has the column n twice"),
        ("path;id\na.txt;1\n", "m.csv line 1: the header has no column path (or 路径)"),
        ('path\n"a.txt\n', "m.csv line 2: not CSV: unexpected end of data"),
        ("path\na\0.txt\n", "m.csv line 2: it holds characters that are no text"),
        ("", "m.csv names no report"),
        ("path,id\n\n", "m.csv names no report"),
        (b"path\na\xff\xff.txt\n", "m.csv is neither UTF-8, UTF-16 nor GB18030 text"),
    ],
)
def test_bad_csv_is_refused_with_its_line(tmp_path: Path, content: str | bytes, message: str) -> None:
    """The first bad line is named by number, and how many more there are."""
    assert refusal(tmp_path, content) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"path": "a.txt"}\n{"path": ', "m.jsonl line 2: not JSON: Expecting value"),
        ("[]", "m.jsonl line 1: not a JSON object"),
        ('{"id": "1"}', "m.jsonl line 1: no path"),
        ('{"path": ""}', "m.jsonl line 1: no path"),
        ('{"path": "a.txt", "n": 1, "n": 2}', "m.jsonl line 1: not JSON: a key stands in it twice"),
        ('{"path": "a.txt", " id": 1, "ID": 2}', "m.jsonl line 1: a column stands in it twice or has no name"),
        ('{"path": "a.txt", "n": "\\ud800"}', "m.jsonl line 1: it holds characters that are no text"),
        ("[" * 100_000, "m.jsonl line 1: not JSON: "),
        ('{"path": "a.txt", "id": 1}\n{"path": "b.txt", "id": "1"}', "m.jsonl line 2: the id 1 stands in line 1 too"),
    ],
)
def test_bad_json_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    """The same rules as for CSV."""
    assert refusal(tmp_path, content, "m.jsonl").startswith(message)


def test_a_manifest_of_another_folder_is_noticed(tmp_path: Path) -> None:
    """Where not one report is there the paths are wrong as a whole; nothing is started."""
    assert (
        refusal(tmp_path, "path\nx/a.txt\nx/b.txt\n")
        == f"m.csv: none of its reports is there, such as {tmp_path}/x/a.txt"
    )


def test_other_files_are_no_manifest(tmp_path: Path) -> None:
    """The suffix says which of the two it is."""
    assert refusal(tmp_path, "path\n", "m.xlsx") == "m.xlsx is no manifest"
    with pytest.raises(UsageError, match="cannot read"):
        read_manifest(tmp_path / "missing.csv")


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(CELLS, min_size=1, max_size=4), st.sampled_from(["csv", "jsonl"]))
def test_any_text_is_carried_through(tmp_path_factory: pytest.TempPathFactory, cells: list[str], form: str) -> None:
    """Commas, quotes, line breaks and any other character of a cell arrive as they were written."""
    folder = tmp_path_factory.mktemp("m")
    row = {"path": "a.txt", **{f"c{number}": cell for number, cell in enumerate(cells)}}
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, list(row))
    writer.writeheader()
    writer.writerow(row)
    content = sheet.getvalue() if form == "csv" else json.dumps(row, ensure_ascii=False)
    (one,) = read_manifest(written(folder, content, f"m.{form}"))
    assert one.columns == {name: cell or None for name, cell in row.items() if name != "path"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
def test_a_spreadsheets_own_encoding_and_heading(tmp_path: Path, encoding: str) -> None:
    """As spreadsheet programs write it; 路径 is the column of paths where none is called path."""
    (tmp_path / "甲.txt").write_text("甲", encoding="utf-8")
    manifest = tmp_path / "m.csv"
    manifest.write_bytes("路径,城市\n甲.txt,荆州\n".encode(encoding))
    [one] = read_manifest(manifest)
    assert (one.given, dict(one.columns)) == ("甲.txt", {"城市": "荆州"})
