"""The judge of summaries: each untruth and weakness by its name, and which of two sentences is the better one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.questions.judging import GOOD, SummaryJudgement, judge_summary

DIKES = ["就河堤加固、排涝泵站更新等问题,赴柳林区调研3次,提出建议27条,为科学决策提供了重要参考。"]
FIRMS = ["走访停产企业112家,帮助解决用地难题37个,使企业恢复生产,有力提振了企业发展信心。"]
MEALS = ["市政府高度重视,印发《校园餐管理办法》,新建中央厨房3个,师生就餐条件持续改善。"]
TALKS = ["五年来,召开双月协商座谈会30次,提出意见建议600余条。"]
TEAMS = [
    (
        "组织委员深入社区开展义诊活动,组织委员深入农村开展助学活动,组织企业家委员开展帮困活动,"
        "组织教育界委员到学校开展送教活动,组织文艺界委员到山区演出。"
    )
]
SHORT_TEAMS = [TEAMS[0].replace(",组织教育界委员到学校开展送教活动,组织文艺界委员到山区演出", ",下乡演出")]


def judge(summary: str, sentences: list[str]) -> SummaryJudgement:
    """The judgement of a summary that rests on these sentences and nothing else."""
    return judge_summary(summary, sentences, "".join(sentences))


@pytest.mark.parametrize(
    ("summary", "sentences"),
    [
        ("就河堤加固、排涝泵站更新赴柳林区调研3次，提出建议27条。", DIKES),
        ("市政府印发《校园餐管理办法》，新建中央厨房3个。", MEALS),
        ("五年来召开双月协商座谈会30次，提出意见建议600余条。", TALKS),
        ("召开座谈会4次。", ["召开座谈会4次。"]),
    ],
)
def test_good_sentences_are_good(summary: str, sentences: list[str]) -> None:
    """True, whole, short, with all that matters: nothing better need be asked for."""
    judgement = judge(summary, sentences)
    assert (judgement.untruths, judgement.weaknesses) == ((), ())
    assert 0.9 <= judgement.score <= 1
    assert judgement.is_good


@pytest.mark.parametrize(
    ("summary", "sentences", "untruth"),
    [
        ("赴柳林区调研5次，提出建议27条。", DIKES, "数字“5次”不在原文"),
        ("赴柳林区调研3次，提出建议27余条。", DIKES, "数字“27余条”不在原文"),
        ("印发《校园餐监督办法》。", MEALS, "名称《校园餐监督办法》与原文不同"),
        ("走访停产企业112家，荣获全国先进集体称号。", FIRMS, "“荣获全国先进集体称号”不是原文的话"),
        ("未走访停产企业112家。", FIRMS, "“未”的否定不在原文"),
        ("允许以会议落实会议。", ["不允许以会议落实会议。"], "漏了“不允许”的否定"),
        ("就业帮扶27人，技能培训112人。", ["就业帮扶112人,技能培训27人。"], "“帮扶27人”张冠李戴"),
        ("加固河堤，更新排涝泵站。", ["就河堤加固、排涝泵站更新提出建议。"], "漏了“建议”，把建议写成了做成的事"),
        ("印发《校园餐管理办法》，新建中央厨房3个。", MEALS, "“印发《校园餐管理办法》”是市政府所做，漏了主语"),
    ],
)
def test_each_untruth_is_named(summary: str, sentences: list[str], untruth: str) -> None:
    """What the text does not say, or not of the body itself, must not be published, however well it is written."""
    judgement = judge(summary, sentences)
    assert untruth in judgement.untruths
    assert not judgement.is_good


@pytest.mark.parametrize(
    ("summary", "sentence", "verb"),
    [
        (
            "履职亮点纷呈，2031年度省级优秀课题一等奖。",
            "履职亮点纷呈,关于湖泊治理的课题荣获2031年度省级优秀课题一等奖。",
            "荣获",
        ),
        ("机关党支部全省先进基层党组织。", "机关党支部被评为全省先进基层党组织。", "评为"),
        ("“板凳会”做法全国基层治理典型案例。", "“板凳会”做法入选全国基层治理典型案例。", "入选"),
        ("5个水稻新品种国家登记证书。", "5个水稻新品种获国家登记证书。", "获"),
        ("县文史馆省级社科普及基地。", "县文史馆认定为省级社科普及基地。", "认定为"),
        ("提案工作全市目标考核优秀单位。", "提案工作跻身全市目标考核优秀单位。", "跻身"),
        ("3名委员全国脱贫攻坚先进个人称号。", "3名委员荣膺全国脱贫攻坚先进个人称号。", "荣膺"),
    ],
)
def test_what_was_won_needs_its_verb(summary: str, sentence: str, verb: str) -> None:
    """A prize or title without the verb of winning is no sentence, however much of the text it prints."""
    (untruth,) = judge(summary, [sentence]).untruths
    assert untruth.endswith(f"漏了“{verb}”，不成一句")


@pytest.mark.parametrize(
    ("summary", "sentence"),
    [
        ("湖泊治理课题荣获省级优秀课题一等奖。", "关于湖泊治理的课题荣获2031年度省级优秀课题一等奖。"),
        ("湖泊治理课题获省级优秀课题一等奖。", "关于湖泊治理的课题荣获2031年度省级优秀课题一等奖。"),
        ("机关党支部成为全省先进基层党组织。", "机关党支部被评为全省先进基层党组织。"),
        ("开展湖泊治理课题研究。", "开展湖泊治理课题研究,荣获2031年度省级优秀课题一等奖。"),
        ("提升群众获得感。", "提升群众获得感、幸福感。"),
        ("全国先进单位评选组织有序。", "全国先进单位评选组织有序,2家单位被评为全国先进单位。"),
        ("机关党支部列为全省先进基层党组织。", "机关党支部被评为全省先进基层党组织。"),
        ("受到省政协通报表扬，工作获好评。", "受到省政协通报表扬,工作获好评。"),
    ],
)
def test_a_prize_with_its_verb_is_true(summary: str, sentence: str) -> None:
    """Another verb of winning serves as well, and a summary may leave the prize out."""
    assert judge(summary, [sentence]).untruths == ()


@pytest.mark.parametrize(
    ("summary", "sentences", "weakness"),
    [
        ("就河堤加固、排涝泵站更新赴柳林区调研，提出建议27条。", DIKES, "漏数字：3次"),
        ("走访停产企业112家，帮助解决用地难题37个，同频共振。", [*FIRMS, "与企业同频共振。"], "口号：同频共振"),
        (
            "走访停产企业112家，帮助解决用地难题37个，提升服务水平。",
            [*FIRMS, "提升服务水平。"],
            "空话：提升服务水平",
        ),
        ("走访停产企业112家，使其恢复生产。", [FIRMS[0].replace("使企业", "使其")], "没有着落：指代不明"),
        ("该项目获省级表彰。", ["建设滨河公园,该项目获省级表彰。"], "没有着落：指代不明"),
        ("并召开座谈会4次。", ["深入乡镇调研,并召开座谈会4次。"], "不成句：框架没有说完或缺动词"),
        ("优美的城乡人居环境。", ["营造优美的城乡人居环境。"], "不成句：框架没有说完或缺动词"),
        ("印发《校园餐管理办法，市政府新建中央厨房3个。", MEALS, "不成句：书名号、引号或括号残缺"),
        ("开展义诊、助学、帮困等。", ["开展义诊、助学、帮困等活动46场。"], "不成句：以“等”收尾"),
        (TEAMS[0].replace(",", "，"), TEAMS, "太长：74字"),
        (SHORT_TEAMS[0].replace(",", "，"), SHORT_TEAMS, "照抄：几乎没有压缩"),
        ("召开双月协商座谈会30次，提出意见建议600余条。", TALKS, "漏范围：五年来"),
        ("召开座谈会4次。", ["召开座谈会4次。", "印发《委员履职管理办法》。"], "漏一句：印发《委员履职管理办法》"),
    ],
)
def test_each_weakness_is_named(summary: str, sentences: list[str], weakness: str) -> None:
    """What an editor would still change is said, and costs; it may be published all the same."""
    judgement = judge(summary, sentences)
    assert weakness in judgement.weaknesses
    assert judgement.untruths == ()
    assert judgement.score < 1


@pytest.mark.parametrize(
    ("untruths", "weaknesses", "score", "is_good"),
    [
        ((), (), GOOD, True),
        ((), ("太长：70字",), GOOD, True),
        ((), (), GOOD - 0.01, False),
        ((), ("照抄：几乎没有压缩",), 0.95, False),
        ((), ("太长：70字", "口号：群策群力"), 0.85, False),
        (("数字“5次”不在原文",), (), 1.0, False),
    ],
)
def test_what_is_good_is_not_asked_about(
    untruths: tuple[str, ...], weaknesses: tuple[str, ...], score: float, *, is_good: bool
) -> None:
    """It is true, says most of the text, shorter and without slogans; other weaknesses are in the score only."""
    assert SummaryJudgement(untruths, weaknesses, score).is_good is is_good


@pytest.mark.parametrize(
    ("better", "worse", "sentences"),
    [
        ("赴柳林区调研3次，提出建议27条。", "赴柳林区调研3次。", DIKES),
        ("就河堤加固等问题赴柳林区调研3次，提出建议27条。", "赴柳林区调研3次，提出建议27条。", DIKES),
        ("走访停产企业112家，帮助解决用地难题37个。", "".join(FIRMS).replace(",", "，"), FIRMS),
        ("市政府印发《校园餐管理办法》，新建中央厨房3个。", "市政府新建中央厨房3个。", MEALS),
        ("五年来召开双月协商座谈会30次，提出意见建议600余条。", "召开双月协商座谈会30次，提出意见建议600余条。", TALKS),
    ],
)
def test_better_sentence_has_the_higher_score(better: str, worse: str, sentences: list[str]) -> None:
    """One that says more of what counts, and no more than that."""
    assert judge(better, sentences).score > judge(worse, sentences).score


def test_what_others_were_moved_to_do_is_a_result_in_a_list_of_proposals() -> None:
    """There it is what became of the proposal, and none of it is said of the body itself."""
    sentences = ["推动市水务局改造老旧管网47公里,出台节水方案。"]
    said = "推动市水务局改造老旧管网47公里，出台节水方案。"
    assert judge_summary(said, sentences, "".join(sentences), of_proposals=True).untruths == ()


@given(st.text(alphabet="政协委员走访停产企业112家帮助解决用地难题37个未不《》“”,，。；", max_size=60))
def test_any_text_is_judged(said: str) -> None:
    """Whatever a model writes gets a score of at most 1, never an error; without all figures it is never good."""
    judgement = judge(said, FIRMS)
    assert judgement.score <= 1
    is_spotless = not judgement.untruths and not judgement.weaknesses and judgement.score >= 0.9
    assert is_spotless <= ("112家" in said and "37个" in said)
