"""A chain of reports as an XLSX workbook: the page's content, with filters and frozen heads (extra `report`)."""

from __future__ import annotations

from collections.abc import Iterator

from huimou.compare.cities.phrases import describe_place
from huimou.compare.cities.to_xlsx import ComparisonSheet, name_columns, write_workbook
from huimou.compare.years import phrases
from huimou.compare.years.model import YearCell, YearChain
from huimou.language.text import to_one_line

_Cell = str | int | float | None


def to_xlsx(chain: YearChain) -> bytes:
    """The bytes of the workbook.

    Raises:
        UsageError: openpyxl is not installed.

    """
    return write_workbook(build_sheets(chain))


def build_sheets(chain: YearChain) -> tuple[ComparisonSheet, ...]:
    """The worksheets in their order."""
    heads = (("指标", 34), *((f"{year}年", 22) for year in chain.years))
    return (
        ComparisonSheet("说明", (("项目", 18), ("内容", 100)), tuple(_about(chain))),
        ComparisonSheet(phrases.INDICATORS, heads, tuple(_wide(chain))),
        ComparisonSheet(
            "历年指标出处",
            name_columns("指标34 年份8 类别8 原文14 数值14 单位8 报告30 条目8 出处22 引文80"),
            tuple(_list_figures(chain)),
        ),
        ComparisonSheet(
            phrases.REVISED, name_columns("指标34 年份8 说明80 前一处40 后一处40"), tuple(_list_revised(chain))
        ),
        ComparisonSheet(
            phrases.TASKS,
            name_columns("任务40 领域16 归类18 报告30 编号8 当年写法40 原文60 下一份报告18 下一份报告原文80"),
            tuple(_tasks(chain)),
        ),
    )


def _about(chain: YearChain) -> Iterator[tuple[_Cell, ...]]:
    yield from (("须知", note) for note in chain.notes)
    yield phrases.INDICATORS, phrases.INDICATORS_RULE
    yield phrases.REVISED, phrases.REVISED_RULE
    yield phrases.TASKS, phrases.TASKS_RULE
    for side in chain.sides:
        yield "报告", f"{side.label}；{to_one_line(side.digest.source.file)}"


def _wide(chain: YearChain) -> Iterator[tuple[_Cell, ...]]:
    for row in chain.indicators:
        yield phrases.format_indicator(row.indicator), *(_write_cell(cell) for cell in row.cells)


def _write_cell(cell: YearCell) -> str | None:
    told = [f"{phrases.TARGET} {phrases.format_figure(one)}" for one in cell.targets]
    told += [f"{phrases.RESULT} {phrases.format_figure(one)}" for one in cell.results]
    return "\n".join(told) or None


def _list_figures(chain: YearChain) -> Iterator[tuple[_Cell, ...]]:
    for row in chain.indicators:
        for year, cell in zip(chain.years, row.cells, strict=True):
            for part, found in ((phrases.TARGET, cell.targets), (phrases.RESULT, cell.results)):
                for one in found:
                    figure, named = one.printed.figure, phrases.format_indicator(row.indicator)
                    number = phrases.format_figure(one), figure.value, figure.unit
                    source = one.printed.item, describe_place(one.printed), to_one_line(one.printed.quote)
                    yield named, year, part, *number, chain.sides[one.report].label, *source


def _list_revised(chain: YearChain) -> Iterator[tuple[_Cell, ...]]:
    for one in chain.revised:
        places = (
            f"{chain.sides[figure.report].label} {describe_place(figure.printed)}"
            for figure in (one.earlier, one.later)
        )
        yield phrases.format_indicator(one.indicator), one.year, to_one_line(one.message), *places


def _tasks(chain: YearChain) -> Iterator[tuple[_Cell, ...]]:
    for thread in chain.threads:
        named = to_one_line(thread.title), to_one_line(thread.domain), phrases.STATES[thread.state]
        for one in thread.mentions:
            quotes = "\n".join(to_one_line(quote.quote) for quote in one.evidence)
            told = "\n".join(to_one_line(passage.evidence.quote) for passage in one.passages)
            side = chain.sides[one.report].label
            yield *named, side, one.task, to_one_line(one.title), quotes, phrases.format_outcome(one), told or None
