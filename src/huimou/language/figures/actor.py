"""Whose deed a figure is: the subject of its sentence, or the reporting body where a deed has none.

A state of things (地区生产总值增长6%) is nobody's deed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from huimou.language.figures.metric import MetricReading
from huimou.model.report import COMPANY, GOVERNMENT, MEMBERS, OTHERS, OWN_BODY, Actor

_SUBJECTS = (
    ("委员", r"(?:政协)?委员(?!会|工作|队伍|履职|读书|活动)"),
    ("企业", r"(?:公司|集团|企业)(?!家|会)"),
    ("政府", r"(?:政府|党政(?:主要)?领导|国务院|承办单位|(?:有关|相关|职能)部门)"),
    ("政协", r"政协(?!商|委员|提案|领导|主要领导|常委|会议|机关报)"),
    ("人大", r"人大(?:及其)?(?:常委会|机关|专委会|系统)"),
    ("代表", r"人大代表(?!大会|建议|议案)"),
    ("法院", r"(?:法院|法官|审判员|干警)(?!领导|院长)"),
    ("检察院", r"(?:检察院|检察机关|检察官)(?!领导)"),
    (
        "其他",
        r"(?:人大(?!代表)|党派团体|民主党派|各党派|工商联|团体|省委|市委|县委|区委|协会|高校|医院)(?!领导|安排|批示)",
    ),
)
_SUBJECT = re.compile("|".join(f"(?P<a{number}>{pattern})" for number, (_, pattern) in enumerate(_SUBJECTS)))
_OWN: Mapping[str | None, str] = MappingProxyType(
    {
        None: "政协",
        "political_consultative": "政协",
        "government": "政府",
        "people_congress": "人大",
        "court": "法院",
        "procuratorate": "检察院",
    }
)
_LABELS: Mapping[str, Actor] = MappingProxyType({"委员": MEMBERS, "企业": COMPANY})
_NO_SUBJECT = re.compile(
    r"向|对|被|给|为|[^全]同|与|(?<!^)和|于|在|以|从|围绕|针对|支持|帮助|助力|推动|促进|引导|引进|组织|召开|开展|指导|协调|联系|走访|服务|邀请|协助|获|"
    r"得到|举办|打造|建设|推荐|培训|收到|新增|培育|据|按照|落实|提交|报送|新建|作为|参观|扶持|采纳|全国|入驻|规模以上|规上|中小|参加|推进|加快|抓好|完成|实施|认定|加强|完善|健全|规范|"
    r"强化|优化|做好|发展|力争|确保|落户|关停|预计|上榜|上市|高新技术|工业(?=企业)|科技型|专精特新|新设|其中|外资|民营"
)
_DEED = re.compile(
    r"开[展放设]|组织|收集|走访|访谈|慰问|召开|举[办行]|承[办接]|提[交出]|报送|[办审受]理|批准|提起|移送|惩[治处]|打击|追诉|收到|立案|征集|建[成设立]|[新改扩迁组]建|建$|修[建订缮]|完成|实施|推进|投[入资]|发放|下达|安排|争取|引进|引入|"
    r"落实|培[育训]|改造|整治|拆除|关停|清[理退欠]|解决|[帮救扶资捐][扶助济困款赠]|查[处办]|[审执]结|结案|判[处决]|[批逮]捕|起诉|监督|纠正|追[回缴]|挽回|化解|调[处研解]|视察|走访|慰问|"
    r"制[定发]|出台|印发|编[制印撰]|取消|下放|精简|减[免负]|选[派聘树]|接[待访]|审议|听取|任免|评[议查]|检查|备案|督办|搭建|[设成]立|形成|发[表布出]|推[荐动广]|反映|撰写|出版|"
    r"[拨支偿兑]付|筹[集措]|支持|助[力推]|促[成进]|开[通工]|打造|创[建办]|协[商调]|栽[植种]|绿化|治理|铺设|增[设发]|交办|化债|处置|盘活|供应|惠及|覆盖|邀请|聘请|采集|救治|接种|"
    r"学习|交流|实现|启用|投用|签[约订]|压[减缩]|减少|淘汰|排查|抽查|公开|提供|筛查|资助|奖励|补[贴助]|宣讲|约谈|问责|处分"
)
_STATE = re.compile(
    r"(?:总值|产值|增加值|收入|总额|余额|成本|费用|价格|[^效]率|比重|占比|指数|总量|规模|产量|人数|里程|吞吐量|总数|水平|强度|寿命|浓度|利润|客运量|货运量|"
    r"发送量|存款|贷款|销售额|(?:资产|民间|工业|地产|开发|社会)投资|游客|之比|入户?比|[户人]口|就业|经营主体|市场主体|面积|时间|时限|能力|比例|标准|占[\u4e00-\u9fff]{1,8})(?:五年|年均|同比|平均|实际|名义|均|累计|分别)*(?:增长|下降|提高|上升|增加|减少|降低|缩短|压减|压缩)?$"
)
_CIRCUMSTANCE = re.compile(
    r"(?:共计?|先后|累计|分别|[全去今本]年|[一五四三]年来|\d{4}年|其中|还|并|新|首次|积极|深入|扎实|有效|全面|大力|深化|加快|持续|又|已经?|主动|着力|直接|统筹|依法|"
    r"高[质标][量准]|成功|稳步|有序|扎实|同步|(?:向|对|为|给|在|围绕|针对|就|通过|从|以|按照|聚焦|将|把|用|到|赴)[^,]{1,40}|全[省市县区州](?:上下|各级)?|我们|[我本]院|两级)"
)
_LONGEST_CIRCUMSTANCE = 42


_LEVEL = re.compile(r"(?:达到?了?|为|[增降升]至|(?:提高|提升|增加|下降|降低)到)$")


def find_actors(compact: str, counted: list[MetricReading], kind: str | None) -> list[Actor | None]:
    """Whose figure each is, None where it cannot be told.

    `kind` is the kind of report; with it, a deed without a subject is the reporting body's own.
    """
    actors: list[Actor | None] = []
    for place, item in enumerate(counted):
        earlier = (counted[place - 1], actors[-1]) if place else None
        actors.append(_find_actor(compact, item, earlier, kind))
    return actors


def _find_actor(
    compact: str, item: MetricReading, earlier: tuple[MetricReading, Actor | None] | None, kind: str | None
) -> Actor | None:
    reading = item.reading
    window = max(0, reading.start - 120)
    sentence = re.split(r"[。;!?\n]", compact[window : reading.start])[-1]
    if re.match(r"(?:政协)?委员(?!会)", compact[reading.end : reading.end + 5]) or reading.unit == "委员":
        return MEMBERS
    clauses = re.split(r"[,:]", sentence)
    own = clauses[-1]
    direct = MEMBERS if own.endswith("委员") and reading.unit in {"人次", "人", "名"} else _find_subject(own, kind)
    state = _is_state(item.metric) or (_LEVEL.search(own) is not None and not _has_own_deed(own))
    if direct or state:
        return direct if not state or direct == MEMBERS else None
    for clause in reversed(clauses[:-1]):
        if actor := _find_subject(clause, kind):
            return actor
    if kind is None:
        return None
    if _has_own_deed(own):
        return _label_actor(_OWN.get(kind), kind)
    follows = earlier is not None and re.search(r"[。;!?\n]", compact[earlier[0].reading.end : reading.start]) is None
    return earlier[1] if earlier and follows else None


def _is_state(metric: str | None) -> bool:
    """Whether the figure says how things are, rather than what somebody did."""
    found = _STATE.search(metric or "")
    return found is not None and _DEED.search((metric or "")[: found.start()]) is None


def _has_own_deed(clause: str) -> bool:
    """Whether a clause begins with a deed, after adverbs and circumstances, and so without a subject of its own."""
    return any(_begins_with_deed(part) for part in (clause, re.sub(r"^.*、(?=[^、]*$)", "", clause)))


def _begins_with_deed(words: str) -> bool:
    deed = _DEED.search(words)
    return deed is not None and (deed.start() <= 1 or _is_circumstance(words[: deed.start()]))


def _is_circumstance(words: str) -> bool:
    """Whether circumstances fill the words without a gap; place by place, since a repeated pattern is too slow."""
    reached = {0}
    for start in range(len(words)):
        ends = range(start + 1, min(len(words), start + _LONGEST_CIRCUMSTANCE) + 1) if start in reached else ()
        reached.update(end for end in ends if end not in reached and _CIRCUMSTANCE.fullmatch(words, start, end))
    return len(words) in reached


def _find_subject(clause: str, kind: str | None) -> Actor | None:
    """The actor with which a clause begins (由市政府新建 too), if it begins with one."""
    for match in _SUBJECT.finditer(clause):
        prefix = clause[: match.start()]
        if len(prefix) > 14 or match.end() == len(clause) or clause[match.end()] == "的":
            continue
        led = re.sub(r"^.*由", "", prefix)
        if not _NO_SUBJECT.search(led) and not _DEED.search(led):
            return _label_actor(next(name for number, (name, _) in enumerate(_SUBJECTS) if match[f"a{number}"]), kind)
    return None


def _label_actor(name: str | None, kind: str | None) -> Actor | None:
    """The label for a name of `_SUBJECTS`: the reporting body by its kind; people's deputies count as its members."""
    if name == "政府":
        return GOVERNMENT
    if name == _OWN.get(kind):
        return OWN_BODY
    if name == "代表":
        return MEMBERS if kind == "people_congress" else OTHERS
    return _LABELS.get(name, OTHERS) if name else None
