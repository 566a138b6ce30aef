"""The faults of model servers as recordings, made by hand: a scripted server misbehaves, bullet by bullet.

python tests/support/faults.py writes fixtures/faults anew: a suite of its own, so that what huimou does about each
fault is held like any other digest.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from huimou.digest.prompt_check import load_checked_prompts
from huimou.evaluation.regression import lifecycle
from huimou.evaluation.regression.audit import digest_case, read_case
from huimou.evaluation.regression.suite import open_suite
from huimou.llm.client import open_client
from huimou.llm.recordings.files import RecordSettings
from huimou.settings import Endpoint
from made_up_wording import write_good_summary
from places import ROOT
from scripted_server import Reply, completion, serving
from small_suite import answer

FOLDER = ROOT / "fixtures" / "faults"
_TOKENS = 900


@dataclass(frozen=True)
class Fault:
    """What one bullet of the report meets: `words` are only in it; `replies` come in order, the last for good."""

    name: str
    bullet: str
    words: str
    replies: Callable[[str], list[Reply]]


def _said(text: str, **more: Any) -> Reply:
    return completion(text, prompt_tokens=_TOKENS, **more)


def _summary(text: str) -> str:
    return json.dumps({"summary": text}, ensure_ascii=False)


FAULTS = (
    Fault(
        "429 with Retry-After, then an answer",
        "围绕城区老旧管网改造开展专题协商,组织委员齐心协力走访社区26个,提出意见建议43条,得到市政府主要领导批示,为科学决策提供了重要参考。",
        "老旧管网",
        lambda good: [Reply({"error": {"message": "too many requests"}}, 429, {"retry-after": "1"}), _said(good)],
    ),
    Fault(
        "503 while the model loads, then an answer",
        "开展优化营商环境民主监督,组织委员群策群力走访企业112家,帮助协调解决用地、融资等问题37个,增强了企业发展信心。",
        "营商环境",
        lambda good: [Reply({"error": {"code": 503, "message": "Loading model"}}, 503), _said(good)],
    ),
    Fault(
        "answer cut at max_tokens: the unit is asked in halves",
        "组织委员齐心协力视察乡村道路建设18处,提出意见建议29条。齐心协力推动新建农村公路96公里,改造危桥14座,群众出行更加便利。",
        "乡村道路建设",
        lambda _: [_said('{"summary": "组织委员视察乡村道路', finish_reason="length")],
    ),
    Fault(
        "400 because the context is too small: the unit is asked in halves",
        "齐心协力召开文化遗产保护座谈会5次,形成调研报告3篇。推动文化遗产保护单位抢修古建筑11处,修缮古桥7座,为传承文脉作出了积极贡献。",
        "文化遗产保护座谈会",
        lambda _: [
            Reply(
                {
                    "error": {
                        "code": 400,
                        "type": "exceed_context_size_error",
                        "message": "the request exceeds the available context size",
                        "n_prompt_tokens": 5120,
                        "n_ctx": 4096,
                    }
                },
                400,
            )
        ],
    ),
    Fault(
        "thinking in front of the answer",
        "举办委员学习培训班4期,培训委员和干部320人次,群策群力开展专题研讨6场,委员履职能力有了新的提高。",
        "学习培训班",
        lambda good: [_said(f"<think>\n先看要求。{{不是答案}}\n</think>\n\n{good}")],
    ),
    Fault(
        "the answer in the reasoning field",
        "组织委员齐心协力开展送医下乡活动12次,义诊群众2300人次,捐赠药品折合人民币15万元,受到群众普遍欢迎和好评。",
        "送医下乡",
        lambda good: [_said(None, reasoning_content=good)],
    ),
    Fault(
        "the answer in a code fence with words around it",
        "群策群力接待外地政协来访团组21批次,赴外地学习考察9次,与三个县市建立了经常性联系,为扩大对外交往发挥了重要作用。",
        "来访团组",
        lambda good: [_said(f"好的,答案如下:\n```json\n{good}\n```\n希望对您有帮助。")],
    ),
    Fault(
        "broken JSON, mended by the re-ask",
        "组织委员群策群力反映社情民意信息156条,被省政协采用34条,得到省领导批示5条,为科学决策提供了重要参考。",
        "社情民意信息",
        lambda good: [_said('{"summary": "反映社情民意'), _said(good)],
    ),
    Fault(
        "the wrong field twice: the program's own sentence stands",
        "齐心协力支持民主党派提出集体提案45件,邀请党外人士参加调研视察63人次,为增进团结作出了积极贡献。",
        "集体提案",
        lambda _: [_said('{"text": "支持民主党派"}')],
    ),
    Fault(
        "502 of a gateway, then an answer",
        "组织委员齐心协力走访慰问困难群众410户,发放慰问金82万元,帮助解决就业就学问题57个,切实增强了群众的幸福感。",
        "慰问困难群众",
        lambda good: [Reply("", 502), _said(good)],
    ),
    Fault(
        "a made-up figure: refused, and another sample is taken",
        "组织委员齐心协力督办重点提案24件,群策群力推动解决停车难、入园难、看病难等问题13个,为群众提供了更加便利的服务。",
        "督办重点提案",
        lambda good: [_said(_summary("督办重点提案99件。")), _said(good)],
    ),
)
REPORT = (
    "政协青松市委员会常务委员会工作报告\n\n2023年工作回顾\n\n■履行职能情况\n\n"
    + "\n\n".join(f"●{fault.bullet}" for fault in FAULTS)
    + "\n\n2024年工作安排\n\n●修订委员履职管理办法,建立委员履职档案,努力打造一支高素质的委员队伍。\n"
)


class Misbehaving:
    """Gives each bullet its fault; everything else is answered well."""

    def __init__(self) -> None:
        self._asked: Counter[str] = Counter()

    def __call__(self, body: Any) -> Reply:
        """The reply to one request."""
        name = body["response_format"]["json_schema"]["name"]
        units = [m["content"] for m in body["messages"] if "原文:" in m["content"]]
        asked = units[-1] if units else ""
        fault = next((f for f in FAULTS if f.words in asked and f.bullet[-9:-1] in asked), None)
        if fault is None or name != "Summary":
            return answer(body)
        good = _summary(write_good_summary(asked.rpartition("原文:")[2]))
        replies = fault.replies(good)
        number = min(self._asked[fault.name], len(replies) - 1)
        self._asked[fault.name] += 1
        return replies[number]


def main() -> None:
    """Write the suite of faults."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "reports").mkdir(parents=True)
    (FOLDER / "reports" / "faults.txt").write_text(REPORT, encoding="utf-8")
    suite = open_suite(FOLDER / "reports", FOLDER)
    prompts = load_checked_prompts()
    with serving(Misbehaving()) as server:
        endpoint = Endpoint("openai", server.url, "by-hand", concurrency=1)
        with open_client(endpoint, record=RecordSettings(suite.recordings, made_by_hand=True)) as client:
            digest_case(suite, read_case(suite.cases[0]), client, prompts)
    lifecycle.accept_candidate(suite, prompts)
    shutil.rmtree(suite.accepted / "prompts")


if __name__ == "__main__":
    main()
