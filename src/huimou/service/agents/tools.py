"""The tools by name, with the descriptions that agents read; each hands its arguments to the module that does the work.

An agent sees docstrings and parameter descriptions as they stand here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated

from pydantic import Field

from huimou.language.profiles.profile import ProfileSet
from huimou.outputs.render.to_json import to_json
from huimou.outputs.render.to_onepage import to_onepage_markdown
from huimou.service.agents import comparing, reading, reviewing, searching
from huimou.service.agents.answers import (
    ComparePage,
    DigestPage,
    DigestSummary,
    FollowPage,
    ItemDetail,
    ItemKind,
    ItemPage,
    ReviewedItem,
    SearchPage,
)
from huimou.service.agents.digesting import AgentDigester
from huimou.service.agents.following import PlanFollower
from huimou.service.agents.workplace import FoundDigest, Workplace
from huimou.service.shared_store import SharedStore

DigestPath = Annotated[
    str, Field(description="Path of a digest (.json) as another tool gave it, or a report's name in the output folder.")
]
Offset = Annotated[int, Field(ge=0, description="How many to pass over; `next_offset` of the page before.")]
Limit = Annotated[int, Field(ge=1, le=100, description="How many to give at most.")]
Kind = Annotated[ItemKind | None, Field(description="Only items of this kind.")]
TaskLimit = Annotated[int, Field(ge=1, le=100, description="How many tasks to give at most.")]
EarlierPath = Annotated[str, Field(description="Digest of the report whose plan is followed up.")]
LaterPath = Annotated[str, Field(description="Digest of the next report of the same body.")]
_MOST_COMPARED = 40


@dataclass(frozen=True, slots=True)
class AgentTools:
    """What agents may call on one workplace.

    Args:
        place: folders that may be worked in.
        digester: digests reports into the output folder.
        follower: holds a plan against a later review.
        profiles: of the kinds of report; None for the shipped ones.

    """

    place: Workplace
    digester: AgentDigester
    follower: PlanFollower
    profiles: ProfileSet | None
    _writing: Lock = field(default_factory=Lock)  # one remark is written after another

    def list_digests(
        self,
        folder: Annotated[
            str | None, Field(description="Folder of digests; left out, that of the digests made here.")
        ] = None,
        offset: Offset = 0,
        limit: Limit = 50,
    ) -> DigestPage:
        """List the reports that have been digested in a folder: who reports, on which years, how many items."""
        return reading.list_digests(self.place, folder, offset, limit)

    def get_digest(self, digest: DigestPath) -> DigestSummary:
        """Give a digest at a glance: overview of the year and of the plan, counts by domain, what to check first."""
        return reading.build_summary(self.place, self.place.read_digest(digest))

    def list_items(
        self,
        digest: DigestPath,
        *,
        kind: Kind = None,
        domain: Annotated[
            str | None, Field(description="Only items of this domain: its key or title as `get_digest` lists them.")
        ] = None,
        to_check: Annotated[
            bool, Field(description="Only items that a person should look at and has not checked.")
        ] = False,
        offset: Offset = 0,
        limit: Limit = 20,
    ) -> ItemPage:
        """List a digest's items in short: achievements and shortcomings of the year, tasks of the plan."""
        found = self.place.read_digest(digest)
        return reading.list_items(found, kind, domain, to_check=to_check, offset=offset, limit=limit)

    def get_item(
        self, digest: DigestPath, item: Annotated[str, Field(description="Id such as A1, S1 or T1.")]
    ) -> ItemDetail:
        """Give one item with its evidence: the report's own sentences, to the character, with offsets and pages.

        Quote the report from here only: `quote` is its text, `summary` may be a machine's wording.
        """
        return reading.build_item_detail(self.place.read_digest(digest), item)

    def search_items(
        self,
        query: Annotated[str, Field(description="Words with spaces between them; an item must have them all.")],
        digests: Annotated[
            list[str] | None, Field(description="Digests, or folders of digests; left out, all that were made here.")
        ] = None,
        kind: Kind = None,
        offset: Offset = 0,
        limit: Limit = 20,
    ) -> SearchPage:
        """Find items by words in their titles, summaries and quoted sentences; simplified finds traditional as well."""
        return searching.search_items(self.place, query, digests, kind, offset, limit)

    def follow_plan(
        self, earlier: EarlierPath, later: LaterPath, offset: Offset = 0, limit: TaskLimit = 10
    ) -> FollowPage:
        """Hold one year's plan against the next year's review: what is reported on, what is not seen in it.

        May ask the model. `not_seen` says that the later report is silent, never that something was not done.
        """
        return self.follower.follow(self.place.read_digest(earlier), self.place.read_digest(later), offset, limit)

    def is_idle(self, seconds: float) -> bool:
        """Whether nothing is asked of a model any more within about so many seconds."""
        return self.digester.is_idle(seconds) and self.follower.is_idle(seconds)

    def compare_digests(
        self,
        digests: Annotated[
            list[str],
            Field(min_length=1, max_length=_MOST_COMPARED, description="Digests of different reports, or a folder."),
        ],
        offset: Offset = 0,
        limit: Limit = 20,
    ) -> ComparePage:
        """Set reports side by side: items by domain, numbers that count the same, what only one report has."""
        found = self._read_all(digests)
        return comparing.compare_digests(found, self.profiles, offset, limit)

    def review_item(  # noqa: PLR0913 (what a person says)
        self,
        digest: DigestPath,
        item: Annotated[str, Field(description="Id of the item.")],
        *,
        state: Annotated[str, Field(description="`state` as `get_item` gave it.")],
        reviewer: Annotated[
            str, Field(description="Who says it: the person's name, or your own if it is your remark.")
        ],
        checked: Annotated[
            bool, Field(description="True only if a person says that it is right, as it stands or as corrected.")
        ] = False,
        corrected: Annotated[
            str | None, Field(max_length=4000, description="The words that shall stand in place of the summary.")
        ] = None,
        comment: Annotated[str | None, Field(max_length=4000, description="A remark beside the item.")] = None,
        replaces: Annotated[
            str | None, Field(description="`review.time` of the remark that it replaces; left out where there is none.")
        ] = None,
    ) -> ReviewedItem:
        """Keep a remark on an item and write it into the report's files; earlier remarks stay in the store.

        A call with neither `checked` nor words takes back what was said before.
        """
        said = reviewing.ItemRemark(item, state, reviewer, checked, corrected, comment, replaces)
        with self._writing:
            found = self.place.read_digest(digest)
            folder = found.path.parent
            shared = self.digester.store if folder == self.place.out else SharedStore(folder)
            return reviewing.review_item(found, said, shared)

    def read_json(self, path: str) -> str:
        """A whole digest, as its file has it, with the remarks of persons."""
        return to_json(self.place.read_digest(path).digest)

    def read_one_page(self, path: str) -> str:
        """A digest as a one-page draft in Markdown: the year, the plan."""
        return to_onepage_markdown(self.place.read_digest(path).digest)

    def _read_all(self, digests: Sequence[str]) -> list[FoundDigest]:
        return [self.place.read_digest(path) for path in self.place.list_digest_paths(digests)]
