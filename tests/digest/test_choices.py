"""Efforts: what there is to choose, and what it means."""

from __future__ import annotations

import pickle

from huimou.cli.option_groups import DigestOptions, WordingEffort
from huimou.digest.choices import DigestChoices
from huimou.digest.questions.effort import EFFORTS
from huimou.digest.session import build_digest_settings
from huimou.settings import Endpoint


def test_efforts_are_those_of_the_command_line() -> None:
    """What --effort offers is what there is, and one default holds everywhere."""
    assert [effort.value for effort in WordingEffort] == list(EFFORTS)
    assert DigestOptions().effort.value == DigestChoices().effort.name == "standard"


def test_more_effort_is_more_answers() -> None:
    """None, one or four further answers to the same words."""
    assert [effort.answers for effort in EFFORTS.values()] == [1, 2, 5]


def test_another_effort_is_another_job() -> None:
    """The journal tells them apart, and another process gets the same."""
    standard, high = (build_digest_settings(Endpoint("builtin"), effort=name) for name in ("standard", "high"))
    assert {**standard.as_job(), "effort": "high"} == high.as_job()
    assert standard.as_job() != high.as_job()
    assert pickle.loads(pickle.dumps(high)).choices.effort == EFFORTS["high"]  # noqa: S301 (our own)
