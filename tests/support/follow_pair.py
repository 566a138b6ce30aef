"""A short pair of reports of one body, their digests without a model, and the measure of a follow-up against gold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huimou.compare.followup.result import FollowUp, PointResult
from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.language.text import compact
from huimou.llm.client import open_client
from huimou.llm.recordings.replay import Replay
from huimou.model.digest import Digest
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.settings import Endpoint

EARLIER = """青松县人民政府工作报告

一、2023年工作回顾

全县地区生产总值增长5.5%。

二、2024年工作安排

今年的主要预期目标是：地区生产总值增长6%左右，固定资产投资增长7%以上，城镇新增就业4800人以上。

改造老旧小区15个。

开工建设青松至临江高速公路。

建立企业家接待日制度。

建设光伏发电项目，惠及村民。

推进松江河流域综合治理。
"""
LATER = """青松县人民政府工作报告

一、2024年工作回顾

全县地区生产总值达到305.8亿元，增长5.8%。

固定资产投资增长4.9%。

完成16个老旧小区改造，惠及居民4300户。

青临高速控制性工程全面动工，累计完成投资9.2亿元。

86户村民屋顶装上光伏板，年发电40万度。

成功举办首届竹产业博览会，现场签约21.6亿元。

二、2025年工作安排

持续推进松江河流域综合治理。

建设零碳产业园。
"""


def digest_of(text: str, name: str, folder: Path) -> Digest:
    """Digest of a text in its own words: `folder` holds no recordings, so no question has an answer."""
    document = Document(f"{name}.txt", name, text, "0" * 64, "utf-8", "text")
    with open_client(Endpoint("builtin"), replay=Replay((folder / "none",), "note")) as client:
        digest = digest_report(document, client, load_checked_prompts(), ignore_event)
    return digest.model_copy(update={"run": digest.run.model_copy(update={"complete": True})})


def a_pair(folder: Path) -> tuple[Digest, Digest]:
    """Digests of `EARLIER` and `LATER`."""
    return digest_of(EARLIER, "qs-2023", folder), digest_of(LATER, "qs-2024", folder)


@dataclass(frozen=True)
class Measured:
    """How many sentences and points were found rightly, wrongly or not."""

    right: int
    wrong: int
    missed: int
    seen: int
    unseen: int
    overseen: int

    @property
    def precision(self) -> float:
        """Of the sentences given, the share that gold has."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of gold's sentences, the share that was given."""
        return self.right / max(1, self.right + self.missed)


def read_gold(path: Path) -> dict[str, Any]:
    """One file of fixtures/follow/gold."""
    gold: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return gold


def measured(found: FollowUp, gold: Mapping[str, Any]) -> Measured:
    """Sentences of the later report that were given for each planned sentence that gold judges, against gold.

    A sentence of the plan is judged as a whole, with all its points, unless gold judges several pieces of it. `seen`:
    tasks with a sentence in gold of which one was given; `unseen`: tasks without any, rightly left; `overseen`: tasks
    without any that were given one.
    """
    points = [point for task in found.tasks for point in task.points]
    own = [_points_of(points, one["task"]) for one in gold["tasks"]]
    places = [{point.evidence.sentence for point in found} for found in own]
    right = wrong = missed = seen = unseen = overseen = 0
    for one, mine, place in zip(gold["tasks"], own, places, strict=True):
        alone = sum(bool(place & other) for other in places) == 1
        whole = [point for point in points if point.evidence.sentence in place] if alone else mine
        want = one["reported"]
        given = {passage.evidence.start: passage.evidence.quote for point in whole for passage in point.passages}
        hits = [any(_holds(quote, piece) for quote in given.values()) for piece in want]
        right += sum(hits)
        missed += len(hits) - sum(hits)
        wrong += sum(not any(_holds(quote, piece) for piece in want) for quote in given.values())
        seen += any(hits)
        unseen += not want and not given
        overseen += not want and bool(given)
    return Measured(right, wrong, missed, seen, unseen, overseen)


def _points_of(points: list[PointResult], piece: str) -> list[PointResult]:
    """The points in which a piece of gold stands, or that are part of it."""
    body = compact(piece)
    return [
        point
        for point in points
        if body in compact(point.evidence.quote) or compact(point.evidence.quote).rstrip("。；") in body
    ]


def _holds(quote: str, piece: str) -> bool:
    return compact(piece) in compact(quote)
