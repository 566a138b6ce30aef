"""The suite under regression test: the reports of a project and its folder of fixtures.

FIXTURES/recordings     requests and answers, as accepted
FIXTURES/candidate      those that were recorded since and are not accepted yet
FIXTURES/accepted       the digests that replay must reproduce, and the prompts that they were accepted with
FIXTURES/gold           annotations, where there are any; those of the words in its folder `words`
FIXTURES/baseline.json  floors under the measures, where there are any
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huimou.batch.planning import name_outputs
from huimou.errors import UsageError
from huimou.language.profiles.profile import ProfileSet, load_profiles
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook
from huimou.llm.recordings.manifest import has_recordings
from huimou.store.files import find_inputs


@dataclass(frozen=True, slots=True)
class Case:
    """One report of the suite and the name of its recordings, digest and annotation."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Suite:
    """Reports and fixtures of one project.

    Args:
        cases: the reports to work on.
        names: names of all reports of the project, which may be more.
        source: path of the reports as it was given.
        fixtures: folder of fixtures.
        prompts: folder of prompts; huimou's own if None.
        profiles: kinds of report.
        rules: of the language.

    """

    cases: tuple[Case, ...]
    names: frozenset[str]
    source: Path
    fixtures: Path
    prompts: Path | None
    profiles: ProfileSet
    rules: RuleBook = SHIPPED_RULES

    @property
    def recordings(self) -> Path:
        """Folder of the accepted recordings."""
        return self.fixtures / "recordings"

    @property
    def candidate(self) -> Path:
        """Folder of recordings that are not accepted yet."""
        return self.fixtures / "candidate"

    @property
    def trees(self) -> tuple[Path, ...]:
        """The folders that hold recordings, the candidate before the accepted ones."""
        return tuple(filter(has_recordings, (self.candidate, self.recordings)))

    @property
    def accepted(self) -> Path:
        """Folder of the accepted digests."""
        return self.fixtures / "accepted"

    @property
    def gold(self) -> Path:
        """Folder of annotations."""
        return self.fixtures / "gold"

    @property
    def floors(self) -> Path:
        """File of floors."""
        return self.fixtures / "baseline.json"

    @property
    def is_whole(self) -> bool:
        """Whether all reports of the project are worked on."""
        return len(self.cases) == len(self.names)


def open_suite(
    reports: Path,
    fixtures: Path,
    only: Sequence[str] = (),
    *,
    prompts: Path | None = None,
    profiles: Path | None = None,
    rules: Path | None = None,
) -> Suite:
    """The suite of a folder (or glob, or file) of reports and a folder of fixtures.

    Args:
        reports: folder, file or glob of the project's reports.
        fixtures: folder of fixtures; it need not exist yet.
        only: names or files of the reports to work on; all if none is given.
        prompts: folder of prompts.
        profiles: folder of the user's own profiles.
        rules: folder of the user's own rules.

    Raises:
        UsageError: no report, or one of `only` is not among them.

    """
    paths = find_inputs([str(reports)])
    cases = tuple(Case(path, name) for path, name in name_outputs(paths).items())
    known = {case.name for case in cases}
    wanted = {name if name in known else Path(name).stem for name in only}
    unknown = sorted(wanted - known)
    if unknown:
        raise UsageError(
            f"no report {', '.join(unknown)} in {reports}", f"there are: {', '.join(sorted(known))}; see --reports"
        )
    chosen = tuple(case for case in cases if not wanted or case.name in wanted)
    return Suite(chosen, frozenset(known), reports, fixtures, prompts, load_profiles(profiles), load_rules(rules))
