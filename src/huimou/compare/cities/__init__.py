"""Reports of several bodies side by side: what each did and plans, and figures only where they count the same.

`comparison` puts it together from `domains` (items by domain, what only one report has) and `matching` (figures),
which rests on `known` (text around a figure), `subject` (what it counts) and `lexicon` (words). `model` has the
values, `phrases` the headings; `to_html`, `to_xlsx` and `to_terminal` show the result. Nothing here asks a model or
reads a file. May import outputs and language.
"""

from huimou.compare.cities.comparison import CityComparison, compare_reports
from huimou.compare.cities.model import (
    ComparedReport,
    DistinctContent,
    DomainRow,
    LoneFigure,
    PrintedFigure,
    Subject,
    SubjectRow,
    Term,
)

__all__ = [
    "CityComparison",
    "ComparedReport",
    "DistinctContent",
    "DomainRow",
    "LoneFigure",
    "PrintedFigure",
    "Subject",
    "SubjectRow",
    "Term",
    "compare_reports",
]
