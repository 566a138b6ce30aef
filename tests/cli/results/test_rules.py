"""`huimou rules`: files of rules, the rules of one, one rule, and what reports exercise."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huimou.cli import app
from huimou.language.rules.rulebook import SHIPPED_RULES, list_shipped_groups

pytestmark = pytest.mark.usefixtures("elsewhere")

_OWN = '[dispositions.proverb]\nadd = ["水滴石穿"]\nexamples = ["水滴石穿,非一日之功。"]\n'


def rules(*arguments: str | Path) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


@pytest.fixture
def own() -> Path:
    """A folder with a rule of one's own."""
    folder = Path("own")
    folder.mkdir()
    (folder / "mine.toml").write_text(_OWN, encoding="utf-8")
    return folder


def test_files_are_listed_with_what_they_decide() -> None:
    """Name and number of rules, then the first line of the file."""
    lines = rules().stdout.splitlines()
    counts = {group: len(SHIPPED_RULES.list_group(group)) for group in list_shipped_groups()}
    heads = [f"{group}  {count} rule{'s' if count > 1 else ''}" for group, count in counts.items()]
    assert lines[::2] == heads
    assert all(line.startswith("  ") and line.strip(" #") for line in lines[1::2])


def test_a_file_lists_its_rules() -> None:
    """Id and title, then the reason, in the order of the file."""
    lines = rules("dispositions").stdout.splitlines()
    assert [line.split()[0] for line in lines[::2]] == list(SHIPPED_RULES.list_group("dispositions"))
    row = SHIPPED_RULES.find_row("dispositions.proverb")
    assert f"dispositions.proverb  {row.title}\n  {row.why}\n" in rules("dispositions").stdout


def test_a_rule_is_printed_as_it_stands() -> None:
    """Its own table alone, without the heading of the next part of the file, and the tables within it."""
    printed = rules("dispositions.proverb").stdout
    assert printed.startswith('[dispositions.proverb]\ntitle = "格言"\n')
    assert printed.count("[dispositions.") == 1
    last = rules("comparison.same_practice").stdout.splitlines()
    assert last[-2:] == ["[comparison.same_practice.map]", '"首个议题" = "第一议题"']
    assert not rules("dispositions.will").stdout.rstrip().splitlines()[-1].startswith("#")


def test_own_rules_stand_beside_the_shipped(own: Path) -> None:
    """The list says what was done to a rule; the rule is printed from both files."""
    assert "dispositions.proverb  格言  (changed)\n" in rules("dispositions", "--rules", own).stdout
    printed = rules("dispositions.proverb", "--rules", own).stdout
    assert printed.startswith("# dispositions.toml\n[dispositions.proverb]\n")
    assert printed.endswith(f"# {own / 'mine.toml'}\n{_OWN}")


def test_what_nothing_exercises_is_listed() -> None:
    """Rules first, then words under their rule; a report that has a word takes it from the list."""
    Path("报告.txt").write_text("推行首个议题制度，承接组织举办的论坛。", encoding="utf-8")
    bare, read = rules("--coverage"), rules("--coverage", "报告.txt")
    assert (bare.exit_code, read.exit_code) == (0, 0)
    assert "comparison.same_practice  同一做法的叫法\n" in bare.stdout
    assert "comparison.same_practice  " not in read.stdout
    assert "comparison.held:\n" in bare.stdout
    assert "\n  组织举办\n" in bare.stdout
    assert "\n  组织举办\n" not in read.stdout
    assert bare.stdout.index("comparison.same_practice  ") < bare.stdout.index("comparison.held:")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["novel"], "no such file of rules: novel"),
        (["dispositions.novel"], "no such rule: dispositions.novel"),
        (["novel.rule"], "no such rule: novel.rule"),
        (["dispositions", "reading"], "give one file of rules or one rule"),
        (["--coverage", "nowhere.txt"], "no such file or folder: nowhere.txt"),
        (["--rules", "nowhere"], "cannot read the rules in nowhere"),
    ],
)
def test_what_is_not_there_is_said(arguments: list[str], message: str) -> None:
    """One line, exit 2."""
    result = rules(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
