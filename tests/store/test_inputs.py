"""inputs: what a batch's inputs are called, and the file that remembers it."""

from __future__ import annotations

import json
import os
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.batch.planning import name_outputs, plan_reports
from huimou.errors import UsageError
from huimou.store.inputs import Input, as_input, from_stdin, keep_inputs, read_inputs, to_file_stem, to_printable


def an_input(name: str, identity: str | None = None, **columns: str | None) -> Input:
    """Input `name`.txt."""
    return Input(
        Path(f"in/{name}.txt"), f"{name}.txt", name if identity is None else to_file_stem(identity), identity, columns
    )


def test_a_path_is_an_input_by_its_stem() -> None:
    """What is given as a path has no id and no columns."""
    assert as_input(Path("in/临江.txt")) == Input(Path("in/临江.txt"), "in/临江.txt", "临江")
    assert as_input(an_input("a", "7")) == an_input("a", "7")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("2023/临江", "2023_临江"),
        ('a\\b:c*d?e"f<g>h|i', "a_b_c_d_e_f_g_h_i"),
        ("..", "_" * 2),
        (".huimou", "_huimou"),
        ("~$x", "_$x"),
        ("a\tb\x00", "a_b_"),
        ("x. ", "x._"),
        ("", "report"),
        ("政" * 100, "政" * 66),
    ],
)
def test_an_id_is_made_fit_for_a_file(name: str, stem: str) -> None:
    """No separators, no hidden files, nothing that some system refuses, and room for suffixes."""
    assert to_file_stem(name) == stem


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_every_id_names_a_plain_file(name: str) -> None:
    """Whatever the id, the name lies in its folder, is visible, and is not made fit twice."""
    stem = to_file_stem(name)
    assert (Path("out") / f"{stem}.json").parent == Path("out")
    assert not stem.startswith(".")
    assert 0 < len(stem.encode()) <= 200
    assert "\0" not in stem


def test_ids_name_the_outputs(tmp_path: Path) -> None:
    """Ids that are the same once made fit are told apart, and what the user said travels with the plan."""
    inputs = [an_input("a", "x/1", city="随州"), an_input("b", "x:1"), an_input("c")]
    planned = plan_reports(inputs, tmp_path)
    assert [one.name for one in planned] == ["x_1", "x_1-2", "c"]
    assert planned[0].origin.columns == {"city": "随州"}
    assert name_outputs([inputs[0], Path("in/d.txt")]) == {inputs[0].path: "x_1", Path("in/d.txt"): "d"}


def test_what_is_kept_is_read_back(tmp_path: Path) -> None:
    """One line a report, in the order of the inputs; a null stays null."""
    inputs = [an_input("a", "甲/1", 城市="随州", note=None), an_input("b")]
    keep_inputs(tmp_path, [(one.stem, one) for one in inputs])
    lines = (tmp_path / "inputs.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0]) == {
        "name": "甲_1",
        "path": "a.txt",
        "id": "甲/1",
        "columns": {"城市": "随州", "note": None},
        "file": str(Path("in/a.txt").absolute()),
    }
    assert len(lines) == 2
    kept = read_inputs(tmp_path)
    assert list(kept) == ["甲_1", "b"]
    assert (kept["甲_1"].id, kept["b"].id) == ("甲/1", None)


def test_earlier_inputs_stay(tmp_path: Path) -> None:
    """A second run into the same folder adds its own; the same name is replaced in its place."""
    keep_inputs(tmp_path, [("a", an_input("a", "a", n="1")), ("b", an_input("b"))])
    keep_inputs(tmp_path, [("c", an_input("c")), ("a", an_input("a", "a", n="2"))])
    kept = read_inputs(tmp_path)
    assert list(kept) == ["a", "b", "c"]
    assert kept["a"].columns == {"n": "2"}


def test_what_was_withdrawn_is_dropped(tmp_path: Path) -> None:
    """Only a line of which nothing became, whose file is gone from a folder that the run is of: no other one."""
    out, here, there = tmp_path / "out", tmp_path / "here", tmp_path / "there"
    for folder in (out, here, there):
        folder.mkdir()
    (here / "stays.txt").touch()
    (out / "done.json").touch()
    odd = os.fsdecode("odd\udcff".encode(errors="surrogateescape"))
    old = [here / "stays.txt", here / "gone.txt", here / "done.txt", here / "failed.txt", here / f"{odd}.txt"]
    old += [there / "else.txt", here / f"{'n' * 300}.txt"]
    said = from_stdin(out, "said")
    keep_inputs(out, [*((path.stem[:9], as_input(path)) for path in old), ("said", said)], ())
    names = ["stays", "gone", "done", "failed", to_printable(odd), "else", "n" * 9, "said"]
    assert list(read_inputs(out)) == names
    keep_inputs(out, [("new", as_input(here / "new.txt")), ("more", from_stdin(out, "more"))])
    assert list(read_inputs(out)) == [*names, "new", "more"]
    keep_inputs(out, [("new", as_input(here / "new.txt"))], ("failed",))
    assert list(read_inputs(out)) == [name for name in [*names, "new", "more"] if name != "gone"]


def test_a_list_of_an_older_huimou_is_read(tmp_path: Path) -> None:
    """It does not say where the files were, so that none of them is taken for withdrawn."""
    line = {"name": "a", "path": "in/a.txt", "id": None, "columns": {}}
    (tmp_path / "inputs.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    keep_inputs(tmp_path, [("b", as_input(tmp_path / "in" / "b.txt"))], ())
    assert list(read_inputs(tmp_path)) == ["a", "b"]


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    """Going on with a finished batch leaves the file alone."""
    inputs = [("a", an_input("a", "a", n="1"))]
    keep_inputs(tmp_path, inputs)
    before = (tmp_path / "inputs.jsonl").stat().st_ino
    keep_inputs(tmp_path, inputs)
    assert (tmp_path / "inputs.jsonl").stat().st_ino == before


def test_a_file_name_that_is_no_text_is_kept_readably(tmp_path: Path) -> None:
    """A name with bytes that are no UTF-8 does not stop the batch."""
    keep_inputs(tmp_path, [("x", as_input(Path("in/\udcff.txt")))])
    assert read_inputs(tmp_path)["x"].path == "in/\ufffd.txt"


def test_standard_input_has_a_place_in_the_output_folder() -> None:
    """Its bytes are kept beside the ledger, under the name that its outputs have."""
    assert from_stdin(Path("out"), "临江/2023") == Input(Path("out/.huimou/stdin/临江_2023"), "-", "临江_2023")


GOOD = '{"name": "a", "path": "a.txt", "id": null, "columns": {}}\n'


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "[" * 100_000,
        '{"name": "a"}',
        GOOD.replace("null", "7"),
        GOOD.replace("{}", '{"n": 7}'),
        GOOD.replace("{}", "[]"),
        GOOD.replace('"a.txt"', "1"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    """One line that says where it is and what to do."""
    (tmp_path / "inputs.jsonl").write_text(GOOD + line, encoding="utf-8")
    with pytest.raises(UsageError, match=r"inputs\.jsonl line 2 is broken") as caught:
        read_inputs(tmp_path)
    assert caught.value.hint


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    """A folder that an older huimou wrote has no such file."""
    assert read_inputs(tmp_path) == {}


_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
_ODD_NAMES = st.one_of(
    st.sampled_from(["CON", "nul", "Aux.2022", "com1", "LPT9.x", "run", "index", "a", "A", "ａ", "é", "e\u0301"]),
    st.text(
        st.sampled_from('aA政. ~\n\t\x1b\x7f\x85\xad\u200b\u202e\U000e0041\u2028\ufeff<>:"\\|?*é'),
        min_size=1,
        max_size=12,
    ),
    st.text("政", min_size=60, max_size=84),
    st.builds(lambda stem, end: stem + end, st.sampled_from("ab"), st.sampled_from([".onepage", ".", " ", "-2"])),
)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("CON", "CON_"),
        ("nul", "nul_"),
        ("aux", "aux_"),
        ("Aux.2022年", "Aux_.2022年"),
        ("com1", "com1_"),
        ("lpt¹", "lpt¹_"),
        ("console", "console"),
        ("com10", "com10"),
        ("报告 ", "报告_"),
        ("报告.", "报告_"),
        ("一\n二", "一_二"),
        ("\x1b[31m红", "_[31m红"),
        ("a\u202etxt", "a_txt"),
        ("a.onepage", "a_onepage"),
        ("index", "index-2"),
    ],
)
def test_a_stem_that_some_system_refuses_is_made_fit(stem: str, name: str) -> None:
    """Devices of Windows, ends that are dropped, what is not seen, and files of another report."""
    path = Path("in") / f"{stem}.txt"
    assert name_outputs([path]) == {path: name}


@given(st.lists(_ODD_NAMES, min_size=1, max_size=8, unique=True))
def test_no_two_reports_share_a_name_and_every_system_takes_it(stems: list[str]) -> None:
    """Whatever the inputs are called."""
    paths = [Path("in") / f"{number}" / f"{stem}.txt" for number, stem in enumerate(stems)]
    names = list(name_outputs(paths).values())
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names}) == len(stems)
    for name in names:
        assert name.partition(".")[0].rstrip().casefold() not in _DEVICES
        assert all(unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"} for char in name)
        assert not name.endswith((".", " "))
        assert not name.startswith((".", " ", "~"))
        assert len(f"{name}.unfitting1.review.json".encode()) <= 255


def test_many_reports_of_one_name_are_named_fast() -> None:
    """Ten thousand folders, each with its report.txt."""
    paths = [Path(f"in/{number:05}/report.txt") for number in range(10_000)]
    begun = time.monotonic()
    assert len(set(name_outputs(paths).values())) == 10_000
    assert time.monotonic() - begun < 5
