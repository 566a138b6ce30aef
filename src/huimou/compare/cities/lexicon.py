"""Words that decide whether two figures count the same thing; a word that is missing here is never compared.

Sources: research on 政协 reports (statuses of 提案, local names of the same form of meeting), and what governments,
people's congresses, courts and procuratorates call their counts.
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Verbs that only say that a meeting or activity was held.
HELD = "组织召开|组织开展|组织举办|召开|开展|组织|举办|举行|进行|承办"
# Verbs that are a status of their own: 立案 is not 办复, 报送 not 采用.
STATUSES = (
    "审查立案|批准逮捕|提起公诉|领衔督办|督办|征集|收到|接收|收集|提交|提出|立案|交办|办理|办复|办结|答复|采纳|采用|报送|编报|编发|"
    "反映|形成|撰写|解决|化解|新收|受理|审结|执结|批捕|起诉|不起诉|判处|审议|听取|审查|制定|修订|修改|废止|出台|印发|发放|"
    "筹集|捐款|捐赠|资助|帮扶|引进|协调|争取|发表|出版|编印|编纂|推荐|走访|慰问|接待|任免|任命|备案|检查|调解|监督|"
    "纠正|追缴|建成|新建|改造|完成|新增|培训|参与|参加|访谈|获得|获|处置|查处|挽回"
)
# Statuses that take up what the figure before them counts: 收到提案300件,立案280件.
CHAIN = _set("审查立案 立案 交办 督办 办理 办复 办结 答复 采纳 采用 审结 执结 结案")
HELD_START = re.compile(f"^(?:{HELD})了?")
STATUS_START = re.compile(f"^(?P<status>(?:向[\u4e00-\u9fff]{{1,8}})?(?:{STATUSES})+)了?")
STATUS_END = re.compile(f"(?P<status>(?:{STATUSES}))了?$")
# Who did it, in front of a status (省政协采用): the thing is not named.
DOER = re.compile("(?:政协|人大|领导|[省市县区]委|政府|部门|单位|法院|检察院|代表|委员|已经|被[^,]*)$")
VERB_BEFORE = re.compile(f"(?P<verb>{HELD}|{STATUSES})了?(?:共|各类|各种)?$")
# Things that are held; they need no verb.
ACTIVITY = re.compile(
    "(?:会议?|全会|视察|调研|考察|活动|学习|监督|评议|培训班?|讲座|论坛|询问|执法检查|庭审|协商|读书会|督查|监督员?)$"
)
# Too general to be the same thing in two reports.
THIN = _set(
    "活动 会议 协商 建议 意见 问题 实际问题 困难问题 困难和问题 项目 资金 委员 人员 群众 方面 村 事项 任务 材料 "
    "文件 成果 共识 思路 报告 制度 品牌 工作 对策建议 实事 民生实事 好事实事 平台 场 次 人 市 县 区 社区 企业 "
    "单位 学习 培训 监督 相关活动 履职活动 街道 乡镇 线索 稿件 文章 物资 善款 措施 政策 办法 机制 考察 公众 市民 "
    "代表 干部 举措 亮点 案例 投资 贷款 补贴 奖金 善款 经费 会议活动"
)
# Names of one and the same form; the first is shown.
ALIASES = {
    name: names[0]
    for names in (
        ("全体会议", "全会", "政协全会", "政协全体会议", "全体委员会议"),
        (
            "议政性常委会议",
            "议政性常委会会议",
            "专题议政性常委会会议",
            "专题议政性常委会议",
            "专题议政性常务委员会会议",
            "议政性常务委员会会议",
        ),
        ("常委会会议", "常委会议", "常务委员会会议"),
        ("规模以上工业增加值", "规上工业增加值"),
        ("地区生产总值", "生产总值", "GDP", "全市生产总值", "全省生产总值", "全县生产总值", "全区生产总值"),
    )
    for name in names
}
# States of a whole area, which are nobody's deed.
INDICATORS = _set(
    "地区生产总值 一般公共预算收入 地方一般公共预算收入 固定资产投资 社会消费品零售总额 规模以上工业增加值 "
    "居民人均可支配收入 全体居民人均可支配收入 城镇常住居民人均可支配收入 农村常住居民人均可支配收入 "
    "城镇居民人均可支配收入 农村居民人均可支配收入 进出口总额 外贸进出口总额 货物进出口总额 城镇新增就业 "
    "城镇登记失业率 城镇调查失业率 居民消费价格指数 居民消费价格 实际利用外资 粮食总产量 第一产业增加值 "
    "第二产业增加值 第三产业增加值 工业投资 民间投资 房地产开发投资"
)
# Rates that every place defines its own way (A 类 is 已解决 here and 已解决或采纳 there).
LOCAL_RATE = re.compile("(?:采纳|解决|落实|转化|完成|[ABC]类[^,]*)率$")
RATES = frozenset({"%", "‰", "百分点"})

SELF = re.compile(
    r"^(?:(?:[省市县区州盟旗]|我[省市县区州院]|本)?(?:政协|人大常委会|人大|中级人民法院|中院|法院|检察院|检察机关)(?:常委会|机关|党组|系统)?"
    r"(?=共|累计|先后|全年|已|召开|开展|组织|举办|举行|收到|办理|提出|提交|报送|受理|审结)|[本我]院|全年|一年来|五年来|"
    r"共计?|累计|先后|依法|高质量|认真|深入|扎实|积极|成功|及时|切实|协商(?=解决))+"
)
REST = re.compile("其[他它余]|另外|部分|有关|相关|一批")
EVERY = re.compile("^(?:各类|各种|各项)")
CHANGE = re.compile(
    r"(?P<base>同比|环比|比上年|较上年|比上年同期|年均|名义|实际|可比)?(?P<way>增长|上升|提高|增加|下降|降低|减少|负增长)$"
)
SAME_PERIOD = frozenset({"同比", "比上年", "较上年", "比上年同期"})

# Whose: circles wider or narrower than the reporting body itself.
REACH = re.compile(
    r"全[省市县区州]政协(?:系统|组织)?|政协系统|各级政协|[省市县区州、]{2,7}(?:两|三|四)?级|[两三四]级|全[省市县区州](?:法院|检察机关|检察院)|"
    r"各?县\(?(?:[市、]|市、)*区?\)?(?=政协|人大|法院|检察)|\d+个县市?区|各县|各区|各专门?委员?会|专委会|各界别|界别(?=委员)|党派|工商联|团体|各委室|各工委|"
    r"机关干部|基层(?:法院|检察院|院)|法庭|联络站|全[省市县区州]"
)
PLACE = re.compile(r"开发区|高新区|新区|园区|自贸|集团|公司|[\u4e00-\u9fff]镇|[\u4e00-\u9fff]乡(?!村)")

# Which span of time a number covers.
WHOLE_YEAR = re.compile(r"全年|一年来|过去一年|过去的一年|去年|年内|本年度|20\d\d年(?:以来|度)?")
WHOLE_TERM = re.compile(
    r"[三四五]年来|[三四五]年间|过去[的这]?[三四五]年|本届(?:以来|任期)?|届内|任期|20\d\d(?:年)?[-—–~至到]20\d\d年"
)
OTHER_TIME = re.compile(
    r"截至|截止|目前|至今|迄今|近[两二三四五六七八九十几]年|连续|期间|[上下]半年|季度|(?<!\d)\d{1,2}月|[一二三四五六七八九十]月|(?<!\d年)以来|到20\d\d年|"
    r"20\d\d年底前|末|前期|“?十[一二三四五六]五|[三四五]年(?=新增|共|累计|间|完成|实现|建成|新建)|年均|首[批期]|每[年月周季]|期末|疫情"
)
SUMMED_UP = re.compile("累计")
YEAR = re.compile(r"(?<!\d)(20\d\d)年")
# It is wished for, not done.
WISHED = re.compile("预期目标|目标(?:是|为)|力争|确保|争取(?=达到|完成|实现)|计划(?=完成|实现|建成)")
# What a 政协 counts at large: a row of such numbers is its year's, even where no word says so.
COUNTED_AT_LARGE = _set("提案 社情民意 社情民意信息 信息 意见建议 调研报告 建议案 大会发言 大会发言材料")
# The number is of one topic or event, not of the year.
TOPIC = re.compile(
    r"围绕|针对|聚焦|紧扣|紧盯|就(?![业医学诊近])|关于|(?<!应)对(?![口外策接话象比应])|活动中|中,|通过|依托|结合|以“|“|"
    r"专题(?:调研|协商|民主监督)[,;]|《|为期|参与|其中|包括|含|尤其|特别是|会上|会议[,;]|座谈会[,;]|调研中|视察中|等(?=$)"
)
