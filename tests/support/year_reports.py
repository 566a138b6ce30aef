"""Three made-up reports of one county, a year after another, and the chain of their digests."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from follow_pair import digest_of
from huimou.compare.followup.follow import follow_plan
from huimou.compare.followup.result import FollowUp
from huimou.compare.years import YearChain, build_chain
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.client import open_client
from huimou.model.digest import Digest
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving

TEXTS = {
    "qs-2022": """青松县人民政府工作报告

一、2022年工作回顾

全县地区生产总值达到280亿元，增长5.2%。

全年新建学校3所。

二、2023年工作安排

今年的主要预期目标是：地区生产总值增长6%左右，固定资产投资增长7%以上，城镇新增就业4800人以上。

推进松江河流域综合治理。

开工建设青松至临江高速公路。

建立企业家接待日制度。
""",
    "qs-2023": """青松县人民政府工作报告

一、2023年工作回顾

全县地区生产总值达到305亿元，增长5.8%。

固定资产投资增长4.9%。

青松至临江高速公路开工建设，完成投资9.2亿元。

全年新建学校5所。

二、2024年工作安排

今年的主要预期目标是：地区生产总值增长6.5%左右，固定资产投资增长5%以上，城镇新增就业5000人以上。

持续推进松江河流域综合治理。

建设零碳产业园。
""",
    "qs-2024": """青松县人民政府工作报告

一、2024年工作回顾

全县地区生产总值由2023年的300亿元增加到318亿元，增长6%。

固定资产投资增长5.3%。

城镇新增就业5120人。

二、2025年工作安排

今年的主要预期目标是：地区生产总值增长6%左右。

继续推进松江河流域综合治理。
""",
}


def year_digests(folder: Path) -> list[Digest]:
    """Digests of the three reports, the earliest first; `folder` needs hold nothing."""
    return [
        digest.model_copy(update={"source": digest.source.model_copy(update={"sha256": name.ljust(64, "0")})})
        for name, text in TEXTS.items()
        for digest in (digest_of(text, name, folder),)
    ]


def says_no(body: Any) -> Reply:
    """The model's answer that none of the sentences reports on the task."""
    shown = str(body["messages"][-1]["content"]).partition("今年的句子:\n")[2].splitlines()
    answer = {str(number): "无" for number, _ in enumerate(shown, start=1)}
    return completion(json.dumps(answer, ensure_ascii=False), prompt_tokens=900)


def follow_pairs(digests: list[Digest]) -> list[FollowUp]:
    """Each plan held against the next report, with a model that sees nothing."""
    with serving(says_no) as server, open_client(Endpoint("openai", server.url, "m"), budget=30) as client:
        prompts = load_checked_prompts()
        return [follow_plan(one, other, client, prompts) for one, other in pairwise(digests)]


def a_chain(folder: Path) -> YearChain:
    """The chain of the three reports."""
    digests = year_digests(folder)
    return build_chain(digests, follow_pairs(digests))
