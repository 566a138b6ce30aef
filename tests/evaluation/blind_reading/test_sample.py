"""A sample of sentences: the same for the same seed, spread over reports, with their sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blind_sample import TEXTS, a_folder, a_report
from handmade import SENTENCES
from huimou.evaluation.blind_reading.sample import allot_lines, draw_sample, parse_token


def test_the_same_seed_draws_the_same_sentences() -> None:
    """Also where the folder lists its digests in another order; another seed draws others."""
    digests = a_folder()
    drawn = draw_sample(digests, 12, 7)
    assert draw_sample(dict(reversed(digests.items())), 12, 7) == drawn
    assert [line.number for line in drawn.lines] == list(range(1, 13))
    other = draw_sample(digests, 12, 8)
    assert {line.key for line in other.lines} != {line.key for line in drawn.lines}
    assert other.token != drawn.token


def test_a_changed_text_is_another_sample() -> None:
    """One word of one sentence that was drawn."""
    digests = a_folder()
    drawn = draw_sample(digests, 53, 7)
    achievements = [one.model_copy() for one in digests["青松"].year_review.achievements]
    achievements[0] = achievements[0].model_copy(update={"summary": "青松又办成一件事。"})
    review = digests["青松"].year_review.model_copy(update={"achievements": achievements})
    changed = {**digests, "青松": digests["青松"].model_copy(update={"year_review": review})}
    assert draw_sample(changed, 53, 7).token != drawn.token


def test_what_the_program_thinks_does_not_matter() -> None:
    """How a sentence was made and whether it is marked change neither the draw nor its name."""
    digests = a_folder()
    achievements = [
        one.model_copy(update={"made": "source", "look": None}) for one in digests["青松"].year_review.achievements
    ]
    review = digests["青松"].year_review.model_copy(update={"achievements": achievements})
    changed = {**digests, "青松": digests["青松"].model_copy(update={"year_review": review})}
    assert draw_sample(changed, 20, 7) == draw_sample(digests, 20, 7)


def test_all_kinds_are_drawn_with_title_and_sources() -> None:
    """Where all sentences are wanted, all are there, each once; an overview's sources are those of its items."""
    lines = draw_sample({"青松": a_report("青松", 2)}, 100, 7, TEXTS).lines
    found = {line.kind: line for line in lines}
    assert sorted(line.kind for line in lines) == ["achievement", "achievement", "overview", "shortcoming", "task"]
    assert (found["shortcoming"].title, found["overview"].title, found["task"].item) == ("", "", "T1")
    assert [source.quote for source in found["overview"].sources] == [SENTENCES[2]]
    assert found["overview"].item == ""
    assert found["achievement"].title.startswith("青松之事")


def test_headings_over_a_source() -> None:
    """The section's, which the digest has, and the last heading before it where the text is at hand."""
    digests = {"青松": a_report("青松", 1)}
    section = digests["青松"].sections[0].model_copy(update={"heading": "工作情况"})
    digests["青松"] = digests["青松"].model_copy(update={"sections": [section]})
    for texts, headings in (({}, {("工作情况",)}), (TEXTS, {("工作情况", SENTENCES[1]), ("工作情况", SENTENCES[5])})):
        lines = draw_sample(digests, 9, 7, texts).lines
        assert {source.headings for line in lines for source in line.sources} == headings
    assert draw_sample(digests, 9, 7).token == draw_sample(digests, 9, 7, TEXTS).token


@pytest.mark.parametrize(
    ("sizes", "wanted", "shares"),
    [
        ({"a": 30, "b": 10, "c": 4}, 11, {"a": 8, "b": 2, "c": 1}),
        ({"a": 96, "b": 2, "c": 2}, 10, {"a": 8, "b": 1, "c": 1}),
        ({"a": 5, "b": 0}, 3, {"a": 3, "b": 0}),
        ({"a": 2, "b": 1}, 60, {"a": 2, "b": 1}),
        ({"a": 9, "b": 9, "c": 9}, 2, {"a": 1, "b": 1, "c": 0}),
    ],
)
def test_reports_give_lines_in_proportion(sizes: dict[str, int], wanted: int, shares: dict[str, int]) -> None:
    """By largest remainders; one at least where that can be, none of a report without sentences."""
    assert allot_lines(sizes, wanted) == shares


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 80), min_size=1, max_size=12), st.integers(1, 200))
def test_shares_add_up_and_no_report_gives_more_than_it_has(sizes: dict[str, int], wanted: int) -> None:
    """Whatever the sizes."""
    shares = allot_lines(sizes, wanted)
    assert sum(shares.values()) == min(wanted, sum(sizes.values()))
    assert all(0 <= shares[name] <= size for name, size in sizes.items())
    if wanted >= sum(size > 0 for size in sizes.values()):
        assert all(shares[name] for name, size in sizes.items() if size)


@pytest.mark.parametrize(
    ("token", "drawn"),
    [
        ("60-7-0123456789abcdef", (60, 7)),
        ("5--3-0123456789abcdef", (5, -3)),
        ("60-7", None),
        ("x-7-0123456789abcdef", None),
        ("60-7-0123456789ABCDEF", None),
        ("60-7-0123456789abcdef\n", None),
        ("", None),
    ],
)
def test_names_of_samples(token: str, drawn: tuple[int, int] | None) -> None:
    """They say how many sentences of which seed were drawn."""
    assert parse_token(token) == drawn
