"""The words of a report for the form in which the body worked (调研) and for what came of it (采纳).

Both columns are left empty rather than wrong: a word counts only where the sentence says that it happened, not in the
name of a document or an activity, a demand, or a set phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from huimou.language.text import fold

_NAME = re.compile(r"《[^《》]*》|“[^“”]*”|\"[^\"\n]*\"|「[^「」]*」|『[^『』]*』")
_CLAUSE = re.compile(r"[^,。;!?\n]+")
_LEADER = re.compile(r"总书记[^,。;]{0,12}$")
_THEIRS = frozenset({"视察", "考察", "调研"})
_NOT_SO = re.compile(
    r"未|没有|要求|希望|强调|力争|争取|拟|计划|应当|需要|为了|即将|(?<![接对])待|加快|申请|呼吁|建议(?!被|得|已|均|获|有|促|推|在)"
)
_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "专题议政性常委会": "",
        "议政性常委会": "",
        "主席会议": r"(?!成员|组成)",
        "常委会议": r"(?!成员|组成)",
        "全体会议": "",
        "专题协商": "",
        "对口协商": "",
        "界别协商": "",
        "提案办理协商": "",
        "立法协商": "",
        "网络议政": "",
        "协商座谈": "",
        "民主监督": r"(?!员|、参政议政|、参政|职能)",
        "民主评议": "",
        "视察": "",
        "调研": r"(?!员)",
        "考察": r"(?!期)",
        "大会发言": "",
        "建议案": "",
        "提案": r"(?!委|者|人)",
        "社情民意": "",
        "协商": r"(?!机构|民主|文化|制度|格局|机制|阵地|能力|主体|规则|、民主监督|于民|一致)",
        "监督": r"(?!员|者|管理|执纪|体系|、参政|职能)",
        "走访": "",
        "培训": "",
    }
)
"""Forms of a body's work, and what may not follow the word for it to be one; the longer words stand first."""
_FORM = re.compile("|".join(f"(?:{word}){after}" for word, after in _FORMS.items()))
_NOT_AFTER = MappingProxyType(
    {
        "协商": "政治",
        "民主监督": "协商、",
        "监督": "党内|舆论|法律|司法|群众",
        "全体会议": "党组|委员会|市委|省委|党委|中央",
        "调研": "党组",
    }
)
_COUNTED = r"(?:了)?[^,。;、]{0,25}?\d+(?:余|多)?(?:个|件|项|条|篇|次|份)"
_GIVEN = r"(?:获得|获|得到|受到|作出|做出|给予|予以|被|为)[^,。;、:]{0,25}?"
_OUTCOMES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_GIVEN}(?<!指示)(?P<w>批示)(?!精神|件|办法|要求)",
        r"领导[^,。;、]{0,20}(?<!指示)(?P<w>批示)(?=:|$|\d)",
        r"(?:被|得到|获得|获|已经|已|均|为)[^,。;]{0,30}?(?P<w>(?:吸收)?(?:采纳|采用)|吸收)(?!率|能力)",
        r"(?P<w>采纳|采用|吸收)\d+(?:余|多)?(?:条|件|项)",
        r"(?:被|已经|已|均|促成|成功|正式)[^,。;]{0,25}?(?P<w>纳入|列入|写入)",
        r"(?P<w>写入)《",
        r"(?:促成|推动|助推|促进|推进)[^,。;]{0,30}?(?P<w>出台)",
        r"(?P<w>出台)(?:并执行|实施)?了?(?:《》(?!提供|的)|一系列|一批|\d)",
        r"(?P<w>获批)",
        r"(?P<w>立案)(?:《|\d)",
        r"(?:全部|均|已经|已)(?P<w>办复|办结|答复)",
        r"(?P<w>办复|办结|答复)(?:了)?\d+(?:余|多)?件",
        r"(?P<w>解决)[^,。;]{0,40}?(?:困难|问题|难题|事项|诉求|矛盾|纠纷|实事)\d+",
        r"(?:得到|推动|促进|促成|助推|实现)[^,。;]{0,40}?(?P<w>解决)(?=$|落实|到位)",
        rf"(?P<w>建成){_COUNTED}",
        r"(?<!全面)(?P<w>建成)(?:使用|投用|投产|招生|开放|《》)",
        r"(?<!全面)(?P<w>建成)[^,。;、]{1,20}(?:平台|中心|基地|系统|场所|阵地)$",
        r"(?P<w>荣获|获评)",
        r"(?:获得|获)[^,。;]{0,30}?(?P<w>表彰|表扬)(?!大会|办法|会|奖励办法)",
        r"(?<!荣)(?P<w>获)(?:得)?(?!得?[^,。;]{0,40}(?:奖学|奖励机制))[^,。;]{0,40}?(?:等奖|奖项|优秀奖|创新奖|组织奖|奖$)",
        r"(?:受到|得到)[^,。;]{0,25}?(?P<w>表彰|表扬)(?!大会|办法|会)",
        r"(?:受到|得到|获得|获|给予|予以)[^,。;]{0,25}?(?P<w>肯定)",
        r"(?:高度|充分|一致)(?P<w>肯定)",
        r"^(?P<w>肯定)(?!的|性|会)",
        r"(?:被|得到|在全[国省市])[^,。;]{0,15}?(?P<w>推广)",
        r"(?:得到|实现)[^,。;]{0,15}?(?P<w>转化)|(?P<v>转化)\d+(?:余|多)?(?:项|条|件)",
    )
)
_SPOKEN = MappingProxyType({"获": "获奖"})


def find_work_forms(quotes: Iterable[str]) -> tuple[str, ...]:
    """The forms of work that quotes of a report name, in their order, each once."""
    found: dict[str, None] = {}
    for clause in _clauses(quotes):
        for match in _FORM.finditer(clause):
            before = clause[: match.start()]
            barred = _NOT_AFTER.get(match[0])
            if not (barred and re.search(f"(?:{barred})$", before)) and not (
                match[0] in _THEIRS and _LEADER.search(before)
            ):
                found[match[0]] = None
    return tuple(found)


def find_outcomes(quotes: Iterable[str]) -> tuple[str, ...]:
    """The words for outcomes of the work in quotes of a report, in their order, each once."""
    found = [hit for number, clause in enumerate(_clauses(quotes)) for hit in _find_hits(number, clause)]
    return tuple(dict.fromkeys(word for *_, word in sorted(found)))


def _find_hits(number: int, clause: str) -> Iterator[tuple[int, int, str]]:
    for pattern in _OUTCOMES:
        for match in pattern.finditer(clause):
            group = next(name for name, value in match.groupdict().items() if value)
            if not _NOT_SO.search(clause[: match.start(group)]):
                yield number, match.start(group), _SPOKEN.get(match[group], match[group])


def _clauses(quotes: Iterable[str]) -> list[str]:
    """The clauses of quotes, folded; a name in quotation marks is replaced by 《》."""
    return [clause for quote in quotes for clause in _CLAUSE.findall(_NAME.sub("《》", fold(quote)))]
