"""One run of the pipeline on a made-up report, against a real HTTP server that answers by script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.client import open_client
from huimou.model.digest import Digest
from huimou.model.events import DigestEvent, TokensSpent, UnitDone, UnitsPlanned
from huimou.model.report import Document
from huimou.settings import Endpoint
from made_up_wording import write_good_summary
from scripted_server import Reply, completion, serving

PLANNED = """政协青松市委员会2031年工作回顾

一、过去一年的工作

(一)坚持党的领导。举办专题读书班6期,组织委员群策群力学习1200余人次,围绕学习体会开展交流研讨,切实增强了委员的责任感和使命感。
(二)服务发展大局。围绕装备制造业升级开展调研9次,召开座谈会14场,形成《关于加快装备制造业发展的建议》,得到市委主要领导批示,为科学决策提供了重要参考。
(三)办好提案工作。征集提案318件,立案290件,办复率100%,齐心协力开展重点提案督办活动7次,有力推动了提案办理提质增效。
(四)反映社情民意。报送社情民意信息1,300余条,被省政协采用260条,其中关于老旧小区加装电梯的建议被市政府采纳,有效发挥了重要作用。
同时,我们也清醒地认识到,工作中还存在一些不足,主要是:民主监督工作相对薄弱,委员作用发挥不够充分。

二、2032年主要任务

2032年工作的总体要求是:坚持团结和民主两大主题,围绕中心、服务大局。
(一)加强协商议政。围绕老旧小区改造召开专题协商会4次,组织委员深入社区听取群众意见,为提升城市品质建言献策。
(二)深化为民服务。推进“委员工作室”建设,齐心协力新建社区工作室20个,组织委员开展义诊、助学等志愿活动,为群众提供了更加便利的服务。
"""


@dataclass
class Told:
    """What the pipeline told while it worked."""

    total: int = 0
    done: int = 0
    spent: list[int] = field(default_factory=lambda: [0, 0])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, event: DigestEvent) -> None:
        """Add it up."""
        with self.lock:
            match event:
                case UnitsPlanned(units):
                    self.total += units
                case UnitDone():
                    self.done += 1
                case TokensSpent(prompt, completion):
                    self.spent = [self.spent[0] + prompt, self.spent[1] + completion]


@dataclass(frozen=True)
class Outcome:
    """A digest, what was told, and how many calls it took."""

    digest: Digest
    told: Told
    calls: int


def said(**answer: Any) -> Reply:
    """An answer with a plausible count of prompt tokens."""
    return completion(json.dumps(answer, ensure_ascii=False), prompt_tokens=900)


def kind_of(body: Any) -> str:
    """Name of the answer's only field."""
    return str(next(iter(body["response_format"]["json_schema"]["schema"]["properties"])))


def good_model(body: Any) -> Reply:
    """Summaries without their purposes and slogans, nothing overlooked."""
    question = body["messages"][-1]["content"]
    if kind_of(body) == "summary":
        evidence = question.split("原文:", 1)[1]
        return said(summary=write_good_summary(evidence))
    return said(**dict.fromkeys(body["response_format"]["json_schema"]["schema"]["properties"], "无"))


def run(
    text: str,
    model: Callable[[Any], Reply] = good_model,
    concurrency: int = 2,
    choices: DigestChoices | None = None,
) -> Outcome:
    """Digest a text."""
    document = Document("报告.txt", "报告", text, "0" * 64, "utf-8", "text")
    told = Told()
    with serving(model) as server:
        endpoint = Endpoint("openai", server.url, "m", concurrency=concurrency)
        with open_client(endpoint, budget=0.1) as client:
            digest = digest_report(document, client, load_checked_prompts(), told.hear, choices)
        return Outcome(digest, told, server.calls)
