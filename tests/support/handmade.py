"""Digests built by hand, without a model, for tests of what comes after one."""

from __future__ import annotations

from huimou.language.profiles.profile import select_shipped_profile
from huimou.model import digest as contract
from huimou.model.report import Document

SENTENCES = (
    "政协临江市委员会",
    "2022年工作回顾",
    "开展协商活动400余场,惠及群众约2—3万人。",
    "致谢!",
    "办理渠道还不够宽。",
    "2023年主要任务",
    "推进\n协商平台建设。",
)
TEXT = "\n".join((*SENTENCES[:2], SENTENCES[2] + SENTENCES[3], *SENTENCES[4:]))
DISPOSITIONS = ("title", "heading", "cited", "thanks", "uncovered", "heading", "cited")


def evidence(text: str, number: int, quote: str) -> contract.Evidence:
    """Evidence for the first place of `quote` in `text`."""
    start = text.index(quote)
    return contract.Evidence(sentence=number, start=start, end=start + len(quote), quote=quote)


def a_document(name: str = "临江.txt", text: str = TEXT, *, extracted: bool = False) -> Document:
    """Document of a report called `name`."""
    stem = name.rsplit(".", 1)[0]
    return Document(name, stem, text, "0" * 64, "utf-8", "text", extracted)


def a_digest(*, text: str = TEXT, outside: str = "", complete: bool = True, planned: bool = True) -> contract.Digest:
    """Digest of `TEXT`, or of `outside` alone: then every free string of it is `outside`."""
    body = outside or text
    quotes = (outside, outside) if outside else (SENTENCES[2], SENTENCES[6])
    review, plan = (evidence(body, number, quote) for number, quote in zip((3, 7), quotes, strict=True))
    return contract.Digest(
        source=contract.Source(
            file=outside or "临江.txt", sha256="0" * 64, encoding="utf-8", format="text", chars=len(body)
        ),
        report=_facts(outside, review),
        year_review=_review(outside, review),
        next_year_plan=_plan(outside, plan, planned=planned),
        figures=_figures(outside, body),
        sections=[contract.SectionOut(role="review", heading=outside or None, start=0, end=len(body))],
        sentences=_sentences(body) if not outside else [],
        coverage=contract.Coverage(
            sentences=7,
            cited=2,
            left_out={outside: 1} if outside else {"title": 1, "heading": 2, "thanks": 1},
            uncovered=[5],
            figures=2,
            figures_cited=1,
        ),
        problems=[
            contract.ProblemOut(code=outside or "lost_byte", message=outside or "疑似缺字", start=0, end=len(body)),
            contract.ProblemOut(
                code=outside or "no_answer", message=outside or "一个单元没有答案", start=None, end=None
            ),
        ],
        checks=[
            contract.Check(
                code=outside or "too_long", message=outside or "摘要太长", item=outside or "A1", start=0, end=9
            ),
            contract.Check(code=outside or "no_plan", message=outside or "没有计划", item=None, start=None, end=None),
        ],
        run=contract.Run(
            model=outside or "small-model",
            endpoint_kind=outside or "builtin",
            prompts={outside or "item-summary": outside or "3 sha256:ab"},
            calls=4,
            prompt_tokens=1200,
            cached_tokens=300,
            completion_tokens=80,
            seconds=12.5,
            second_look=contract.SecondLook(
                asked=2, taken=1, calls=2, prompt_tokens=300, completion_tokens=30, seconds=1.5
            ),
            rejected=1,
            complete=complete,
        ),
    )


def _facts(outside: str, review: contract.Evidence) -> contract.ReportFacts:
    return contract.ReportFacts(
        organisation=outside or "政协临江市委员会",
        region=outside or "临江市",
        kind=outside or "political_consultative",
        kind_title=outside or "政协工作报告",
        domains={outside: outside} if outside else select_shipped_profile("political_consultative").titles(),
        language_script="simplified",
        review_years=contract.ReviewYears(start=2022, end=2022, basis="stated", evidence=[review]),
        plan_year=contract.PlanYear(year=2023, basis="inferred", evidence=[]),
    )


def _review(outside: str, quote: contract.Evidence) -> contract.YearReview:
    return contract.YearReview(
        overview=[
            contract.OverviewSentence(text=outside or "协商活动广泛开展。", items=[outside or "A1"], made="model")
        ],
        achievements=[
            contract.Achievement(
                id=outside or "A1",
                title=outside or "协商活动",
                summary=outside or "开展协商活动400余场。",
                made="reasked",
                look=outside or "模型第一次的概括未过核对",
                domain=outside or "grassroots",
                actor=outside or None,
                figures=["F1"],
                evidence=[quote],
                candidates=_candidates(outside),
            )
        ],
        shortcomings=[
            contract.Shortcoming(
                id=outside or "S1",
                summary=outside or "办理渠道不够宽。",
                made="source",
                look=outside or None,
                evidence=[quote],
                candidates=_candidates(outside),
            )
        ],
    )


def _plan(outside: str, quote: contract.Evidence, *, planned: bool) -> contract.NextYearPlan:
    if not planned:
        return contract.NextYearPlan(stated=False, overview=[], requirement=None, tasks=[])
    task = contract.Task(
        id=outside or "T1",
        title=outside or "协商平台建设",
        summary=outside or "推进协商平台建设。",
        made="selected",
        look=outside or None,
        domain=outside or "grassroots",
        target=outside or None,
        deadline=outside or None,
        responsible=outside or None,
        figures=[],
        evidence=[quote],
        targets=[a_target(outside, quote)] if outside else [],
        candidates=_candidates(outside),
    )
    requirement = contract.Requirement(text=outside or "坚持团结和民主两大主题。", evidence=[quote])
    return contract.NextYearPlan(stated=True, overview=[], requirement=requirement, tasks=[task])


def _candidates(outside: str) -> list[contract.CandidateOut]:
    return [a_candidate(outside, 0.5, outside), a_candidate(outside, 0.25, outside, outside)] if outside else []


def a_target(words: str, quote: contract.Evidence) -> contract.Target:
    """A target that has no figure; all that it says is `words`."""
    return contract.Target(
        text=words,
        quote=None,
        figure=None,
        metric=words,
        modifier=words,
        value=None,
        value_max=None,
        mode=None,
        unit=None,
        direction=None,
        deadline=words,
        responsible=words,
        evidence=quote,
    )


def _figures(outside: str, body: str) -> list[contract.Figure]:
    def figure(number: int, quote: str, value: float | None, value_max: float | None, unit: str) -> contract.Figure:
        start = body.index(quote)
        return contract.Figure(
            id=f"F{number}",
            quote=quote,
            start=start,
            end=start + len(quote),
            value=value,
            value_max=value_max,
            mode="range" if value_max else "over",
            unit=unit,
            metric=outside or "协商活动",
            actor=outside or None,
            section="review",
            items=[outside or "A1"] if number == 1 else [],
            direction=None,
        )

    quotes = (outside, outside) if outside else ("400余场", "约2—3万人")
    return [
        figure(1, quotes[0], 400, None, outside or "场"),
        figure(2, quotes[1], 20000, 30000.5, outside or "人"),
    ]


def _sentences(text: str) -> list[contract.SentenceOut]:
    found = []
    for number, (sentence, disposition) in enumerate(zip(SENTENCES, DISPOSITIONS, strict=True), 1):
        start = text.index(sentence)
        items = {3: ["A1"], 7: ["T1"]}.get(number, [])
        found.append(
            contract.SentenceOut(n=number, start=start, end=start + len(sentence), disposition=disposition, items=items)
        )
    return found


def a_candidate(summary: str, score: float = 0.5, *faults: str) -> contract.CandidateOut:
    """A sentence that the model wrote, with a score and faults."""
    return contract.CandidateOut(summary=summary, made="model", score=score, faults=list(faults))


def weighed(digest: contract.Digest) -> contract.Digest:
    """The digest with a second candidate, worse than the summary, for the first achievement and the first task."""
    data = digest.model_dump(mode="json")
    for item in (*data["year_review"]["achievements"][:1], *data["next_year_plan"]["tasks"][:1]):
        other = a_candidate("开展协商。", 0.25, "缺少结果", "丢了数字：400余场")
        chosen = a_candidate(item["summary"], 0.9).model_copy(update={"made": item["made"]})
        item["candidates"] = [one.model_dump(mode="json") for one in (other, chosen)]
    return contract.Digest.model_validate(data)


def reviewed(
    digest: contract.Digest,
    id_: str,
    corrected: str | None = None,
    comment: str | None = None,
    reviewer: str | None = None,
) -> contract.Digest:
    """The digest with one item that a person has checked."""
    said = contract.ItemReview(
        id=id_, checked=True, corrected=corrected, comment=comment, reviewer=reviewer, time="2024-01-05T08:00:00Z"
    )
    return digest.model_copy(update={"review": contract.Review(items=[said])})
