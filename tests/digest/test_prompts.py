"""Prompt files: what is refused at load, how values are filled in, and examples that hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.prompts import Prompt, load_prompts, parse_prompt
from huimou.errors import PromptError
from places import ROOT

FOLDER = ROOT / "prompts"
GOOD = """---
id: gist
version: 2
asks: 概括
variables: [heading, text]
max_tokens: 40
examples:
  - {heading: 甲, text: 开会, answer: {gist: 会}}
  - {heading: 乙, text: 调研, answer: {gist: 研}}
---
# system
只回答 JSON:{{"gist": "……"}}
# user
标题:{heading}
原文:{text}
"""


def test_good_file_is_read() -> None:
    """All fields come from the front matter; the digest is the file's own."""
    prompt = parse_prompt(GOOD, "gist.md")
    assert (prompt.id, prompt.version, prompt.asks, prompt.max_tokens) == ("gist", 2, "概括", 40)
    assert prompt.variables == ("heading", "text")
    assert prompt.label == f"2+{prompt.digest}"
    assert parse_prompt(GOOD + "\n", "gist.md").digest != prompt.digest


def test_messages_show_the_examples_as_turns() -> None:
    """System text, each example as question and answer, the question last; doubled braces become single."""
    assert parse_prompt(GOOD, "gist.md").build_messages(heading="丙", text="视察") == (
        ("system", '只回答 JSON:{"gist": "……"}'),
        ("user", "标题:甲\n原文:开会"),
        ("assistant", '{"gist": "会"}'),
        ("user", "标题:乙\n原文:调研"),
        ("assistant", '{"gist": "研"}'),
        ("user", "标题:丙\n原文:视察"),
    )


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("---\nid", "id", "no front matter"),
        ("id: gist", "id: [", "bad front matter"),
        ("id: gist\n", "", "id: Field required"),
        ("version: 2", "version: two", "version"),
        ("version: 2", "version: 2\ncolour: red", "colour"),
        ("max_tokens: 40", "max_tokens: 0", "max_tokens"),
        ("# system", "# preface", "one '# system' and one '# user'"),
        ("# user", "# system", "one '# system' and one '# user'"),
        ("# user", "# user\n# user", "one '# system' and one '# user'"),
        ("{text}", "", "front matter lists"),
        ("[heading, text]", "[heading]", "front matter lists"),
        ("只回答", "{text}只回答", "system part holds variables"),
        ("  - {heading: 乙, text: 调研, answer: {gist: 研}}\n", "", "at least two worked examples"),
        ("text: 调研, ", "", "example 2 must give"),
        ("text: 调研,", "text: 调研, note: 丁,", "example 2 must give"),
        (", answer: {gist: 会}", "", "example 1 must give"),
    ],
)
def test_malformed_file_is_refused(old: str, new: str, reason: str) -> None:
    """Each defect is a PromptError that names the file and says what is wrong."""
    assert old in GOOD
    with pytest.raises(PromptError) as caught:
        parse_prompt(GOOD.replace(old, new, 1), "gist.md")
    assert caught.value.message.startswith("gist.md: ")
    assert reason in caught.value.message


@pytest.mark.parametrize("values", [{}, {"heading": "甲"}, {"heading": "甲", "text": "乙", "more": "丙"}])
def test_missing_and_unknown_variables_are_named(values: dict[str, str]) -> None:
    """A question with a hole in it is never asked."""
    prompt = parse_prompt(GOOD, "gist.md")
    with pytest.raises(PromptError, match="text" if "more" not in values else "more"):
        prompt.build_messages(**values)


@given(st.text(alphabet="{}甲a_\\\0\1", max_size=30), st.sampled_from(["{text}", "{{", "}}", "{heading}", "\\1"]))
def test_values_are_filled_in_as_they_are(noise: str, braces: str) -> None:
    """Braces, backslashes and control characters in a report's text change nothing and are not read again."""
    value = noise + braces
    last = parse_prompt(GOOD, "gist.md").build_messages(heading=value, text="乙")[-1]
    assert last == ("user", f"标题:{value}\n原文:乙")


def test_folder_is_read_whole(tmp_path: Path) -> None:
    """Every *.md counts, found by its id; an unknown id is an error that lists those there are."""
    (tmp_path / "b.md").write_text(GOOD, "utf-8")
    prompts = load_prompts(tmp_path)
    assert prompts["gist"].version == 2
    with pytest.raises(PromptError, match="gist"):
        prompts["other"]


def test_folder_that_cannot_be_used(tmp_path: Path) -> None:
    """No folder, an empty one, two files of one id, and a file that is not UTF-8 are refused."""
    with pytest.raises(PromptError, match="no prompts in"):
        load_prompts(tmp_path / "none")
    with pytest.raises(PromptError, match="no prompt files"):
        load_prompts(tmp_path)
    (tmp_path / "a.md").write_text(GOOD, "utf-8")
    (tmp_path / "b.md").write_text(GOOD, "utf-8")
    with pytest.raises(PromptError, match=r"b\.md: another file"):
        load_prompts(tmp_path)
    (tmp_path / "a.md").write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(PromptError, match=r"a\.md: cannot be read as UTF-8"):
        load_prompts(tmp_path)


def test_own_prompts_are_found_without_a_folder() -> None:
    """The prompts that come with huimou hold, there are no others, and a digest owes nothing to those of `follow`."""
    digest = ["item-summary", "second-look"]
    assert sorted(load_checked_prompts().prompts) == sorted([*digest, "follow-task"])
    assert sorted(load_checked_prompts().labels) == digest


def test_folder_without_the_prompt_of_follow_still_makes_digests(tmp_path: Path) -> None:
    """A copy of the prompts that is older than `huimou follow` holds; only follow misses what it lacks."""
    (_copied(tmp_path, "", "", "") / "follow-task.md").unlink()
    with pytest.raises(PromptError, match="there is no prompt 'follow-task'"):
        _ = load_checked_prompts(tmp_path)["follow-task"]


def _copied(tmp_path: Path, file: str, old: str, new: str) -> Path:
    for path in FOLDER.glob("*.md"):
        text = path.read_text("utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, "utf-8")
    return tmp_path


def _edited(file: str, field: str) -> tuple[str, str, str]:
    """The file, what the first example's answer says, and the same with its first figure made larger."""
    answer = str(load_prompts(FOLDER)[file.removesuffix(".md")].examples[0]["answer"][field])
    digit = next(char for char in answer if char.isdigit())
    return file, f'"{answer}"', f'"{answer.replace(digit, digit + digit, 1)}"'


@pytest.mark.parametrize(
    ("file", "field"),
    [("item-summary.md", "summary")],
    ids=["summary"],
)
def test_example_with_a_made_up_number_is_refused(tmp_path: Path, file: str, field: str) -> None:
    """An example that says what its text does not is refused at load, with prompt, number and reason."""
    with pytest.raises(PromptError, match=r"example 1 does not hold: 数字.*不在原文"):
        load_checked_prompts(_copied(tmp_path, *_edited(file, field)))


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("item-summary.md", "answer: {summary:", "answer: {gist:", r"answer\.summary"),
        ("item-summary.md", "id: item-summary", "id: another", "there is no prompt 'item-summary'"),
        ("follow-task.md", 'answer: {"1": "无"}', 'answer: {"2": "无"}', r"answer\.1: Field required"),
    ],
)
def test_example_of_another_shape_is_refused(tmp_path: Path, file: str, old: str, new: str, reason: str) -> None:
    """An answer that the schema would refuse, and a prompt that is missing, are refused."""
    with pytest.raises(PromptError, match=reason):
        load_checked_prompts(_copied(tmp_path, file, old, new))


def _long_texts(prompt: Prompt) -> list[str]:
    return [
        piece
        for example in prompt.examples
        for value in [
            *(str(v) for k, v in example.items() if k != "answer"),
            json.dumps(example["answer"], ensure_ascii=False),
        ]
        for piece in value.replace("。", ",").replace("\n", ",").split(",")
        if any(char.isdigit() for char in piece.lstrip("0123456789 ")) and len(piece) > 8
    ]


@pytest.mark.parametrize("prompt", load_prompts(FOLDER).prompts.values(), ids=lambda prompt: prompt.id)
def test_examples_are_from_none_of_the_reports(prompt: Prompt) -> None:
    """No figure with its words stands in a sample report: else a model that copies the example would look right."""
    reports = "".join(path.read_bytes().decode() for path in (ROOT / "seeds").glob("*.txt")).replace("，", ",")
    texts = _long_texts(prompt)
    assert texts
    assert [text for text in texts if text in reports] == []
