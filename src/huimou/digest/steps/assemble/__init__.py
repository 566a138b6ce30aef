"""Findings to `Digest`: ids, figures tied to items, the disposition of every sentence, counts that add up.

May import `language`, `model`, `digest.cores` and its own `figures`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.assemble.figures import build_figures
from huimou.language.plan_details import TaskAim, TaskTerms, cut_task_sentences, read_task_terms
from huimou.language.profiles.profile import Profile, select_shipped_profile
from huimou.language.text import to_plain
from huimou.model import digest as c
from huimou.model.report import (
    Document,
    Facts,
    Finding,
    GroundedSentence,
    NumberedItem,
    Outline,
    Problem,
    Quantity,
    Rejection,
    Span,
    Usage,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """All that a digest is made of.

    Args:
        document: the report.
        outline: of its text.
        facts: who reports on which years.
        items: the findings, numbered.
        titles: of the items, by id.
        figures: the ledger.
        review: overview of the review.
        plan: overview of the plan.
        rejections: claims of the model that were refused.
        unanswered: one line for each group that got no usable answer.
        problems: of the text, besides those that outline and facts know.
        refusal: why the text is not taken for a report, if it is not.
        profile: of the kind of report; without one, the shipped profile of the kind is meant.
        requirement: the 总体要求 in one sentence; None where it needs none.

    """

    document: Document
    outline: Outline
    facts: Facts
    items: tuple[NumberedItem, ...]
    titles: Mapping[str, str]
    figures: tuple[Quantity, ...]
    review: tuple[GroundedSentence, ...]
    plan: tuple[GroundedSentence, ...]
    rejections: tuple[Rejection, ...]
    unanswered: tuple[str, ...]
    problems: tuple[Problem, ...]
    refusal: str | None = None
    profile: Profile | None = None
    requirement: str | None = None


@dataclass(frozen=True, slots=True)
class SecondLookCost:
    """What the second look came to: sentences asked about, sentences taken, and its cost."""

    asked: int
    taken: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class ModelRun:
    """Who answered and what it cost, the second look's share included, and the user's own rules that were in force."""

    model: str
    endpoint_kind: str
    prompts: Mapping[str, str]
    usage: Usage
    second: SecondLookCost = SecondLookCost(0, 0, Usage())
    rules: Mapping[str, str] = field(default_factory=dict)


def number_items(findings: Sequence[tuple[Finding, str]]) -> tuple[NumberedItem, ...]:
    """Findings with their domains, numbered in the order of the text: A1… achievements, T1… tasks, S1… shortcomings."""
    letters = {"achievement": "A", "task": "T", "shortcoming": "S"}
    counts: Counter[str] = Counter()
    items = []
    for finding, domain in sorted(findings, key=lambda pair: pair[0].evidence[0].start):
        letter = letters[finding.group.kind]
        counts[letter] += 1
        items.append(NumberedItem(f"{letter}{counts[letter]}", finding, domain))
    return tuple(items)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """The figures of the digest by where they start, and by the items that rest on them."""

    by_start: Mapping[int, c.Figure]
    by_item: Mapping[str, Sequence[c.Figure]]

    @classmethod
    def of(cls, figures: Sequence[c.Figure]) -> _Ledger:
        by_item: dict[str, list[c.Figure]] = {}
        for figure in figures:
            for id_ in figure.items:
                by_item.setdefault(id_, []).append(figure)
        return cls({figure.start: figure for figure in reversed(figures)}, by_item)

    def list_figures(self, item: str) -> Sequence[c.Figure]:
        """The figures that an item tells, in the order of the text."""
        return self.by_item.get(item, ())


def assemble(draft: Draft, run: ModelRun, cores: Cores = HERE) -> c.Digest:
    """The digest, with every sentence disposed of, and every count derived from it."""
    tasks = [item for item in draft.items if item.finding.group.kind == "task"]
    cut = partial(cut_task_sentences, draft.document.text, figures=draft.figures)
    terms = cores.map(read_task_terms, (cut(item.finding.evidence) for item in tasks), "tasks")
    resting = _group_evidence(draft)
    figures = build_figures(draft.figures, draft.outline, draft.facts, resting)
    ledger = _Ledger.of(figures)
    sentences = _build_sentences(draft, resting)
    return c.Digest(
        source=c.Source(
            file=draft.document.file,
            sha256=draft.document.sha256,
            encoding=draft.document.encoding,
            format=draft.document.format,
            chars=len(draft.document.text),
        ),
        report=_build_report_facts(draft),
        year_review=_build_year_review(draft, ledger),
        next_year_plan=_build_plan(draft, ledger, list(zip(tasks, terms, strict=True))),
        figures=figures,
        sections=[
            c.SectionOut(role=s.role, heading=s.heading, start=s.start, end=s.end, rule=s.rule)
            for s in draft.outline.sections
        ],
        sentences=sentences,
        coverage=_count_coverage(sentences, figures),
        problems=[
            c.ProblemOut(code=p.code, message=p.message, start=p.start, end=p.end) for p in _collect_problems(draft)
        ],
        checks=[],
        run=c.Run(
            model=run.model,
            endpoint_kind=run.endpoint_kind,
            prompts=dict(sorted(run.prompts.items())),
            calls=run.usage.calls,
            prompt_tokens=run.usage.prompt_tokens,
            cached_tokens=run.usage.cached_tokens,
            completion_tokens=run.usage.completion_tokens,
            seconds=round(run.usage.seconds, 1),
            second_look=c.SecondLook(
                asked=run.second.asked,
                taken=run.second.taken,
                calls=run.second.usage.calls,
                prompt_tokens=run.second.usage.prompt_tokens,
                completion_tokens=run.second.usage.completion_tokens,
                seconds=round(run.second.usage.seconds, 1),
            ),
            rejected=len(draft.rejections),
            complete=not draft.unanswered and draft.refusal is None,
            rules=dict(sorted(run.rules.items())),
        ),
    )


def _build_report_facts(draft: Draft) -> c.ReportFacts:
    facts = draft.facts
    review, plan = facts.review_years, facts.plan_year
    profile = draft.profile or select_shipped_profile(facts.kind)
    return c.ReportFacts(
        organisation=facts.organisation,
        region=facts.region,
        kind=facts.kind,
        kind_title=profile.title if facts.kind == profile.kind else None,
        domains=profile.titles(),
        language_script=facts.language_script,
        review_years=c.ReviewYears(
            start=review.start, end=review.end, basis=review.basis, evidence=_build_evidence(draft, review.evidence)
        ),
        plan_year=c.PlanYear(year=plan.start, basis=plan.basis, evidence=_build_evidence(draft, plan.evidence)),
    )


def _build_evidence(draft: Draft, spans: Iterable[Span]) -> list[c.Evidence]:
    """One piece of evidence for each sentence that a span touches."""
    text = draft.document.text
    found = []
    for span in spans:
        for sentence in draft.outline.find_sentences(span):
            start, end = max(span.start, sentence.start), min(span.end, sentence.end)
            found.append(c.Evidence(sentence=sentence.n, start=start, end=end, quote=text[start:end]))
    return found


def _build_year_review(draft: Draft, ledger: _Ledger) -> c.YearReview:
    return c.YearReview(
        overview=_build_overview(draft, draft.review),
        achievements=[
            c.Achievement(
                id=item.id,
                title=draft.titles[item.id],
                summary=item.finding.summary,
                made=item.finding.made,
                look=None,
                domain=item.domain,
                actor=next((f.actor for f in ledger.list_figures(item.id) if f.actor), None),
                figures=[f.id for f in ledger.list_figures(item.id)],
                evidence=_build_evidence(draft, item.finding.evidence),
                candidates=_build_candidates(item.finding),
            )
            for item in draft.items
            if item.finding.group.kind == "achievement"
        ],
        shortcomings=[
            c.Shortcoming(
                id=item.id,
                summary=item.finding.summary,
                made=item.finding.made,
                look=None,
                evidence=_build_evidence(draft, item.finding.evidence),
                candidates=_build_candidates(item.finding),
            )
            for item in draft.items
            if item.finding.group.kind == "shortcoming"
        ],
    )


def _build_candidates(finding: Finding) -> list[c.CandidateOut]:
    """The sentences that were weighed, in their order; none where there was only one."""
    if len(finding.candidates) == 1:
        return []
    return [
        c.CandidateOut(summary=one.summary, made=one.made, score=round(one.score, 3), faults=list(one.faults))
        for one in finding.candidates
    ]


def _build_overview(draft: Draft, lines: Sequence[GroundedSentence]) -> list[c.OverviewSentence]:
    return [
        c.OverviewSentence(
            text=line.text, items=list(line.items), made=line.made, evidence=_build_evidence(draft, line.evidence)
        )
        for line in lines
    ]


def _build_plan(draft: Draft, ledger: _Ledger, tasks: Sequence[tuple[NumberedItem, TaskTerms]]) -> c.NextYearPlan:
    text = draft.document.text
    wanted = [draft.outline.sentences[n - 1] for n in draft.outline.requirement]
    spans = [Span(s.start, s.end) for s in wanted]
    return c.NextYearPlan(
        stated=bool(wanted) or _has_plan(draft.outline),
        overview=_build_overview(draft, draft.plan),
        requirement=c.Requirement(
            text="".join(to_plain(text[s.start : s.end]) for s in spans),
            evidence=_build_evidence(draft, spans),
            summary=draft.requirement,
        )
        if spans
        else None,
        tasks=[_build_task(draft, item, terms, ledger) for item, terms in tasks],
    )


def _has_plan(outline: Outline) -> bool:
    """Whether the report has a plan: a section with a heading of its own, or the last one; not remarks in a review."""
    sections = [s for s in outline.sections if s.role in {"review", "plan"}]
    return any(s.role == "plan" and s.heading for s in sections) or (bool(sections) and sections[-1].role == "plan")


def _build_task(draft: Draft, item: NumberedItem, terms: TaskTerms, ledger: _Ledger) -> c.Task:
    return c.Task(
        id=item.id,
        title=draft.titles[item.id],
        summary=item.finding.summary,
        made=item.finding.made,
        look=None,
        domain=item.domain,
        target=terms.target,
        deadline=terms.deadline,
        responsible=terms.lead,
        figures=[f.id for f in ledger.list_figures(item.id)],
        evidence=_build_evidence(draft, item.finding.evidence),
        targets=[_build_target(draft, aim, ledger) for aim in terms.aims],
        candidates=_build_candidates(item.finding),
    )


def _build_target(draft: Draft, aim: TaskAim, ledger: _Ledger) -> c.Target:
    figure = ledger.by_start.get(aim.figure.start) if aim.figure else None
    return c.Target(
        text=aim.text,
        quote=figure.quote if figure else None,
        figure=figure.id if figure else None,
        metric=figure.counted if figure else aim.metric,
        modifier=aim.modifier,
        value=figure.value if figure else None,
        value_max=figure.value_max if figure else None,
        mode=figure.mode if figure else None,
        unit=figure.unit if figure else None,
        direction=figure.direction if figure else None,
        deadline=aim.deadline,
        responsible=aim.responsible,
        evidence=_build_evidence(draft, [Span(aim.start, aim.end)])[0],
    )


def _group_evidence(draft: Draft) -> dict[int, list[tuple[str, Span]]]:
    """For each sentence the items that rest on it, and on which part of it."""
    found: dict[int, list[tuple[str, Span]]] = {}
    for item in draft.items:
        for span in item.finding.evidence:
            for sentence in draft.outline.find_sentences(span):
                found.setdefault(sentence.n, []).append((item.id, span))
    return found


def _build_sentences(draft: Draft, resting: Mapping[int, Sequence[tuple[str, Span]]]) -> list[c.SentenceOut]:
    rows = []
    for s in draft.outline.sentences:
        items = list(dict.fromkeys(id_ for id_, _ in resting.get(s.n, ())))
        disposition = "cited" if items else draft.outline.left_out.get(s.n, "uncovered")
        rule = None if items else draft.outline.rules.get(s.n)
        rows.append(c.SentenceOut(n=s.n, start=s.start, end=s.end, disposition=disposition, items=items, rule=rule))
    return rows


def _count_coverage(sentences: Sequence[c.SentenceOut], figures: Sequence[c.Figure]) -> c.Coverage:
    reasons = Counter(s.disposition for s in sentences if s.disposition not in {"cited", "uncovered"})
    return c.Coverage(
        sentences=len(sentences),
        cited=sum(s.disposition == "cited" for s in sentences),
        left_out=dict(sorted(reasons.items())),
        uncovered=[s.n for s in sentences if s.disposition == "uncovered"],
        figures=len(figures),
        figures_cited=sum(bool(f.items) for f in figures),
    )


def _collect_problems(draft: Draft) -> list[Problem]:
    text, found = draft.document.text, [*draft.problems, *draft.outline.problems, *draft.facts.problems]
    found += [
        Problem("broken_line", "句子被分页、分栏或空行切断，已按一句处理", s.start, s.end)
        for s in draft.outline.sentences
        if re.search(r"\n[^\S\n]*\n", text[s.start : s.end].replace("\r\n", "\n"))
    ]
    for rejection in draft.rejections:
        spans = [draft.outline.sentences[n - 1] for n in rejection.claim.group.sentences]
        message = f"模型的摘要未通过核对：{'；'.join(rejection.reasons)}。被拒的摘要：{rejection.claim.summary}"
        found.append(Problem("claim_rejected", message, spans[0].start, spans[-1].end))
    if draft.refusal:
        found.append(Problem("not_a_report", f"不像年度工作报告，未作摘要：{draft.refusal}"))
    found += [Problem("unanswered", f"这一组没有得到模型的有效回答，已用原文：{line}") for line in draft.unanswered]
    return sorted(found, key=lambda p: (p.start is None, p.start or 0, p.code))
