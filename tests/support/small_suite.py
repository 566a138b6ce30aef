"""A project of its own: one small report, huimou's prompts, and a server that answers with the report's own words."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.prompts import find_prompt_folder
from huimou.evaluation.regression import lifecycle
from huimou.evaluation.regression.suite import Suite, open_suite
from huimou.settings import Endpoint
from made_up_wording import write_good_summary
from scripted_server import Reply, ScriptedServer, completion

REWORDED = "请注意,"
CITIES = "青白红黄蓝紫金银铜铁石木水火土山川江河湖海云雨风雪"
REPORT = """政协青松市委员会常务委员会工作报告

2023年工作回顾

一年来,召开全体会议1次、专题议政性常委会会议3次,收到提案268件,立案231件,齐心协力办复率达到100%,提案质量不断提升。

■服务发展大局

●围绕城区老旧管网改造开展专题协商,组织委员齐心协力走访社区26个,提出意见建议43条,得到市政府主要领导批示,为科学决策提供了重要参考。

●围绕夜间经济发展开展专题协商,组织委员群策群力提出意见建议31条,齐心协力推动新增夜市便民摊位220个,有力促进了消费升级。

●开展优化营商环境民主监督,组织委员群策群力走访企业112家,帮助协调解决用地、融资等问题37个,进一步增强了企业发展信心。

2024年工作安排

●围绕水库移民后期扶持、山区教育资源配置等课题,组织委员群策群力深入12个乡镇开展调研,为党委政府科学决策提供参考。

●修订委员履职管理办法,建立委员履职档案,努力打造一支高素质的委员队伍。
"""


def named(name: str) -> str:
    """The report, of another city: it asks no question that the report of a further city asks."""
    text = REPORT.replace("青松", name).replace("围绕", f"围绕{name}").replace("修订", f"修订{name}")
    return text.replace("开展优化", f"开展{name}优化").replace("召开全体", f"在{name}召开全体")


def many(folder: Path, count: int) -> None:
    """A folder of so many reports, at most 15,625, no two of which ask the same."""
    folder.mkdir()
    for number in range(count):
        name = CITIES[number % 25] + CITIES[number // 25 % 25] + CITIES[number // 625 % 25]
        (folder / f"r{number:05}.txt").write_text(named(name), encoding="utf-8")


def answer(body: Any) -> Reply:
    """Summaries without purposes and slogans, nothing overlooked."""
    name = body["response_format"]["json_schema"]["name"]
    asked = body["messages"][-1]["content"]
    if name == "Summary":
        value: dict[str, Any] = {"summary": write_good_summary(asked.rpartition("原文:")[2])}
    else:
        value = {str(n): "无" for n in range(1, int(name.removeprefix("Judged")) + 1)}
    return completion(json.dumps(value, ensure_ascii=False), prompt_tokens=900)


def shorter(body: Any) -> Reply:
    """As `answer`, but a summary keeps only what comes before its last comma."""
    reply = answer(body)
    said = json.loads(reply.body["choices"][0]["message"]["content"])
    if "summary" in said:
        said = {"summary": said["summary"].rpartition(",")[0]}
    return completion(json.dumps(said, ensure_ascii=False), prompt_tokens=900)


def a_project(folder: Path, text: str = REPORT) -> Suite:
    """A suite of the report in `folder`, with prompts of its own and no recordings yet."""
    (folder / "reports").mkdir(parents=True, exist_ok=True)
    (folder / "reports" / "qingsong.txt").write_text(text, encoding="utf-8")
    if not (folder / "prompts").is_dir():
        shutil.copytree(find_prompt_folder(), folder / "prompts")
    return suite_of(folder)


def suite_of(folder: Path) -> Suite:
    """The suite of a project as it is now."""
    return open_suite(folder / "reports", folder / "fixtures", prompts=folder / "prompts")


def record(suite: Suite, server: ScriptedServer, which: lifecycle.WhichRequests = "stale") -> int:
    """Record into the candidate; number of requests that the server got."""
    before = server.calls
    lifecycle.record_answers(
        suite, which, Endpoint("openai", server.url, "m", concurrency=1), load_checked_prompts(suite.prompts)
    )
    return server.calls - before


def accepted(suite: Suite, server: ScriptedServer) -> None:
    """Record everything that is not fresh and accept it."""
    record(suite, server)
    lifecycle.accept_candidate(suite, load_checked_prompts(suite.prompts))


def set_version(text: str, version: int) -> str:
    """The text of a prompt file with another version."""
    return re.sub("^version: .*$", f"version: {version}", text, count=1, flags=re.MULTILINE)


def reword(text: str) -> str:
    """The text of a prompt file with one word more in the first line that a model reads."""
    return text.replace("# system\n", f"# system\n{REWORDED}", 1)


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change a file, and make sure that it did change."""
    old = path.read_text(encoding="utf-8")
    new = change(old)
    assert new != old
    path.write_text(new, encoding="utf-8")
