"""Whether a file is as it was: mostly without reading it, never wrongly."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.store import stamps
from huimou.store.stamps import (
    FinishedReport,
    Stamp,
    format_outputs,
    format_source,
    read_outputs,
    read_source,
)


def _settled(path: Path) -> Stamp:
    """The stamp of a file that had been left alone before it was noted."""
    one = Stamp.of(path, read=True)
    return replace(one, noted=one.noted + 10**9)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    return path


def test_a_file_that_was_left_alone_is_not_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size and times are enough."""
    noted = _settled(file)
    monkeypatch.setattr(stamps, "_hash_file", lambda _: pytest.fail("it was read"))
    assert noted.renew(file) is noted


def test_a_change_that_keeps_size_and_time_is_seen(file: Path) -> None:
    """A tool can set the time of a file back; that it did so has a time of its own."""
    noted = _settled(file)
    time.sleep(0.02)
    file.write_bytes(b"two")
    os.utime(file, ns=(noted.modified, noted.modified))
    assert noted.renew(file) is None
    assert Stamp(noted.path, noted.size, noted.modified, noted.changed, noted.noted).renew(file) is None


def test_a_change_within_the_tick_in_which_it_was_noted_is_seen(file: Path) -> None:
    """No time tells of it, so the file is read."""
    file.write_bytes(b"two")
    now = Stamp.of(file, read=True)
    file.write_bytes(b"one")
    digest = Stamp.of(file, read=True).sha256
    fresh = replace(now, sha256=digest, noted=max(now.modified, now.changed) + 1_000_000)
    file.write_bytes(b"two")
    here = Stamp.of(file)
    fresh = replace(fresh, modified=here.modified, changed=here.changed, noted=here.changed + 1_000_000)
    assert fresh.renew(file) is None
    settled = replace(fresh, noted=here.changed + 10**9)
    assert settled.renew(file) is settled


def test_other_times_of_the_same_content_are_no_change(file: Path) -> None:
    """As after a copy or a checkout; the stamp that comes back need not be read for again."""
    noted = _settled(file)
    os.utime(file, ns=(1, 1))
    now = noted.renew(file)
    assert now is not None
    assert now != noted
    assert (now.sha256, now.modified) == (noted.sha256, 1)


@pytest.mark.parametrize("change", ["shorter", "longer", "gone", "folder"])
def test_what_is_not_the_file(file: Path, change: str) -> None:
    """Of another size, gone, or something else in its place."""
    noted = _settled(file)
    match change:
        case "shorter":
            file.write_bytes(b"")
        case "longer":
            file.write_bytes(b"one more")
        case _:
            file.unlink()
            if change == "folder":
                file.mkdir()
    assert noted.renew(file) is None


def test_stamps_of_an_older_huimou(file: Path) -> None:
    """They have size and time only, and mean what they did."""
    now = Stamp.of(file)
    old = Stamp(now.path, now.size, now.modified)
    assert old.renew(file) is old
    os.utime(file, ns=(1, 1))
    assert old.renew(file) is None
    assert not Stamp.of(file.with_name("missing"), read=True).there
    assert Stamp.of(file.with_name("missing")).renew(file) is None


def test_files_of_a_report(file: Path) -> None:
    """The report is done as long as all of them are what they were, the input also where it was."""
    file.with_name("a.json").write_bytes(b"{}")
    output = replace(_settled(file.with_name("a.json")), path="a.json")
    known = FinishedReport(_settled(file), (output,))
    assert known.renew(file, file.parent) is known
    assert known.renew(file.with_name("b.txt"), file.parent) is None
    os.utime(file.with_name("a.json"), ns=(1, 1))
    now = known.renew(file, file.parent)
    assert now is not None
    assert (now.source, now.outputs[0].modified) == (known.source, 1)
    file.with_name("a.json").write_bytes(b"[]")
    assert known.renew(file, file.parent) is None


_STAMPS = st.builds(
    Stamp,
    st.text(st.characters(exclude_characters="/\\\0.", exclude_categories=["Cs"]), min_size=1, max_size=5),
    *[st.integers(0, 2**62)] * 4,
    st.text("0123456789abcdef", min_size=64, max_size=64),
)


@given(st.lists(_STAMPS, max_size=4, unique_by=lambda one: one.path))
def test_what_is_kept_is_read_back(noted: list[Stamp]) -> None:
    """Every stamp, by the name of its file."""
    assert read_outputs(format_outputs(noted)) == tuple(noted)
    for one in noted:
        assert read_source(one.path, one.size, one.modified, format_source(one)) == one


@pytest.mark.parametrize(
    "kept",
    ['{"../a": [1, 2, 3, 4, "x"]}', '{"a/b": [1, 2, 3, 4, "x"]}', '{"": [1, 2, 3, 4, "x"]}', '{"a": [1, 2, 3, 4]}',
     '{"a": ["1", 2, 3, 4, "x"]}', '{"a": null}', "[]", "null", "{", '{"a": [1.5, 2, 3, 4, "x"]}'],
)  # fmt: skip
def test_what_was_never_kept_is_refused(kept: str) -> None:
    """Above all a name that leads out of the folder."""
    with pytest.raises(ValueError, match=r"."):
        read_outputs(kept)
