"""Rules of one's own: added, changed and switched off by id, checked, each mistake in one line."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from huimou.errors import UsageError
from huimou.language.rules import get_rule, get_rules, remember, use_rules
from huimou.language.rules.own_rules import load_rules
from huimou.language.rules.rule import find_title
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook

BRASS = "锣鼓喧天迎新春。"
ADDED = """
[dispositions.brass_band]
title = "锣鼓"
why = "只写热闹，没有做了什么。"
decides = "rhetoric"
any = ["锣鼓喧天"]
unless = ["dispositions.document_or_digit"]
examples = ["锣鼓喧天迎新春。"]
counter_examples = ["锣鼓喧天中开工12个项目。"]
"""


def write(folder: Path, text: str, name: str = "own.toml") -> RuleBook:
    """The book with a file of rules of one's own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return load_rules(folder)


def find(text: str) -> list[str]:
    """Ids of the rules that leave sentences out and apply to a text."""
    return [rule.id for rule in get_rules("dispositions").rules if rule.find(text)]


def test_a_rule_is_added(tmp_path: Path) -> None:
    """It stands behind the shipped ones, has its exceptions, and is gone with its book."""
    book = write(tmp_path, ADDED)
    assert find(BRASS) == []
    with use_rules(book):
        assert find(BRASS) == ["dispositions.brass_band"]
        assert find("锣鼓喧天中开工12个项目。") == []
        assert find_title("dispositions.brass_band") == "锣鼓"
    with use_rules(SHIPPED_RULES):
        assert find(BRASS) == []
    assert book.changes == {"dispositions.brass_band": "added"}


def test_words_are_added_to_a_list_and_removed(tmp_path: Path) -> None:
    """The rest of the list stays, and so do the other fields."""
    book = write(tmp_path, '[dispositions.hollow_words]\nadd = ["锣鼓喧天"]\nremove = ["春风"]\n')
    with use_rules(book):
        assert find(BRASS) == ["dispositions.hollow_words"]
        assert find("春风拂面。") == []
        assert find("成绩来之不易。") == ["dispositions.hollow_words"]
    assert book.changes == {"dispositions.hollow_words": "changed"}


def test_a_rule_is_switched_off(tmp_path: Path) -> None:
    """It applies to nothing, nor do patterns that name it find what it found."""
    text = "[dispositions.hollow_words]\noff = true\n[headings.year]\noff = true\n"
    with use_rules(write(tmp_path, text)):
        assert find("成绩来之不易。") == []
        assert get_rule("headings.year_or_coming_time").search("2024年主要任务") is None
        assert get_rule("headings.year_or_coming_time").search("明年主要任务") is not None


def test_what_a_function_remembers_ends_with_the_book(tmp_path: Path) -> None:
    """The same question under other rules is asked anew."""
    calls: list[str] = []

    @remember(8)
    def judge(text: str) -> int:
        calls.append(text)
        return len(find(text))

    assert judge(BRASS) == judge(BRASS) == 0
    with use_rules(write(tmp_path, ADDED)):
        assert judge(BRASS) == judge(BRASS) == 1
    with use_rules(SHIPPED_RULES):
        assert judge(BRASS) == 0
    assert calls == [BRASS] * 3


def test_a_book_goes_to_another_process(tmp_path: Path) -> None:
    """As workers get it: the same rules, and known as the same."""
    book = write(tmp_path, ADDED)
    book.compile("dispositions.brass_band")
    received = pickle.loads(pickle.dumps(book))  # noqa: S301 (its own)
    with use_rules(book), use_rules(received):
        assert find(BRASS) == ["dispositions.brass_band"]
    assert (received.digest, received.changes) == (book.digest, book.changes)


def test_a_thread_reads_with_one_book(tmp_path: Path) -> None:
    """It does not wait for itself for ever."""
    book = write(tmp_path, ADDED)
    with use_rules(SHIPPED_RULES), use_rules(SHIPPED_RULES), pytest.raises(RuntimeError), use_rules(book):
        pass


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dispositions", "own.toml is not TOML"),
        ('title = "x"', "own.toml: title: must be the table of a rule"),
        ('[dispositions.Bad]\nany = ["x"]', "own.toml: dispositions.Bad: must be the table of a rule"),
        ('[dispositions.proverb]\nanny = ["x"]', "own.toml: dispositions.proverb: anny: no such key"),
        ('[dispositions.proverb]\nany = "x"', "own.toml: dispositions.proverb: any: must be a list of texts"),
        ("[dispositions.proverb]\nlongest = true", "own.toml: dispositions.proverb: longest: must be a whole number"),
        ("[dispositions.proverb]\nany = [3]", "own.toml: dispositions.proverb: any: must be a list of texts"),
        ('[dispositions.proverb]\nmethod = "find"', "own.toml: dispositions.proverb: method: must be one of"),
        ('[dispositions.proverb]\nflags = ["big"]', "own.toml: dispositions.proverb: flags: no such flag: big"),
        (
            '[dispositions.proverb]\nany = ["a("]\nexamples = []',
            "own.toml: dispositions.proverb: any: a(: not a regular expression",
        ),
        (
            '[dispositions.proverb]\nany = ["{nothing}"]',
            "own.toml: dispositions.proverb: any: no such rule: lexicon.nothing",
        ),
        (
            '[dispositions.proverb]\nunless = ["dispositions.nothing"]',
            "own.toml: dispositions.proverb: unless: no such rule: dispositions.nothing",
        ),
        (
            '[dispositions.proverb]\nremove = ["没有"]',
            "own.toml: dispositions.proverb: remove: the rule does not have 没有",
        ),
        ('[lexicon.counted]\nadd = ["x"]', "own.toml: lexicon.counted: add: this rule is no list"),
        ('[dispositions.proverb]\nany = ["月亮"]', "own.toml: dispositions.proverb: does not apply to its example"),
        ('[dispositions.mine]\nany = ["x"]', "own.toml: dispositions.mine: decides: must be one of background"),
        (
            '[dispositions.mine]\ndecides = "rhetoric"\npattern = "x"\nany = ["x"]',
            "own.toml: dispositions.mine: must have one of",
        ),
        (
            '[dispositions.mine]\ndecides = "rhetoric"\nany = ["x"]\nneeds = "luck"',
            "own.toml: dispositions.mine: needs: must be one of hollow_throughout, purposes_alone, slogans_alone",
        ),
        ('[dispositions.proverb]\nsections = ["past"]', "own.toml: dispositions.proverb: sections: no such role: past"),
        ('[dispositions.provrb]\nadd = ["x"]', "own.toml: dispositions.provrb: there is no such rule"),
        (
            '[dispositions.proverb]\nadd = ["愈(说"]',
            "own.toml: dispositions.proverb: add: 愈(说: not a regular expression",
        ),
        ('[dispositions.proverb]\nadd = ["方能"]', "own.toml: dispositions.proverb: add: the rule has 方能 already"),
        (
            '[dispositions.proverb]\nadd = [""]',
            "own.toml: dispositions.proverb: add: must be a list of texts, none of them",
        ),
        (
            '[dispositions.proverb]\nadd = ["奮進"]',
            "own.toml: dispositions.proverb: add: 奮進 is never found as it is written",
        ),
        (
            '[dispositions.proverb]\nadd = ["好，"]',
            "own.toml: dispositions.proverb: add: 好， is never found as it is written",
        ),
        ("[dispositions.proverb]\nshortest = 61", "own.toml: dispositions.proverb: longest: is less than shortest"),
        ('[dispositions.proverb]\noff = true\nadd = ["x"]', "dispositions.proverb: off and add exclude each other"),
        (
            '[dispositions.proverb]\nprogram = "x"',
            "own.toml: dispositions.proverb: program: only shipped rules have it",
        ),
        ("[dispositions.proverb]\n", "own.toml: dispositions.proverb: says nothing"),
        ("# nothing\n", "own.toml holds no rule"),
        ('[dispositions.counted_twice]\nany = ["x"]', "own.toml: dispositions.counted_twice: decides: must be one of"),
        ('[lexicon.counted]\npattern = "(?P<n>\\\\d)件"\nexamples = []', "the group (?P<n>…) is nobody's"),
        (
            '[dispositions.proverb]\nunless = ["dispositions.proverb"]',
            "dispositions.proverb: rules that name each other: dispositions.proverb, dispositions.proverb",
        ),
        (
            '[headings.plan]\ntogether_with = ["headings.year"]\n[headings.year]\nunless = ["headings.plan"]',
            "rules that name each other: headings.plan, headings.year, headings.plan",
        ),
        ('[blocks.mine]\nany = ["x"]', "own.toml: blocks.mine: there is no such rule"),
        ('[sections.plan_opening]\nany = ["今年是"]\nexamples = []', "must keep the group (?P<year>…)"),
        ("[sections.later_year]\noff = true", "own.toml: sections.later_year: others rest on this one"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    """File, rule and key are named."""
    with pytest.raises(UsageError) as raised:
        write(tmp_path, text)
    assert message in raised.value.message
    assert "\n" not in str(raised.value)


def test_the_same_rule_in_two_files(tmp_path: Path) -> None:
    """Which one is meant cannot be told."""
    write(tmp_path, ADDED, "a.toml")
    with pytest.raises(UsageError, match=r"b.toml: dispositions.brass_band: this rule stands in two files"):
        write(tmp_path, ADDED, "b.toml")


@pytest.mark.parametrize(("rule_id", "likely"), [("dispositions.provrb", "do you mean dispositions.proverb?")])
def test_a_rule_that_is_misspelt(tmp_path: Path, rule_id: str, likely: str) -> None:
    """The one that is meant is named."""
    with pytest.raises(UsageError) as raised:
        write(tmp_path, f'[{rule_id}]\nadd = ["x"]')
    assert raised.value.hint == likely


def test_files_that_cannot_be_rules(tmp_path: Path) -> None:
    """One of another encoding, a file for a folder, and names with another ending."""
    (tmp_path / "own.toml").write_bytes('[dispositions.proverb]\nadd = ["锣鼓喧天"]'.encode("gbk"))
    with pytest.raises(UsageError, match=r"own.toml is not UTF-8: save it as UTF-8"):
        load_rules(tmp_path)
    with pytest.raises(UsageError, match=f"own.toml is a file: give the folder that holds it: {tmp_path}"):
        load_rules(tmp_path / "own.toml")
    (tmp_path / "own.toml").rename(tmp_path / "own.toml.txt")
    with pytest.raises(UsageError, match=r"holds no rules: names must end in .toml; there are own.toml.txt"):
        load_rules(tmp_path)


@pytest.mark.parametrize("missing", [True, False])
def test_a_folder_without_rules(tmp_path: Path, *, missing: bool) -> None:
    """It is named."""
    with pytest.raises(UsageError, match="rules"):
        load_rules(tmp_path / "nowhere" if missing else tmp_path)


def test_a_rule_that_names_itself(tmp_path: Path) -> None:
    """By way of another one, too."""
    text = '[headings.year]\nany = ["{headings.year_or_coming_time}"]\n'
    with pytest.raises(
        UsageError, match=r"headings.year: rules that name each other: headings.year, headings.year_or_coming_time"
    ):
        write(tmp_path, text)
