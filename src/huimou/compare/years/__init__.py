"""The reports of one body over several years: indicators as printed, tasks that come again or fall silent.

`chain` puts it together from `indicators` (figures by what they count), `bases` (bases that do not agree) and `tasks`
(tasks through the plans), given each plan held against the next report (`compare.followup`). `model` has the values,
`phrases` the headings; `to_html`, `to_xlsx` and `to_csv` show the result. Nothing here asks a model or reads a file.
May import compare.cities, compare.followup, outputs and language.
"""

from huimou.compare.years.chain import build_chain, order_reports
from huimou.compare.years.model import IndicatorRow, RevisedBase, TaskThread, YearChain

__all__ = ["IndicatorRow", "RevisedBase", "TaskThread", "YearChain", "build_chain", "order_reports"]
