"""Following up for agents: as `huimou follow` does it, also where nobody is asked and where a report is marked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from follow_pair import a_pair
from huimou.digest.session import build_digest_settings
from huimou.errors import InputError
from huimou.model.digest import Digest, ProblemOut
from huimou.service.agents.following import PlanFollower
from huimou.service.agents.workplace import FoundDigest
from huimou.settings import Endpoint
from scripted_server import completion, serving


def found(digest: Digest, name: str) -> FoundDigest:
    """A digest as it is found in a folder."""
    return FoundDigest(Path(name), name, digest, digest)


def follower(out: Path, endpoint: Endpoint, *, allow_marked: bool = False) -> PlanFollower:
    """Somebody who asks this endpoint, and notes nothing."""
    return PlanFollower(build_digest_settings(endpoint, allow_marked=allow_marked), out, None, lambda _: None)


def test_the_built_in_model_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor started: the program decides, as for `huimou follow`."""
    monkeypatch.setattr("huimou.llm.builtin_server.serve_builtin", _refuse_to_serve)
    earlier, later = a_pair(tmp_path)
    page = follower(tmp_path, Endpoint("builtin")).follow(found(earlier, "a"), found(later, "b"), 0, 50)
    assert page.complete
    assert page.counts.reported > 0
    assert {point.made for task in page.tasks for point in task.points} == {"program"}


def _refuse_to_serve(**_: object) -> None:
    raise AssertionError("the built-in model was started")


def test_leave_for_marked_reports_holds_for_following_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given with `huimou mcp --allow-marked`; without it nothing is sent to another machine."""
    monkeypatch.setattr(Endpoint, "list_remote", lambda _: ("http://far.example/v1",))
    earlier, later = a_pair(tmp_path)
    mark = ProblemOut(code="secrecy_mark", message="报告标有“内部资料”，摘要请按同样的要求保管和传阅", start=0, end=4)
    marked = later.model_copy(update={"problems": [*later.problems, mark]})
    with serving(lambda _: completion('{"verdicts": []}')) as server:
        endpoint = replace(Endpoint("openai", server.url, "m"), patience=0.0)
        with pytest.raises(InputError, match="is marked “内部资料” and would go to http://far"):
            follower(tmp_path, endpoint).follow(found(earlier, "a"), found(marked, "b"), 0, 50)
        assert server.calls == 0
        page = follower(tmp_path, endpoint, allow_marked=True).follow(found(earlier, "a"), found(marked, "b"), 0, 50)
    assert page.counts.tasks > 0
