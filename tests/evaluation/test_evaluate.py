"""The measures, on a report of a few sentences whose scores can be worked out by hand."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.evaluation.evaluate import build_table, find_numbers, score_digest

REVIEW = "办理提案142件,办复率百分之百。组织委员调研12次。"
PLAN = "开展民主监督。"
TEXT = f"标题\n{REVIEW}\n{PLAN}"
R, P = TEXT.index(REVIEW), TEXT.index(PLAN)
SPLIT = TEXT.index("组织")


def evidence(start, end):
    """Evidence with the slice that it must have."""
    return {"sentence": 1, "start": start, "end": end, "quote": TEXT[start:end]}


def figure(name, quote, value):
    """A figure of the digest at the first place of `quote`."""
    start = TEXT.index(quote)
    return {"id": name, "quote": quote, "start": start, "end": start + len(quote), "value": value}


def point(gist, start, end, domain, **more):
    """An annotated achievement or task."""
    return {"gist": gist, "domain": domain, "spans": [[start, end]], **more}


GOLD = {
    "meta": {"region": "某市", "review_years": [2023, 2023], "plan_year": 2024},
    "sections": [
        {"role": "title", "start": 0, "end": R},
        {"role": "review", "start": R, "end": P},
        {"role": "plan", "start": P, "end": len(TEXT)},
    ],
    "achievements": [
        point("办理提案", R, SPLIT, "proposals"),
        point("委员调研", SPLIT, P - 1, "deliberation", must_have=False),
    ],
    "tasks": [point("民主监督", P, len(TEXT), "oversight")],
    "figures": [figure("F1", "142件", 142), figure("F2", "12次", 12)],
}


@pytest.fixture
def digest():
    """A digest that agrees with the annotation in everything."""
    return {
        "schema_version": 1,
        "report": {
            "organisation": "政协某市委员会",
            "region": "某市",
            "review_years": {"start": 2023, "end": 2023},
            "plan_year": {"year": 2024},
        },
        "year_review": {
            "overview": [{"text": "办理提案。", "items": ["A1"]}],
            "achievements": [
                {
                    "id": "A1",
                    "summary": "办理提案142件",
                    "made": "model",
                    "domain": "proposals",
                    "evidence": [evidence(R, SPLIT)],
                },
                {
                    "id": "A2",
                    "summary": "委员调研12次",
                    "made": "source",
                    "domain": "members",
                    "evidence": [evidence(SPLIT, P - 1)],
                },
            ],
            "shortcomings": [],
        },
        "next_year_plan": {
            "overview": [],
            "tasks": [
                {
                    "id": "T1",
                    "summary": "民主监督",
                    "made": "source",
                    "domain": "oversight",
                    "evidence": [evidence(P, len(TEXT))],
                }
            ],
        },
        "figures": [figure("F1", "142件", 142), figure("F2", "12次", 12)],
        "sections": GOLD["sections"],
        "sentences": [
            {"start": 0, "end": 2},
            {"start": R, "end": SPLIT},
            {"start": SPLIT, "end": P - 1},
            {"start": P, "end": len(TEXT)},
        ],
        "coverage": {
            "sentences": 4,
            "cited": 3,
            "left_out": {"heading": 1},
            "uncovered": [],
            "figures": 2,
            "figures_cited": 2,
        },
    }


def achievements(digest):
    """The list of achievements, to be changed in place."""
    return digest["year_review"]["achievements"]


def test_a_digest_that_agrees_scores_full(digest):
    """Every share is 1 but that of domains, of which one of two agrees."""
    scores = score_digest(digest, GOLD, TEXT)
    assert scores.contract.breaches == 0
    assert scores.sections.role_accuracy == 1.0
    assert (scores.meta.review_years, scores.meta.plan_year, scores.meta.region) == (True, True, True)
    assert (scores.achievements.recall, scores.achievements.must_recall, scores.achievements.gist) == (1.0, 1.0, 1.0)
    assert scores.achievements.domain == 0.5
    assert (scores.tasks.found, scores.tasks.recall) == (1, 1.0)
    assert (scores.figures.found, scores.figures.value_right, scores.figures.precision) == (2, 2, 1.0)
    assert (scores.items.precision, scores.items.unsupported_numbers) == (1.0, 0)


def test_half_of_a_point_is_enough_and_less_is_not(digest):
    """A point is found from half of its characters on."""
    length = SPLIT - R
    enough = -(-length // 2)
    for end, found in ((R + enough, 2), (R + enough - 1, 1)):
        achievements(digest)[0]["evidence"] = [evidence(R, end)]
        assert score_digest(digest, GOLD, TEXT).achievements.found == found


def test_one_item_accounts_for_two_points_at_most(digest):
    """One item over three points finds two of them."""
    third = point("提案", R, R + 4, "proposals")
    gold = GOLD | {"achievements": [*GOLD["achievements"], third]}
    digest["year_review"]["achievements"] = [achievements(digest)[0] | {"evidence": [evidence(R, P - 1)]}]
    result = score_digest(digest, gold, TEXT).achievements
    assert (result.gold, result.found, result.recall) == (3, 2, 0.667)


def test_an_item_over_everything_finds_nothing(digest):
    """Evidence of more than 700 characters does not count."""
    long = TEXT + "空" * 700
    digest["year_review"]["achievements"] = [
        achievements(digest)[0] | {"evidence": [{"sentence": 1, "start": 0, "end": len(long), "quote": long}]}
    ]
    assert score_digest(digest, GOLD, long).achievements.found == 0


def test_optional_points_are_outside_the_must_recall(digest):
    """Without the optional point recall is a half and must-recall is full."""
    del achievements(digest)[1]
    result = score_digest(digest, GOLD, TEXT).achievements
    assert (result.recall, result.must_recall) == (0.5, 1.0)


def test_items_in_the_wrong_place_are_told_apart(digest):
    """An achievement out of the plan, one out of the title and one without evidence are three kinds of wrong."""
    digest["year_review"]["achievements"] = [
        achievements(digest)[0] | {"evidence": places} for places in ([evidence(P, len(TEXT))], [evidence(0, 2)], [])
    ]
    result = score_digest(digest, GOLD, TEXT).items
    assert (result.total, result.right_place, result.wrong_kind, result.outside, result.ungrounded) == (4, 1, 1, 1, 1)


def test_a_number_that_the_evidence_lacks_is_counted(digest):
    """A number from elsewhere in the report is unsupported too."""
    achievements(digest)[0]["summary"] = "办理提案142件,调研12次"
    assert score_digest(digest, GOLD, TEXT).items.unsupported_numbers == 1


@pytest.mark.parametrize(("value", "right"), [(142, 2), (142.0, 2), (141, 1), (None, 1)])
def test_a_found_figure_needs_the_right_value(digest, value, right):
    """A figure counts as found by its place and as right by its value."""
    digest["figures"][0]["value"] = value
    result = score_digest(digest, GOLD, TEXT).figures
    assert (result.found, result.value_right) == (2, right)


def test_a_figure_elsewhere_lowers_recall_and_precision(digest):
    """A span that does not overlap by half is neither found nor precise."""
    digest["figures"][1] = figure("F2", "开展", 12)
    result = score_digest(digest, GOLD, TEXT).figures
    assert (result.recall, result.precision) == (0.5, 0.5)


def test_marginal_roles_count_as_one(digest):
    """A title taken for front matter is no error; a review taken for a plan is."""
    digest["sections"] = [section | {} for section in GOLD["sections"]]
    digest["sections"][0]["role"] = "front_matter"
    assert score_digest(digest, GOLD, TEXT).sections.role_accuracy == 1.0
    digest["sections"][1]["role"] = "plan"
    assert score_digest(digest, GOLD, TEXT).sections.role_accuracy == round(1 - (P - R) / len(TEXT), 3)


def breach_quote(digest):
    """A quote that is not the whole slice."""
    achievements(digest)[0]["evidence"][0]["quote"] = "办理"


def breach_evidence(digest):
    """An item without evidence."""
    achievements(digest)[1]["evidence"] = []


def breach_figure(digest):
    """A figure's quote that is not the slice."""
    digest["figures"][0]["quote"] = "142"


def breach_sections(digest):
    """The first section is missing."""
    digest["sections"] = digest["sections"][1:]


def breach_sentences(digest):
    """A sentence in the middle is missing; the counts still add up."""
    del digest["sentences"][2]
    digest["coverage"]["sentences"] = 3
    digest["coverage"]["cited"] = 2


def breach_end(digest):
    """The last section is missing."""
    digest["sections"] = digest["sections"][:2]


def breach_nothing(digest):
    """No sections at all."""
    digest["sections"] = []


def breach_sum(digest):
    """One sentence too many is counted as cited."""
    digest["coverage"]["cited"] = 4


def breach_overview(digest):
    """An overview that rests on no known item."""
    digest["year_review"]["overview"][0]["items"] = ["A9"]


@pytest.mark.parametrize(
    ("breach", "told"),
    [
        (breach_quote, f"A1: quote is not text[{R}:{SPLIT}]"),
        (breach_evidence, "A2: no evidence"),
        (breach_figure, "F1: figure quote is not the slice"),
        (breach_sections, "sections: gap or overlap at 0"),
        (breach_sentences, f"sentences: gap or overlap at {SPLIT}"),
        (breach_end, f"sections: ends at {P} of {len(TEXT)}"),
        (breach_nothing, "sections: gap or overlap at 0"),
        (breach_sum, "coverage: counts do not add up"),
        (breach_overview, "overview: sentence without known items"),
    ],
)
def test_every_breach_of_the_contract_is_told(digest, breach, told):
    """Each single breach is counted once and named."""
    breach(digest)
    assert score_digest(digest, GOLD, TEXT).contract.first == [told]


def test_a_report_without_plan_has_no_task_recall(digest):
    """Where there is nothing to find the share is None, not 0."""
    result = score_digest(digest, GOLD | {"tasks": []}, TEXT).tasks
    assert (result.recall, result.must_recall, result.gist) == (None, None, None)


def test_scoring_changes_neither_input(digest):
    """Digest and annotation are the same after scoring."""
    before = copy.deepcopy((digest, GOLD))
    score_digest(digest, GOLD, TEXT)
    assert (digest, GOLD) == before


@given(st.lists(st.integers(min_value=0, max_value=10**9), max_size=6))
def test_numbers_read_commas_and_full_width(values):
    """However a number is grouped and whatever its width, the same digits come out."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    text = "、".join(f"{value:,}".translate(wide) if value % 2 else f"{value:,}" for value in values)
    assert find_numbers(text) == [str(value) for value in values]


def test_the_table_ends_with_the_mean(digest):
    """One row a report in the order given, then the mean; a measure without value is a dash."""
    half = copy.deepcopy(digest)
    del half["year_review"]["achievements"][1]
    no_plan = GOLD | {"tasks": []}
    result = build_table({"b": score_digest(digest, GOLD, TEXT), "a": score_digest(half, no_plan, TEXT)})
    assert result.columns[:3] == ("report", "achievements", "tasks")
    assert [row[:3] for row in result.rows] == [
        ("b", "1.000", "1.000"),
        ("a", "0.500", "-"),
        ("mean", "0.750", "1.000"),
    ]
    assert build_table({}).rows == ()
