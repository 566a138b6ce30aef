"""Sentences cut into clauses, and what each clause is worth to a summary: figure, deed, name, or mere purpose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from huimou.language.figures import find_quantities
from huimou.language.text import fold

_CUT = re.compile(r",(?!(?<=\d,)\d{3}(?!\d))|[;。!?:]|…{1,2}")
_OPEN, _CLOSE = "《(“「『【〈", "》)”」』】〉"
_DIGIT = re.compile(r"\d")
_PURPOSE = re.compile(
    r"^从.{2,40}(?:高度|角度|方面|视角)$|^(?:坚持(?!(?:和|并)?完善|(?:不懈)?用好|做好|办好|开展|定期|每)|以.{2,40}为|为.{2,30}(?:作出|做出|提供|贡献|奠定|注入|营造)|不断|进一步|切实(?:增强|把)|努力|遵循|突出|按照|根据|充分(?:发挥|体现|展现|彰显)|更好地?|有力|有效|推动形成"
    r"|营造|展现|彰显|凝聚|形成.{0,20}(?:局面|氛围|格局|合力)|增强.{0,20}(?:感|意识|能力)|助力|使.{2,20}(?:更加|成为)|让.{2,20}(?:感受|成为|更加)|确保|筑牢|巩固|畅通|从而|以此)"
)
_WEAK_TAIL = re.compile(
    r"(?:新局面|新篇章|积极作用|重要作用|良好氛围|浓厚氛围|合力|智慧和力量|新贡献|新气象|新格局|新进展|新成效|新台阶|新进步|更加.{1,6})$"
)
_DEED = re.compile(
    r"召开|举办|完成|形成|出台|印发|制定|修订|建立|建成|成立|搭建|开展|组织|报送|提交|提出|推荐|获|批示|采纳|采用|编[撰印]|出版|协商|调研|视察|监督|督办|推动|启动|落[地户]|编制|通过|上线"
)
_DOCUMENT = re.compile(r"《[^《》]+》")
_BRAND = re.compile(r"“[^“”]{3,}”(?=行动|活动|平台|品牌|制度|专题|大讨论|协商|开展|主题|为题|进行)")
_ADVICE = re.compile(r"出谋划策|献计|献策|建言|之言|建议|协商|议政|调研|视察|监督|研讨|论证|提案|座谈|讨论|研究")
_HANGING = re.compile(
    r"(?:在|就|围绕|针对|关注|以|通过|将|把|对|从|聚焦|紧扣|紧盯|着眼|关于|按照|根据|面对|结合|依托|随着|利用|借助|重点就|其中|《)"
)
_HANGING_END = re.compile(
    r"(?:为(?:题|主题|主线|契机|抓手|目标|导向|载体|平台|统领|牵引)|之际|期间|以来|(?<=召开)后|之后|的同时)$"
)
_LEANING = re.compile(r"(?:被|得到|获得?(?!奖)|并|由此|从而|使|让|均|都|也)")
_PREDICATE = re.compile(
    r"召开|举办|形成|出台|印发|建立|成立|搭建|开展|组织|报送|提交|提出|推荐|获|采纳|采用|建言|献|呼吁|督办|推动|落实|协助|助力|完成|做好"
    r"|加强|提升|学习|参加|进行|举行|编印|协商|议政|调研|视察|监督|跟进|作为|纳入|列为|作出|做出|提供|反映|打造|写入|引导|服务|落地|指导"
)
_EMPHASIS = re.compile(
    r"^(?:(?:积极|切实|认真|深入|扎实|大力|进一步|着力|全力|精心|主动|坚决|努力|有力|不断|高度|紧紧|更好)地?(?:有效|有序)?)+"
    r"(?=(?:开展|推进|推动|实施|学习|贯彻|落实|组织|参与|参加|做好|抓好|加强|强化|完善|健全|提升|提高|优化|支持|服务|促进|围绕|发挥"
    r"|打造|建设|履行|履职|配合|协助|协调|构建|引导|探索|拓展|搭建|建言|筹备|谋划|办理|解决|回应|反映|宣传|弘扬|创新|整治|防范|化解"
    r"|争取|推广|培育|壮大|发展|扩大|加大|加快|改善|保障|营造|凝聚|巩固|深化|落细|增强|助推|助力|维护|联系|走访|调研|视察|监督|协商))"
)
_ORDINAL = re.compile(r"^[一二三四五六七八九十]是(?=要?[\u4e00-\u9fff]{3})")
_FRAME = re.compile(r"^(?:在|就|围绕|针对|聚焦|关注|紧扣|紧盯|着眼|重点就|重点围绕)")
_LISTED = 4
_REMEMBERED = 1024  # a passage is cut again for each answer about it


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
class Clause:
    """One clause of a group's sentences.

    Args:
        text: as printed, without its closing mark.
        sentence: ordinal of its sentence in the group, from 0.
        governs: whether it holds the verb of advice (建议, 协商, 调研……) that the sentence hangs on; without it, what
            was advised would read as what was done.
    """

    text: str
    sentence: int
    governs: bool = False

    @cached_property
    def _folded_text(self) -> str:
        return fold(self.text)

    @cached_property
    def has_figure(self) -> bool:
        """Whether it prints a number or holds a quantity in words, and must therefore be kept."""
        return bool(_DIGIT.search(self._folded_text) or find_quantities(self.text))

    @cached_property
    def brief(self) -> str:
        """The clause without its number (一是) and adverbs of zeal in front; of a long list with 等 three members."""
        bare = _ORDINAL.sub("", self.text)
        return _abridge_list(bare[len(bare) - len(_EMPHASIS.sub("", fold(bare))) :])

    @cached_property
    def is_purpose(self) -> bool:
        """Whether it states a purpose and no deed; such clauses go first when a summary is too long."""
        body = self._folded_text
        return bool(_PURPOSE.match(body) or _WEAK_TAIL.search(body)) and not self.has_figure and "《" not in body

    @cached_property
    def hangs(self) -> bool:
        """Whether it only frames what a later clause says (在……中, 就……等议题), with no verb of its own at its end."""
        body = self._folded_text
        if _HANGING_END.search(body):
            return True
        return bool(_HANGING.match(body)) and not _PREDICATE.search(re.split(r"[、“”》]|等", body)[-1][-24:])

    @cached_property
    def leans(self) -> bool:
        """Whether its subject stands in an earlier clause (被采纳, 并……)."""
        return bool(_LEANING.match(self._folded_text))

    @cached_property
    def weight(self) -> int:
        """How much a summary would lose without it.

        0 a purpose, 1 a circumstance, 2 a deed or a name, 3 a deed with a name, 4 the verb of advice that governs.
        """
        if self.governs:
            return 4
        if self.is_purpose:
            return 0
        return 1 + bool(_DEED.search(self._folded_text)) + bool(re.search(r"[《“]", self.text))


def split_clauses(sentences: Sequence[str]) -> tuple[Clause, ...]:
    """Clauses of the sentences, in order, without their closing punctuation; brackets and quotes are never cut."""
    return tuple(clause for index, sentence in enumerate(sentences) for clause in _build_clauses(sentence, index))


@lru_cache(maxsize=_REMEMBERED)
def _build_clauses(sentence: str, index: int) -> tuple[Clause, ...]:
    pieces = _split(sentence)
    verbs = find_advice_verbs(sentence)
    governing = next(
        (at for at in range(len(pieces) - 1, -1, -1) if any(verb in fold(pieces[at]) for verb in verbs)), None
    )
    return tuple(Clause(text, index, governs=at == governing) for at, text in enumerate(pieces))


def find_advice_verbs(sentence: str) -> frozenset[str]:
    """The verbs of advice that govern a sentence framed by 就……, 围绕……, 在……上; none if it is not so framed."""
    body = fold(sentence)
    return frozenset(_ADVICE.findall(re.sub(r"《[^》]*》|“[^”]*”", "", body))) if _FRAME.match(body) else frozenset()


def find_names(text: str) -> tuple[str, ...]:
    """What a text is about by name: its documents 《》, else its brands (“……”行动), as printed."""
    return tuple(_DOCUMENT.findall(text) or _BRAND.findall(text))


def _split(sentence: str) -> list[str]:
    folded = fold(sentence)
    pieces: list[str] = []
    last = 0
    for found in _CUT.finditer(folded):
        if _count_open_brackets(folded[last : found.start()]) <= 0 and found.group() != ":":
            pieces.append(sentence[last : found.start()])
            last = found.end()
    pieces.append(sentence[last:])
    stripped = [piece.strip(" *、") for piece in pieces]
    return [piece for piece in stripped if re.search(r"\w", piece)]


@lru_cache(maxsize=_REMEMBERED)
def _abridge_list(clause: str) -> str:
    """A clause with three members of its list (就甲、乙、丙、丁、戊等议题); members with a number are never cut."""
    folded = fold(clause)
    places = [at for at in range(len(folded)) if folded[at] in "、等" and _count_open_brackets(folded[:at]) <= 0]
    marks = [at for at in places if folded[at] == "、"]
    stop = next((at for at in places if folded[at] == "等" and len([m for m in marks if m < at]) >= _LISTED), None)
    if stop is None:
        return clause
    inside = [at for at in marks if at < stop]
    dropped = clause[inside[_LISTED - 2] : stop]
    is_counted = find_quantities(dropped) or _DIGIT.search(fold(dropped))
    return clause if is_counted else clause[: inside[_LISTED - 2]] + clause[stop:]


def _count_open_brackets(text: str) -> int:
    """How many brackets and quotes are open at the end of a text."""
    return sum(text.count(char) for char in _OPEN) - sum(text.count(char) for char in _CLOSE)
