"""The columns of the three ledgers: review, plan and figures.

Columns follow what offices keep (research note on work reports, section 1.1); those of the plan ledger are the
profile's. A column is the program's, filled from the digest, or the user's own, which the program never writes to
once its row exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from huimou.language.profiles.profile import Profile
from huimou.language.rules import get_rule
from huimou.outputs.labels import CHECK_STATES

SheetName = Literal["review", "plan", "figures"]
KEY, PRINTS = "key", "prints"
_ON_SCREEN = frozenset({"look", "id", "change"})
STATUS = "核对状态"
BY_MACHINE, BY_PERSON, CORRECTED = (CHECK_STATES[state].worksheet for state in ("unchecked", "checked", "corrected"))
SEEN = frozenset({BY_PERSON, CORRECTED, "已人工核"})  # the last as older workbooks have it
REMARK = "备注"
STATES = MappingProxyType(
    {
        STATUS: (BY_MACHINE, BY_PERSON, CORRECTED, "有疑问"),
        "完成状态": ("未启动", "推进中", "达序时", "滞后", "已完成"),
    }
)
"""What the user picks from a list, by title of the column."""


@dataclass(frozen=True, slots=True)
class LedgerColumn:
    """One column of a ledger.

    Args:
        title: title in the first row.
        field: field of the record that it holds; empty for a column of the user's own.
        width: width in characters of the default font, as spreadsheets count.

    """

    title: str
    field: str = ""
    width: float = 10

    @property
    def printed(self) -> bool:
        """Whether it is printed, too, and not only shown on the screen."""
        return not self.hidden and self.field not in _ON_SCREEN

    @property
    def hidden(self) -> bool:
        """Whether only the program uses it."""
        return self.field in (KEY, PRINTS)


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """One ledger: its key, the title of its worksheet, its columns."""

    name: SheetName
    title: str
    columns: tuple[LedgerColumn, ...]


TITLES = MappingProxyType({"review": "工作回顾台账", "plan": "任务台账", "figures": "数据台账"})
_HIDDEN = (LedgerColumn("行标识", KEY, 4), LedgerColumn("机器值", PRINTS, 4))
_REPORT = LedgerColumn("报告", "report", 14)
_LAST = (LedgerColumn("建议核对", "look", 14), LedgerColumn("编号", "id", 6), LedgerColumn("变动", "change", 12))
_FORM = LedgerColumn("履职形式", "form", 7)
_REVIEW = (
    LedgerColumn("序号", "number", 4),
    LedgerColumn("类别", "sort", 5),
    LedgerColumn("领域", "domain", 8),
    LedgerColumn("一级标题", "heading", 10),
    LedgerColumn("事项", "what", 28),
    _FORM,
    LedgerColumn("数量（原文写法）", "printed", 9),
    LedgerColumn("数值", "value", 9),
    LedgerColumn("单位", "unit", 5),
    LedgerColumn("限定", "limit", 6),
    LedgerColumn("主体", "actor", 7),
    LedgerColumn("成果或去向", "outcome", 7),
    LedgerColumn("时间范围", "period", 8),
    LedgerColumn("原文", "quote", 38),
    LedgerColumn("出处", "source", 19),
    LedgerColumn(STATUS, width=7),
    LedgerColumn(REMARK, width=8),
    *_LAST,
)
_FIGURES = (
    LedgerColumn("序号", "number", 4),
    LedgerColumn("部分", "section", 5),
    LedgerColumn("领域", "domain", 9),
    LedgerColumn("指标", "metric", 22),
    LedgerColumn("数量（原文写法）", "printed", 11),
    LedgerColumn("数值", "value", 13),
    LedgerColumn("数值上限", "value_max", 9),
    LedgerColumn("单位", "unit", 6),
    LedgerColumn("限定", "limit", 7),
    LedgerColumn("增减", "direction", 5),
    LedgerColumn("主体", "actor", 9),
    LedgerColumn("时间范围", "period", 9),
    LedgerColumn("原文", "quote", 40),
    LedgerColumn("出处", "source", 19),
    LedgerColumn("条目", "items", 7),
    LedgerColumn(STATUS, width=7),
    LedgerColumn(REMARK, width=9),
    LedgerColumn("编号", "id", 6),
    LedgerColumn("重复", "repeats", 6),
    LedgerColumn("变动", "change", 12),
)
_PLAN_COLUMNS = get_rule("ledgers.plan_columns")
_WIDTHS = MappingProxyType(
    {"number": 4, "domain": 8, "heading": 10, "what": 26, "quote": 34, "target": 10, "limit": 6, "unit": 5}
    | {"deadline": 8, "source": 19}
)
_OTHER_WIDTH = 7
_LEAD = ("牵头", "责任单位", "承办")
_PERSON = ("领导", "责任人", "负责人")
_ABSENT = LedgerColumn("原文未载明", "absent", 8)


def build_sheets(profiles: Sequence[Profile], *, many: bool) -> tuple[LedgerSheet, ...]:
    """The three ledgers for reports of these kinds.

    Args:
        profiles: profiles of the reports, each once.
        many: whether a worksheet has rows of several reports, so that a column must name the report.

    """
    review = tuple(c for c in _REVIEW if c is not _FORM or any(p.forms_of_work for p in profiles))
    plan = (*_merge_columns(build_plan_columns(profile) for profile in profiles), _ABSENT, *_LAST)
    own = (*_HIDDEN, _REPORT) if many else _HIDDEN
    bodies: tuple[tuple[SheetName, tuple[LedgerColumn, ...]], ...] = (
        ("review", review),
        ("plan", plan),
        ("figures", _FIGURES),
    )
    return tuple(LedgerSheet(name, TITLES[name], (*own, *columns)) for name, columns in bodies)


def build_plan_columns(profile: Profile) -> tuple[LedgerColumn, ...]:
    """The columns of the plan ledger for one kind of report; the source is always among them."""
    titles = [*profile.columns]
    titles += [title for title in ("工作任务", "出处", STATUS) if not _has(titles, title)]
    lead = next((t for t in titles if t.startswith(_LEAD) and not t.endswith(_PERSON)), None)
    return tuple(_plan_column(title, lead) for title in dict.fromkeys(titles))


def _has(titles: Sequence[str], title: str) -> bool:
    field = _PLAN_COLUMNS.map.get(title)
    return any(t == title or (field is not None and _PLAN_COLUMNS.map.get(t) == field) for t in titles)


def _plan_column(title: str, lead: str | None) -> LedgerColumn:
    if title == lead:
        return LedgerColumn(title, "responsible", 8)
    field = _PLAN_COLUMNS.map.get(title, "")
    return LedgerColumn(title, field, _WIDTHS.get(field, _OTHER_WIDTH))


def _merge_columns(lists: Iterable[tuple[LedgerColumn, ...]]) -> tuple[LedgerColumn, ...]:
    """All columns of the lists, each once; one that is only in a later list follows the column before it there."""
    merged: list[LedgerColumn] = []
    for columns in lists:
        at = 0
        for column in columns:
            if column in merged:
                at = merged.index(column) + 1
            else:
                merged.insert(at, column)
                at += 1
    return tuple(merged)
