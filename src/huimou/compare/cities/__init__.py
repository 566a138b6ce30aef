"""Digests side by side: what each report did and plans, and figures only like with like. Pure.

What cannot be shown to be the same count is not put beside another; it is listed with the reason.
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
