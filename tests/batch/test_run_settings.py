"""One value describes a run: it travels to other processes, and refuses what does not go together."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from huimou.batch.run_settings import RunSettings
from huimou.digest.session import build_digest_settings
from huimou.errors import UsageError
from huimou.settings import Endpoint


def run_settings(**endpoint: object) -> RunSettings:
    """Settings of a run with a server."""
    return RunSettings(build_digest_settings(Endpoint("openai", "http://127.0.0.1:9/v1", "m", **endpoint)))


def test_they_travel() -> None:
    """Another process gets the same settings."""
    settings = replace(run_settings(extra={"top_k": 1}), workers=2, formats=("md",))
    again = pickle.loads(pickle.dumps(settings))  # noqa: S301 (made here)
    assert again.digest.as_job() == settings.digest.as_job()
    assert again.digest.endpoint == settings.digest.endpoint
    assert again.digest.prompts == settings.digest.prompts
    assert replace(again, digest=settings.digest) == settings


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"record": Path("a"), "replay": Path("b")}, "exclude each other"),
        ({"record": Path("a"), "workers": 2}, "one process only"),
        ({"replay": Path("a"), "engine": "ray"}, "one process only"),
    ],
)
def test_what_does_not_go_together_is_refused(change: dict[str, object], said: str) -> None:
    """Before anything is opened."""
    with pytest.raises(UsageError, match=said):
        replace(run_settings(), **change)


def test_workers_share_a_limit() -> None:
    """A limit of requests at once that the user gave is one of workers, too; else as many run as are wanted."""
    free, bound = replace(run_settings(), workers=8), replace(run_settings(concurrency=3), workers=8)
    assert (free.has_limit, free.count_allowed_workers()) == (False, 8)
    assert (bound.has_limit, bound.count_allowed_workers()) == (True, 3)
    assert [free.count_parallel_reports(workers) for workers in (1, 4, 32)] == [16, 4, 2]
    assert bound.count_parallel_reports(1) == 2
    assert run_settings(concurrency=200).count_parallel_reports(1) == 32


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "weather"}, "no such kind"),
        ({"style": "long"}, "no such style"),
        ({"effort": "heroic"}, "no such effort"),
    ],
)
def test_unknown_choices_are_refused(given: dict[str, str], said: str) -> None:
    """With those that are known."""
    with pytest.raises(UsageError, match=f"{said}.*known are"):
        build_digest_settings(Endpoint("builtin"), **given)
