"""Which sentences of a review or a plan report no work, and which look ahead.

Where each reason for leaving a sentence out is decided, in the order in which the first one counts:

- of a whole block (title, heading, caption, front_matter, boilerplate, unrelated, closing): `roles`, then `settle`;
- thanks (`find_thanks`), then guiding_idea, background, heading (an announcement), closing (a summons), quotation and
  rhetoric: here, `find_left_out_reason`, asked by `_mark_sentences` of this package, which adds pledge and closing;
- not_a_report: `steps.genre`; lines set aside while reading (page_number, watermark, mojibake …): `steps.restore`.

The second look may take a sentence back, and one that an item cites is cited, whatever was said here. The rules come
from research on such reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from huimou.digest.steps.segment.blocks import RESPONSIBLE
from huimou.language.clauses import split_clauses

_VERBS = (
    "召开|开展|组织|举办|建立|建成|完善|制定|制订|修订|出台|推进|推动|推荐|报送|提交|提出|形成|调研|视察|监督|走访|落实|编[撰印辑写]|出版"
    "|搭建|打造|健全|培训|加强|深化|强化|提升|促进|支持|参与|参加|督办|办理|采纳|批示|邀请|联合|配合|协助|聚焦|围绕|推行|实施|实行|完成"
    "|发放|捐|资助|慰问|宣传|发表|征集|收集|印发|转发|成立|设立|开通|开设|创新|探索|拓展|发挥|引导|鼓励|健全|规范|优化|加大|加快|扩大|做好"
    "|抓好|协商|解决|化解|服务|学习|研究|审议|审结|受理|查处|整治|改造|新增|新建|增长|下降|达到|实现|获|评为|列为|纳入|写入|帮助|帮扶|保障"
    "|巩固|坚持|严格|严肃|执行|安排|统筹|启动|谋划|培育|引进|签约|开工|竣工|投产|投入|投资|筹集|落地|落户|突破|覆盖|设置|立案|答复|审查|听取"
    "|通报|述职|考核|表彰|授予|举行|观摩|下沉|包保|联系|对接|争取|力争|防范|防控|治理|整改|清理|压减|减免|取消|下放|开放|建设|管理|维护|贯彻"
    "|营造|凝聚|动员|提供|牵线|破解|反映|回应|筹办|筹备|弘扬|践行|树立|改进|挖掘|总结|报道|持续|擦亮|把握|锻造|持|做到|努力"
    "|完工|竣工|建成|入选|推广|打击|承办|恢复|增加|提高.{0,20}(?:标准|补贴|水平)|降低|减少|统一|试行|兜牢|筑牢|稳定.{2}|(?:大力|加快|积极)发展|修缮|扩建|新晋|创建|创历史|挂牌|揭牌"
    "|取得.{0,8}(?:进展|进步|发展|成效)|圆满成功|列入|跻身|位居|(?:稳步|明显|显著|不断|进一步)(?:提高|增强|改善|好转|上升)|进展顺利|顺利进行"
)
_ACTION = re.compile(_VERBS)
_GUIDING = re.compile(
    r"为指导|思想(?:和|、).{0,20}精神.{0,10}(?:指引|指导)|(?:总体|总的)(?:要求|思路)(?:是|:)|指导思想(?:是|:)|深入学习贯彻习近平.{0,60}(?:为指导|重要(?:讲话|思想))"
)
_REQUIREMENT = re.compile(r"(?:总体|总的|工作)(?:要求|思路)(?:是|:)|指导思想(?:是|:)")
_BACKGROUND = re.compile(
    r"^(?:今年|明年|\d{4}年|过去的?[一三五]年|今后[三五]年|这[一五]年|[一三五]年来|“?十[一二三四五六七八]五”?时期).{0,6}是.{2,160}?(?:之年|[一五]年|开局|关键|起步|时期|\d周年[。,;])"
)
_PROVERB = re.compile(
    r"才能|方能|方可|愈.{1,4}愈|因.{1,6}而.{1,4}[依靠]|^.{2,6}之.{1,4},.{2,6}之"
    r"|^[^,]{2,8}者[^,]{1,3},[^,]{2,8}者[^,]{1,3}[。;]?$"
    r"|^[^,]{2,12}是[^,。]{2,30}的[^,。]{1,12}(?:基础|环节|法宝|优势|途径|保证|前提|关键)[^,。]{0,4}。$"
    r"|,?是[^,。]{2,16}的(?:必修课|基本功|压舱石|生命线|总开关|必答题|定盘星|传家宝|主心骨|指路明灯)。$"
    r"|^(?:笃行|奋进|回首|展望|征程|蓝图)|再接再厉|^(?:为.{2,4}[、,]){2,}|^(?:[^,、。]{4}[,、]){2,}[^,、。]{4}。$"
)
_VOW = re.compile(
    r"^(?:各位(?:代表|委员)|同志们|朋友们)[!。,]?$|^(?:[^,。]{0,12},)?(?:我们)?(?:坚信|深信|深知|相信,|一定(?!程度)|必将|完全有(?:条件|信心|能力))"
    r"|^(?:实践|事实|历史).{0,6}(?:证明|表明|告诉)|^这再次(?:证明|表明)"
)
_HOLLOW = re.compile(
    r"的[一三五]年[。;,]|风采|形象[。!]$|担当[。!]$|[蕴体彰]含着|折射|见证|缩影|不平凡|来之不易|辉煌|波澜壮阔|任重道远|意义重大|责任重大|使命光荣"
    r"|前景广阔|大有可为|正当其时|未来可期|嘱托|期盼|奋楫|扬帆|启航|行稳致远|乘风破浪|只争朝夕|新征程|新的征程|蓝图|考验|信心|感召|洪流|力量[。!]$"
    r"|^[^,]{1,8}(?:就是|便是)[^,]{1,14}[,。]|[高好]度评价|受鼓舞|安居乐业|好日子|万众一心|众志成城|[^,]{2,8}[,、][^,]{2,8}[,、]?.{0,8}!$|道理|财富[,。]"
    r"|(?:决不|绝不|不负|无愧于?)(?:辜负|.{2,12}(?:重托|期望|期盼|嘱托|时代|人民))|凝心聚力|同心同德|砥砺|初心|情怀|春风|情暖|润.{0,2}心|赤子|芳华|华章"
)
_ANNOUNCEMENT = re.compile(
    r"(?:抓好|做好|把握好?|突出|推进|实施|开展|围绕).{0,12}(?:[\d一二三四五六七八九十]+|几)(?:个方面|项重点|项工作|项任务|件实事|大行动|大工程)[^,。;]{0,6}[::]$|"
    r"(?:以下|如下|下列|下面).{0,8}(?:工作|任务|事项|方面|实事|情况)[。:;]$|(?:汇报|报告|通报|安排|部署|情况|总结)如下[。:]$"
)
_VISIT = re.compile(
    r"^[^。;]{0,24}习近平总书记[^,。;]{0,16}(?:亲临|视察|考察|出席|致信|致贺信|回信|作出.{0,8}重要指示|发表.{0,8}重要讲话)(?![^。]*我们)"
)
_SUMMONS = re.compile(r"^(?:(?:各位|同志)[^。]{0,10}[,!])?让我们")
_LESSON = re.compile(
    r"(?:体会到|启示我们|证明|经验是|主要是)[:,].{0,4}必须|^(?:[一二三四五六七八]是)?必须(?:始终|坚定|牢牢)?(?:坚持|坚定|把|以|紧扣|围绕)"
    r"|^只要.{2,60}就一?定?能"
)
_SPEECH = re.compile(r"^[“‘][^”’]{8,}[”’](?:[^。]{0,24}(?:说|表示|介绍|感慨|告诉)|$)|报告指出:|(?:强调|指出):")
_WILL = (
    r"(?:将(?!.{0,16}(?:摆在|摆上|作为|纳入|列入|列为|融入|贯穿|落实到|转化))"
    r"|(?<![主重需必首紧只])要(?!求|素|点|件|闻))"
)
_AHEAD = re.compile(
    rf"^(?:20\d\d年[,，]?.{{0,16}}{_WILL}|(?:新的一年|今后|下一步|明年|来年|接下来)[,，]?.{{0,24}}(?:{_WILL}|继续|努力))"
)
_STILL_AHEAD = re.compile(
    rf"^(?:同时,?|此外,?|另外,?)?(?:我们|全会|委员会)?(?:还|也)?(?:{_WILL}|继续|进一步|力争|确保)"
)
_BACK = re.compile(
    r"^(?:去年|上一?年|过去[一五]年|[一三五]年来|前期|截至目前|截至去年底)(?!.*(?:今年|明年|[将要]|继续|力争|确保))"
)
_CALL = re.compile(r"奋力谱写|而(?:不懈|团结|努力)?奋斗|再创|新篇章|更大(?:贡献|胜利)|永葆")
_DEED = re.compile(r"召开|举办|完成|出台|印发|成立|建成|组建|启动|通过|获|荣获|编印|出版|制定|修订|设立|开通|开展")
_APPLAUSE = re.compile(r"新(?:气象|格局|进展|局面|面貌|台阶|篇章|形象)[。;!]?$|(?:风采|光辉形象|强大合力)[。;!]?$")
_COUNTED = re.compile(r"\d+[余多]?[万亿]?[件次个项名篇场条元%]")
_PLEDGE = re.compile(
    r"^(?:对此|对于?这些|为此)|(?:我们|今后|下一步|必须|将|要).{0,30}(?:改进|解决|克服|改正|重视|努力|突破|提高)"
)
_THANKS = re.compile(r"(?:衷心|诚挚|崇高|诚心)的?(?:感谢|谢意|敬意|问候|祝愿)|表示.{0,8}感谢|向.{1,40}(?:致以|致敬)")
_CREDIT = re.compile(
    r"来之不易|的结果|归功于|离不开|凝聚着|得益于|^(?:在此|各位|同志们|借此|这里)|付出|关心|支持|领导|奋斗|拼搏"
)
_SHORT_SENTENCE = 60
_LEAD_LIMIT = 24
_MARKED_LEAD_LIMIT = 40
_BESIDE_SPEECH = 8


def find_left_out_reason(body: str, *, plan: bool) -> str | None:
    """Why no item may rest on a sentence, such as `rhetoric`; None if one may.

    Args:
        body: sentence as folded text without its marker and without line breaks.
        plan: whether it lies in a plan, where 总体要求 and 「今年是……之年」 open the text.
    """
    if RESPONSIBLE.match(body):
        return None
    if _is_guiding(body, plan=plan):
        return "guiding_idea"
    if (_BACKGROUND.search(body) or _VISIT.search(body)) and not _COUNTED.search(body):
        return "background"
    if _ANNOUNCEMENT.search(body) and len(body) <= _SHORT_SENTENCE:
        return "heading"
    if _SUMMONS.search(body):
        return "closing"
    return _find_speech_or_rhetoric(body)


def _is_guiding(body: str, *, plan: bool) -> bool:
    """Whether a sentence states principles: the guiding thought, a plan's overall requirement, lessons of a review."""
    if _GUIDING.search(body) and not re.search(r"[《]|\d", re.sub(r"“[^”]*”", "", body.replace("《习近平", ""))):
        return True
    if plan and _REQUIREMENT.search(body[:40]):
        return True
    return not re.search(r"\d", body) and _LESSON.search(body) is not None


def _find_speech_or_rhetoric(body: str) -> str | None:
    """`quotation` for speech; `rhetoric` for a vow, a proverb, applause, or hollow words without a deed.

    Rhetoric has no digit and names no document; but for vows it is short.
    """
    beside = re.sub(r"[“‘][^”’]*[”’]", "", body)
    if len(beside) <= _BESIDE_SPEECH and len(body) > 3 * _BESIDE_SPEECH and not _ACTION.search(beside):
        return "quotation"
    if _VOW.search(body) and not re.search(r"\d|《", body):
        return "rhetoric"
    if len(body) > _SHORT_SENTENCE or re.search(r"\d|《", body):
        return None
    if _PROVERB.search(body) or _is_applause(body) or (_HOLLOW.search(body) and not _ACTION.search(body)):
        return "rhetoric"
    return "quotation" if _SPEECH.search(body) else None


def _is_applause(body: str) -> bool:
    """Whether three clauses or more all state purposes and the last praises the result (呈现出新气象)."""
    clauses = split_clauses([body])
    return len(clauses) >= 3 and _APPLAUSE.search(body) is not None and all(clause.is_purpose for clause in clauses)


def find_thanks(bodies: Sequence[str]) -> range:
    """Indices of the sentences of a paragraph that give thanks, up to the first that counts something.

    What only gives credit before (这些成绩来之不易，是……的结果) belongs to the thanks; a deed before them does not.
    """
    beside = [re.sub(r"“[^“”]*”", "", body) for body in bodies]
    counts = [_COUNTED.search(body) is not None for body in beside]
    first = next((n for n, body in enumerate(beside) if _THANKS.search(body) and not counts[n]), len(bodies))
    stop = next((n for n in range(first, len(bodies)) if counts[n]), len(bodies))
    while 0 < first < len(bodies) and _CREDIT.search(bodies[first - 1]) and not _COUNTED.search(bodies[first - 1]):
        first -= 1
    return range(first, stop)


def is_requirement(body: str) -> bool:
    """Whether the sentence states the plan's overall requirement (总体要求)."""
    return bool(_REQUIREMENT.search(body[:60]))


def is_about_future(body: str) -> bool:
    """Whether the sentence says what will be done: a time to come and 将/要 in its first clause."""
    return bool(_AHEAD.match(body))


def is_still_about_future(body: str) -> bool:
    """Whether a sentence after one that looks ahead goes on so (将/要/继续 in front)."""
    return bool(_STILL_AHEAD.match(body))


def is_about_past(body: str) -> bool:
    """Whether a sentence of a plan says what was done: a time gone by in front, and no word of what is to come."""
    return bool(_BACK.match(body)) and _COUNTED.search(body) is not None and not body.endswith(";")


def is_call(body: str) -> bool:
    """Whether the sentence only calls to go on (奋力谱写……而奋斗), naming nothing that will be done."""
    return bool(_CALL.search(body)) and not re.search(r"\d|《|“[^”]{3,}”(?!的(?:精神|劲头|作风))", body)


def is_pledge(body: str) -> bool:
    """Whether a sentence about shortcomings promises to do better (对此，我们将认真加以改进)."""
    return bool(_PLEDGE.search(body))


def is_lead(body: str, *, marked: bool = False) -> bool:
    """Whether the first sentence of a unit is its title: short, complete, nothing in it to count.

    After a number or bullet (`marked`) it may be longer and begin with a deed (「（二）开展民主监督。」).
    """
    is_short = 4 <= len(body) <= (_MARKED_LEAD_LIMIT if marked else _LEAD_LIMIT) and body.endswith("。")
    if not is_short or re.search(r"\d|《", body):
        return False
    return marked or not (_PROVERB.search(body) or _DEED.match(body))
