"""Years of one body: indicators as printed, bases that do not agree told, every task in one thread."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compared import a_report
from huimou.compare.cities.comparison import describe_reports
from huimou.compare.followup.result import CarriedTask, FollowUp
from huimou.compare.years import YearChain, build_chain, order_reports
from huimou.compare.years.phrases import STATES, format_figure, format_indicator, format_tally
from huimou.compare.years.tasks import follow_tasks
from huimou.errors import UsageError
from huimou.language.profiles.profile import load_shipped_profiles
from year_reports import a_chain, follow_pairs, year_digests


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> YearChain:
    """The chain of the three reports."""
    return a_chain(tmp_path_factory.mktemp("chain"))


def test_targets_and_results_stand_in_their_year_as_printed(chain: YearChain) -> None:
    """A target stands in the year that it is for, a result in the year that its report reviews; gaps stay empty."""
    assert chain.years == (2022, 2023, 2024, 2025)
    told = {
        format_indicator(row.indicator): [
            ([format_figure(one) for one in cell.targets], [format_figure(one) for one in cell.results])
            for cell in row.cells
        ]
        for row in chain.indicators
    }
    assert told["地区生产总值增长（%）"] == [
        ([], ["升 5.2%"]),
        (["升 6%左右"], ["升 5.8%"]),
        (["升 6.5%左右"], ["升 6%"]),
        (["升 6%左右"], []),
    ]
    assert told["城镇新增就业（人）"] == [([], []), (["4800人以上"], []), (["5000人以上"], ["5120人"]), ([], [])]
    assert told["新建学校（所）"] == [([], ["3所"]), ([], ["5所"]), ([], []), ([], [])]
    assert told["地区生产总值（元）"] == [([], ["280亿元"]), ([], ["305亿元"]), ([], ["318亿元"]), ([], [])]


def test_every_figure_is_printed_in_its_report(chain: YearChain) -> None:
    """Each stands verbatim in the quote of its report, from which it is cut."""
    for row in chain.indicators:
        for cell in row.cells:
            for one in (*cell.targets, *cell.results):
                printed = one.printed
                start = printed.figure.start - printed.start
                assert printed.quote[start : start + len(printed.figure.quote)] == printed.figure.quote
                assert printed.figure in chain.sides[one.report].digest.figures


def test_a_base_that_was_revised_is_told_and_not_smoothed(chain: YearChain) -> None:
    """The level that the next report prints otherwise, and a rise that two levels do not give, with both forms."""
    told = [one.message for one in chain.revised]
    assert any("2023年的报告印305亿元，其后的报告写2023年为300亿元" in message for message in told)
    assert any("2023年印305亿元、2024年印318亿元，相除为+4.3%（推算），2024年的报告写增长6%" in one for one in told)
    assert all("不作调整" in message for message in told)


def test_bases_that_agree_are_not_told() -> None:
    """Levels that give the printed rise within rounding are not worth a word."""
    told = ("全市地区生产总值达到300亿元。", "全市地区生产总值达到318亿元,增长6%。")
    digests = [
        a_report(words, kind="government", domain="indicators", years=(2021 + place, 2021 + place))
        for place, words in enumerate(told)
    ]
    pairs = follow_pairs([one.model_copy(update={"next_year_plan": _a_plan()}) for one in digests])
    assert build_chain(digests, pairs).revised == ()


def _a_plan() -> object:
    return a_report(plan=["办好提案。"]).next_year_plan


def test_tasks_come_again_are_reported_or_fall_silent(chain: YearChain) -> None:
    """A task of several plans is one thread; of the others the next report tells."""
    states = {one.title: (one.state, [mention.report for mention in one.mentions]) for one in chain.threads}
    assert states["推进松江河流域综合治理"] == ("again", [0, 1, 2])
    assert states["开工建设青松至临江高速公路"] == ("reported", [0])
    assert states["建立企业家接待日制度"] == ("silent", [0])
    assert states["建设零碳产业园"] == ("silent", [1])
    [road] = [one for one in chain.threads if one.state == "reported"]
    assert road.mentions[0].passages[0].evidence.quote == "青松至临江高速公路开工建设，完成投资9.2亿元。"
    assert "未完成" not in format_tally(chain) + "".join(STATES.values())


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 3), st.floats(0, 1)), max_size=12))
def test_every_task_is_in_exactly_one_thread(links: list[tuple[int, int, int, float]]) -> None:
    """Whatever goes on with what: no task is lost, none told twice, and a thread never goes back in time."""
    tasks = [f"办好第{number}件事。" for number in range(4)]
    digests = [a_report("办理提案1件。", plan=tasks, years=(year, year)) for year in (2020, 2021, 2022)]
    pairs = [_pair([link for link in links if link[0] == number]) for number in range(2)]
    sides = describe_reports(digests, load_shipped_profiles())
    found = follow_tasks(sides, pairs)
    told = [(mention.report, mention.task) for thread in found for mention in thread.mentions]
    assert sorted(told) == [(n, task.id) for n in range(3) for task in digests[n].next_year_plan.tasks]
    assert all(
        [one.report for one in thread.mentions] == sorted(one.report for one in thread.mentions) for thread in found
    )


def _pair(links: list[tuple[int, int, int, float]]) -> FollowUp:
    """A follow-up in which these tasks go on with those."""
    quote = a_report(plan=["办好第0件事。"]).next_year_plan.tasks[0].evidence[0]
    carried = [
        CarriedTask(
            earlier=f"T{one + 1}",
            later=f"T{other + 1}",
            likeness=likeness,
            earlier_evidence=quote,
            later_evidence=quote,
        )
        for _, one, other, likeness in links
    ]
    return FollowUp.model_construct(tasks=[], carried=carried, notes=[])


def test_order_is_that_of_the_years(tmp_path: Path) -> None:
    """Files come in any order; a year that is not known, or one told twice, is refused with a line that says so."""
    digests = year_digests(tmp_path)
    assert order_reports(digests[::-1]) == digests
    with pytest.raises(UsageError, match="two reports review 2023"):
        order_reports([digests[1], digests[1]])
    with pytest.raises(UsageError, match="not known"):
        order_reports([a_report("办理提案1件。", years=(None, None))])
    with pytest.raises(UsageError, match="at least two"):
        build_chain(digests[:1], [])
