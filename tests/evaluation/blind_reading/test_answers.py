"""Answers from both kinds of file, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from blind_sample import a_folder
from huimou.errors import UsageError
from huimou.evaluation.blind_reading.answers import check_sample, read_answers
from huimou.evaluation.blind_reading.sample import draw_sample
from huimou.evaluation.blind_reading.sheet import to_sheet
from huimou.evaluation.labels import SHEET_COLUMNS

SAMPLE = draw_sample(a_folder(), 6, 7)
SAID: dict[str, Any] = {
    "format": "huimou-audit",
    "version": 1,
    "sample": SAMPLE.token,
    "reader": "甲",
    "answers": [{"n": 2, "choice": "few", "reason": "缺时间"}, {"n": 1, "choice": "unchanged", "reason": ""}],
}


def saved(**changes: Any) -> bytes:
    """A file as the page saves it."""
    return json.dumps({**SAID, **changes}, ensure_ascii=False).encode()


def filled(*cells: tuple[int, str, str], reader: str = "", encoding: str = "utf-8-sig") -> bytes:
    """The sheet with choices and reasons by number."""
    rows = list(csv.DictReader(io.StringIO(to_sheet(SAMPLE).removeprefix("\ufeff"), newline="")))
    for number, choice, reason in cells:
        rows[number - 1] |= {SHEET_COLUMNS["choice"]: choice, SHEET_COLUMNS["reason"]: reason}
    rows[0][SHEET_COLUMNS["reader"]] = reader
    text = io.StringIO()
    table = csv.DictWriter(text, list(SHEET_COLUMNS.values()))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode(encoding)


def test_the_file_of_the_page() -> None:
    """Reader, sample, choices and reasons."""
    answers = read_answers(saved())
    assert (answers.reader, answers.sample) == ("甲", SAMPLE.token)
    assert answers.choices == {1: "unchanged", 2: "few"}
    assert answers.reasons == {2: "缺时间"}
    check_sample(answers, SAMPLE)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030"])
def test_the_sheet_says_the_same(encoding: str) -> None:
    """However the spreadsheet encodes it; empty cells are no answers."""
    answers = read_answers(filled((1, "能一字不改", ""), (2, " 改几个字 ", "缺时间"), reader="甲", encoding=encoding))
    assert answers == read_answers(saved())


def test_a_blank_sheet_has_no_answers() -> None:
    """Of its sample, without a name."""
    answers = read_answers(to_sheet(SAMPLE).encode())
    assert (answers.reader, answers.sample, answers.choices) == ("", SAMPLE.token, {})


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xff\xff", "is not text"),
        (b"{", "is not a file of answers"),
        (saved(format="huimou-review"), "is not a file of answers: format"),
        (saved(version=2), "is not a file of answers: version"),
        (saved(answers=[{"n": 1, "choice": "good", "reason": ""}]), "is not a file of answers: answers.0.choice"),
        (saved(answers=[SAID["answers"][0]] * 2), "answers a sentence twice"),
        (b"a,b\n1,2\n", "is not a sheet of answers"),
        (b"", "is not a sheet of answers"),
        (filled((3, "好", "")), "row 4: 好 is none of 能一字不改, 改几个字, 不能"),
        (
            filled((3, "不能", "")).replace(f"{SAMPLE.token},3".encode(), f"{SAMPLE.token},x".encode()),
            "row 4 has no number",
        ),
        (
            filled((1, "不能", ""), (2, "不能", "")).replace(
                f"{SAMPLE.token},2".encode(), f"{SAMPLE.token},1".encode()
            ),
            "sentence 1 twice (row 3)",
        ),
        (filled().replace(f"{SAMPLE.token},2".encode(), b"6-7-0,2"), "does not name one sample"),
    ],
)
def test_what_is_no_file_of_answers_is_refused(data: bytes, told: str) -> None:
    """In one line that says what is wrong."""
    with pytest.raises(UsageError) as refused:
        read_answers(data)
    assert told in refused.value.message
    assert refused.value.hint


def test_answers_to_another_sample_are_refused() -> None:
    """Of other digests or another seed, or of a sentence that is not in it."""
    with pytest.raises(UsageError, match="another sample"):
        check_sample(read_answers(saved()), draw_sample(a_folder(), 6, 8))
    beyond = read_answers(saved(answers=[{"n": 7, "choice": "no", "reason": ""}]))
    with pytest.raises(UsageError, match="sentence 7"):
        check_sample(beyond, SAMPLE)
