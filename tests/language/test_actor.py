"""Whose deed a figure is."""

from __future__ import annotations

import pytest

from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import select_shipped_profile


@pytest.mark.parametrize(
    ("kind", "text", "actors"),
    [
        ("political_consultative", "开展协商活动13次,报送信息42条。", ["本机构", "本机构"]),
        ("political_consultative", "引进项目67个、资金12.8亿元。", ["本机构", "本机构"]),
        ("political_consultative", "向省政协报送论文8篇。", ["本机构"]),
        ("political_consultative", "各级政协委员捐款9万元,助力项目5个。", ["委员", "委员"]),
        ("political_consultative", "委员500余人次参加活动。", ["委员"]),
        ("political_consultative", "区政府新建停车场9个。", ["政府"]),
        ("political_consultative", "承办单位已经采纳的有29件。", ["政府"]),
        ("political_consultative", "加强委员培训,举办培训班15期。", ["本机构"]),
        ("political_consultative", "有5个新品种获得登录。", [None]),
        ("political_consultative", "推荐28名委员担任监督员。", ["本机构"]),
        ("political_consultative", "培训委员300人次。组织委员90人次视察。", ["本机构", "委员"]),
        ("political_consultative", "就供水条例等6件草案提出意见。", ["本机构"]),
        ("political_consultative", "对18件重点提案办理进行监督。", ["本机构"]),
        ("political_consultative", "立案《关于发展托育,减轻负担的建议》等3件提案。", ["本机构"]),
        ("political_consultative", "各专门委员会围绕养老组织调研50次。", ["本机构"]),
        ("government", "新建学校5所,改造管网8公里。", ["政府", "政府"]),
        ("government", "地区生产总值增长6%,居民收入达到3万元。", [None, None]),
        ("government", "工业企业用电成本下降6.8%。", [None]),
        ("government", "某某公司投资5亿元建厂。", ["企业"]),
        ("government", "全市法院审结案件80件。", ["其他"]),
        ("court", "全市法院受理案件80件,审结71件。", ["本机构", "本机构"]),
        ("court", "结案率98.5%。", [None]),
        ("court", "发放司法救助金35万元。", ["本机构"]),
        ("procuratorate", "批准逮捕犯罪嫌疑人12人。", ["本机构"]),
        ("procuratorate", "法院审结案件12件。", ["其他"]),
        ("people_congress", "听取审议专项报告18项。", ["本机构"]),
        ("people_congress", "县人大常委会开展执法检查5次。", ["本机构"]),
        ("people_congress", "人大代表提出建议50件。", ["委员"]),
        ("trade_union", "市总工会组织职工技能竞赛36场。", ["本机构"]),
        ("trade_union", "新建基层工会37家,发展会员2860人。", ["本机构", "本机构"]),
        ("trade_union", "职工提出合理化建议1200条。", ["委员"]),
        ("mass_organisation", "团县委开展志愿服务96次。", ["本机构"]),
        ("school", "教师发表论文46篇。学校组建社团36个。", ["委员", "本机构"]),
        ("hospital", "全院派出医疗队6批。医院感染率下降到1.2%。", ["本机构", None]),
        ("township", "镇政府新建公园3个。县政府投入200万元。", ["政府", "政府"]),
        ("company", "公司新建泵站5座。市政府拨付资金800万元。", ["本机构", "政府"]),
        ("company", "成功发行企业债券12亿元,归还公司债3亿元。", ["本机构", "本机构"]),
        ("company", "优化产业布局,新建厂房3栋。", ["本机构"]),
        ("government", "发行企业债券8亿元。某某企业发行债券5亿元。", ["政府", "企业"]),
        ("school", "区财政局拨付资金60万元。市财政先后投入800万元。", ["政府", "政府"]),
        ("school", "经区教育局批准招收新生420人。", ["本机构"]),
        ("hospital", "县医保局拨付基金900万元。县财政支出增长6%。", ["政府", None]),
        ("township", "区水务局新建水闸4座。", ["政府"]),
        ("people_congress", "听取区财政局专项报告6个。区财政局办理建议36件。", ["本机构", "政府"]),
        ("trade_union", "联合区人社局举办竞赛9项。区总工会联合区司法局开展普法22场。", ["本机构", "本机构"]),
        ("mass_organisation", "会同市民政局走访儿童33名。依托市农业局培训妇女90人。", ["本机构", "本机构"]),
        ("political_consultative", "着眼全局,开展视察7次。", ["本机构"]),
        (None, "开展协商活动13次。", [None]),
        (None, "市政协开展协商活动13次。", ["本机构"]),
    ],
)
def test_actor(kind: str | None, text: str, actors: list[str | None]) -> None:
    """A deed without a subject is the reporting body's, by the kind of report; a state of things is nobody's."""
    doers = select_shipped_profile(kind).doers if kind else None
    assert [quantity.actor for quantity in find_quantities(text, doers)] == actors


def test_values_do_not_depend_on_the_kind() -> None:
    """The kind decides about actors and nothing else."""
    text = "新建学校5所,增长6%,委员捐款3万元。"
    bare = [(q.quote, q.start, q.value, q.unit, q.mode, q.counted, q.direction) for q in find_quantities(text)]
    court = select_shipped_profile("court").doers
    assert bare == [
        (q.quote, q.start, q.value, q.unit, q.mode, q.counted, q.direction) for q in find_quantities(text, court)
    ]
