"""The words that the renderings of a follow-up share."""

from __future__ import annotations

from types import MappingProxyType

from huimou.followup.result import Counts, FollowUp, Side, TargetPair, TaskOutcome

OUTCOMES = MappingProxyType({"reported": "有对应表述", "not_seen": "未见对应表述", "unanswered": "未得到回答"})
DECIDED = MappingProxyType({"program": "程序判定", "model": "模型判定"})
TASKS, NEW_WORK, CARRIED = "一、计划任务", "二、上一年计划中未见的工作", "三、延续到下一年的任务"
NO_NEW, NO_CARRIED = "回顾的各句都与计划任务有对应。", "下一年计划中未见延续的任务。"
NO_RESULT = "未见同一事项、同一单位的数字"
CAUTION = (
    "“未见对应表述”只说明后一份报告回顾条目所据的句子里没有找到，不等于没有做。"
    "目标与结果只按原文并列，不作判断；延续的任务由程序按措辞比对。"
)


def title(found: FollowUp) -> str:
    """「鹰潭市…：2023年计划与回顾对照」."""
    body = found.later.organisation or found.earlier.organisation or found.later.region or found.later.file
    return f"{body}：{_planned(found.earlier)}计划与{_reviewed(found.later)}回顾对照"


def _planned(side: Side) -> str:
    return "上一年" if side.plan_year is None else f"{side.plan_year}年"


def _reviewed(side: Side) -> str:
    if side.review_start is None:
        return "下一份报告"
    years = dict.fromkeys(str(year) for year in (side.review_start, side.review_end) if year is not None)
    return f"{'—'.join(years)}年"


def tally(counts: Counts) -> str:
    """The counts in one line."""
    open_ = f"，{counts.unanswered}项未得到回答" if counts.unanswered else ""
    targets = f"；{counts.targets}个数字目标中{counts.targets_with_result}个有同一事项的数字" if counts.targets else ""
    return (
        f"计划任务{counts.tasks}项（{counts.points}句）：{counts.reported}项（{counts.points_reported}句）有对应表述，"
        f"{counts.not_seen}项未见{open_}{targets}；计划中未见的工作{counts.new_work}句；延续到下一年的{counts.carried}处。"
    )


def outcome(task: TaskOutcome) -> str:
    """The task's outcome, and of how many of its sentences where they differ: 「有对应表述（1/3句）」."""
    same = sum(point.outcome == task.outcome for point in task.points)
    share = "" if same == len(task.points) else f"（{same}/{len(task.points)}句）"
    return OUTCOMES[task.outcome] + share


def results(target: TargetPair) -> str:
    """What the later report prints for a target."""
    said = [f"{one.metric or ''} {one.quote}".strip() for one in target.results]
    return "；".join(said) or NO_RESULT
