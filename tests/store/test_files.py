"""files: inputs and atomic writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from huimou.errors import UsageError
from huimou.store.files import (
    find_inputs,
    is_gone,
    list_names,
    make_folder,
    open_whole_file,
    read_text,
    resolve_paths,
    write_text,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with reports and with what is none."""
    for name in ("b.txt", "a.TXT", "c.docx", "README.md", "readme.txt", ".hidden.txt", "~$c.docx", "notes.csv"):
        (tmp_path / name).write_text("正文", encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "d.md").write_text("正文", encoding="utf-8")
    (tmp_path / "deep.pdf").mkdir()
    return tmp_path


def names(patterns: list[str]) -> list[str]:
    """Names of the inputs found."""
    return [path.name for path in find_inputs(patterns)]


def test_a_folder_stands_for_its_reports(folder: Path) -> None:
    """Supported files in it, sorted; no README, hidden or lock files, no folders."""
    assert names([str(folder)]) == ["a.TXT", "b.txt", "c.docx"]


def test_what_is_about_a_folder_is_passed_over(folder: Path) -> None:
    """It is told, unless it is named; a report whose name only begins like that is read."""
    for name in ("CHANGELOG.md", "LICENSE.txt", "noticeable.txt"):
        (folder / name).write_text("正文", encoding="utf-8")
    passed: list[Path] = []
    found = find_inputs([str(folder), str(folder / "LICENSE.txt")], pass_over=passed.append)
    assert [path.name for path in found] == ["a.TXT", "b.txt", "c.docx", "noticeable.txt", "LICENSE.txt"]
    assert [path.name for path in passed] == ["CHANGELOG.md", "LICENSE.txt", "README.md", "readme.txt"]
    only = folder / "deep"
    (only / "d.md").rename(only / "README.md")
    with pytest.raises(UsageError, match="no report"):
        find_inputs([str(only)])


def test_folders_within_a_folder(folder: Path) -> None:
    """With `recursive` they are looked into: no hidden ones, no links, no folders of digests."""
    for place in ("deep/er/e.wps", ".git/f.txt", "out/.huimou/g.txt", "out/h.html", "replayed/i.md", "deep/README.md"):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text("正文", encoding="utf-8")
    (folder / "replayed" / "inputs.jsonl").write_text("", encoding="utf-8")
    (folder / "round").symlink_to(folder)
    passed: list[Path] = []
    found = find_inputs([str(folder)], recursive=True, pass_over=passed.append)
    assert [path.relative_to(folder).as_posix() for path in found] == [
        *("a.TXT", "b.txt", "c.docx", "deep/d.md", "deep/er/e.wps")
    ]
    assert [path.relative_to(folder).as_posix() for path in passed] == ["README.md", "deep/README.md", "readme.txt"]
    (folder / "bare" / "er").mkdir(parents=True)
    with pytest.raises(UsageError, match="no report in folder"):
        find_inputs([str(folder / "bare")], recursive=True)


def test_a_link_that_leads_to_itself_is_no_file(folder: Path) -> None:
    """It costs the other files of the folder nothing."""
    (folder / "loop.txt").symlink_to("loop.txt")
    assert names([str(folder)]) == ["a.TXT", "b.txt", "c.docx"]
    assert {"b.txt", "README.md"} <= list_names(folder)
    assert "loop.txt" not in list_names(folder)
    assert list_names(folder / "missing") == frozenset()


def test_what_is_gone(folder: Path) -> None:
    """From a folder that is looked at, for sure: a name that no system can have is not known to be gone."""
    asked = [folder / "b.txt", folder / "no.txt", folder / ("n" * 300), folder / "deep" / "no.txt"]
    assert [is_gone(str(path), {str(folder)}) for path in asked] == [False, True, False, False]


def test_real_paths_follow_links_of_files_and_of_folders(folder: Path) -> None:
    """As `Path.resolve` does, one by one."""
    (folder / "link.txt").symlink_to("b.txt")
    (folder / "linked").symlink_to("deep")
    paths = [folder / name for name in ("b.txt", "link.txt", "linked/d.md", "deep/../b.txt", "linked", "missing", "..")]
    assert list(resolve_paths(paths)) == [str(path.resolve()) for path in paths]
    assert names([str(folder / "link.txt"), str(folder / "b.txt")]) == ["link.txt"]


def test_a_glob_is_expanded_even_into_folders(folder: Path) -> None:
    """`**` looks into folders, and only reports match."""
    assert names([f"{folder}/**/*"]) == ["a.TXT", "b.txt", "c.docx", "d.md"]


def test_a_named_file_is_taken_whatever_it_is_called(folder: Path) -> None:
    """A README or an unknown suffix named in full is the user's wish."""
    assert names([str(folder / "README.md"), str(folder / "notes.csv")]) == ["README.md", "notes.csv"]


def test_a_name_with_glob_characters_is_first_a_name(tmp_path: Path) -> None:
    """A file called 报告[1].txt is found by its own name."""
    (tmp_path / "报告[1].txt").write_text("正文", encoding="utf-8")
    assert names([str(tmp_path / "报告[1].txt")]) == ["报告[1].txt"]


def test_an_input_named_twice_counts_once(folder: Path) -> None:
    """Folder and file together give each report once, in the order first named."""
    assert names([str(folder / "c.docx"), str(folder), f"{folder}/../{folder.name}/b.txt"]) == [
        "c.docx", "a.TXT", "b.txt"]  # fmt: skip


@pytest.mark.parametrize("pattern", ["missing.txt", "missing/*.txt", "empty", "**/*.csv"])
def test_a_name_that_stands_for_nothing_is_wrong_usage(folder: Path, pattern: str) -> None:
    """Missing file, empty match, empty folder: one line that names it."""
    (folder / "empty").mkdir()
    with pytest.raises(UsageError, match=r"^no (such file|report)") as caught:
        find_inputs([str(folder / "b.txt"), str(folder / pattern)])
    assert pattern in str(caught.value)


def test_no_input_is_wrong_usage() -> None:
    """An empty command line is refused."""
    with pytest.raises(UsageError, match="no input"):
        find_inputs([])


def test_text_is_written_exactly(tmp_path: Path) -> None:
    """Line ends and Chinese arrive as given, an older file is replaced, nothing else is left."""
    path = tmp_path / "报告.source.txt"
    write_text(path, "旧")
    write_text(path, "一\r\n二\r三\n")
    assert path.read_bytes() == "一\r\n二\r三\n".encode()
    assert read_text(path) == "一\r\n二\r三\n"
    assert [child.name for child in tmp_path.iterdir()] == [path.name]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    """A text that cannot be encoded leaves the file as it was, and no scrap."""
    path = tmp_path / "a.json"
    write_text(path, "旧")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "新\ud800")
    assert path.read_text(encoding="utf-8") == "旧"
    assert [child.name for child in tmp_path.iterdir()] == ["a.json"]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    """A process killed while it writes leaves one whole version."""
    path = tmp_path / "a.txt"
    code = (
        "import sys, itertools; from pathlib import Path; from huimou.store.files import write_text\n"
        "for i in itertools.count(): write_text(Path(sys.argv[1]), str(i % 10) * 200_000)"
    )
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", code, str(path)])
        deadline = time.monotonic() + 20
        while not path.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.15)
        process.send_signal(signal.SIGKILL)
        process.wait()
        text = path.read_text(encoding="utf-8")
        assert text == text[0] * 200_000


def test_scraps_of_a_killed_run_are_swept(tmp_path: Path) -> None:
    """At once where their writer is gone; where that is not known, those that nobody has written to for a while."""
    code = (
        "import os, signal, sys; from pathlib import Path; from huimou.store.files import open_whole_file\n"
        "with open_whole_file(Path(sys.argv[1]) / 'a'): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    (killed,) = tmp_path.iterdir()
    old, young = tmp_path / ".huimou-1-0.tmp", tmp_path / ".huimou-2-0.tmp"
    abroad = tmp_path / f"{killed.name.rpartition('-')[0]}-elsewhere.tmp"
    for path in (old, young, abroad):
        path.touch()
    os.utime(old, (0, 0))
    with open_whole_file(tmp_path / "own"):
        make_folder(tmp_path)
        assert len(list(tmp_path.iterdir())) == 3
    assert {path.name for path in tmp_path.iterdir()} == {young.name, abroad.name, "own"}


def test_a_folder_that_cannot_be_made_is_wrong_usage(tmp_path: Path) -> None:
    """A file in the way gives one line with a hint."""
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot write") as caught:
        make_folder(tmp_path / "file" / "out")
    assert "-o" in caught.value.hint


def test_reading_what_is_not_there_or_not_text_is_wrong_usage(tmp_path: Path) -> None:
    """A missing or binary file gives one line."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for name in ("missing", "binary"):
        with pytest.raises(UsageError, match=name):
            read_text(tmp_path / name)


def test_a_deep_glob_follows_no_link_to_a_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither out of the folder nor in a circle; links to files, and a link that the user names, are taken."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "o.txt").write_text("正文", encoding="utf-8")
    for name, target in {
        "away": outside,
        "round": folder,
        "deep/up": folder,
        "deep/side": "..",
        "self": "self",
    }.items():
        (folder / name).symlink_to(target)
    (folder / "one.txt").symlink_to(outside / "o.txt")
    assert names([f"{folder}/**/*.txt"]) == ["b.txt", "one.txt"]
    assert names([f"{folder}/**"]) == ["a.TXT", "b.txt", "c.docx", "d.md", "one.txt"]
    assert names([f"{folder}/**/deep/*"]) == ["d.md"]
    assert names([f"{folder}/**/*/*.md"]) == ["d.md"]
    with pytest.raises(UsageError, match="no report matches"):
        find_inputs([f"{folder}/**/away/*.txt"])
    assert names([f"{folder}/away/**/*.txt"]) == ["o.txt"]
    assert names([f"{folder}/away/*.txt"]) == ["o.txt"]


def test_two_circles_of_links_take_no_time(tmp_path: Path) -> None:
    """Followed, they would double the paths at every step."""
    for name in ("a", "b", "c"):
        (tmp_path / name).symlink_to(tmp_path)
    (tmp_path / "r.txt").write_text("正文", encoding="utf-8")
    begun = time.monotonic()
    assert names([f"{tmp_path}/**/*.txt"]) == ["r.txt"]
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("**/*.txt", ["x/1.txt", "x/y/2.txt", "x/y/z/3.txt"]),
        ("./**/*.txt", ["x/1.txt", "x/y/2.txt", "x/y/z/3.txt"]),
        ("x/**/*.txt", ["x/1.txt", "x/y/2.txt", "x/y/z/3.txt"]),
        ("x/**/**/*.txt", ["x/1.txt", "x/y/2.txt", "x/y/z/3.txt"]),
        ("**/y/**/*.txt", ["x/y/2.txt", "x/y/z/3.txt"]),
        ("**/[yz]/[0-9].txt", ["x/y/2.txt", "x/y/z/3.txt"]),
        ("*/**/3.txt", ["x/y/z/3.txt"]),
        ("[x]/**", ["x/1.txt", "x/y/2.txt", "x/y/z/3.txt"]),
        ("**/.hidden/*.txt", [".hidden/4.txt"]),
    ],
)
def test_deep_globs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, found: list[str]) -> None:
    """What `glob` takes them to mean; hidden folders only where they are named."""
    for name in ("x/1.txt", "x/y/2.txt", "x/y/z/3.txt", ".hidden/4.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("正文", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert [path.as_posix() for path in find_inputs([pattern])] == found


def test_an_empty_word_is_no_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than the working directory."""
    (tmp_path / "r.txt").write_text("正文", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="an empty word names no input"):
        find_inputs([""])


def test_a_folder_that_is_a_file(folder: Path) -> None:
    """It is said what it is."""
    with pytest.raises(UsageError, match=r"b\.txt: it is a file"):
        make_folder(folder / "b.txt")
