"""When the gate passes."""

from __future__ import annotations

import dataclasses

from gates import STALE, a_problem, a_report
from huimou.evaluation.regression.outcome import GateOutcome


def test_a_report_passes_without_change_problem_or_error() -> None:
    """Each of the three alone fails it; measures are for reading, floors become problems."""
    same = a_report(same=True)
    assert same.passed
    assert dataclasses.replace(same, measures={}).passed
    assert not dataclasses.replace(same, changes=a_report().changes).passed
    assert not dataclasses.replace(same, problems=(STALE,)).passed
    assert not dataclasses.replace(same, error="no recording").passed


def test_the_gate_passes_with_all_of_its_reports() -> None:
    """One failed report or a problem of the whole fails it, and so does having nothing to compare."""
    same, other = a_report(same=True), a_report()
    assert GateOutcome((same, same), (), 1.0).passed
    assert not GateOutcome((same, other), (), 1.0).passed
    assert not GateOutcome((same,), (a_problem("orphan"),), 1.0).passed
    assert not GateOutcome((), (), 1.0).passed
