"""JUnit XML: its common dialect, counts that hold, and any text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gates import SCRIPT, a_problem, a_report, hostile
from huimou.evaluation.regression.outcome import GateOutcome, ReportOutcome
from huimou.evaluation.regression.to_junit import to_junit

# What junit-10.xsd of Jenkins' xunit plugin allows: attributes that must be and may be, and children.
SHAPE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuite": ({"name", "tests", "failures", "errors"}, {"time", "skipped"}, {"properties", "testcase"}),
    "properties": (set(), set(), {"property"}),
    "property": ({"name", "value"}, set(), set()),
    "testcase": ({"name"}, {"time", "classname"}, {"failure", "error", "system-out"}),
    "failure": (set(), {"message", "type"}, set()),
    "error": (set(), {"message", "type"}, set()),
    "system-out": (set(), set(), set()),
}


def _parsed(outcome: GateOutcome) -> ET.Element:
    return ET.fromstring(to_junit(outcome).encode())  # noqa: S314 (it is our own)


def _check_shape(element: ET.Element) -> None:
    needed, allowed, children = SHAPE[element.tag]
    assert needed <= element.attrib.keys() <= needed | allowed
    for child in element:
        assert child.tag in children
        _check_shape(child)


@pytest.mark.parametrize(
    "outcome",
    [
        GateOutcome(
            (a_report(), a_report("同", same=True), a_report("误", error="no recordings")), (a_problem("orphan"),), 1.5
        ),
        GateOutcome((a_report(same=True),), (), 0.0),
        GateOutcome((), (), 0.0),
        hostile(),
    ],
)
def test_shape_and_counts(outcome: GateOutcome) -> None:
    """Elements and attributes that every reader knows; the counts are those of the cases; failed if not passed."""
    suite = _parsed(outcome)
    _check_shape(suite)
    cases = suite.findall("testcase")
    assert suite.get("name") == "huimou"
    assert suite.get("tests") == str(len(cases))
    assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert suite.get("errors") == str(len(suite.findall("testcase/error")))
    assert (suite.get("failures") == suite.get("errors") == "0") is outcome.passed


def test_a_failure_names_what_changed() -> None:
    """Problems and changes as text, the counts as message, times in seconds, recordings and measures to read."""
    suite = _parsed(GateOutcome((a_report(), a_report("同", same=True), a_report("误", error="none")), (), 1.5))
    changed, same, failed = suite.findall("testcase")
    failure = changed.find("failure")
    assert failure is not None
    assert failure.get("message") == "1 problem; 1 lost, 2 altered"
    text = failure.text or ""
    assert text.splitlines()[:2] == ["item-summary/002: stale: prompt item-summary 1 to 2", "lost task 协商平台建设"]
    assert (changed.get("name"), changed.get("time"), suite.get("time")) == ("临江-2022", "0.250", "1.500")
    assert "recordings stale: 1\ntasks.recall 1 to 0.5, worse" in (changed.findtext("system-out") or "")
    assert same.find("failure") is None
    assert failed.findtext("error") == "none"
    values = {p.get("name"): p.get("value") for p in suite.iter("property")}
    assert values["临江-2022.recordings.stale"] == "1"
    assert values["临江-2022.tasks.recall"] == "0.5"
    assert values["同.passed"] == "true"


def test_problems_of_the_whole_are_a_case() -> None:
    """What belongs to no report fails a case of its own."""
    suite = _parsed(
        GateOutcome((a_report(same=True),), (a_problem("two recordings were never asked for"), a_problem("b")), 1.0)
    )
    _, whole = suite.findall("testcase")
    assert whole.findtext("failure") == "two recordings were never asked for\nb"


@given(st.text(max_size=20))
def test_any_text(text: str) -> None:
    """Whatever a report or an error says, it is XML, and what XML can hold comes back as it was."""
    suite = _parsed(GateOutcome((ReportOutcome("名", "f", (a_problem(text),), (), {}, {}, {}, 0.0),), (), 0.0))
    told = suite.findtext("testcase/failure") or ""
    assert len(told) == len(text)
    assert all(one == other for one, other in zip(told, text, strict=True) if other.isalnum())


def test_markup_stays_text() -> None:
    """Nothing of a report becomes an element."""
    assert SCRIPT in (_parsed(hostile()).findtext("testcase/failure") or "")
