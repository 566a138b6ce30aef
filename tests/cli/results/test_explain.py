"""`huimou explain`: what it takes, what it says, and one line for what is wrong."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from places import ROOT

pytestmark = pytest.mark.usefixtures("elsewhere")

NAME = "wuhan-2017-2021"


def explain(*words: object) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["explain", *map(str, words)])


@pytest.fixture
def digest(tmp_path: Path) -> Path:
    """An accepted digest with its report beside it."""
    shutil.copy(ROOT / "seeds" / f"{NAME}.txt", tmp_path)
    return Path(shutil.copy(ROOT / "fixtures" / "accepted" / f"{NAME}.json", tmp_path))


def ask(digest: Path, what: object, *more: object) -> Result:
    """About something in the digest, with the report where it was copied."""
    return explain(digest, what, "--source", digest.parent, *more)


def test_a_sentence(digest: Path) -> None:
    """Its text, section, disposition and rule, and what it would be without that."""
    done = ask(digest, 14)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("第14句（字符674–724）\n")
    assert "规则 dispositions.hollow_words（空话）" in done.output
    assert "没有这条规则：归入“工作回顾”，成为或并入条目" in done.output


def test_an_item_a_figure_and_characters(digest: Path) -> None:
    """Each is explained by the sentences that it lies in; letters in either case, characters in either order."""
    data = json.loads(digest.read_text(encoding="utf-8"))
    item, figure = data["year_review"]["achievements"][1], data["figures"][0]
    sentences = [f"第{piece['sentence']}句" for piece in item["evidence"]]
    for what in (item["id"], item["id"].lower()):
        assert [
            line.partition("（")[0] for line in ask(digest, what).output.splitlines() if line[:1] == "第"
        ] == sentences
    assert f"领域：{data['report']['domains'][item['domain']]}，依据条目里的“" in ask(digest, item["id"]).output
    assert f"“{figure['quote']}”：计入数据（{figure['id']}）" in ask(digest, figure["id"]).output
    both = {ask(digest, f"{start}-{end}").output for start, end in ((674, 700), (700, 674))}
    assert len(both) == 1
    assert both.pop().startswith("第14句")


@pytest.mark.parametrize("what", ["0", "999", "A99", "F0", "x", "99999-100000"])
def test_what_is_not_there(digest: Path, what: str) -> None:
    """Is said, with what there is."""
    done = ask(digest, what)
    assert done.exit_code == 2
    assert f"nothing in the digest is {what}" in done.output
    assert "a sentence (1 to 104)" in done.output


def test_no_digest(digest: Path) -> None:
    """A file that is none, and one that is not there."""
    assert explain(digest.parent / f"{NAME}.txt", 1).exit_code == 2
    assert explain(digest.parent / "none.json", 1).exit_code == 2


def test_the_report_is_gone(digest: Path) -> None:
    """Without its text nothing can be said of it."""
    (digest.parent / f"{NAME}.txt").unlink()
    done = ask(digest, 14)
    assert done.exit_code != 0
    assert "Traceback" not in done.output


def test_a_digest_from_before_there_were_rules(digest: Path) -> None:
    """It says what became of a sentence; why, it does not know."""
    data = json.loads(digest.read_text(encoding="utf-8"))
    for part in (*data["sentences"], *data["sections"], *data["figures"]):
        part.pop("rule"), part.pop("actor_rule", None)
    del data["run"]["rules"]
    digest.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    done = ask(digest, 14)
    assert done.exit_code == 0, done.output
    assert "略去，修辞" in done.output
    assert "没有记下规则" in done.output


def test_own_rules_are_needed_to_explain_them(digest: Path, tmp_path: Path) -> None:
    """A rule that is not there is named, with what to do."""
    data = json.loads(digest.read_text(encoding="utf-8").replace("dispositions.hollow_words", "dispositions.my_own"))
    data["run"]["rules"] = {"dispositions.my_own": "added"}
    digest.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    done = ask(digest, 14)
    assert done.exit_code == 2
    assert "this digest was made with rules of your own (dispositions.my_own)" in done.output
    assert "name their folder with --rules" in done.output
    own = tmp_path / "own"
    own.mkdir()
    (own / "my.toml").write_text(
        '[dispositions.my_own]\ntitle = "战疫"\nwhy = "只说力量。"\ndecides = "rhetoric"\nany = ["战疫力量"]\n'
        'examples = ["汇聚战疫力量"]\n',
        encoding="utf-8",
    )
    assert "规则 dispositions.my_own（战疫）：只说力量。" in ask(digest, 14, "--rules", own).output
    (digest.parent / f"{NAME}.json").write_bytes((ROOT / "fixtures" / "accepted" / f"{NAME}.json").read_bytes())
    assert "this digest was made with the shipped rules alone" in ask(digest, 14, "--rules", own).output
