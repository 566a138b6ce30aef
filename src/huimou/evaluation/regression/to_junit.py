"""The gate's outcome as JUnit XML, for the test reports of Jenkins, GitLab, GitHub and the like.

Of the several dialects this is the common part, as the schema of Jenkins' xunit plugin (junit-10.xsd) and pytest's
`xunit2` have it: no `properties` inside a `testcase`, no attributes that only one reader knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from huimou.evaluation.regression.outcome import GateOutcome, ReportOutcome
from huimou.evaluation.regression.summary_lines import format_changes, format_measure, summarise_changes

_SUITE = "huimou"
_WHOLE = "all reports"
# What XML 1.0 cannot hold, not even escaped (https://www.w3.org/TR/xml/#charsets), and controls that nobody wants.
_FORBIDDEN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(outcome: GateOutcome) -> str:
    """XML text: one test case a report, and one for the whole if something is wrong with it; times in seconds.

    A report that could not be compared is an error, one that changed or has problems a failure, which names them.
    """
    cases = [_case(report) for report in outcome.reports]
    if outcome.problems or not outcome.reports:
        cases.append(_whole(tuple(map(str, outcome.problems)) or ("no reports",)))
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": "0",
        "time": _time(outcome.seconds),
    }
    suite = Element("testsuite", {"name": _SUITE, **counts})
    properties = SubElement(suite, "properties")
    for name, value in _properties(outcome.reports):
        SubElement(properties, "property", {"name": _clean(name), "value": value})
    suite.extend(cases)
    indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suite, encoding="unicode") + "\n"


def _case(report: ReportOutcome) -> Element:
    case = Element(
        "testcase", {"name": _clean(report.name), "classname": f"{_SUITE}.reports", "time": _time(report.seconds)}
    )
    if report.error is not None:
        _add(case, "error", report.error, (report.error, *map(str, report.problems)))
    elif not report.passed:
        problems = f"{len(report.problems)} problem{'s' * (len(report.problems) != 1)}"
        parts = [problems] * bool(report.problems) + [summarise_changes(report.changes)] * bool(report.changes)
        _add(case, "failure", "; ".join(parts), (*map(str, report.problems), *format_changes(report.changes)))
    moved = map(format_measure, report.moved)
    recordings = (f"recordings {state}: {count}" for state, count in report.recordings.items())
    SubElement(case, "system-out").text = _clean("\n".join([f"report {report.file}", *recordings, *moved]))
    return case


def _whole(problems: tuple[str, ...]) -> Element:
    case = Element("testcase", {"name": _WHOLE, "classname": f"{_SUITE}.whole", "time": _time(0.0)})
    _add(case, "failure", problems[0], problems)
    return case


def _add(case: Element, tag: str, message: str, lines: Iterable[str]) -> None:
    attributes = {"message": _clean(" ".join(message.split())), "type": tag}
    SubElement(case, tag, attributes).text = _clean("\n".join(lines))


def _properties(reports: Iterable[ReportOutcome]) -> Iterable[tuple[str, str]]:
    for report in reports:
        yield f"{report.name}.passed", str(report.passed).lower()
        for state, count in report.recordings.items():
            yield f"{report.name}.recordings.{state}", str(count)
        for measure, value in report.measures.items():
            yield f"{report.name}.{measure}", f"{value:g}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _time(seconds: float) -> str:
    return f"{seconds:.3f}"
