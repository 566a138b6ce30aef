"""The headings, rules and phrases of a chain that page, workbook and table share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from huimou.compare.years.model import Indicator, TaskMention, TaskThread, ThreadState, YearChain, YearFigure
from huimou.language.text import to_one_line
from huimou.outputs.phrases import format_printed_number

TITLE = "历年对照"
INDICATORS = "历年指标"
INDICATORS_RULE = (
    "每格先列上一份报告为这一年定的目标，再列这一年的报告写的结果，都照原文写法；空格是原文没有写。"
    "同一事项、同一单位、同一增减口径的才列在一行，不换算，不补数，不连成趋势。"
)
REVISED = "基数对不上的"
REVISED_RULE = "前后两份报告印的数对不上的，两个数都照印，不判断谁对。"
TASKS = "历年任务"
TASKS_RULE = (
    "每份计划的每项任务只列一次：几份计划都有的算再次列入；只列过一次的，看下一份报告的回顾有没有对应表述。"
    "未见对应表述，不等于没有做。"
)
TARGET, RESULT = "目标", "结果"
STATES: Mapping[ThreadState, str] = MappingProxyType(
    {
        "again": "再次列入",
        "reported": "列入一次并有对应表述",
        "silent": "列入一次后未见",
        "unanswered": "未能判断",
        "open": "尚无下一份报告",
    }
)
OUTCOMES: Mapping[str | None, str] = MappingProxyType(
    {
        "reported": "下一份报告有对应表述",
        "not_seen": "下一份报告未见对应表述",
        "unanswered": "未能判断",
        None: "尚无下一份报告",
    }
)
NOTHING = "无"


def format_tally(chain: YearChain) -> str:
    """How many reports, indicators and tasks there are, and what became of these, in one line."""
    states = [one.state for one in chain.threads]
    counted = "，".join(f"{name}{states.count(state)}项" for state, name in STATES.items() if state in states)
    tasks = f"；任务{len(states)}项（{counted}）" if states else ""
    revised = f"，基数对不上的{len(chain.revised)}处" if chain.revised else ""
    return f"{len(chain.sides)}份报告：两份以上都写的指标{len(chain.indicators)}项{revised}{tasks}。"


def format_indicator(one: Indicator) -> str:
    """What is counted and its unit, as 新建学校（所）."""
    whose = f" · {to_one_line(one.whose)}" if one.whose else ""
    return f"{to_one_line(one.status + one.thing + one.change)}（{to_one_line(one.unit)}）{whose}"


def format_figure(one: YearFigure) -> str:
    """The number as printed, with how many years its report reviews if more than one."""
    return format_printed_number(one.printed.figure) + (f"（报告回顾{one.span}年）" if one.span > 1 else "")


def list_states(chain: YearChain) -> Iterator[tuple[ThreadState, str, Sequence[TaskThread]]]:
    """The states with their titles and the tasks in each; states without a task are left out."""
    for state, title in STATES.items():
        found = [one for one in chain.threads if one.state == state]
        if found:
            yield state, title, found


def format_outcome(one: TaskMention) -> str:
    """What the next report says of a task."""
    return OUTCOMES[one.outcome]
