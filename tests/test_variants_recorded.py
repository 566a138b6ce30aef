"""Two seeds in every other dress, through the whole path, replayed from what the built-in model answered."""

from __future__ import annotations

import dataclasses
from functools import cache

import pytest

from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.client import open_client
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.settings import Endpoint
from variants import RECORDED, RECORDINGS, VARIANTS, Items, documents, kept, moved, words

ASKED: set[str] = set()
CASES = [(stem, name) for stem in RECORDED for name in (*VARIANTS, "gb18030")]


@cache
def digest_of(stem: str, name: str | None) -> tuple[Digest, str]:
    """Digest of a seed or of one of its variants, and the text that its offsets refer to."""
    if name is None:
        document = dataclasses.replace(documents(stem)["gb18030"], stem=stem)
    else:
        document = dataclasses.replace(documents(stem)[name], stem=f"{stem}.{name}")
    with open_client(Endpoint("builtin"), replay=RECORDINGS) as client:
        ask = client.ask
        client.ask = lambda question: (ASKED.add(question.slot.path), ask(question))[1]  # type: ignore[method-assign]
        return digest_report(document, client, load_checked_prompts(), ignore_event), document.text


def items_of(digest: Digest, text: str) -> Items:
    """Kind and letters of each item."""
    places = words(text)[1]
    kinds = (("achievement", digest.year_review.achievements), ("task", digest.next_year_plan.tasks))
    return [
        (kind, frozenset(places[p] for e in item.evidence for p in range(e.start, e.end) if p in places))
        for kind, items in kinds
        for item in items
    ]


@pytest.mark.parametrize(("stem", "name"), CASES)
def test_nine_items_in_ten_survive(stem: str, name: str) -> None:
    """The same items, or less only what was cut, and hardly any other; the run is complete, with nothing uncovered."""
    original, text = digest_of(stem, None)
    digest, variant = digest_of(stem, name)
    before, after = words(text)[0], words(variant)[0]
    mine = items_of(original, text)
    if name == "plan-cut":
        mine = [item for item in mine if max(item[1]) < len(after)]
        assert digest.next_year_plan.tasks == []
    items = items_of(digest, variant)
    found = kept(mine, items, moved(before, after))
    assert sum(found) >= 0.9 * len(found)
    assert len(items) <= 1.1 * len(mine)
    assert digest.run.complete
    assert digest.coverage.uncovered == []


@pytest.mark.parametrize(
    ("stem", "name"), [case for case in CASES if case[1] not in {"spliced", "plan-cut", "headless"}]
)
def test_figures_and_years_are_the_same(stem: str, name: str) -> None:
    """Another dress changes no number and no year."""
    original, _ = digest_of(stem, None)
    digest, _ = digest_of(stem, name)
    values = [[(f.value, f.unit, f.mode, f.section) for f in d.figures] for d in (original, digest)]
    assert values[0] == values[1]
    assert digest.report.review_years.start == original.report.review_years.start
    assert digest.report.plan_year.year == original.report.plan_year.year


@pytest.mark.parametrize("stem", RECORDED)
def test_summaries_do_not_depend_on_layout(stem: str) -> None:
    """What leaves the words alone leaves the summaries alone."""
    original, _ = digest_of(stem, None)
    wanted = [item.summary for item in (*original.year_review.achievements, *original.next_year_plan.tasks)]
    for name in ("full-width", "wrapped", "crlf", "gb18030"):
        digest, _ = digest_of(stem, name)
        got = [item.summary for item in (*digest.year_review.achievements, *digest.next_year_plan.tasks)]
        same = sum(summary in wanted for summary in got)
        assert same >= 0.95 * len(wanted), (name, [s for s in got if s not in wanted])


def test_recordings_of_variants_are_all_used() -> None:
    """A recording of a variant that nothing asks for any more would hide that the questions have changed."""
    for case in CASES:
        digest_of(*case)
    kept_files = {path.relative_to(RECORDINGS).as_posix() for path in RECORDINGS.glob("*.*/*/*.json")}
    slots = {file.removesuffix(".json").removesuffix(".a2") for file in kept_files}
    assert slots
    assert slots <= ASKED
