"""Titles of items: what an achievement or a task is called."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.steps.titles import write_titles
from huimou.digest.steps.titles.phrases import (
    LONGEST,
    SHORTEST,
    shorten_clause,
    shorten_document,
    shorten_topic,
    split_members,
)
from huimou.model.report import Finding, Group, ItemKind, NumberedItem, Role, Span


def an_item(
    id_: str,
    summary: str,
    spans: tuple[Span, ...],
    *,
    lead: str | None = None,
    headings: tuple[str, ...] = (),
    role: Role = "review",
) -> NumberedItem:
    """An item of a report whose evidence lies at these places."""
    kind: ItemKind = "task" if role == "plan" else "achievement"
    group = Group(f"u.{id_}", kind, role, (1,), headings, lead)
    return NumberedItem(id_, Finding(group, summary, "model", spans), "other")


def title_of(
    summary: str,
    evidence: str | None = None,
    *,
    lead: str | None = None,
    headings: tuple[str, ...] = (),
    role: Role = "review",
) -> str:
    """The title of a lone item; without evidence of its own its summary is the report's words."""
    text = evidence or summary
    item = an_item("A1", summary, (Span(0, len(text)),), lead=lead, headings=headings, role=role)
    return write_titles([item], text)["A1"]


def titles_of(*summaries: str, lead: str | None = None) -> list[str]:
    """The titles of items that follow one another in a report, each in the report's words."""
    text, items = "", []
    for n, summary in enumerate(summaries, start=1):
        items.append(an_item(f"A{n}", summary, (Span(len(text), len(text) + len(summary)),), lead=lead))
        text += summary
    return list(write_titles(items, text).values())


@pytest.mark.parametrize(
    ("summary", "title"),
    [
        ("就城市内涝治理开展专题协商，提出建议23条。", "城市内涝治理专题协商"),
        ("围绕“推进养老托育服务均衡发展”召开双月协商座谈会。", "养老托育服务双月协商座谈会"),
        ("聚焦智慧农业、冷链物流、农村电商等开展视察调研。", "智慧农业、冷链物流等视察调研"),
        ("组织委员就学前教育普及普惠情况开展专题视察。", "学前教育普及普惠专题视察"),
        ("开展“委员走进企业”活动，走访企业68家。", "“委员走进企业”活动"),
        ("开设“委员说法”专栏，推出普法短视频32期。", "“委员说法”专栏"),
        ("打造“渔光协商”品牌，建成协商驿站56个。", "“渔光协商”品牌"),
        ("出台《政协青山区委员会委员履职考核办法》。", "出台《政协青山区委员会委员履职考核办法》"),
        ("印发《关于进一步加强和改进社情民意信息工作的实施意见》。", "印发社情民意信息工作实施意见"),
        ("修订《委员联络室管理办法》《界别活动规则》等制度6项。", "修订《委员联络室管理办法》"),
        ("编纂出版《运河岸边的记忆》等文史书籍4部。", "编纂出版《运河岸边的记忆》"),
        ("关于加快氢能产业布局的提案被市政府采纳。", "氢能产业布局提案"),
        ("《关于加强古村落保护利用的建议》获省委主要领导批示。", "古村落保护利用建议"),
        ("县委书记领衔督办“农村饮水安全”重点提案。", "县委书记领衔督办“农村饮水安全”重点提案"),
        ("市党政领导就旧城改造、学位供给等12件重点提案进行领衔督办。", "市党政领导领衔督办重点提案"),
        ("市委高度重视政协工作，出台《关于新时代加强政协工作的若干意见》。", "市委出台政协工作若干意见"),
        ("推动出台《青山市非物质文化遗产保护条例》。", "推动出台《青山市非物质文化遗产保护条例》"),
        ("协助市政府制定《夜间经济发展十条措施》。", "协助市政府制定《夜间经济发展十条措施》"),
        ("促成两个镇纳入省政协“乡村振兴联系点”。", "两个镇纳入省政协“乡村振兴联系点”"),
        ("市政协机关获评全省文明单位。", "市政协机关获评全省文明单位"),
        ("市政协机关被评为2029至2031年度省级文明单位。", "市政协机关获评省级文明单位"),
        ("关于湖泊治理的调研报告荣获2031年度全省优秀调研成果二等奖。", "湖泊治理调研报告获全省二等奖"),
        ("新华社以《青山市政协协商议事有新法》为题，报道政协工作。", "新华社报道协商议事有新法"),
        ("在人民政协报、湖南日报等媒体发表稿件96篇。", "人民政协报等发表稿件"),
        ("召开全会1次、常委会会议5次、主席会议12次，提交提案318件。", "履职工作总量"),
        ("一年来，各民主党派提交提案97件。", "各民主党派提交提案"),
        ("委员捐款捐物折合人民币560万元。", "委员捐款捐物"),
        ("组织医卫界委员赴山区义诊，服务群众3000余人次。", "组织医卫界委员赴山区义诊"),
        ("推荐42名委员担任行风监督员。", "推荐42名委员担任行风监督员"),
        ("成立9个专委会功能型党支部。", "成立9个专委会功能型党支部"),
        ("举办委员履职能力提升培训班2期。", "委员履职能力提升培训班"),
        ("邀请市发展改革委、市财政局负责人通报情况。", "邀请市发展改革委、市财政局负责人通报情况"),
        ("建立党组成员联系常委、主席会议成员走访委员、专委会联系界别委员等制度。", "建立党组成员联系常委等制度"),
        ("完善提案交办、督办、反馈及评价机制。", "完善提案交办、督办等机制"),
        ("健全以党组会议为引领的常态化学习制度体系。", "健全学习制度体系"),
        ("在各镇街、村社区设立委员工作站。", "在各镇街、村社区设立委员工作站"),
        ("国家级油茶产业研究中心成功落户青山。", "国家级油茶产业研究中心落户青山"),
        ("首次对近五年重点提案办理情况开展“回头看”。", "重点提案“回头看”"),
        ("专题协商扎实深入。就民宿经济发展召开议政会。", "民宿经济发展议政会"),
        ("参政议政有声有色。提交省政协提案7件。", "提交省政协提案"),
        ("深入学习贯彻全国两会精神，召开宣讲会30场。", "学习贯彻全国两会精神"),
        ("参加省政协委员宣讲团首场报告会。", "省政协委员宣讲团首场报告会"),
        ("赴福建、浙江等地学习委员工作室建设做法。", "学习委员工作室建设做法"),
        ("视察饮用水源地保护、污水处理厂运行情况。", "饮用水源地保护、污水处理厂视察"),
        ("做好文史资料征集、《青山政协志》编撰工作。", "编撰《青山政协志》"),
        ("加快推进“数字政协”建设，探索“互联网+协商”模式。", "“数字政协”建设"),
        ("联合市人大就食品安全开展执法检查和民主监督。", "食品安全民主监督"),
        ("协助省政协就种业振兴、耕地保护等课题开展调研。", "协助省政协种业振兴、耕地保护调研"),
        ("以“优化营商环境，服务民营企业”为主题召开恳谈会。", "营商环境恳谈会"),
        ("提出加快老旧小区改造的建议案，推动加装电梯87部。", "老旧小区改造建议案"),
        ("提出保护历史街区、传承非遗技艺等提案。", "保护历史街区、传承非遗技艺等提案"),
        ("就“规范物业管理，建设美好家园”专题开展民主监督。", "物业管理民主监督"),
        ("省政协主要领导对协商工作作出批示，要求总结推广。", "省政协主要领导批示"),
        ("25篇社情民意被全国政协采用。", "社情民意被全国政协采用"),
        ("组织委员深入社区、企业开展法治宣传。", "委员深入社区、企业开展法治宣传"),
        ("开展五年履职“晒成绩”活动。", "五年履职“晒成绩”活动"),
        ("坚持和完善主席会议成员接待委员制度。", "完善主席会议成员接待委员制度"),
        ("拟定年度协商计划，报市委审定后实施。", "拟定年度协商计划"),
        ("持续做好优化法治环境专项民主监督。", "法治环境专项民主监督"),
        ("加强与港澳台侨同胞联谊，接待来访团组8批。", "加强与港澳台侨同胞联谊"),
        ("推动建成垃圾分类示范片区5个，省级示范社区9个。", "推动建成垃圾分类示范片区"),
        ("组织召开全市政协系统廉政建设报告会，邀请市纪委领导作报告。", "政协系统廉政建设报告会"),
        ("2031年7月16日，举办青年干部演讲比赛，18名选手参加。", "青年干部演讲比赛"),
        ("深入贯彻《中国共产党统一战线工作条例》，密切与党外人士联系。", "贯彻《中国共产党统一战线工作条例》"),
        ("地区生产总值完成274.4亿元，增长9.1%。", "地区生产总值"),
        ("实施新一轮农村公路提升行动，新改建农村公路1200公里。", "实施新一轮农村公路提升行动"),
        ("地区生产总值由2030年的162.4亿元增加到287.9亿元，年均增长12.1%。", "地区生产总值"),
        ("2031年旅游收入达到69亿元，是2026年的2.6倍，旅游接待人数达到607万人次。", "旅游收入和旅游接待人数"),
        ("环卫工人工资标准逐年提高，平均达到2800元，是2026年的2倍。", "环卫工人工资标准"),
        (
            "新建、改造滨江大街等主干道38条，总里程达到61.4公里，人均道路面积达到18平方米。",
            "新建、改造滨江大街等主干道",
        ),
        ("累计完成投资4.6亿元，改造开发面积97万平方米，惠及群众2.3万户。", "改造开发面积"),
        ("中欧物流园区累计完成投资2.65亿元，入园项目开工建设。", "中欧物流园区"),
        ("总投资30亿元的城市商贸综合体项目当年完成投资6.1亿元，开工25.9万平方米。", "城市商贸综合体项目"),
        ("投资1.15亿元的黑石水厂改扩建工程开工建设。", "黑石水厂改扩建工程开工建设"),
        ("投资884万元完成30栋老旧楼房维修改造。", "完成30栋老旧楼房维修改造"),
        ("房屋征收安置工作有序开展，五年累计完成房屋征收约2.46万户。", "完成房屋征收"),
        ("商业规模持续扩大，五年新增商业营业面积50万平方米。", "新增商业营业面积"),
        ("重点项目顺利推进，南山700万吨露天矿完成核准、北河200万吨提质项目主体完工。", "南山700万吨露天矿完成核准"),
        ("落实国家环境保护制度和主体功能区规划。", "落实国家环境保护制度和主体功能区规划"),
        ("进出口总额突破80亿美元，实际利用外资4.2亿美元，增长11%。", "进出口总额"),
        ("受理各类案件18625件，审执结17840件，同比分别上升6.2%和7.1%。", "受理各类案件"),
        ("基础设施不断完善，新开工棚户区改造5200套。", "新开工棚户区改造"),
        ("一审服判息诉率达到91.5%，居全省第3位。", "一审服判息诉率"),
        ("老城区改造工作成效明显。", "老城区改造工作"),
        ("紧密结合实际，推进财税体制改革，完善预算管理制度。", "推进财税体制改革"),
        ("始终坚持城乡共建原则，新建农民公寓12栋。", "新建农民公寓"),
        ("紧紧依靠干部群众，建成村级卫生室47所。", "建成村级卫生室"),
        ("办理人大代表建议105件、政协提案86件，办结率100%。", "办理人大代表建议和政协提案"),
        ("经济社会发展主要预期目标是：地区生产总值增长7.5%，达到309亿元。", "经济社会发展主要预期目标"),
        ("农民专业合作社发展到133家。", "农民专业合作社"),
        ("12月底前建成学生宿舍1栋，由总务处负责。", "建成学生宿舍"),
        ("抓好军民融合、国防动员、国防教育、双拥等工作。", "军民融合、国防动员等工作"),
        ("老龄、科协、残疾人、红十字等各项事业取得新进展。", "老龄、科协等各项事业"),
        ("开展大中小学思政课一体化建设“四通行动”。", "大中小学思政课一体化建设“四通行动”"),
        ("开展占道经营“清零”行动，拆除违建320处。", "占道经营“清零”行动"),
        ("引进技术人才，开展安全检查168次，组织应急演练24次。", "开展安全检查、组织应急演练"),
        ("露天煤矿、啤酒厂迁建、农机生产线改造一期项目进展顺利。", "露天煤矿、啤酒厂迁建等项目"),
        ("为全省符合条件的初一在校女生免费接种国产疫苗。", "免费接种国产疫苗"),
        ("开工改造城镇老旧小区2878个、居全国第5位。", "开工改造城镇老旧小区"),
        ("经营主体净增48万户、达680万户。", "经营主体"),
        ("五年来，召开全会5次，开展视察162次，收到提案3551件。", "五年履职总量"),
        ("报送信息168篇，被全国政协采用3篇。", "报送信息被全国政协采用"),
        ("编制《沙河区国民经济和社会发展第十六个五年规划纲要》。", "编制《沙河区“十六五”规划纲要》"),
        ("城镇新增就业5487人，登记失业率3.79%。", "城镇新增就业和登记失业率"),
        ("完善社会风险评估机制，加强应急管理体系建设。", "完善社会风险评估机制"),
        ("牵头办理关于养老服务的重点提案，建成社区食堂33个。", "养老服务重点提案"),
        ("紧扣高标准农田建设，深入7个乡镇调研，形成报告报送县委。", "高标准农田建设调研"),
        ("在推动文旅融合、发展乡村民宿上建言献策。", "文旅融合和乡村民宿建言"),
        ("将乡村治理作为履职重点，组织专题调研。", "乡村治理专题调研"),
        ("制定委员联系界别群众工作方案，走访群众4200户。", "制定委员联系界别群众工作方案"),
        ("搭建“请你来协商”平台，举办协商活动380场。", "“请你来协商”平台"),
        ("依托“书香政协”读书平台，开展读书分享会24场。", "“书香政协”读书平台"),
        ("举办“同心向未来”书画展，展出作品210幅。", "举办“同心向未来”书画展"),
        ("出台委员履职积分管理办法，量化考核标准。", "出台委员履职积分管理办法"),
        ("向省政协报送社情民意信息156篇，采用43篇。", "向省政协报送社情民意信息"),
        ("完成县政协机关信息化改造。", "完成县政协机关信息化改造"),
        ("全面推进机关党建、效能建设、后勤保障等工作。", "推进机关党建、效能建设等"),
        ("主动配合做好第七届县委巡察工作。", "配合做好第七届县委巡察工作"),
        ("关于推进中医药传承创新、发展康养产业的建议被列入省“十五五”规划。", "中医药传承创新和康养产业建议"),
        ("开展“送医、送教、送技”下乡活动。", "“送医、送教、送技”下乡活动"),
        ("推动解决企业用工、融资、用地等问题47个。", "推动解决企业用工、融资、用地等"),
        ("实施委员素质提升工程，组织外出培训4批。", "实施委员素质提升工程"),
        ("走访慰问困难党员、老委员，发放慰问金12万元。", "走访慰问困难党员、老委员"),
        ("牵头推进临江大桥、滨江公园等重点项目建设。", "牵头推进临江大桥等重点项目建设"),
    ],
)
def test_title_is_a_phrase_of_its_own(summary: str, title: str) -> None:
    """Topic and form, brand, document, result or deed with its object; whole, without slogan and setting."""
    assert title_of(summary) == title


@pytest.mark.parametrize(
    ("summary", "evidence", "title"),
    [
        (
            "通过提案、信息等渠道提出意见建议。",
            "围绕打造山水公园城市加强生态环境监督,通过提案、信息等渠道提出意见建议。",
            "山水公园城市生态环境监督",
        ),
        (
            "出台《关于加强和改进新时代政协工作的若干措施》。",
            "一年来,中共青松市委高度重视政协工作,出台了《关于加强和改进新时代政协工作的若干措施》。",
            "市委出台政协工作若干措施",
        ),
        (
            "开展了真诚热烈的对口协商。",
            "围绕古镇保护、民宿管理等课题,与市有关部门开展了“真诚而不敷衍”的对口协商。",
            "古镇保护、民宿管理等对口协商",
        ),
        (
            "紧盯突出问题持续跟踪监督。",
            "围绕“打造一流营商环境”走访企业,紧盯企业反映强烈的突出问题持续跟踪监督。",
            "营商环境跟踪监督",
        ),
        ("聯合開展專題調研。", "就農村飲水安全聯合開展專題調研。", "农村饮水安全专题调研"),
    ],
)
def test_title_takes_from_the_evidence_what_the_summary_lost(summary: str, evidence: str, title: str) -> None:
    """The topic and the doer, where the summary does not have them; in simplified characters."""
    assert title_of(summary, evidence) == title


@pytest.mark.parametrize(
    "lead", ["参政议政有声有色。", "专题协商扎实深入。", "服务中心献良策。", "凝聚团结奋进强大合力。"]
)
def test_slogan_above_an_item_is_no_title(lead: str) -> None:
    """A heading that only praises says nothing of the item."""
    assert title_of("开设“提案追踪”电视栏目。", lead + "开设“提案追踪”电视栏目。", lead=lead) == "“提案追踪”电视栏目"


def test_heading_about_something_else_is_no_title() -> None:
    """It has to share words with the item."""
    assert title_of("组织委员为山区群众送医送药。", lead="参与三大攻坚战。") == "组织委员为山区群众送医送药"


def test_proposal_keeps_being_a_proposal() -> None:
    """In a list of proposals the title of one never reads as a deed."""
    evidence = "加快建设跨境电商综合试验区**  推动出台扶持政策,新建产业园2个"
    assert title_of("出台扶持政策，新建产业园2个。", evidence, role="proposal_digest") == "跨境电商综合试验区提案"


def test_goal_is_told_from_what_was_reached() -> None:
    """The same indicator in the review and in the plan."""
    review = "地区生产总值达到287.9亿元，增长8.9%。"
    plan = "地区生产总值增长7.5%。"
    spans = (Span(0, len(review)),), (Span(len(review), len(review + plan)),)
    items = [an_item("A1", review, spans[0]), an_item("T1", plan, spans[1], role="plan")]
    assert list(write_titles(items, review + plan).values()) == ["地区生产总值", "地区生产总值目标"]


def test_titles_of_a_report_differ() -> None:
    """The second item about the same brand is told apart by what else it says."""
    first, second = titles_of("开展“同心共建”行动，走访企业60家。", "深化“同心共建”行动，解决企业用工难题12个。")
    assert first == "“同心共建”行动"
    assert second != first


@pytest.mark.parametrize("cut", ["…", "..."])
def test_long_sentence_without_a_pause_is_not_cut(cut: str) -> None:
    """Rather a long title than half a word."""
    words = "组织委员走访社区企业学校医院机关连队深入田间地头了解群众困难和诉求"
    assert cut not in title_of(words + "。")


@pytest.mark.parametrize(
    ("topic", "most", "short"),
    [
        ("加快推进老旧小区改造", 16, "老旧小区改造"),
        ("提升家庭农场和合作社发展水平", 16, "家庭农场和合作社发展水平"),
        ("提升家庭农场和合作社发展水平", 8, "家庭农场和合作社"),
        ("优化营商环境、发展数字经济、培育专精特新企业", 16, "营商环境、数字经济等"),
        ("台资、港资和侨资企业", 8, "台资、港资等企业"),
        ("坚持和完善专委会工作制度", 16, "专委会工作制度"),
        ("“规范物业管理,建设美好家园”", 16, "物业管理"),
        ("发挥区位优势促进服装产业升级", 16, "服装产业升级"),
        ("一个怎么也短不下来的很长的名称", 4, ""),
    ],
)
def test_topic_is_shortened_by_words(topic: str, most: int, short: str) -> None:
    """Verbs in front, weak ends and members of lists go; nothing is left where that is not enough."""
    assert shorten_topic(topic, most) == short


@pytest.mark.parametrize(
    ("document", "most", "short"),
    [
        ("《委员履职管理办法》", 16, "《委员履职管理办法》"),
        ("《关于进一步加强提案办理协商工作的实施意见》", 16, "提案办理协商工作实施意见"),
        ("《贯彻落实省委<关于加强政协工作的十条措施>的实施方案》", 16, "政协工作十条措施实施方案"),
        ("《中国共产党政治协商工作条例》", 14, ""),
        ("《没有种类也很长很长很长很长的一个书名》", 16, ""),
    ],
)
def test_document_is_shortened_by_its_topic(document: str, most: int, short: str) -> None:
    """Its kind stays; a proper name is taken whole or not at all."""
    assert shorten_document(document, most) == short


@pytest.mark.parametrize(
    ("clause", "short"),
    [
        ("举办专题培训班15期", "专题培训班"),
        ("先后修订完善委员履职统计、评价及激励约束机制", "修订完善委员履职统计、评价等机制"),
        ("重大事项及时向市委请示、重要活动及时向市委报告、重点意见及时向市委汇报", "重大事项及时向市委请示"),
        ("联合各民主党派、工商联开展专题调研和监督评议", ""),
        ("鼓励和支持委员深入界别群众开展解疑释惑", "委员深入界别群众开展解疑释惑"),
    ],
)
def test_clause_is_shortened_by_steps(clause: str, short: str) -> None:
    """Figures behind it, modifiers, members of one list; two lists are not mistaken for one."""
    assert shorten_clause(clause) == short


@pytest.mark.parametrize(
    ("phrase", "members"),
    [
        ("养老、托育和医疗", ("养老", "托育", "医疗")),
        ("《甲和乙》《丙、丁》", ("《甲和乙》", "《丙、丁》")),
        ("平安和谐社区", ("平安和谐社区",)),
        ("荆山新区和沙河新区管网建设、水污染治理", ("荆山新区和沙河新区管网建设", "水污染治理")),
    ],
)
def test_members_of_a_list(phrase: str, members: tuple[str, ...]) -> None:
    """Cut at 、 and at the last 和, never inside a name or a word."""
    assert split_members(phrase) == members


PIECES = (
    "就养老服务",
    "开展专题协商",
    "《关于加强水利工作的意见》",
    "“银发”行动",
    "、",
    "，",
    "等",
    "12件",
    "的",
    "建成",
    "。",
    "(试行)",
    "市委",
)


@settings(max_examples=150)
@given(st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=9), min_size=1, max_size=4))
def test_any_words_give_a_title(reports: list[list[str]]) -> None:
    """Every item has one, never cut, every name in it whole."""
    for title in titles_of(*("".join(pieces) for pieces in reports)):
        assert title
        assert "…" not in title
        assert all(title.count(pair[0]) == title.count(pair[1]) for pair in ("《》", "“”", "（）"))


@given(st.text(alphabet="就围绕开展协商监督调研养老水利、和等的《》“”(),12件", max_size=40))
def test_phrases_keep_to_their_length(words: str) -> None:
    """Whatever the words, what is shortened fits or is empty."""
    assert len(shorten_topic(words, 10)) <= 10
    assert len(shorten_clause(words, LONGEST)) <= LONGEST
    assert shorten_clause(words, LONGEST) == "" or len(shorten_clause(words, LONGEST)) >= SHORTEST
