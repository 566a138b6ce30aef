"""The gate as a pytest fixture, for the repository of a team that keeps its own reports, prompts and recordings.

    def test_reports(huimou_replay):
        huimou_replay.check()                 # every report, as `huimou regress` does

    def test_city(huimou_replay):
        digest = huimou_replay("city-2024")   # one report's digest, from its recordings
        assert digest.next_year_plan.stated

Folders are those of `huimou.toml` beside pytest's root; the ini options `huimou_reports`, `huimou_fixtures`,
`huimou_prompts`, `huimou_profiles` and `huimou_rules` come before it. Nothing is ever asked of a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from huimou.evaluation.regression.suite import Suite
    from huimou.model.digest import Digest

_FOLDERS = {"reports": "seeds", "fixtures": "fixtures", "prompts": None, "profiles": None, "rules": None}


class HuimouReplay:
    """Digests of the project's reports from their recordings; every miss fails the test and says what changed."""

    def __init__(self, folders: dict[str, Path | None]) -> None:
        self._folders = folders
        self._leftovers: list[str] = []

    def __call__(self, report: str | Path) -> Digest:
        """The digest of one report, by name or file.

        Recordings of it that nothing asks for, or that are only half used, fail the test when it ends.
        """
        from huimou.digest.prompt_check import load_checked_prompts  # noqa: PLC0415 (heavy)
        from huimou.evaluation.regression.audit import audit_suite  # noqa: PLC0415 (heavy)
        from huimou.evaluation.regression.gate import describe_unused, explain_unfresh  # noqa: PLC0415 (heavy)

        suite = self._suite(str(report))
        (one,) = audit_suite(suite, load_checked_prompts(suite.prompts))
        problems = [one.error] if one.error else explain_unfresh(one.states)
        if problems or one.digest is None:
            pytest.fail("\n".join([f"{one.case.name} cannot be replayed:", *map(str, problems)]), pytrace=False)
        self._leftovers += [f"{one.case.name}: {line}" for line in describe_unused(one)]
        return one.digest

    def check(self, *reports: str) -> None:
        """Fail the test unless all reports (or those named) give their accepted digests from fresh, used recordings."""
        from huimou.digest.prompt_check import load_checked_prompts  # noqa: PLC0415 (heavy)
        from huimou.evaluation.regression.gate import run_gate  # noqa: PLC0415 (heavy)
        from huimou.evaluation.regression.summary_lines import format_outcome  # noqa: PLC0415 (heavy)

        suite = self._suite(*reports)
        outcome = run_gate(suite, load_checked_prompts(suite.prompts)).outcome
        if not outcome.passed:
            pytest.fail("\n".join(format_outcome(outcome, most=10)), pytrace=False)

    def leftovers(self) -> tuple[str, ...]:
        """Lines for recordings that the reports replayed so far did not use, or not wholly."""
        return tuple(self._leftovers)

    def _suite(self, *only: str) -> Suite:
        from huimou.errors import HuimouError  # noqa: PLC0415 (heavy)
        from huimou.evaluation.regression.suite import open_suite  # noqa: PLC0415 (heavy)

        reports, fixtures = self._folders["reports"], self._folders["fixtures"]
        try:
            return open_suite(
                reports or Path(),
                fixtures or Path(),
                only,
                prompts=self._folders["prompts"],
                profiles=self._folders["profiles"],
                rules=self._folders["rules"],
            )
        except HuimouError as error:
            pytest.fail(str(error), pytrace=False)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options that name the folders."""
    for name in _FOLDERS:
        parser.addini(f"huimou_{name}", f"Folder of {name} for huimou_replay.")


@pytest.fixture
def huimou_replay(pytestconfig: pytest.Config) -> Iterator[HuimouReplay]:
    """Digests from recordings, and the gate."""
    from huimou.settings import FolderOptions, resolve_folders  # noqa: PLC0415 (heavy)

    root = pytestconfig.rootpath
    given = {name: pytestconfig.getini(f"huimou_{name}") for name in _FOLDERS}
    options = {name: root / value if value else None for name, value in given.items()}
    folders = asdict(resolve_folders(FolderOptions(**options), folder=root))
    for name, default in _FOLDERS.items():
        if folders[name] is None and default:
            folders[name] = root / default
    replaying = HuimouReplay(folders)
    yield replaying
    if replaying.leftovers():
        pytest.fail("\n".join(replaying.leftovers()), pytrace=False)
