"""Last year's plan against this year's review, as `huimou follow` holds them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from huimou.compare.followup.decide import choose_asking
from huimou.compare.followup.follow import MatchingChoices, check_pair, follow_plan
from huimou.compare.followup.result import FollowUp, NewWork, TaskOutcome
from huimou.digest.session import DigestSettings
from huimou.llm.builtin_server import serve_endpoint
from huimou.llm.client import Client, open_client
from huimou.model.digest import Digest
from huimou.service.agents.answers import FollowedPassage, FollowedPoint, FollowedTask, FollowPage
from huimou.service.agents.digesting import is_free
from huimou.service.agents.paging import cut_page
from huimou.service.agents.workplace import FoundDigest
from huimou.store.files import make_folder
from huimou.store.paths import FOLLOW_STORE


@dataclass(frozen=True, slots=True)
class PlanFollower:
    """Follows plans up; the last result is kept, so that its pages cost nothing, and paid answers in the store.

    Args:
        settings: whom to ask, and with which prompts.
        out: folder whose `.huimou` keeps the answers.
        replay: folder to answer from; no server is asked then.
        note: told what the user should know.

    """

    settings: DigestSettings
    out: Path
    replay: Path | None
    note: Callable[[str], None]
    _last: dict[tuple[str, str], FollowUp] = field(default_factory=dict)
    _asking: list[Client] = field(default_factory=list)
    _turn: Lock = field(default_factory=Lock)

    def follow(self, earlier: FoundDigest, later: FoundDigest, offset: int, limit: int) -> FollowPage:
        """Hold the plan of one report against the review of a later one; a page of the tasks.

        Raises:
            UsageError: there is no plan or no review, or another process has the store.
            EndpointError: the model server cannot be used.

        """
        whole = self._find(earlier.stored, later.stored)
        tasks, after = cut_page(whole.tasks, offset, limit)
        new, after_new = cut_page(whole.new_work, offset, limit)
        return FollowPage(
            earlier=earlier.shown,
            later=later.shown,
            notes=[one.message for one in whole.notes],
            counts=whole.counts,
            complete=whole.asked.complete,
            next_offset=after if after is not None else after_new,
            tasks=list(map(_build_task, tasks)),
            new_work=list(map(_build_new_work, new)),
        )

    def stop(self) -> None:
        """Begin no further question; may be called from another thread."""
        for client in tuple(self._asking):
            client.stop()

    def is_idle(self, seconds: float) -> bool:
        """Whether nothing is asked any more within so many seconds."""
        return is_free(self._turn, seconds)

    def _find(self, earlier: Digest, later: Digest) -> FollowUp:
        check_pair(earlier, later)
        pair = earlier.model_dump_json(), later.model_dump_json()
        with self._turn:
            known = self._last.get(pair)
            if known is None:
                known = self._ask(earlier, later)
                self._last.clear()
                self._last[pair] = known
            return known

    def _ask(self, earlier: Digest, later: Digest) -> FollowUp:
        endpoint, floor = choose_asking(self.settings.endpoint, None, kept=self.replay is not None)
        matching = MatchingChoices(floor, allows_marked=self.settings.choices.allows_marked)
        if self.replay is None:
            make_folder((self.out / FOLLOW_STORE).parent)
        serving = nullcontext(endpoint) if self.replay is not None else serve_endpoint(endpoint)
        store = None if self.replay is not None else self.out / FOLLOW_STORE
        with serving as server, open_client(server, replay=self.replay, store=store, note=self.note) as client:
            self._asking.append(client)
            try:
                return follow_plan(earlier, later, client, self.settings.prompts, matching)
            finally:
                self._asking.remove(client)


def _build_task(task: TaskOutcome) -> FollowedTask:
    points = [
        FollowedPoint(
            quote=point.evidence.quote,
            outcome=point.outcome,
            made=point.made,
            passages=[FollowedPassage(items=one.items, quote=one.evidence.quote) for one in point.passages],
            targets=point.targets,
        )
        for point in task.points
    ]
    return FollowedTask(task=task.task, title=task.title, outcome=task.outcome, points=points, carried=task.carried)


def _build_new_work(work: NewWork) -> FollowedPassage:
    return FollowedPassage(items=work.items, quote=work.evidence.quote)
