"""The headings and phrases that all outputs of a follow-up share."""

from __future__ import annotations

from huimou.compare.followup.result import FollowUp, PairedReport, PointResult, TargetPair, TaskOutcome
from huimou.outputs.labels import DECIDERS, GROUNDS, OUTCOMES

PARTIAL = "部分有对应表述"
TASKS, NEW_WORK, CARRIED = "一、计划任务", "二、计划外工作", "三、延续到下一年的任务"
NO_NEW, NO_CARRIED = "回顾的各句都与计划任务有对应。", "下一年计划中未见延续的任务。"
UNASKED = "未请模型，由程序判定。"
NO_RESULT = "未见可对照的结果"
WITH_NUMBERS = "有数字目标"
CAUTION = (
    "“未见对应表述”只说明后一份报告回顾条目所据的句子里没有找到，不等于没有做。"
    "目标与结果照原文并列，两边数的是同一件事、同一年、都是确数的，注明达到或未达到，其余写明为何无法比较；原文没有结果的不作判断。"
    "“把握”是这样的判定在核对过的报告里判对的比例；延续的任务由程序按措辞比对。"
)


def format_title(found: FollowUp) -> str:
    """The title, as 「鹰潭市…：2023年计划与2023年回顾对照」."""
    body = found.later.organisation or found.earlier.organisation or found.later.region or found.later.file
    return f"{body}：{_format_plan_year(found.earlier)}计划与{_format_review_years(found.later)}回顾对照"


def _format_plan_year(side: PairedReport) -> str:
    return "上一年" if side.plan_year is None else f"{side.plan_year}年"


def _format_review_years(side: PairedReport) -> str:
    if side.review_start is None:
        return "下一份报告"
    years = dict.fromkeys(str(year) for year in (side.review_start, side.review_end) if year is not None)
    return f"{'—'.join(years)}年"


def format_tally(found: FollowUp) -> str:
    """All counts in one line; points come first, because a task counts as reported if one of its points is."""
    counts = found.counts
    points = [point.outcome for task in found.tasks for point in task.points]
    partial = sum(map(is_partial, found.tasks))
    shares = (
        ("全部有对应表述", counts.reported - partial),
        (PARTIAL, partial),
        (OUTCOMES["not_seen"], counts.not_seen),
        (OUTCOMES["unanswered"], counts.unanswered),
    )
    tasks = "、".join(f"{count}项{words}" for words, count in shares if count)
    open_ = f"，{points.count('unanswered')}点未得到回答" if "unanswered" in points else ""
    targets = f"；{counts.targets}个数字目标中{counts.targets_with_result}个有可对照的结果" if counts.targets else ""
    return (
        f"计划{counts.points}点中{counts.points_reported}点有对应表述，{points.count('not_seen')}点未见{open_}；"
        f"{counts.tasks}项任务中{tasks or '无一可对照'}{targets}；"
        f"计划外工作{counts.new_work}句；延续到下一年的{counts.carried}处。"
    )


def is_partial(task: TaskOutcome) -> bool:
    """Whether some of its points are reported on and some are not."""
    return len({point.outcome == "reported" for point in task.points}) > 1


def describe_outcome(task: TaskOutcome) -> str:
    """The outcome of a task, with the number of points where they differ, as 「部分有对应表述（1/3点）」."""
    same = sum(point.outcome == task.outcome for point in task.points)
    share = "" if same == len(task.points) else f"（{same}/{len(task.points)}点）"
    return (PARTIAL if is_partial(task) else OUTCOMES[task.outcome]) + share


def describe_model_share(task: TaskOutcome) -> str:
    """「模型判定」 if the model decided any point, with their number where the program decided others; else empty."""
    asked = sum(point.made == "model" for point in task.points)
    if not asked:
        return ""
    return DECIDERS["model"] + ("" if asked == len(task.points) else f"{asked}点")


def format_results(target: TargetPair) -> str:
    """The figures that the later report prints for a target and what they come to, in one line."""
    said = [f"{one.metric or ''} {one.quote}".strip() for one in target.results]
    return "；".join(said) + (f"（{target.why}）" if target.why else "") or NO_RESULT


def describe_verdict(point: PointResult) -> str:
    """Who decided a point, what it rests on and how sure it is, as 「程序判定：同一指标，把握93%」."""
    ground = f"：{GROUNDS[point.ground]}" if point.ground and point.ground != "model" else ""
    sure = "" if point.sure is None else f"，把握{point.sure:.0%}"
    return f"{DECIDERS[point.made]}{ground}{sure}"
