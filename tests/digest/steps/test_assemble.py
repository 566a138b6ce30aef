"""Assembly: ids in text order, evidence that is a slice, figures tied to items, counts that add up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.questions.verify import build_source_finding
from huimou.digest.steps.assemble import (
    Draft,
    ModelRun,
    assemble,
    number_items,
)
from huimou.digest.steps.assemble.figures import select_ledger_figures, settle_actor
from huimou.digest.steps.domain import join_body
from huimou.digest.steps.titles import write_titles
from huimou.language.figures import find_quantities
from huimou.language.profiles.domains import Domain
from huimou.language.profiles.profile import Profile
from huimou.model.digest import Digest, Evidence
from huimou.model.report import (
    Candidate,
    Claim,
    Document,
    Facts,
    Finding,
    GroundedSentence,
    Group,
    Outline,
    Problem,
    Quantity,
    Rejection,
    Role,
    Section,
    Sentence,
    Span,
    Usage,
    Year,
)

LINES = (
    "政协青松市委员会2031年工作回顾",
    "一、过去一年的12项工作",
    "征集提案318件,立案290件。",
    "由提案委牵头办理\n\n重点提案9件。",
    "衷心感谢各位委员!",
    "工作中还有2个短板。",
    "二、2032年主要任务",
    "坚持团结和民主两大主题。",
    "年底前新建工作室20个,由联络委牵头。",
)
ROLES = ("title", "review", "review", "review", "review", "shortcomings", "plan", "plan", "plan")
LEFT_OUT = {1: "title", 2: "heading", 5: "thanks", 7: "heading", 8: "guiding_idea"}
TEXT = "\n".join(LINES)
STARTS = tuple(TEXT.index(line) for line in LINES)
RUN = ModelRun("small", "openai", {"b": "1+y", "a": "2+x"}, Usage(3, 30, 10, 9, 1.25))


def an_outline() -> Outline:
    """Every line a sentence, each with its role."""
    sentences = tuple(
        Sentence(n, start, start + len(line)) for n, (start, line) in enumerate(zip(STARTS, LINES, strict=True), 1)
    )
    ends = [*STARTS[1:], len(TEXT)]
    sections = [
        Section(role, "二、2032年主要任务" if n == 7 else None, start, end)
        for n, (role, start, end) in enumerate(zip(ROLES, STARTS, ends, strict=True), 1)
    ]
    return Outline(sentences, (), tuple(sections), dict(LEFT_OUT), requirement=(8,))


def a_finding(*numbers: int, kind: str = "achievement", lead: str | None = None, ordinal: int = 1) -> Finding:
    """The report's own words about some sentences."""
    role = ROLES[numbers[0] - 1]
    group = Group(f"{role}-001.{ordinal}", kind, role, numbers, (), lead)  # type: ignore[arg-type]
    spans = [Span(STARTS[n - 1], STARTS[n - 1] + len(LINES[n - 1])) for n in numbers]
    return build_source_finding(Claim(group, "".join(LINES[n - 1] for n in numbers), "source"), spans)


def a_draft(*findings: Finding) -> Draft:
    """What a digest of these findings is made of."""
    outline = an_outline()
    year = Year(2031, 2031, "stated", (Span(0, len(LINES[0])),))
    items = number_items([(finding, "proposals") for finding in findings])
    return Draft(
        document=Document("青松.txt", "青松", TEXT, "0" * 64, "utf-8", "text"),
        outline=outline,
        facts=Facts(
            "政协青松市委员会", "青松市", "political_consultative", "simplified", year, Year(None, None, "absent")
        ),
        items=items,
        titles=write_titles(items, TEXT),
        figures=select_ledger_figures(find_quantities(TEXT), outline),
        review=(GroundedSentence("征集提案318件。", ("A1",), "model"),),
        plan=(),
        rejections=(),
        unanswered=(),
        problems=(),
    )


FULL = (
    a_finding(9, kind="task"),
    a_finding(4, ordinal=2),
    a_finding(3),
    a_finding(6, kind="shortcoming"),
)


@pytest.fixture(name="digest")
def _digest() -> Digest:
    return assemble(a_draft(*FULL), RUN)


def _evidence(digest: Digest) -> list[Evidence]:
    review, plan = digest.year_review, digest.next_year_plan
    items = [*review.achievements, *review.shortcomings, *plan.tasks]
    years = [*digest.report.review_years.evidence, *digest.report.plan_year.evidence]
    own = plan.requirement.evidence if plan.requirement else []
    return [*(piece for item in items for piece in item.evidence), *years, *own]


def test_candidates_are_kept_where_there_was_a_choice() -> None:
    """In their order, scores to the thousandth; a single one is none."""
    chosen = a_finding(3)
    weighed = (
        Candidate("征集提案。", "model", 2, 0.123456, ("丢了数字：318件",)),
        Candidate(chosen.summary, "source", None, 0.5, ()),
    )
    other = a_finding(9, kind="task")
    draft = a_draft(
        replace(chosen, candidates=weighed),
        replace(other, candidates=(Candidate(other.summary, "source", None, 1, ()),)),
    )
    digest = assemble(draft, RUN)
    (item,), (task,) = digest.year_review.achievements, digest.next_year_plan.tasks
    assert [one.model_dump() for one in item.candidates] == [
        {"summary": "征集提案。", "made": "model", "score": 0.123, "faults": ["丢了数字：318件"]},
        {"summary": item.summary, "made": "source", "score": 0.5, "faults": []},
    ]
    assert task.candidates == []


def test_ids_follow_the_text(digest: Digest) -> None:
    """Whatever order findings come in, ids count up through the text, each kind for itself."""
    assert [(a.id, a.evidence[0].sentence) for a in digest.year_review.achievements] == [("A1", 3), ("A2", 4)]
    assert [s.id for s in digest.year_review.shortcomings] == ["S1"]
    assert [t.id for t in digest.next_year_plan.tasks] == ["T1"]


def test_evidence_is_a_slice_of_its_sentence(digest: Digest) -> None:
    """Each quote is the text at its place, within the sentence that it names."""
    found = _evidence(digest)
    assert len(found) == 6
    for piece in found:
        sentence = digest.sentences[piece.sentence - 1]
        assert piece.quote == TEXT[piece.start : piece.end] != ""
        assert sentence.start <= piece.start < piece.end <= sentence.end


def test_evidence_that_spans_sentences_is_split() -> None:
    """A span over two sentences gives one piece for each."""
    finding = replace(a_finding(3, 4), evidence=(Span(STARTS[2] + 2, STARTS[3] + 4),))
    (achievement,) = assemble(a_draft(finding), RUN).year_review.achievements
    assert [piece.sentence for piece in achievement.evidence] == [3, 4]
    assert [piece.quote for piece in achievement.evidence] == [LINES[2][2:], LINES[3][:4]]


def test_figures_and_items_cite_each_other(digest: Digest) -> None:
    """An item lists exactly the figures inside its evidence, and those list the item."""
    items = [*digest.year_review.achievements, *digest.next_year_plan.tasks]
    for item in items:
        inside = [f.id for f in digest.figures if any(e.start <= f.start and f.end <= e.end for e in item.evidence)]
        assert item.figures == inside == [f.id for f in digest.figures if item.id in f.items]
    assert {item: f.id for f in digest.figures for item in f.items} == {"A1": "F2", "A2": "F3", "S1": "F4", "T1": "F5"}


def test_ledger_leaves_out_headings_and_other_sections() -> None:
    """A figure in a title or heading is no figure of the work."""
    kept = select_ledger_figures(find_quantities(TEXT), an_outline())
    assert [q.quote for q in kept] == ["318件", "290件", "9件", "2个", "20个"]


def test_figures_say_where_they_stand(digest: Digest) -> None:
    """Figures of the plan are the plan's, the others the review's."""
    assert [f.section for f in digest.figures] == ["review"] * 4 + ["plan"]


@pytest.mark.parametrize("findings", [(), FULL, FULL[:2], (a_finding(3, 4),)])
def test_counts_add_up(findings: tuple[Finding, ...]) -> None:
    """Sentences are cited, left out for a reason, or uncovered: never two of these, never none."""
    digest = assemble(a_draft(*findings), RUN)
    cover = digest.coverage
    assert cover.sentences == len(LINES) == cover.cited + sum(cover.left_out.values()) + len(cover.uncovered)
    assert cover.figures == len(digest.figures)
    assert cover.figures_cited == sum(bool(f.items) for f in digest.figures)
    assert [s.n for s in digest.sentences if s.items] == [s.n for s in digest.sentences if s.disposition == "cited"]
    assert cover.uncovered == [s.n for s in digest.sentences if s.disposition == "uncovered"]


def test_uncovered_sentences_are_shown() -> None:
    """What no item cites and nothing excuses is listed."""
    assert assemble(a_draft(), RUN).coverage.uncovered == [3, 4, 6, 9]


def test_plan_details_are_read_or_absent(digest: Digest) -> None:
    """Deadline and lead unit come from the task's own words; where the text is silent they are null."""
    (task,) = digest.next_year_plan.tasks
    assert (task.deadline, task.responsible) == ("年底前", "联络委")
    assert task.target is not None
    assert "20个" in task.target
    (target,) = task.targets
    assert (target.quote, target.value, target.unit, target.metric) == ("20个", 20, "个", "新建工作室")
    assert (target.text, target.deadline, target.responsible) == ("年底前新建工作室20个", "年底前", "联络委")
    assert target.figure in task.figures
    assert TEXT[target.evidence.start : target.evidence.end] == target.evidence.quote == target.text
    plain = assemble(a_draft(a_finding(8, kind="task")), RUN).next_year_plan.tasks[0]
    assert (plain.target, plain.deadline, plain.responsible, plain.targets) == (None, None, None, [])


@pytest.mark.parametrize(
    ("role", "metric", "actor", "shown"),
    [
        ("proposal_digest", "新建公园", "本机构", "政府"),
        ("proposal_digest", "收到提案", "本机构", "本机构"),
        ("proposal_digest", "新建公园", "委员", "委员"),
        ("review", "新建公园", "本机构", "本机构"),
    ],
)
def test_what_proposals_led_to_was_done_by_the_government(role: Role, metric: str, actor: str, shown: str) -> None:
    """In a list of what became of proposals only the proposals are the body's own."""
    outline = Outline((), (), (Section(role, None, 0, 9),), {})
    assert (
        settle_actor(outline, Quantity("3个", 2, 4, 3, None, "exact", "个", metric, actor, counted=metric)).actor
        == shown
    )


def test_requirement_is_in_the_reports_words(digest: Digest) -> None:
    """总体要求 is quoted; a report without plan and requirement says so."""
    assert digest.next_year_plan.stated
    assert digest.next_year_plan.requirement is not None
    assert digest.next_year_plan.requirement.text == LINES[7]
    draft = a_draft(FULL[2])
    sections = tuple(s for s in draft.outline.sections if s.role != "plan")
    without = assemble(replace(draft, outline=replace(draft.outline, sections=sections, requirement=())), RUN)
    assert not without.next_year_plan.stated
    assert without.next_year_plan.requirement is None


def test_problems_are_told_with_their_place() -> None:
    """Rejected claims with reasons, groups without an answer, broken lines, and damage, in the order of the text."""
    claim = Claim(FULL[2].group, "征集提案381件。", "model")
    draft = replace(
        a_draft(*FULL),
        rejections=(Rejection(claim, ("数字“381件”不在原文", "漏了“318件”")),),
        unanswered=("review-001.2: no answer",),
        problems=(Problem("mojibake", "疑似缺字", 0, 1),),
    )
    digest = assemble(draft, RUN)
    assert [p.code for p in digest.problems] == ["mojibake", "claim_rejected", "broken_line", "unanswered"]
    refused = digest.problems[1]
    assert TEXT[refused.start : refused.end] == LINES[2]
    assert all(words in refused.message for words in ("数字“381件”不在原文", "漏了“318件”", "征集提案381件。"))
    assert (digest.run.rejected, digest.run.complete) == (1, False)


def test_run_says_what_it_cost(digest: Digest) -> None:
    """Calls, tokens, seconds and the prompts in a fixed order; complete if no group stayed unanswered."""
    assert list(digest.run.prompts) == ["a", "b"]
    assert (digest.run.calls, digest.run.prompt_tokens, digest.run.cached_tokens, digest.run.completion_tokens) == (
        3,
        30,
        10,
        9,
    )
    assert digest.run.complete
    assert digest.source.chars == len(TEXT)


def test_role_and_body_of_sentences() -> None:
    """A place has the role of its section; a body is folded and without line breaks."""
    outline = an_outline()
    assert [outline.find_role(start) for start in STARTS] == list(ROLES)
    assert join_body(TEXT, outline, (4,)) == "由提案委牵头办理重点提案9件。"


@settings(max_examples=60)
@given(st.lists(st.sets(st.sampled_from([3, 4, 6, 8, 9]), min_size=1), max_size=5))
def test_any_findings_give_a_digest_that_adds_up(sets: list[set[int]]) -> None:
    """Whatever sentences the findings cite, slices are slices, ids run in text order and every count agrees."""
    kinds = {"review": "achievement", "plan": "task", "shortcomings": "shortcoming"}
    findings = [a_finding(*sorted(numbers), kind=kinds[ROLES[min(numbers) - 1]]) for numbers in sets]
    digest = assemble(a_draft(*findings), RUN)
    assert all(piece.quote == TEXT[piece.start : piece.end] for piece in _evidence(digest))
    cover = digest.coverage
    assert cover.sentences == cover.cited + sum(cover.left_out.values()) + len(cover.uncovered)
    starts = [item.evidence[0].start for item in digest.year_review.achievements]
    assert starts == sorted(starts)
    known = {f.id for f in digest.figures}
    assert all(figure in known for item in digest.year_review.achievements for figure in item.figures)


def test_titles_of_domains_come_with_the_digest() -> None:
    """Whoever renders it later needs no profile: title of the kind and of its domains, of a user's own profile too."""
    facts = assemble(a_draft(a_finding(3)), RUN).report
    assert (facts.kind_title, facts.domains["proposals"]) == ("政协工作报告", "提案工作")
    assert list(facts.domains)[-1] == "other"
    own = Profile(
        "political_consultative", "履职报告", ("政协",), (Domain("work", "履职", {}), Domain("other", "其余", {}))
    )
    facts = assemble(replace(a_draft(a_finding(3)), profile=own), RUN).report
    assert (facts.kind_title, facts.domains) == ("履职报告", {"work": "履职", "other": "其余"})
    unknown = a_draft(a_finding(3))
    unknown = replace(unknown, facts=replace(unknown.facts, kind=None))
    assert assemble(unknown, RUN).report.kind_title is None
