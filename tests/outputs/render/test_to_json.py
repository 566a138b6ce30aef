"""outputs.render.to_json."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import a_digest
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json, to_json

OUTSIDE = st.text(min_size=1, max_size=30).filter(str.strip)


def test_keys_stand_in_the_order_of_the_contract() -> None:
    """The file has the keys of the contract in their declared order."""
    assert list(json.loads(to_json(a_digest()))) == list(Digest.model_fields)


def test_chinese_is_readable_and_lines_end_once() -> None:
    """Chinese is written as such, lines end in LF, and one line end stands at the end."""
    text = to_json(a_digest())
    assert "开展协商活动400余场" in text
    assert "\r" not in text
    assert text.endswith("}\n")


def test_a_sentence_takes_one_line() -> None:
    """Plain elements of lists are one line each, so that a diff of two digests shows items."""
    lines = to_json(a_digest()).splitlines()
    assert '    {"n": 4, "start": 42, "end": 45, "disposition": "thanks", "items": [], "rule": null},' in lines


def test_absent_is_null() -> None:
    """What the report does not state is null, never an empty string or a missing key."""
    task = json.loads(to_json(a_digest()))["next_year_plan"]["tasks"][0]
    assert (task["target"], task["deadline"], task["responsible"]) == (None, None, None)


@given(OUTSIDE)
def test_what_is_written_is_read_back(outside: str) -> None:
    """Any text survives, and writing what was read gives the same bytes."""
    digest = a_digest(outside=outside)
    text = to_json(digest)
    assert from_json(text) == digest
    assert to_json(from_json(text)) == text
    assert json.loads(text) == digest.model_dump(mode="json")


def test_whole_and_fractional_values_stay_apart() -> None:
    """400 is not written as 400.0, and 30000.5 keeps its half."""
    text = to_json(a_digest())
    assert '"value": 400,' in text
    assert '"value_max": 30000.5' in text


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"schema_version": 1}', "[" * 100_000])
def test_other_files_are_refused_in_one_line(text: str) -> None:
    """Anything that is not a digest is a usage error of one line."""
    with pytest.raises(UsageError) as caught:
        from_json(text)
    assert "\n" not in str(caught.value)


def test_a_newer_file_is_refused_by_name() -> None:
    """A file of a later schema version says so, whatever else it holds."""
    with pytest.raises(UsageError, match=r"newer huimou \(schema version 2"):
        from_json('{"schema_version": 2, "new": true}')


def test_a_wrong_field_is_named() -> None:
    """The first field that does not fit is named with its place."""
    data = json.loads(to_json(a_digest()))
    data["figures"][1]["start"] = "12"
    with pytest.raises(UsageError, match=r"figures\.1\.start"):
        from_json(json.dumps(data))
