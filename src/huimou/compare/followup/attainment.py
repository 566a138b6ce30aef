"""Whether a printed result reaches a printed target, only where both say the same of the same; else why it is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.compare.followup.result import Attainment
from huimou.compare.followup.targets import build_metric_key, is_same_thing
from huimou.language.rules import get_rule
from huimou.language.text import compact
from huimou.model.digest import Figure, Target

_SEVERAL_YEARS = get_rule("following_up.several_years")
_AT_MOST = get_rule("following_up.at_most")
_LESS_IS_BETTER = get_rule("following_up.less_is_better")
_ABOUT = get_rule("following_up.about")
_IDLE = get_rule("following_up.idle_in_metrics")
_NEAR = 0.1
_TIMES = 3
_SHORTEST = 3
_FALL = "↓"


@dataclass(frozen=True, slots=True)
class TargetJudgement:
    """Whether a target is reached, why it is said or left open (simplified Chinese), and by which figure (its id)."""

    attainment: Attainment
    why: str
    figure: str | None = None


@dataclass(frozen=True, slots=True)
class PrintedResult:
    """A figure that reports on a target, and the clause before it in which its period and base stand."""

    figure: Figure
    clause: str


def judge_target(target: Target, results: Sequence[PrintedResult]) -> TargetJudgement | None:
    """The judgement on a target; None where nothing is reported of it, as silence is no judgement.

    Only figures of the very same thing are compared; where none can be, the reason of the first is given.

    Args:
        target: with a number.
        results: figures that may report on it, those of the likeliest sentence first.

    """
    if not results:
        return None
    same = [one for one in results if is_same_thing(target, one.figure) or _has_same_name(target, one.figure)]
    if not same:
        printed = results[0]
        said = f"目标“{target.metric or ''}”与结果“{printed.figure.metric or ''}”所指未必相同"
        return TargetJudgement("not_comparable", f"无法比较：{said}")
    judged = [_compare(target, one) for one in same]
    plain = [one for one in judged if one.attainment != "not_comparable"]
    if len({one.attainment for one in plain}) > 1:
        numbers = "、".join(one.figure.quote for one in same)
        return TargetJudgement("not_comparable", f"无法比较：报告就此给出几个数（{numbers}），口径未必相同")
    return plain[0] if plain else judged[0]


def _has_same_name(target: Target, figure: Figure) -> bool:
    """Whether both have one name and one unit, but for words that a report may leave out (控制, 建成, 的)."""
    one, other = (_IDLE.sub("", compact(name or "")) for name in (target.metric, figure.thing))
    return target.unit == figure.unit and one == other and len(one) >= _SHORTEST


def _compare(target: Target, result: PrintedResult) -> TargetJudgement:
    figure, printed = result.figure, f"目标{target.quote or ''}，结果{result.figure.quote}"
    years = _SEVERAL_YEARS.search(compact(result.clause))
    if years:
        return TargetJudgement("not_comparable", f"无法比较：结果一句写有“{years.group()}”，不是当年一年的数")
    if target.value is None or figure.value is None:
        return TargetJudgement("not_comparable", "无法比较：有一方不是确数")
    limit = bool(_AT_MOST.search(_read_limit(target)))
    if not limit and not figure.value <= _TIMES * target.value <= _TIMES**2 * figure.value:
        return TargetJudgement("not_comparable", "无法比较：相差数倍，口径未必相同")
    if not limit and _is_better_low(target):
        return TargetJudgement("not_comparable", "无法比较：目标未写不高于还是不低于")
    reached = _is_reached(target, figure, limit=limit)
    if reached is None:
        return TargetJudgement("not_comparable", "无法比较：约数相近，是否算达到原文未说")
    return TargetJudgement(
        "reached" if reached else "not_reached", f"{'达到' if reached else '未达到'}：{printed}", figure.id
    )


def _read_limit(target: Target) -> str:
    return compact(f"{target.modifier or ''}{target.quote or ''}")


def _is_better_low(target: Target) -> bool:
    """Whether less may be meant where a target without a limit is printed; a fall that is aimed at is more."""
    key = build_metric_key(target.metric)
    return not key.endswith(_FALL) and "以上" not in _read_limit(target) and bool(_LESS_IS_BETTER.search(key))


def _is_reached(target: Target, figure: Figure, *, limit: bool) -> bool | None:
    """Whether the number reaches the target; None where an approximate form leaves that open."""
    if target.value is None or figure.value is None:
        return None
    most = target.value_max if target.value_max is not None else target.value
    reached = figure.value <= most if limit else figure.value >= target.value
    if figure.mode == "over" and reached is limit:
        return None
    if figure.mode == "nearly" and reached is not limit:
        return None
    loose = figure.mode == "about" or bool(_ABOUT.search(_read_limit(target)))
    near = abs(figure.value - (most if limit else target.value)) <= _NEAR * abs(target.value)
    return None if loose and near and (not reached or figure.mode == "about") else reached
