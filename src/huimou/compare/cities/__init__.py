"""Digests side by side: what each report did and plans, and figures only like with like. Pure.

What cannot be shown to be the same count is not put beside another; it is listed with the reason.
"""

from huimou.compare.cities.comparison import Comparison, compare
from huimou.compare.cities.model import Apart, DomainRow, OnlyHere, Printed, Row, Side, Subject, Term

__all__ = ["Apart", "Comparison", "DomainRow", "OnlyHere", "Printed", "Row", "Side", "Subject", "Term", "compare"]
