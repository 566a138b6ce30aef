"""The columns of the three ledgers: review, plan and figures.

Columns follow what offices keep (research note on work reports, section 1.1); those of the plan ledger are the
profile's. A column is the program's, filled from the digest, or the user's own, which the program never writes to
once its row exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from huimou.language.profiles.profile import Profile
from huimou.language.rules import get_rule
from huimou.outputs.labels import CHECK_STATES

SheetName = Literal["review", "plan", "figures"]
KEY, PRINTS = "key", "prints"
ON_SCREEN = frozenset({"quote", "source", "look", "id", "change", "absent", "items", "repeats"})
_RARELY_FILLED = get_rule("ledgers.rarely_filled_columns")
_FILLED_BY_OFFICE = frozenset({"target", "deadline", "responsible"})
_SELDOM = 0.1  # of the rows; a column of the program that has a value in fewer is folded away
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
        title: title in the row of titles.
        field: field of the record that it holds; empty for a column of the user's own.
        width: width in characters of the default font, as spreadsheets count.
        folded: whether it is folded away, to be opened by the sign above it.

    """

    title: str
    field: str = ""
    width: float = 10
    folded: bool = False

    @property
    def printed(self) -> bool:
        """Whether it is printed, too, and not only shown on the screen."""
        return not self.hidden and not self.folded and self.field not in ON_SCREEN

    @property
    def hidden(self) -> bool:
        """Whether only the program uses it."""
        return self.field in (KEY, PRINTS)


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """One ledger: its key, the title of its worksheet, its columns, and its heading above them."""

    name: SheetName
    title: str
    columns: tuple[LedgerColumn, ...]
    heading: str = ""


TITLES = MappingProxyType({"review": "工作回顾台账", "plan": "任务台账", "figures": "数据台账"})
_HIDDEN = (LedgerColumn("行标识", KEY, 4), LedgerColumn("机器值", PRINTS, 4))
_NUMBER, _STATUS = LedgerColumn("序号", "number", 5), LedgerColumn(STATUS, width=8)
_REPORT = LedgerColumn("报告", "report", 12)
_QUOTE, _SOURCE = LedgerColumn("原文", "quote", 110), LedgerColumn("出处", "source", 36)
_LOOK, _ID = LedgerColumn("建议核对", "look", 60), LedgerColumn("编号", "id", 6)
_CHANGE = LedgerColumn("变动", "change", 14)
_FORM = LedgerColumn("履职形式", "form", 11)
_REVIEW = (
    _NUMBER,
    LedgerColumn("类别", "sort", 6),
    LedgerColumn("领域", "domain", 11),
    LedgerColumn("事项", "what", 46),
    _FORM,
    LedgerColumn("数量（原文写法）", "printed", 11),
    LedgerColumn("主体", "actor", 8),
    LedgerColumn("成果或去向", "outcome", 11),
    _STATUS,
    LedgerColumn(REMARK, width=16),
    _QUOTE,
    _SOURCE,
    _LOOK,
    _ID,
    _CHANGE,
    LedgerColumn("一级标题", "heading", 12, folded=True),
    LedgerColumn("数值", "value", 14, folded=True),
    LedgerColumn("单位", "unit", 6, folded=True),
    LedgerColumn("限定", "limit", 8, folded=True),
    LedgerColumn("另有数字（见数据台账）", "others", 9, folded=True),
    LedgerColumn("时间范围", "period", 11, folded=True),
)
_FIGURES = (
    _NUMBER,
    LedgerColumn("部分", "section", 6),
    LedgerColumn("领域", "domain", 11),
    LedgerColumn("指标", "metric", 30),
    LedgerColumn("数量（原文写法）", "printed", 13),
    LedgerColumn("数值", "value", 15),
    LedgerColumn("数值上限", "value_max", 14),
    LedgerColumn("单位", "unit", 7),
    LedgerColumn("限定", "limit", 8),
    LedgerColumn("增减", "direction", 6),
    LedgerColumn("主体", "actor", 9),
    LedgerColumn("时间范围", "period", 10),
    _STATUS,
    LedgerColumn(REMARK, width=11),
    _QUOTE,
    _SOURCE,
    LedgerColumn("条目", "items", 8),
    _ID,
    LedgerColumn("重复", "repeats", 7),
    _CHANGE,
)
_PLAN_COLUMNS = get_rule("ledgers.plan_columns")
_WIDTHS = MappingProxyType(
    {"number": 5, "domain": 9, "heading": 12, "what": 36, "quote": 110, "target": 12, "limit": 8, "unit": 6}
    | {"deadline": 9, "source": 36}
)
_LEAD_WIDTH, _OTHER_WIDTH = 9, 8
_WIDER = MappingProxyType({"进展情况": 12, "存在问题": 14, "下一步措施": 14})
_LEAD = ("牵头", "责任单位", "承办")
_PERSON = ("领导", "责任人", "负责人")
_ABSENT = LedgerColumn("原文未载明", "absent", 10)


def build_sheets(profiles: Sequence[Profile], *, many: bool) -> tuple[LedgerSheet, ...]:
    """The three ledgers for reports of these kinds.

    Args:
        profiles: profiles of the reports, each once.
        many: whether a worksheet has rows of several reports, so that a column must name the report.

    """
    review = tuple(c for c in _REVIEW if c is not _FORM or any(p.forms_of_work for p in profiles))
    plan = _put_aside((*_merge_columns(map(build_plan_columns, profiles)), _ABSENT, _LOOK, _ID, _CHANGE))
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
        return LedgerColumn(title, "responsible", _LEAD_WIDTH)
    field = _PLAN_COLUMNS.map.get(title, "")
    width = _WIDTHS.get(field, _WIDER.get(title, _OTHER_WIDTH))
    return LedgerColumn(title, field, width, folded=title in _RARELY_FILLED.words)


def _put_aside(columns: Sequence[LedgerColumn]) -> tuple[LedgerColumn, ...]:
    """The columns that are printed in front, those for the screen behind them, those folded away last."""
    return tuple(sorted(columns, key=lambda column: (column.folded, not column.printed)))


def fold_empty_columns(sheet: LedgerSheet, rows: Sequence[Mapping[str, object]]) -> LedgerSheet:
    """The ledger with those columns of the program folded away that hardly any of these rows has a value for.

    Columns that the office fills where the report is silent stay, and so do those that are only on the screen.
    """

    def fold(column: LedgerColumn) -> LedgerColumn:
        mine = column.printed and column.field not in ("", "number", *_FILLED_BY_OFFICE)
        have = sum(row.get(column.field) is not None for row in rows)
        return replace(column, folded=True) if mine and have < _SELDOM * len(rows) else column

    return replace(sheet, columns=tuple(map(fold, sheet.columns)))


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
