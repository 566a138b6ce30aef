"""Made-up reports of towns, and a model server that answers whatever is asked about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from huimou.model.report import Document
from made_up_wording import write_good_summary
from scripted_server import Reply, completion

TOWNS = ("青松", "白水", "红岩", "黄岭")
TOPICS = ("装备制造业升级", "老旧小区改造", "乡村振兴", "职业教育发展")


def report(town: str, topics: Sequence[str] = TOPICS) -> Document:
    """A made-up report with an item a topic, each with figures, a slogan among them, and a purpose."""
    seed = TOWNS.index(town) + 2
    bullets = "\n".join(
        f"({'一二三四五六七八'[n]})推进{topic}工作。围绕{topic}开展调研{seed + n}次，召开座谈会{seed + 2 * n + 11}场，"
        f"齐心协力推动解决群众反映的问题{seed + n + 5}个，为科学决策提供了重要参考。"
        for n, topic in enumerate(topics)
    )
    text = (
        f"政协{town}市委员会2031年工作回顾\n\n一、过去一年的工作\n\n{bullets}\n\n"
        "二、2032年主要任务\n\n"
        f"(一)加强协商议政。围绕{town}城市更新召开专题协商会4次，组织委员群策群力深入12个社区听取群众意见，为提升城市品质建言献策。\n"
    )
    return Document(f"{town}.txt", town, text, "0" * 64, "utf-8", "text")


def said(**answer: Any) -> Reply:
    """An answer with a plausible count of prompt tokens."""
    return completion(json.dumps(answer, ensure_ascii=False), prompt_tokens=900)


def kind_of(body: Any) -> str:
    """Name of the answer's only field."""
    return str(next(iter(body["response_format"]["json_schema"]["schema"]["properties"])))


def question_of(body: Any) -> str:
    """What is asked, also where it is asked again."""
    return str(body["messages"][-3 if is_reask(body) else -1]["content"])


def is_reask(body: Any) -> bool:
    """Whether the answer before did not fit its schema."""
    return "上一个回答不合要求" in body["messages"][-1]["content"]


def good_model(body: Any) -> Reply:
    """Summaries without their purposes and slogans, nothing found at the second look."""
    question = question_of(body)
    if kind_of(body) == "summary":
        evidence = question.split("原文:", 1)[1]
        return said(summary=write_good_summary(evidence))
    return said(**dict.fromkeys(body["response_format"]["json_schema"]["schema"]["properties"], "无"))
