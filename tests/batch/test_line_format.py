"""batch_file: request files within the limits of the format, and lines of results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.batch.openai_batch.line_format import (
    LONGEST_ID,
    MOST_BYTES,
    MOST_LINES,
    Shards,
    build_custom_id,
    build_request_line,
    parse_result_line,
    read_result_lines,
)
from huimou.errors import UsageError
from huimou.llm.question import request_digest

BODY = {"model": "m", "messages": [{"role": "user", "content": "问\u2028题\n"}], "max_tokens": 9}


def written(folder: Path) -> list[str]:
    """Names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_the_limits_are_those_of_the_format() -> None:
    """50,000 lines and no more than 200 MB."""
    assert MOST_LINES == 50_000
    assert 150_000_000 < MOST_BYTES < 200_000_000


def test_an_id_has_at_most_64_characters_and_tells_requests_apart() -> None:
    """The beginning of the digest is enough."""
    ids = {build_custom_id(request_digest({**BODY, "seed": seed})) for seed in range(1000)}
    assert len(ids) == 1000
    assert {len(name) for name in ids} == {LONGEST_ID}
    assert all(name.isascii() for name in ids)


def test_a_request_is_one_line_with_its_body_as_sent() -> None:
    """Line breaks within a text do not end the line, and Chinese stays readable."""
    line = build_request_line(request_digest(BODY), BODY)
    assert line.count(b"\n") == 1
    assert "问" in line.decode()
    value = json.loads(line)
    assert (value["method"], value["url"], value["body"]) == ("POST", "/v1/chat/completions", BODY)
    assert set(value) == {"custom_id", "method", "url", "body"}


@given(
    lines=st.lists(st.integers(1, 30).map(lambda n: b"x" * n + b"\n"), max_size=30),
    most_lines=st.integers(1, 7),
    most_bytes=st.integers(8, 60),
)
def test_every_line_is_in_one_file_within_the_limits(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], most_lines: int, most_bytes: int
) -> None:
    """Nothing is lost, doubled or reordered; only a line longer than the limit passes it, alone."""
    folder = tmp_path_factory.mktemp("shards")
    with Shards(folder, "requests", most_lines=most_lines, most_bytes=most_bytes) as shards:
        for line in lines:
            shards.add(line)
        files = shards.publish()
    texts = [path.read_bytes() for path in files]
    assert b"".join(texts) == b"".join(lines)
    assert shards.lines == len(lines)
    for text in texts:
        assert 1 <= text.count(b"\n") <= most_lines
        assert len(text) <= most_bytes or text.count(b"\n") == 1


def test_files_take_the_place_of_earlier_ones_only_when_whole(tmp_path: Path) -> None:
    """An interrupted export leaves those of the one before; a finished one leaves none of them."""
    (tmp_path / "requests-mine.jsonl").write_text("a user's own")
    with Shards(tmp_path, "requests", most_lines=1) as shards:
        for line in (b"1\n", b"2\n", b"3\n"):
            shards.add(line)
        shards.publish()
    before = written(tmp_path)
    with Shards(tmp_path, "requests", most_lines=1) as shards:
        shards.add(b"9\n")  # and then it ends without `publish`
    assert written(tmp_path) == before
    assert (tmp_path / "requests-0001.jsonl").read_bytes() == b"1\n"
    with Shards(tmp_path, "requests", most_lines=1) as shards:
        shards.add(b"4\n")
        shards.publish()
    assert written(tmp_path) == ["requests-0001.jsonl", "requests-mine.jsonl"]
    assert (tmp_path / "requests-0001.jsonl").read_bytes() == b"4\n"


def test_what_a_killed_export_left_is_swept(tmp_path: Path) -> None:
    """It does not stand in the way of the next."""
    (tmp_path / "requests-0001.jsonl.part").write_bytes(b"half")
    with Shards(tmp_path, "requests") as shards:
        shards.add(b"1\n")
        shards.publish()
    assert written(tmp_path) == ["requests-0001.jsonl"]


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"), Shards(tmp_path / "file", "requests"):
        pass


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"custom_id": "a", "response": {"status_code": 200, "bo', "not a whole line of JSON"),
        ("[1]", "no custom_id"),
        ('{"custom_id": 7}', "no custom_id"),
        ('{"custom_id": "a"}', "no response"),
        ('{"custom_id": "a", "response": {"status_code": 200, "body": null}, "error": null}', "no body"),
        (
            '{"custom_id": "a", "response": null, "error": {"code": "batch_expired", "message": "late"}}',
            "error batch_expired",
        ),
        (
            '{"custom_id": "a", "response": {"status_code": 400, "body": null}, "error": "Failed to\\n parse"}',
            "error Failed to parse",
        ),
        (
            '{"custom_id": "a", "response": {"status_code": 429, "body": {"error": {"type": "rate_limit"}}}}',
            "status 429: rate_limit",
        ),
    ],
)
def test_a_line_without_an_answer_says_why(line: str, reason: str) -> None:
    """Every form in which a service says that there is none."""
    found = parse_result_line(line.encode())
    assert found.body is None
    assert found.reason == reason


@given(st.binary(max_size=60))
def test_no_line_is_an_error(raw: bytes) -> None:
    """Whatever bytes there are, there is a reason or a body."""
    found = parse_result_line(raw)
    assert (found.body is None) == (found.reason is not None)


def test_lines_are_found_again_by_their_offset(tmp_path: Path) -> None:
    """Offsets and sizes are of bytes; blank lines and Windows line ends are no matter."""
    path = tmp_path / "output.jsonl"
    rows = [json.dumps({"custom_id": f"号{n}", "error": "x"}, ensure_ascii=False) for n in range(3)]
    path.write_bytes(("\r\n\n".join(rows)).encode())
    lines = list(read_result_lines(path))
    raw = path.read_bytes()
    assert [line.custom_id for line in lines] == ["号0", "号1", "号2"]
    assert [json.loads(raw[line.start : line.start + line.size])["custom_id"] for line in lines] == [
        line.custom_id for line in lines
    ]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    """One line, no traceback."""
    with pytest.raises(UsageError, match="cannot read"):
        list(read_result_lines(tmp_path / "none.jsonl"))
