"""Building a `FollowUp` from two digests of one body: what was planned against what is reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from huimou.compare.followup.attainment import PrintedResult, judge_target
from huimou.compare.followup.decide import FLOOR, SURE, FollowUpAsking, PointVerdict, decide_point, lead_by_parts
from huimou.compare.followup.matching.candidates import PairIndex
from huimou.compare.followup.matching.continued import ContinuedTask, find_continued
from huimou.compare.followup.matching.meaning import Embedder
from huimou.compare.followup.matching.points import PlanPoint, ReviewSentence, list_figures_in
from huimou.compare.followup.result import (
    CarriedTask,
    FollowUp,
    FollowUpCost,
    FollowUpCounts,
    NewWork,
    PairedReport,
    PairNote,
    PointOutcome,
    PointResult,
    ReviewPassage,
    TargetPair,
    TargetResult,
    TaskOutcome,
)
from huimou.compare.followup.targets import find_results
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.questions.registry import FOLLOW_TASK
from huimou.digest.steps.secrecy import CODE as MARK_CODE
from huimou.digest.steps.secrecy import refuse_remote
from huimou.errors import UsageError
from huimou.llm.client import Client
from huimou.model.digest import Digest, Figure, Target, Task
from huimou.model.events import DigestEmit, PartDone, StepStarted, ignore_event


@dataclass(frozen=True, slots=True)
class MatchingChoices:
    """How sentences are matched.

    Args:
        floor: chance (0 to 1) that the best sentence of a point must have for the model to be asked.
        embedder: model that compares meanings; None to do without.
        allows_marked: whether what is marked as secret or internal may go to a server on another machine.

    """

    floor: float = FLOOR
    embedder: Embedder | None = None
    allows_marked: bool = False


def follow_plan(
    earlier: Digest,
    later: Digest,
    client: Client,
    prompts: PromptSet,
    matching: MatchingChoices | None = None,
    *,
    emit: DigestEmit = ignore_event,
) -> FollowUp:
    """The earlier plan, point by point, against the sentences that the later review rests on.

    Sentences of the later report that none of its items cites are not considered: a digest does not hold their text.

    Args:
        earlier: digest with the plan.
        later: digest with the review.
        client: connection to the model.
        prompts: prompts to ask with.
        matching: how sentences are matched; as measured if None.
        emit: told how many points there are, and of each when it is decided; called from several threads.

    Raises:
        UsageError: the earlier report has no plan, or the later no review.
        InputError: one of them is marked as secret or internal, and the server is on another machine; nothing is sent.
        EndpointError: the server cannot be used.
        PromptError: the prompts lack the one that is asked with.

    """
    check_pair(earlier, later)
    matching = matching or MatchingChoices()
    for digest in (earlier, later):
        for problem in digest.problems:
            if problem.code == MARK_CODE and not matching.allows_marked:
                refuse_remote(client.destinations, digest.source.file, problem.message)
    field = PairIndex.of(earlier, later, matching.embedder)
    asker = Asker(build_pair_name(earlier, later), client, prompts)
    asking = FollowUpAsking(asker, matching.floor, max(matching.floor, SURE))
    label = prompts[FOLLOW_TASK.id].label

    def one(point: PlanPoint) -> PointVerdict:
        verdict = decide_point(point, field, asking)
        emit(PartDone())
        return verdict

    emit(StepStarted("points of the plan", len(field.points)))
    given = list(client.each(one, field.points))
    verdicts = dict(zip((p.id for p in field.points), lead_by_parts(field.points, given), strict=True))
    going = find_continued(earlier, later, [one.evidence for one in field.told])
    tasks = [_task(task, field.points, verdicts, going, later.figures) for task in earlier.next_year_plan.tasks]
    new = _new_work(field.told, list(verdicts.values()))
    carried = [_build_carried(one) for one in going]
    return FollowUp(
        earlier=_side(earlier),
        later=_side(later),
        domains=later.report.domains | earlier.report.domains,
        notes=find_notes(earlier, later),
        counts=_counts(tasks, new, carried),
        tasks=tasks,
        new_work=new,
        carried=carried,
        asked=_cost(asker, label, given),
    )


def check_pair(earlier: Digest, later: Digest) -> None:
    """Check that there is a plan and a review to compare.

    Raises:
        UsageError: the earlier report has no planned task, or the later no achievement.

    """
    if not earlier.next_year_plan.tasks:
        raise UsageError(
            f"{earlier.source.file} plans nothing that could be followed up", "give the report with the plan first"
        )
    if not later.year_review.achievements:
        raise UsageError(
            f"{later.source.file} reviews nothing that a plan could be held against", "give the later report second"
        )


def build_pair_name(earlier: Digest, later: Digest) -> str:
    """The name of a pair of reports in slots: the names of both files without their suffixes."""
    return f"{PurePosixPath(earlier.source.file).stem}+{PurePosixPath(later.source.file).stem}"


def find_notes(earlier: Digest, later: Digest) -> list[PairNote]:
    """Notes on what may make the comparison pointless; it is made all the same."""
    found: list[PairNote] = []
    one, other = earlier.report, later.report
    if one.kind != other.kind:
        found.append(PairNote(code="other_kind", message=f"两份报告的类别不同：{one.kind_title}、{other.kind_title}。"))
    places = (one.region or one.organisation, other.region or other.organisation)
    if all(places) and places[0] != places[1]:
        found.append(PairNote(code="other_body", message=f"两份报告不是同一机构的：{places[0]}、{places[1]}。"))
    found += _year_note(earlier, later)
    found += [
        PairNote(code="incomplete", message=f"{name}一份的摘要不完整（有单元未得到回答），对照可能有缺漏。")
        for name, digest in (("前", earlier), ("后", later))
        if not digest.run.complete
    ]
    return found


def _year_note(earlier: Digest, later: Digest) -> list[PairNote]:
    years, planned = later.report.review_years, earlier.report.plan_year.year
    if planned is None or years.start is None or years.end is None:
        return [
            PairNote(
                code="unknown_year", message="前一份的计划年或后一份的回顾年原文未载明，无法核对两份是否前后相接。"
            )
        ]
    if years.start <= planned <= years.end:
        return []
    period = f"{years.end}年" if years.start == years.end else f"{years.start}—{years.end}年"
    message = f"两份报告不相接：前一份计划的是{planned}年，后一份回顾的是{period}。"
    return [PairNote(code="other_year", message=message)]


def _side(digest: Digest) -> PairedReport:
    report = digest.report
    return PairedReport(
        file=digest.source.file,
        sha256=digest.source.sha256,
        organisation=report.organisation,
        region=report.region,
        kind=report.kind,
        review_start=report.review_years.start,
        review_end=report.review_years.end,
        plan_year=report.plan_year.year,
    )


def _task(
    task: Task,
    points: Sequence[PlanPoint],
    verdicts: dict[str, PointVerdict],
    going: Sequence[ContinuedTask],
    figures: Sequence[Figure],
) -> TaskOutcome:
    own = [_point(point, verdicts[point.id], figures) for point in points if point.task.id == task.id]
    later = dict.fromkeys(one.later.task.id for one in going if one.earlier.task.id == task.id)
    return TaskOutcome(
        task=task.id,
        title=task.title,
        domain=task.domain,
        outcome=_combine_outcomes([point.outcome for point in own]),
        points=own,
        carried=list(later),
    )


def _combine_outcomes(outcomes: Sequence[PointOutcome]) -> PointOutcome:
    """The outcome of a task: reported if one of its points is, else unanswered if one is, else not seen."""
    for outcome in ("reported", "unanswered"):
        if outcome in outcomes:
            return outcome
    return "not_seen"


def _point(point: PlanPoint, verdict: PointVerdict, figures: Sequence[Figure]) -> PointResult:
    told = sorted(verdict.told, key=lambda one: one.evidence.start)
    return PointResult(
        id=point.id,
        outcome=verdict.outcome,
        made=verdict.made,
        ground=verdict.ground,
        sure=None if verdict.sure is None else round(verdict.sure, 2),
        asked=verdict.asked,
        evidence=point.evidence,
        passages=[ReviewPassage(items=[item.id for item in one.items], evidence=one.evidence) for one in told],
        targets=[_target(target, verdict.told, figures) for target in point.targets if target.quote is not None],
    )


def _target(target: Target, told: Sequence[ReviewSentence], figures: Sequence[Figure]) -> TargetPair:
    inside = {figure.id: (figure, one) for one in told for figure in list_figures_in(one.evidence, figures)}
    found = find_results(target, [figure for figure, _ in inside.values()])
    judged = judge_target(target, [PrintedResult(one, _cut_clause(inside[one.id][1], one)) for one in found])
    found.sort(key=lambda one: judged is None or one.id != judged.figure)
    return TargetPair(
        text=target.text,
        quote=target.quote or "",
        metric=target.metric,
        unit=target.unit,
        figure=target.figure,
        results=[TargetResult(figure=one.id, quote=one.quote, metric=one.metric, start=one.start) for one in found],
        attainment=judged.attainment if judged else None,
        why=judged.why if judged else None,
    )


def _cut_clause(told: ReviewSentence, figure: Figure) -> str:
    """The sentence up to a figure: what stands there says of which years and against what it counts."""
    return told.evidence.quote[: figure.end - told.evidence.start]


def _new_work(told: Sequence[ReviewSentence], verdicts: Sequence[PointVerdict]) -> list[NewWork]:
    """The sentences of the later review that report on no point of the plan."""
    taken = {(one.evidence.start, one.evidence.end) for verdict in verdicts for one in verdict.told}
    return [
        NewWork(
            items=[item.id for item in one.items],
            title=one.items[0].title,
            domain=one.items[0].domain,
            evidence=one.evidence,
        )
        for one in told
        if (one.evidence.start, one.evidence.end) not in taken
    ]


def _build_carried(going: ContinuedTask) -> CarriedTask:
    return CarriedTask(
        earlier=going.earlier.task.id,
        later=going.later.task.id,
        likeness=round(going.likeness, 3),
        earlier_evidence=going.earlier.evidence,
        later_evidence=going.later.evidence,
    )


def _counts(tasks: Sequence[TaskOutcome], new: Sequence[NewWork], carried: Sequence[CarriedTask]) -> FollowUpCounts:
    points = [point for task in tasks for point in task.points]
    targets = [target for point in points for target in point.targets]
    outcomes = [task.outcome for task in tasks]
    return FollowUpCounts(
        tasks=len(tasks),
        reported=outcomes.count("reported"),
        not_seen=outcomes.count("not_seen"),
        unanswered=outcomes.count("unanswered"),
        points=len(points),
        points_reported=sum(point.outcome == "reported" for point in points),
        targets=len(targets),
        targets_with_result=sum(bool(target.results) for target in targets),
        new_work=len(new),
        carried=len(carried),
    )


def _cost(asker: Asker, label: str, verdicts: Sequence[PointVerdict]) -> FollowUpCost:
    facts, spent = asker.client.facts, asker.measure_usage()
    return FollowUpCost(
        model=facts.model,
        endpoint_kind=facts.kind,
        prompt=label,
        questions=sum(verdict.made == "model" for verdict in verdicts),
        calls=spent.calls,
        prompt_tokens=spent.prompt_tokens,
        completion_tokens=spent.completion_tokens,
        seconds=round(spent.seconds, 1),
        complete=all(verdict.outcome != "unanswered" for verdict in verdicts),
    )
