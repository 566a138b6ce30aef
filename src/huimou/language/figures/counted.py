"""What a metric counts, under one name for all reports: its status (办理, 立案) and its thing (提案)."""

from __future__ import annotations

from dataclasses import dataclass

from huimou.language.rules import get_rule
from huimou.language.text import fold

_HELD_START = get_rule("comparison.held_in_front")
_ACTIVITY = get_rule("comparison.activity")
_STATUS_START = get_rule("comparison.status_in_front")
_STATUS_END = get_rule("comparison.status_behind")
_DOER = get_rule("comparison.doer_before_status")
_SELF = get_rule("comparison.own_words_in_front")
_EVERY = get_rule("comparison.every")
_ALIASES = get_rule("comparison.same_thing")
_SHORTEST = 2  # characters of a thing


@dataclass(frozen=True, slots=True)
class NormalMetric:
    """A metric under its common name: the status that is counted, empty where it has none, and the thing."""

    status: str
    thing: str


def normalise_metric(metric: str) -> NormalMetric:
    """The status and the thing of a metric, so that figures of different reports can be set side by side.

    Args:
        metric: the bare thing that a figure counts, such as 办理提案 or 召开议政性常委会议.

    """
    lead = _SELF.sub("", fold(metric))
    status, thing = split_counted(lead)
    bare = _EVERY.sub("", thing).rstrip("的")
    bare = _ALIASES.map.get(bare, bare)
    return NormalMetric(status, bare) if len(bare) >= _SHORTEST else NormalMetric("", lead)


def split_counted(lead: str) -> tuple[str, str]:
    """Split a name into status and thing: 办理提案 and 提案办理 into (办理, 提案), 召开全会 into ('', 全会)."""
    held = _HELD_START.sub("", lead)
    if held != lead and _ACTIVITY.search(held):
        return "", held
    start = _STATUS_START.match(lead)
    if start:
        return start["status"], lead[start.end() :]
    end = _STATUS_END.search(lead)
    if end and end.start() >= _SHORTEST and not _DOER.search(lead[: end.start()]):
        return end["status"], lead[: end.start()]
    return "", held
