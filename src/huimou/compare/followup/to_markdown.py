"""A follow-up as Markdown in simplified Chinese; everything from a report is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.compare.followup.phrases import (
    CARRIED,
    CAUTION,
    NEW_WORK,
    NO_CARRIED,
    NO_NEW,
    TASKS,
    UNASKED,
    describe_model_share,
    describe_outcome,
    describe_verdict,
    format_results,
    format_tally,
    format_title,
)
from huimou.compare.followup.result import CarriedTask, FollowUp, NewWork, PointResult, TaskOutcome
from huimou.language.text import to_one_line
from huimou.model.digest import Evidence
from huimou.outputs.items import group_by_domain
from huimou.outputs.labels import OUTCOMES
from huimou.outputs.render.to_markdown import escape


def to_markdown(found: FollowUp) -> str:
    """The Markdown page, LF at the end."""
    blocks = (
        f"# {escape(format_title(found))}",
        f"前一份：{escape(found.earlier.file)}。后一份：{escape(found.later.file)}。",
        format_tally(found),
        *(f"**注意**：{escape(note.message)}" for note in found.notes),
        f"## {TASKS}",
        *_tasks(found),
        f"## {NEW_WORK}",
        *_new_work(found.new_work, found.domains),
        f"## {CARRIED}",
        *_render_carried(found.carried),
        CAUTION,
        _describe_model(found),
    )
    return "\n\n".join(blocks) + "\n"


def _describe_model(found: FollowUp) -> str:
    """Which model was asked how often."""
    asked = found.asked
    if asked.endpoint_kind == "none":
        return UNASKED
    return f"模型：{escape(asked.model)}，问{asked.questions}次；提示 {escape(asked.prompt)}。"


def _tasks(found: FollowUp) -> Iterator[str]:
    for domain, tasks in group_by_domain(found.tasks, found.domains):
        yield f"### {escape(domain)}"
        for task in tasks:
            yield "\n".join(_task(task))


def _task(task: TaskOutcome) -> Iterator[str]:
    carried = f"；下一年计划 {'、'.join(map(escape, task.carried))} 延续" if task.carried else ""
    judged = f"（{describe_model_share(task)}）" if describe_model_share(task) else ""
    yield f"- **{escape(task.task)} {escape(task.title)}**：{describe_outcome(task)}{judged}{carried}"
    for point in task.points:
        yield from _point(point)


def _point(point: PointResult) -> Iterator[str]:
    yield f"  - 计划{_place(point.evidence)}：{OUTCOMES[point.outcome]}（{escape(describe_verdict(point))}）"
    for passage in point.passages:
        yield f"    - 回顾{_place(passage.evidence)}（{'、'.join(map(escape, passage.items))}）"
    for target in point.targets:
        yield f"    - 目标 {escape(target.metric or '')} {escape(target.quote)}；结果 {escape(format_results(target))}"


def _new_work(work: Sequence[NewWork], domains: dict[str, str]) -> Iterator[str]:
    if not work:
        yield NO_NEW
    for domain, ones in group_by_domain(work, domains):
        lines = (f"- {_place(one.evidence)}（{'、'.join(map(escape, one.items))}）" for one in ones)
        yield "\n".join((f"### {escape(domain)}\n", *lines))


def _render_carried(carried: Sequence[CarriedTask]) -> Iterator[str]:
    if not carried:
        yield NO_CARRIED
        return
    yield "\n".join(
        f"- {escape(one.earlier)}{_place(one.earlier_evidence)} → {escape(one.later)}{_place(one.later_evidence)}"
        for one in carried
    )


def _place(evidence: Evidence) -> str:
    return f"〔第{evidence.sentence}句〕“{escape(to_one_line(evidence.quote))}”"
