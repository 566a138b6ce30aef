"""What a person should check first: one rule a test, on reports of a few sentences; ranking and invariants."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handmade import TEXT, a_digest
from huimou.digest.steps.assemble import Draft, ModelRun, assemble
from huimou.digest.steps.checks import HARM, MOST_CHECKS, add_checks
from huimou.digest.steps.titles import write_titles
from huimou.language.figures import find_quantities
from huimou.model.digest import Check, Digest
from huimou.model.report import (
    Claim,
    Document,
    Facts,
    Finding,
    GroundedSentence,
    Group,
    ItemKind,
    NumberedItem,
    Outline,
    Problem,
    Role,
    Section,
    Sentence,
    Span,
    SummaryOrigin,
    Usage,
    Year,
)

KINDS: dict[Role, ItemKind] = {"review": "achievement", "plan": "task", "shortcomings": "shortcoming"}
PLAN = "建好委员之家,完善联系制度。"
DULL = "围绕产业发展深入开展调研。"
FUTURE = "积极反映群众意见。"


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a report: its sentences, its summary (the report's own words if None) and how that was made."""

    text: tuple[str, ...]
    summary: str | None = None
    made: SummaryOrigin = "source"
    role: Role = "review"
    domain: str = "deliberation"
    left_out: str | None = None


def row(*text: str, **rest: str) -> Row:
    """A row in short."""
    return Row(text, **rest)  # type: ignore[arg-type]


def a_report(
    *rows: Row,
    kind: str | None = "political_consultative",
    years: tuple[int | None, int | None, Literal["stated", "inferred", "absent"]] = (2031, 2031, "stated"),
    problems: tuple[Problem, ...] = (),
    review: tuple[GroundedSentence, ...] = (),
) -> Digest:
    """Digest of a report with these items, through the real assembly."""
    text, sentences, sections, items, left_out = "", [], [], [], {}
    counts = {"achievement": 0, "task": 0, "shortcoming": 0}
    for one in (*rows, row(PLAN, role="plan", domain="members")):
        start, numbers = len(text), []
        for words in one.text:
            sentences.append(Sentence(len(sentences) + 1, len(text), len(text) + len(words)))
            numbers.append(len(sentences))
            text += words
        sections.append(Section(one.role, "标题", start, len(text) + 1))
        text += "\n"
        if one.left_out:
            left_out |= dict.fromkeys(numbers, one.left_out)
            continue
        what = KINDS[one.role]
        counts[what] += 1
        group = Group(f"{what}.{counts[what]}", what, one.role, tuple(numbers), (), None)
        claim = Claim(group, one.summary or "".join(one.text), one.made)
        spans = tuple(Span(s.start, s.end) for s in sentences if s.n in numbers)
        finding = Finding(group, claim.summary, claim.made, spans)
        items.append(NumberedItem(f"{what[0].upper()}{counts[what]}", finding, one.domain))
    year = Year(*years)
    draft = Draft(
        document=Document("青松.txt", "青松", text, "0" * 64, "utf-8", "text"),
        outline=Outline(tuple(sentences), (), tuple(sections), left_out),
        facts=Facts("政协青松市委员会", "青松市", kind, "simplified", year, Year(2032, 2032, "stated")),
        items=tuple(items),
        titles=write_titles(items, text),
        figures=find_quantities(text),
        review=review,
        plan=(),
        rejections=(),
        unanswered=(),
        problems=problems,
    )
    return add_checks(assemble(draft, ModelRun("small", "openai", {}, Usage())), text)


def codes(digest: Digest) -> list[str]:
    """Codes of the checks, in their order."""
    return [check.code for check in digest.checks]


def looks(digest: Digest) -> dict[str, str]:
    """What is said of the items that are marked."""
    plan, review = digest.next_year_plan, digest.year_review
    marked = {i.id: i.look for i in (*review.achievements, *review.shortcomings, *plan.tasks)}
    return {id_: look for id_, look in marked.items() if look}


def test_a_sound_report_has_nothing_to_check() -> None:
    """Items that are simply fine carry no mark, and the list is empty."""
    digest = a_report(
        row("全年召开专题协商会6次。", made="model"),
        row("市政协收到提案200件,立案180件,办复率100%。"),
        row("民主监督还有薄弱环节。", role="shortcomings"),
    )
    assert looks(digest) == {}
    assert digest.checks == []


MARKED = {
    "company_figure": row("青山公司追加投资2000万元扩建厂房。", summary="追加投资2000万元扩建厂房。"),
    "government_figure": row("市政府新建停车场7个。", summary="新建停车场7个。"),
    "misprint": row("组织组织界别活动。"),
    "other_year": row("机关被评为2027年文明单位。"),
    "year_dropped": row("2029年,市政协建成工作室12个。", summary="市政协建成工作室12个。", made="model"),
    "future_in_review": row("明年市政协将继续办好这个栏目。"),
    "not_own_words": row("是大家站着看,还是引导大家一起干。"),
    "no_subject": row("被有关规划充分吸收。"),
    "little_left": row("召开座谈会,走访居民小区,看望困难老人,慰问环卫工人,发放防暑用品。", summary="召开座谈会。"),
    "doer_unsaid": row("市政府印发方案,整治河道。", summary="整治河道。"),
    "topic_unsaid": row("围绕河道治理和古桥保护,组织委员开展监督视察。", summary="组织委员开展监督视察。"),
    "point_unsaid": row("召开座谈会,听取委员意见,形成的调研报告获县委书记批示。", summary="召开座谈会，听取委员意见。"),
    "body_unsaid": row("联合县人大督促整改,走访居民小区,看望困难老人。", summary="走访居民小区，看望困难老人。"),
    "torn": row("通过专题学习、集中培训、外出考察。"),
    "too_long": row(
        "召开联席会议,听取居民意见,推敲整治方案,走访沿河居民小区,看望困难老人,"
        "慰问环卫工人,发放防暑用品,修缮活动室,培训物业经理,开设公益课堂。"
    ),
    "share_over_100": row("提案办复率达到120%。"),
    "part_over_whole": row("全年收到提案300件,立案320件。"),
}  # fmt: skip


@pytest.mark.parametrize("code", MARKED)
def test_a_doubtful_item_is_marked_and_listed(code: str) -> None:
    """Each way in which an item goes wrong marks that item, no other, and heads the list with its place."""
    digest = a_report(row(DULL), MARKED[code])
    assert list(looks(digest)) == ["A2"]
    assert codes(digest)[0] == code
    assert digest.checks[0].item == "A2"
    assert looks(digest)["A2"].startswith(digest.checks[0].message)


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        ("government", row("市政府新建停车场7个,企业投资2000万元。")),
        ("political_consultative", row("市政协引进项目3个、资金2000万元。")),
        ("political_consultative", row("收到提案300件,立案280件,其中重点提案20件。")),
        ("political_consultative", row("捐款总额比2027年增长20%。")),
        ("political_consultative", row("编制《2027年发展规划》。")),
        ("political_consultative", row("其他各项工作取得成效。")),
        ("political_consultative", row("召开协商会4次,监督会3次,提出建议20条,采纳8条。")),
        ("political_consultative", row("机关被评为2027至2029年度文明单位。")),
        ("political_consultative", row("围绕河道治理,组织委员视察。", summary="就河道治理组织委员视察。")),
        ("political_consultative", row("主席会议成员走访居民小区。")),
        ("political_consultative", row("委员捐款9万元,弘扬奉献精神,营造良好氛围。", summary="委员捐款9万元。")),
    ],
)
def test_what_only_looks_like_it_is_not_marked(kind: str, one: Row) -> None:
    """Own figures, years of comparison and in titles, and one sentence full of figures are as they should be."""
    assert looks(a_report(row(DULL), one, kind=kind)) == {}


def test_a_deed_in_the_plan_is_marked() -> None:
    """A task that tells what was done stands in the wrong part."""
    digest = a_report(row(DULL), row("截至目前,已建成议事室30个。", role="plan"))
    assert (codes(digest), list(looks(digest))) == (["past_in_plan"], ["T1"])


def test_a_sentence_about_another_time_says_where_it_stands() -> None:
    """A task out of the review and a deed out of the plan are marked: the one small section among the others."""
    plan_word = "下一步,将对21件提案开展回头看。"
    rows = (row("召开议政会6次。"), row(plan_word, role="plan"), row("组织视察9次,形成报告5篇。"))
    digest = a_report(*rows)
    sections = [s.model_copy(update={"heading": None} if s.role == "plan" else {}) for s in digest.sections]
    bare = digest.model_copy(update={"sections": sections})
    text = "".join(f"{words}\n" for one in rows for words in one.text) + PLAN + "\n"
    of_titles = {"generic_title"}
    assert [c.code for c in add_checks(bare, text).checks if c.code not in of_titles] == ["task_in_review"]


def test_one_year_of_a_term_needs_its_year() -> None:
    """In a review of five years, a figure of one of them without that year would be taken for the sum."""
    said = row("2030年,市政协建成工作室12个。", summary="市政协建成工作室12个。", made="model")
    assert codes(a_report(said, years=(2027, 2031, "stated"))) == ["year_dropped"]
    assert codes(a_report(row(said.text[0]), years=(2027, 2031, "stated"))) == []


FAR = (row("推进平台建设。"), row("办好专题栏目。"), row("开好联席会议。"))


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("组织开展界别协商活动30次。", "市政协全年组织开展界别协商活动50次。", ["figures_disagree"]),
        ("组织开展界别协商活动30次。", "市政协全年组织开展界别协商活动30次。", []),
        ("组织开展界别协商活动30余次。", "市政协全年组织开展界别协商活动33次。", []),
        ("组织开展界别协商活动30次。", "五年来市政协组织开展界别协商活动150次。", []),
        ("组织培训机关干部和委员500人。", "全年组织培训机关干部和委员500人次。", ["persons_or_visits"]),
    ],
)
def test_the_same_thing_with_two_numbers(first: str, second: str, found: list[str]) -> None:
    """Two printings that cannot both be true are shown; a rounded one, or one of another time, is no contradiction."""
    digest = a_report(row(first), *FAR, row(second))
    assert codes(digest) == found
    assert all(check.start == find_quantities("".join(r.text[0] + "\n" for r in (row(first), *FAR)) + second)[-1].start
               for check in digest.checks)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("中央财政安排专项资金27亿元，支持农村教育。", "中央财政安排专项资金51亿元，支持公共卫生服务。"),
        ("中央财政安排专项资金27亿元用于灌溉。", "中央财政安排专项资金51亿元用于造林。"),
        ("第2号提案：办理单位答复面商5次。", "第4号提案：办理单位答复面商3次。"),
        ("云岭镇委员工作室接待来访259人次，收集意见建议62条。", "沙河镇委员工作室接待来访289人次，收集意见建议97条。"),
        ("在云岭镇收集群众意见建议62条。", "在沙河镇收集群众意见建议97条。"),
        ("云岭镇：收集群众意见建议62条。", "沙河镇：收集群众意见建议97条。"),
        ("到云岭县走访企业5家，收集意见建议62条。", "到沙河县走访企业3家，收集意见建议97条。"),
        ("累计发放创业担保贷款30亿元。", "全年发放创业担保贷款8亿元。"),
        ("上半年组织开展协商活动12次。", "全年组织开展协商活动30次。"),
        ("计划新建改造养老中心30个。", "全年新建改造养老中心26个。"),
        ("年初确定的任务是改造农村厕所3000户。", "全年改造农村厕所3600户。"),
        ("城镇居民生活持续改善，人均可支配收入达3万元。", "农村居民生活持续改善，人均可支配收入达2万元。"),
        ("收到各类意见建议300条。", "收到各类意见建议，其中重点意见建议80条。"),
        ("市级财政安排专项资金5亿元。", "全市财政安排专项资金9亿元。"),
        ("全市收集群众意见建议300条。", "收集群众意见建议80条。"),
        ("由工会组织开展技能竞赛30场。", "由团委组织开展技能竞赛50场。"),
        ("围绕养老，组织开展专题协商活动3次。", "围绕交通，组织开展专题协商活动5次。"),
        ("“春风行动”组织开展招聘活动12场。", "“暖冬行动”组织开展招聘活动20场。"),
        ("市教育局组织开展培训活动12场。", "市卫生局组织开展培训活动20场。"),
        ("第一批组织开展培训活动12场。", "第二批组织开展培训活动20场。"),
        ("规模以上工业企业由320家增加。", "规模以上工业企业356家。"),
        ("固定资产投资总额增长8%。", "固定资产投资总额下降3%。"),
        ("固定资产投资总额达1286亿元。", "固定资产投资总额达1285.7亿元。"),
        ("收集群众意见建议1300条。", "收集群众意见建议1286条。"),
        ("平均每月组织开展协商活动3次。", "组织开展协商活动36次。"),
        ("2030年组织开展协商活动20次。", "2031年组织开展协商活动36次。"),
        ("截至9月组织开展协商活动20次。", "组织开展协商活动36次。"),
        ("牵头组织开展协商活动20次。", "参与组织开展协商活动36次。"),
        ("组织开展协商活动近40次。", "组织开展协商活动36次。"),
    ],
)
def test_another_thing_place_time_or_state_is_no_contradiction(first: str, second: str) -> None:
    """Only the very same count of the same body, place, time, aim and state may contradict another printing."""
    assert "figures_disagree" not in codes(a_report(row(first), *FAR, row(second)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("一年来，共召开专题协商会议12次。", "全年召开专题协商会议15次。"),
        ("走访企业20家，收集意见建议共62条。", "收集意见建议共97条，形成报告3篇。"),
        ("在云岭镇收集群众意见建议62条。", "在云岭镇收集群众意见建议97条。"),
        ("县政协委员捐赠抗旱物资价值30万元。", "县政协委员捐赠抗旱物资价值50万元。"),
        ("固定资产投资总额达1286亿元。", "固定资产投资总额达1268亿元。"),
        ("固定资产投资总额增长8.6%。", "固定资产投资总额增长6.8%。"),
    ],
)
def test_the_same_count_twice_is_a_contradiction(first: str, second: str) -> None:
    """What is said twice of one thing in the same words with different numbers is shown."""
    assert "figures_disagree" in codes(a_report(row(first), *FAR, row(second)))


def test_a_series_is_no_contradiction() -> None:
    """Three numbers under one name are of three places or things, whatever the words say."""
    rows = [row(f"收集群众意见建议{count}条。") for count in (62, 97, 61)]
    assert "figures_disagree" not in codes(a_report(rows[0], *FAR, rows[1], *FAR, rows[2]))


def test_damage_counts_where_its_characters_are() -> None:
    """A broken place marks the item that holds its characters, not the one that only ends where it begins."""
    text = ("组织义诊?;", "I集资金20万元。")
    place = Problem("lost_byte", "乱码", 4, 7)
    digest = a_report(Row(text[:1]), Row(text[1:]), problems=(Problem("lost_byte", "乱码", 4, 6),))
    assert looks(digest) == {}
    digest = a_report(Row(text), *(row(DULL) for _ in range(5)), problems=(place,))
    assert list(looks(digest)) == ["A1"]
    assert codes(digest) == ["damaged"]
    assert "数字旁边" in looks(digest)["A1"]


def test_damage_of_the_text_is_said_once() -> None:
    """Damage outside all items is one line; a text that is largely damaged is said to be so before anything else."""
    skipped = row("谢?;谢大家多年来对政协工作的关心支持。", left_out="thanks")
    rest = [row(DULL) for _ in range(12)]
    assert codes(a_report(skipped, *rest, problems=(Problem("lost_byte", "乱码", 1, 4),))) == ["text_damage"]
    assert codes(a_report(skipped, *rest, problems=(Problem("utf8_read_as_gbk", "乱码", 0, 19),)))[0] == "text_spoilt"


def test_figures_that_no_item_carries_are_listed() -> None:
    """A figure in a sentence left out, and worse, in one that is covered by nothing."""
    digest = a_report(row(DULL), row("办理提案30件。", left_out="background"))
    assert codes(digest) == ["uncited_figure"]
    uncovered = digest.model_copy(update={"coverage": digest.coverage.model_copy(update={"uncovered": [2]})})
    assert codes(add_checks(uncovered, "x" * digest.source.chars)) == ["uncovered_figure"]


def test_years_that_are_not_stated() -> None:
    """An inferred year is to be checked, an absent one to be found first."""
    assert codes(a_report(row(DULL), years=(2031, 2031, "inferred"))) == ["year_inferred"]
    assert codes(a_report(row(DULL), years=(None, None, "absent"))) == ["year_absent"]
    conflict = Problem("year_conflict", "年份不相连", 0, 4)
    assert codes(a_report(row(DULL), problems=(conflict,))) == ["year_conflict"]


@pytest.mark.parametrize(
    ("organisation", "kind", "said"),
    [
        (None, None, "没有读出是哪个机构、哪一类报告"),
        (None, "company", "没有读出是哪个机构的报告"),
        ("青松水务集团", None, "没有读出是哪一类报告"),
    ],
)
def test_only_what_is_missing_is_said_to_be(organisation: str | None, kind: str | None, said: str) -> None:
    """A kind that was read is not doubted because the name of the body is not there."""
    digest = a_report(row(DULL))
    report = digest.report.model_copy(update={"organisation": organisation, "kind": kind})
    checks = add_checks(digest.model_copy(update={"report": report}), "x" * digest.source.chars).checks
    assert [check.message for check in checks if check.code == "unknown_body"] == [said]


def test_a_long_report_without_a_plan() -> None:
    """No plan in a long text is worth a second look, in a short one it is not."""
    digest = a_digest(planned=False)
    assert "no_plan" not in codes(add_checks(digest, TEXT))
    assert "no_plan" in codes(add_checks(digest, TEXT + "。" * 3000))


def test_a_text_that_is_no_report_has_one_check() -> None:
    """Nothing else matters then."""
    assert codes(a_report(row(DULL), problems=(Problem("not_a_report", "不像"),))) == ["not_a_report"]


def test_results_of_others_in_the_digest_of_proposals_are_said_once() -> None:
    """That part tells what others did with proposals: one line, not a mark on each."""
    digest = a_report(row(DULL))
    sections = [digest.sections[0].model_copy(update={"role": "proposal_digest"}), *digest.sections[1:]]
    digest = add_checks(digest.model_copy(update={"sections": sections}), DULL + "\n" + PLAN + "\n")
    assert codes(digest) == ["others_results"]
    assert looks(digest) == {}


LISTED = {
    "vague_figure": row("委员捐赠防疫物资数百万件。"),
    "many_figures": Row(("协商会4次,监督会3次。", "建议20条,采纳8条。"), "协商会4次，监督会3次，20条，8条。", "model"),
}


@pytest.mark.parametrize("code", LISTED)
def test_what_is_but_a_hint_is_listed_without_a_mark(code: str) -> None:
    """An item that an editor may paste as it is has no mark, though the list names it."""
    digest = a_report(row(DULL), LISTED[code])
    assert (codes(digest), looks(digest)) == ([code], {})


def test_a_deed_of_others_that_names_them_is_no_doubt() -> None:
    """Printed with its doer it can be pasted; among what became of proposals all is others' and said once."""
    named = row("市政府新建停车场7个。", summary="市政府新建停车场7个。")
    assert looks(a_report(row(DULL), named)) == {}


def test_the_most_harmful_comes_first_and_none_crowds_out_the_rest() -> None:
    """By harm; an item of the overview before its like; after three of a code the others have their turn."""
    doubled = [row(f"组织组织{n}号界别活动。") for n in "甲乙丙丁戊己庚辛壬癸子丑"]
    digest = a_report(*doubled, MARKED["company_figure"], MARKED["no_subject"], row("推进河湖治理。", domain="other"))
    assert codes(digest) == ["company_figure", *["misprint"] * 7, "no_subject", "no_domain"]
    assert len(looks(digest)) == 14
    quoted = a_report(*doubled, review=(GroundedSentence("组织己号界别活动。", ("A6",), "source"),))
    assert [check.item for check in quoted.checks[:2]] == ["A6", "A1"]


def test_an_overview_sentence_warns_of_a_deed_of_others() -> None:
    """It names the item and the doubt; a doubt about words alone does not make the overview untrue."""
    told = [GroundedSentence(f"第{n}句。", (f"A{n}",), "source") for n in (1, 2)]
    digest = a_report(MARKED["company_figure"], MARKED["misprint"], review=tuple(told))
    assert [one.look for one in digest.year_review.overview] == ["A1：“2000万元”的主体是企业，不是本机构", None]


def test_an_item_with_two_faults_says_both_and_is_listed_once() -> None:
    """Both reasons stand in its mark, the worse one first."""
    digest = a_report(row("青山公司追加投资2000万元扩建扩建厂房。", summary="追加投资2000万元扩建扩建厂房。"))
    assert codes(digest) == ["company_figure"]
    assert looks(digest)["A1"].split("；")[1] == "“扩建扩建”像是原文误植，请对照原件"


SENTENCES = st.sampled_from([*(words for one in MARKED.values() for words in one.text), DULL, FUTURE, "?!背鑲|量。"])
ROWS = st.lists(
    st.builds(
        Row,
        st.lists(SENTENCES, min_size=1, max_size=3).map(tuple),
        st.one_of(st.none(), st.text("开展调研7次,", min_size=1, max_size=30).map("开{}。".format)),
        st.sampled_from(["model", "selected", "reasked", "source"]),
        st.sampled_from(["review", "plan", "shortcomings"]),
        st.sampled_from(["other", "proposals"]),
        st.sampled_from([None, None, "thanks"]),
    ),
    max_size=12,
)
PLACES = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 80)), max_size=4)


@settings(max_examples=60)
@given(ROWS, PLACES)
def test_checks_of_any_report(rows: list[Row], places: list[tuple[int, int]]) -> None:
    """At most ten, most harmful first, of items that exist, within the text; the same when redone."""
    length = sum(len(words) for one in rows for words in one.text) + len(rows) + len(PLAN)
    problems = [Problem("lost_byte", "乱码", s, min(s + n, length)) for s, n in places if s < length]
    digest = a_report(*rows, problems=tuple(problems))
    ids = {item.id for item in (*digest.year_review.achievements, *digest.year_review.shortcomings)}
    ids |= {task.id for task in digest.next_year_plan.tasks}
    assert len(digest.checks) <= MOST_CHECKS
    for check in digest.checks:
        assert check.code in HARM
        assert check.item is None or check.item in ids
        assert check.start is None or (check.end is not None and 0 <= check.start <= check.end <= length + 1)
    assert set(looks(digest)) <= ids
    harms = [HARM[check.code] for check in digest.checks]
    assert harms == sorted(harms, reverse=True)
    text = "".join("".join(one.text) + "\n" for one in (*rows, row(PLAN)))
    assert add_checks(digest, text) == digest


def test_a_check_is_plain_data() -> None:
    """It is written and read back like the rest of the digest."""
    check = a_report(MARKED["company_figure"]).checks[0]
    assert Check.model_validate(json.loads(check.model_dump_json())) == check
