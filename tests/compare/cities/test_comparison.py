"""Comparing digests: only like figures stand side by side, nothing is lost, and what is said of one report is true."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compared import a_report
from huimou.compare.cities import CityComparison, compare_reports
from huimou.compare.cities.phrases import format_counted, format_counted_terms
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json
from places import ROOT

ACCEPTED = ROOT / "fixtures" / "accepted"


def rows(*digests: Digest) -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Status and thing of each row with the printed numbers of each report."""
    return [
        (row.subject.status + row.subject.thing, tuple(tuple(p.figure.quote for p in cell) for cell in row.cells))
        for row in compare_reports(digests).rows
    ]


def pair(one: str, other: str, **of_other: object) -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Rows of two one-sentence reports of different places."""
    return rows(a_report(one), a_report(other, place="鹿鸣市", **of_other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("全年办理提案142件。", "全年办理提案325件。", "办理提案"),
        ("全年,市政协办理提案142件。", "一年来,共办理提案300余件。", "办理提案"),
        ("2022年,立案提案近300件。", "全年立案提案280件。", "立案提案"),
        ("全年召开全会1次。", "全年召开政协全体会议2次。", "全体会议"),
        ("一年来,组织议政性常委会议2次。", "全年召开专题议政性常委会会议4次。", "议政性常委会议"),
        ("全年召开常委会会议5次。", "全年共召开常委会议4次。", "常委会会议"),
        ("全年组织开展调研视察48次。", "全年开展调研视察60多次。", "调研视察"),
        ("全年報送社情民意145篇。", "全年报送社情民意300余篇。", "报送社情民意"),
        ("全年提案办复率100%。", "全年提案办复率98.5%。", "提案办复率"),
        ("全年向省政协报送调研报告8篇。", "全年向省政协报送调研报告12篇。", "向省政协报送调研报告"),
    ],
)
def test_like_stands_beside_like(one: str, other: str, named: str) -> None:
    """Light verbs, word order, script and names of one form make no difference; numbers stay as printed."""
    [(name, cells)] = pair(one, other)
    assert name == named
    assert all(len(cell) == 1 and cell[0] in sentence for cell, sentence in zip(cells, (one, other), strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全年立案提案300件。", "全年办复提案300件。"),
        ("全年收到提案300件。", "全年立案提案280件。"),
        ("全年办理提案142件。", "全年督办提案14件。"),
        ("全年提交提案42件。", "全年向省政协提交提案42件。"),
        ("全年办理重点提案20件。", "全年办理提案142件。"),
        ("全年开展一线协商活动400余场。", "全年开展一线协商活动1300余次。"),
        ("全年报送意见建议742条。", "全年提出意见建议1500余条。"),
        ("全年报送社情民意145篇。", "全年报送社情民意145条。"),
        ("全年办理提案142件。", "五年来,办理提案3551件。"),
        ("全年办理提案142件。", "截至目前,办理提案3551件。"),
        ("全年办理提案142件。", "近三年累计办理提案500件。"),
        ("全年办理提案142件。", "2021年办理提案130件。"),
        ("全年办理提案142件。", "疫情期间,办理提案12件。"),
        ("全年办理提案142件。", "全年围绕营商环境办理提案12件。"),
        ("全年办理提案142件。", "全年办理《关于加强水资源保护的建议》等3件提案。"),
        ("全年办理提案142件。", "全年办理提案、社情民意125件。"),
        ("全年办理提案142件。", "全年全市政协系统办理提案900件。"),
        ("全年办理提案142件。", "全年各党派团体办理提案53件。"),
        ("全年办理提案142件。", "全年市政府办理提案142件。"),
        ("全年办理提案142件。", "办理提案12件。"),
        ("全年办理提案142件。", "全年办理提案数百件。"),
        ("全年提案办复率100%。", "全年提案满意率98%。"),
    ],
)
def test_unlike_stands_apart(one: str, other: str) -> None:
    """Another status, thing, unit, period, circle or doer, a part, a sum or a stock is not the same."""
    assert len(pair(one, one)) == 1
    assert pair(one, other) == []


@pytest.mark.parametrize(
    "told",
    [
        "全年解决实际问题1252个。",
        "全年召开会议20次。",
        "全年提出建议120余条。",
        "全年参与活动3000余人次。",
        "办理提案142件。",
        "全年办理提案数百件。",
        "全年开展调研、视察48次。",
        "全年提案采纳率82%。",
        "全年举行其他协商活动25次。",
        "全年办理《关于加强水资源保护的建议》等3件提案。",
    ],
)
def test_too_vague_even_for_itself(told: str) -> None:
    """A general word, no period, no number, a sum or an example is put beside nothing, be it the same words."""
    assert pair(told, told) == []


def test_totals_of_unequal_spans_stay_apart() -> None:
    """A year and a term of five years are told at the top and not set side by side; two terms are."""
    year, term = (
        a_report("全年办理提案142件。"),
        a_report("五年来,办理提案3551件。", place="鹿鸣市", years=(2017, 2021)),
    )
    comparison = compare_reports([year, term])
    assert comparison.rows == ()
    assert "回顾期长短不同" in comparison.notes[0]
    other = a_report("五年来,共办理提案2800件。", place="白石市", years=(2018, 2022))
    assert rows(term, other) == [("办理提案", (("3551件",), ("2800件",)))]


def test_figures_stay_within_their_kind_of_report() -> None:
    """A government that handles 提案 does not do what a 政协 does."""
    other = a_report("全年办理提案142件。", place="鹿鸣市", kind="government", domain="governance")
    comparison = compare_reports([a_report("全年办理提案142件。"), other])
    assert comparison.rows == ()
    assert "报告类型不同" in comparison.notes[0]


def test_indicators_of_governments() -> None:
    """A state of the whole area is compared; that of a part, a level with a growth, or a rise with a fall is not."""

    def pairs(one: str, other: str) -> int:
        sides = [a_report(one, kind="government", domain="indicators")]
        sides.append(a_report(other, place="鹿鸣市", kind="government", domain="indicators"))
        return len(compare_reports(sides).rows)

    assert pairs("全年地区生产总值增长5.1%。", "地区生产总值同比增长6%左右。") == 1
    assert pairs("全年地区生产总值增长5.1%。", "高新区地区生产总值增长9%。") == 0
    assert pairs("全年一般公共预算收入增长5%。", "全年一般公共预算收入下降5%。") == 0
    assert pairs("地区生产总值增长5%。", "地区生产总值年均增长5%。") == 0
    assert pairs("地区生产总值突破500亿元。", "地区生产总值突破600亿元、年均增长5%。") == 0
    assert pairs("地区生产总值增长5%。", "预期目标是:地区生产总值增长6%。") == 0
    assert pairs("全年地区生产总值完成500亿元。", "全年地区生产总值增长5%。") == 0


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        (
            "全市地区生产总值达到280亿元,增长5.2%。",
            "地区生产总值由2021年的300亿元增加到318亿元,增长6%。",
            ["地区生产总值", "地区生产总值"],
        ),
        ("完成地区生产总值280亿元、增长5.2%。", "全市地区生产总值300亿元,增长6%。", ["地区生产总值", "地区生产总值"]),
        ("城镇新增就业5120人。", "全市城镇新增就业4800人。", ["城镇新增就业"]),
        ("全市地区生产总值达到280亿元,增长5.2%。", "全市地区生产总值达到280亿元,年均增长6%。", []),
        ("地区生产总值增加到318亿元。", "地区生产总值增加318亿元。", []),
        ("城关镇城镇新增就业5120人。", "全市城镇新增就业4800人。", []),
    ],
)
def test_levels_and_rises_of_a_whole_area(one: str, other: str, named: list[str]) -> None:
    """全市 before an indicator, the base that a level rose from, and a rise told after its level are read."""
    sides = [a_report(one, kind="government", domain="indicators")]
    sides.append(a_report(other, place="鹿鸣市", kind="government", domain="indicators"))
    assert [row.subject.thing for row in compare_reports(sides).rows] == named


def test_plan_and_review_are_kept_apart() -> None:
    """What is planned is not what was done."""
    one = a_report("全年办理提案142件。")
    other = a_report("提案质量提高。", plan=["办理提案150件。"], place="鹿鸣市")
    assert rows(one, other) == []


def test_chain_of_a_proposal_takes_up_its_thing() -> None:
    """收到提案300件,立案280件: the second counts 提案, too, in a status of its own."""
    found = pair("全年收到提案300件,立案280件。", "全年收到提案400件,立案350件。")
    assert found == [("收到提案", (("300件",), ("400件",))), ("立案提案", (("280件",), ("350件",)))]
    given = "全年发放助学金61万元,捐赠20万元。"
    assert [name for name, _ in pair(given, given)] == ["发放助学金"]


def test_a_row_of_a_consultative_body_is_its_years() -> None:
    """Three counts of meetings or papers in a row need no 全年; money in such a row, or two counts, do."""
    row = "召开全会1次,主席会议11次,办理提案142件。"
    assert [name for name, _ in pair(row, row)] == ["主席会议", "全体会议", "办理提案"]
    assert pair("召开全会1次,主席会议11次。", "召开全会1次,主席会议11次。") == []
    helped = "资助贫困学生42名,发放助学金61万元,召开全会1次。"
    assert [name for name, _ in pair(helped, helped)] == ["全体会议"]


def test_a_repeat_joins_its_total_and_a_contradiction_is_not_shown() -> None:
    """One number said twice has two sources; two numbers for one thing are compared with none."""
    twice = a_report("全年办理提案142件。", "办理提案142件。")
    other = a_report("全年办理提案325件。", place="鹿鸣市")
    assert rows(twice, other) == [("办理提案", (("142件", "142件"), ("325件",)))]
    comparison = compare_reports([a_report("全年办理提案142件。", "全年办理提案150件。"), other])
    assert comparison.rows == ()
    assert {one.reason for one in comparison.apart if one.report == 0} == {"本报告内同一事项有不同的数"}


def test_an_unquoted_start_is_not_trusted() -> None:
    """What the digest does not hold may limit the number."""
    whole = a_report("围绕营商环境,深入企业,全年办理提案142件。")
    quote = whole.year_review.achievements[0].evidence[0]
    cut = quote.model_copy(update={"start": 12, "quote": quote.quote[12:]})
    item = whole.year_review.achievements[0].model_copy(update={"evidence": [cut]})
    digest = whole.model_copy(update={"year_review": whole.year_review.model_copy(update={"achievements": [item]})})
    comparison = compare_reports([digest, a_report("全年办理提案325件。", place="鹿鸣市")])
    assert comparison.rows == ()
    assert comparison.apart[0].reason == "引文不含句首，口径不明"


def test_near_misses_say_what_differs() -> None:
    """The reason names the other report and both units or spans."""
    unit = compare_reports([a_report("全年报送社情民意145篇。"), a_report("全年报送社情民意300条。", place="鹿鸣市")])
    assert unit.apart[0].reason == "与鹿鸣市 2022年的同名事项单位不同（篇，条）"
    span = compare_reports(
        [a_report("全年办理提案142件。"), a_report("五年来,办理提案3551件。", place="鹿鸣市", years=(2017, 2021))]
    )
    assert span.apart[0].reason == "与鹿鸣市 2017—2021年的同名事项统计期不同（1年，5年）"


def test_names_tell_reports_apart() -> None:
    """Years of one body differ in the years, two files of one year in the file."""
    years = compare_reports([a_report("全年办理提案1件。", years=(year, year)) for year in (2021, 2022)])
    assert [side.label for side in years.sides] == ["政协临江市委员会 2021年", "政协临江市委员会 2022年"]
    alike = compare_reports([a_report("全年办理提案1件。"), a_report("全年办理提案2件。")])
    assert [side.label for side in alike.sides] == [
        f"政协临江市委员会 2022年（临江市.txt）〔{number}〕" for number in (1, 2)
    ]
    assert len({side.short for side in alike.sides}) == 2


def test_what_only_one_report_has() -> None:
    """A brand that stands in another report's items, in whatever script or domain, is not its own."""
    one = a_report("开展“晒一晒”活动。", "打造“赣事好商量”平台。", "推进立法协商。", domain="consultation")
    other = a_report("打造“贛事好商量”平臺,面向公众。", place="鹿鸣市", domain="grassroots")
    comparison = compare_reports([one, other])
    assert [(term.word, term.items) for term in comparison.only[0].terms] == [
        ("晒一晒", ("A1",)),
        ("立法协商", ("A3",)),
    ]
    assert comparison.only[0].domains == ("政治协商",)
    assert comparison.only[1].terms == ()


def test_names_of_one_practice_and_of_the_nation_are_nobodys_own() -> None:
    """首个议题 is 第一议题, and what the whole country does is no body's brand."""
    one = a_report("建立“首个议题”制度。", "开展“我为群众办实事”活动。", "实施“十四五”规划。")
    other = a_report("落实“第一议题”制度。", place="鹿鸣市")
    assert [only.terms for only in compare_reports([one, other]).only] == [(), ()]


def test_nothing_is_only_here_without_a_report_of_the_kind() -> None:
    """Against reports of other kinds alone nothing can be said."""
    comparison = compare_reports(
        [a_report("开展“晒一晒”活动。"), a_report("推进改革。", place="鹿鸣市", kind="government", domain="reform")]
    )
    assert [(only.domains, only.terms) for only in comparison.only] == [((), ()), ((), ())]


def test_one_report_or_one_twice_is_refused() -> None:
    """A comparison needs two different reports."""
    with pytest.raises(UsageError, match="at least two"):
        compare_reports([a_report("全年办理提案1件。")])
    with pytest.raises(UsageError, match="given twice"):
        compare_reports([a_report("全年办理提案1件。")] * 2)


SENTENCES = st.lists(
    st.sampled_from(
        [
            "全年办理提案142件。",
            "办理提案142件。",
            "全年办理提案150件,立案140件。",
            "截至目前,建成平台179个。",
            "全年召开全会1次,议政性常委会议2次,界别协商会议3次。",
            "围绕营商环境开展调研视察11次。",
            "捐款343万元。",
            "提出的三点思路、十六条建议得到采纳。",
            "推进“赣事好商量”平台建设。",
        ]
    ),
    max_size=5,
)


@given(st.lists(SENTENCES, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_every_figure_has_one_place_and_order_does_not_matter(made: list[list[str]], chance: object) -> None:
    """Figures are partitioned; any order gives the same rows; nothing is shown that is in no digest."""
    digests = [a_report(*done, place=f"第{n}市") for n, done in enumerate(made)]
    comparison = compare_reports(digests)
    assert places(comparison) == sorted((n, f.id) for n, one in enumerate(digests) for f in one.figures)
    turned = list(digests)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert found(compare_reports(turned)) == found(comparison)
    for row in comparison.rows:
        assert sum(map(bool, row.cells)) > 1
        for digest, cell in zip(digests, row.cells, strict=True):
            assert all(one.figure in digest.figures for one in cell)
            assert len({one.figure.value for one in cell}) <= 1


def places(comparison: CityComparison) -> list[tuple[int, str]]:
    """Report and id of every figure that is shown, in rows and apart."""
    matched = [(n, one.figure.id) for row in comparison.rows for n, cell in enumerate(row.cells) for one in cell]
    return sorted([*matched, *((one.report, one.printed.figure.id) for one in comparison.apart)])


def found(comparison: CityComparison) -> list[tuple[object, tuple[tuple[str, tuple[str, ...]], ...]]]:
    """Rows with the labels of their reports, whatever their order."""
    return [
        (
            row.subject,
            tuple(
                sorted(
                    (side.label, tuple(one.figure.id for one in cell))
                    for side, cell in zip(comparison.sides, row.cells, strict=True)
                )
            ),
        )
        for row in comparison.rows
    ]


SIDE_BY_SIDE = {
    "双月协商会": ["4次", "5次"],  # 荆州 双月协商座谈会, 随州 双月专题协商会
    "办理提案": ["142件", "325件"],  # 随州, 鹰潭
}
SAME_THING_OTHERWISE = {
    "一线协商活动": {"1300余次", "400余场"},  # 次 and 场
    "全体会议": {"1次", "5次"},  # a year, a term of five
    "议政性常委会议": {"1次", "10次"},
    "提案": {"142件", "325件", "3551件", "2940件"},  # 办理, 收到, 采纳
    "调研视察": {"60多次", "48次", "11項"},  # the committees alone, 次 and 项
}
NEVER_BESIDE_ANOTHER = (  # alike in words, and not the same: a topic, a sum, another doer, another state
    "1700余条", "1500余条", "742条", "180余次", "22篇", "13篇", "20件", "14件", "28次", "13次", "53件", "1252个",
    "400余个", "343万元", "近4亿元", "1200余萬元",
)  # fmt: skip


def test_the_five_samples() -> None:
    """Judged by hand: what compares stands in a row, what counts the same otherwise is told, the rest is apart."""
    paths = sorted(ACCEPTED.glob("*.json"))
    digests = [from_json(path.read_text(encoding="utf-8")) for path in paths]
    assert sum(len(digest.figures) for digest in digests) == 138
    comparison = compare_reports(digests)
    beside = {
        row.subject.status + row.subject.thing: sorted(p.figure.quote for cell in row.cells for p in cell)
        for row in comparison.rows
    }
    assert beside == SIDE_BY_SIDE
    assert {
        row.thing: {one.printed.figure.quote for cell in row.cells for one in cell} for row in comparison.things
    } == SAME_THING_OTHERWISE
    alone = {one.printed.figure.quote for one in comparison.apart}
    assert alone.issuperset(NEVER_BESIDE_ANOTHER)
    assert places(comparison) == sorted((n, f.id) for n, one in enumerate(digests) for f in one.figures)


@pytest.mark.parametrize(
    ("one", "other", "named"),
    [
        ("全年提案办理142件。", "全年办理提案325件。", "办理提案"),
        ("全年320件提案全部办复。", "全年办复提案280件。", "办复提案"),
        ("全年提案320件全部按期办复。", "全年答复提案280件。", "办复提案"),
        ("全年审查立案提案280件。", "全年立案提案300件。", "立案提案"),
        ("全年收到提案320件,承办单位已经采纳的有240件。", "全年收到提案300件,承办单位已采纳210件。", "采纳提案"),
        ("全年收到提案300件,经审查立案280件,办复率99%。", "全年收到提案400件,其中立案350件,办复率100%。", "立案提案"),
        ("全年收到提案300件,经审查立案280件,办复率99%。", "全年提案办复率100%。", "提案办复率"),
        ("全年开展视察调研30次。", "全年围绕养老、托幼、就业等开展调研视察48次。", "调研视察"),
        ("全年召开双月协商座谈会4次。", "全年举行双月专题协商会5次。", "双月协商会"),
        ("全年召开主席会12次。", "全年召开主席会议10次。", "主席会议"),
        ("全年报送社情民意信息145篇。", "全年报送社情民意120篇。", "报送社情民意"),
    ],
)
def test_other_words_for_the_same_count(one: str, other: str, named: str) -> None:
    """The order of words, a state behind the number, and other names of a state or a meeting make no difference."""
    assert named in [name for name, _ in pair(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("全年320件提案全部办复。", "全年320件提案全部立案。"),
        ("全年320件提案全部办复。", "全年320件提案被市政府采纳。"),
        ("全年办复提案320件。", "全年办结提案320件。"),
        ("全年提交提案320件。", "全年收到提案320件。"),
        ("全年开展调研视察48次。", "全年围绕教育、医疗等民生问题开展调研视察12次。"),
        ("全年召开双月协商座谈会4次。", "全年召开双周协商座谈会9次。"),
        ("全年收到提案300件,采纳240件。", "全年收到提案300件,省政协采纳25件。"),
    ],
)
def test_other_states_are_not_the_same_count(one: str, other: str) -> None:
    """A state that may be another one, a topic, and what another body adopted are not set beside it."""
    shared = {name for name, _ in pair(one, other)} - {"收到提案"}
    assert shared == set()


def test_one_thing_in_several_states_is_told_with_what_each_number_is() -> None:
    """收到, 立案 and 办复 of 提案 are one thing: each number with its state, span and doubt, none in a row."""
    one = a_report("全年收到提案300件,立案280件。", "办复提案270件。")
    term = a_report("五年来,办理提案3551件。", place="鹿鸣市", years=(2017, 2021))
    comparison = compare_reports([one, term])
    assert comparison.rows == ()
    [row] = comparison.things
    told = [[(format_counted(one), format_counted_terms(one)) for one in cell] for cell in row.cells]
    assert row.thing == "提案"
    assert told == [
        [
            ("收到 300件", "一年 · 本机构"),
            ("立案 280件", "一年 · 本机构"),
            ("办复 270件", "一年 · 本机构 · 未写明是全期总数"),
        ],
        [("办理 3551件", "5年 · 本机构")],
    ]
    assert comparison.apart[0].reason == "与鹿鸣市 2017—2021年的同名事项环节不同（收到，办理）"


def test_a_thing_that_is_counted_in_one_way_alone_is_not_told_twice() -> None:
    """What stands in a row and nothing else is no row of unlike counts; nor is what one report alone counts."""
    alike = compare_reports([a_report("全年办理提案142件。"), a_report("全年办理提案325件。", place="鹿鸣市")])
    assert (len(alike.rows), alike.things) == (1, ())
    alone = compare_reports(
        [a_report("全年收到提案300件,立案280件。"), a_report("全年召开主席会议9次。", place="鹿鸣市")]
    )
    assert alone.things == ()


def test_thirty_large_reports_take_seconds() -> None:
    """Thirty reports of a province's size, 9,000 figures, are set side by side in well under ten seconds."""
    digests = [large_report(number) for number in range(30)]
    assert sum(len(digest.figures) for digest in digests) >= 9000
    started = time.process_time()
    comparison = compare_reports(digests)
    assert time.process_time() - started < 10
    assert len(comparison.rows) > 5


def large_report(number: int) -> Digest:
    """A made-up report of a province with 100 sentences of three figures or four, and a brand of its own in each."""
    fields, deeds, things = (
        ["教育", "医疗", "养老", "交通", "水利", "农业", "工业"],
        ["新建", "改造", "建成"],
        ["学校", "公路", "水库"],
    )
    told = [
        f"全年围绕第{number}省{field}工作开展“{field}惠民{n}第{number}”行动,{deeds[n % 3]}{things[n % 2]}{100 + n}个,"
        f"{field}投资增长{n % 30 + 1}.{number % 10}%,投入资金{n + 1}.5亿元,惠及群众{n + 3}万人。"
        for n, field in ((n, fields[n % 7]) for n in range(74))
    ]
    indicators = ("地区生产总值", "固定资产投资", "社会消费品零售总额", "一般公共预算收入", "进出口总额", "工业投资")
    told += [f"全年{name}增长{number % 9 + 1}.{n}%。" for n, name in enumerate(indicators)]
    return a_report(*told, place=f"第{number}省", kind="government", domain="indicators")
