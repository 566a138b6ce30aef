"""The same report in another dress must give the same items: what holds for one layout only would show here."""

from pathlib import Path

import pytest

from huimou.digest.steps.facts import read_facts
from huimou.digest.steps.group import group_sentences
from huimou.digest.steps.segment import segment
from places import ROOT
from variants import DRESSES, Items, headless, kept, moved, plan_cut, spliced, words

SEEDS = sorted((ROOT / "seeds").glob("*-*.txt"))


def items(text: str) -> Items:
    """Kind and letters of each candidate item."""
    outline, places = segment(text), words(text)[1]
    return [
        (
            group.kind,
            frozenset(
                places[p]
                for n in group.sentences
                for p in range(outline.sentences[n - 1].start, outline.sentences[n - 1].end)
                if p in places
            ),
        )
        for group in group_sentences(text, outline)
    ]


def recall(original: str, variant: str, kind: str | None = None) -> float:
    """Share of the original's items (of one kind) of which half or more is one item of the same kind in the variant."""
    mine = [item for item in items(original) if kind in {None, item[0]}]
    found = kept(mine, items(variant), moved(words(original)[0], words(variant)[0]))
    return sum(found) / len(found) if found else 1.0


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", DRESSES)
def test_another_dress_gives_the_same_items_and_facts(path: Path, name: str) -> None:
    """At least nine items in ten survive every change that leaves the words alone, and so do years and region."""
    text = path.read_bytes().decode()
    variant = DRESSES[name](text)
    assert recall(text, variant) >= 0.9
    facts, theirs = (read_facts(t, segment(t)) for t in (text, variant))
    assert name == "city" or theirs.region == facts.region
    assert (theirs.review_years.start, theirs.plan_year.start) == (facts.review_years.start, facts.plan_year.start)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_article_in_the_middle_adds_nothing(path: Path) -> None:
    """Nothing of a spliced article becomes an item, and the report is still read."""
    text = path.read_bytes().decode()
    variant = spliced(text)
    outline = segment(variant)
    place = range(variant.index("老街改造"), variant.index("86家"))
    cited = [outline.sentences[n - 1] for group in group_sentences(variant, outline) for n in group.sentences]
    assert not [s for s in cited if s.start in place]
    assert recall(text, variant) >= 0.9


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_headings_taken_away_leave_the_items(path: Path) -> None:
    """Without its headings a report still has nine in ten of its items, each of its kind."""
    text = path.read_bytes().decode()
    assert recall(text, headless(text)) >= 0.9


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_plan_cut_off_loses_the_plan_only(path: Path) -> None:
    """What was done stays; no task is invented."""
    text = path.read_bytes().decode()
    variant = plan_cut(text)
    if variant == text:
        pytest.skip("this report has no plan heading")
    before = [item for item in items(text) if item[0] == "achievement" and max(item[1]) < len(words(variant)[0])]
    found = kept(before, items(variant), {i: i for i in range(len(words(variant)[0]))})
    assert sum(found) >= 0.9 * len(found)
    assert not [item for item in items(variant) if item[0] == "task"]
