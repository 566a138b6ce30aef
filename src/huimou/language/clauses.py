"""A group's evidence as numbered clauses: the second way of wording, which cannot say what the text does not.

The model names clauses, the program joins them. Clauses with figures are kept by the program, and every sentence that
says something keeps at least one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from huimou.language.figures import find_quantities
from huimou.language.text import compact, fold

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
_NOTICED = re.compile(r"认识到|看到|意识到")
_WEAK = re.compile(
    r"不足|薄弱|不够|有待|差距|短板|问题|不高|不强|不多|不大|不优|不深|不实|困难|滞后|欠缺|偏[低小弱少慢]|制约|压力|亟[待需]|较[低小弱少慢]"
    r"|矛盾|凸显|[还仍尚](?:需|须|要)|不到位|不适应|不能|不作为|短缺|缺乏|风险|不平衡|不均衡|隐患|不严|脱节"
)
_NUMBERED = re.compile(
    r"(?:[^。;:]{0,60}:)?(?:[一二三四五六七八九十]是|第[一二三四五六七八九十],|\([一二三四五六\d]\))"
)
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
LEAST_LENGTH, MOST_LENGTH = 0.34, 0.56
HALF = 0.5
_LISTED = 4
_REMEMBERED = 1024  # a passage is cut again for each answer about it
_NARROW = re.compile(r"[,;:()!?](?![\dA-Za-z])|(?<![\dA-Za-z])[,;:()!?]|\((?=\d{4})|\)")
_WIDER = 0xFEE0
_FIRST = re.compile(r"^\s*[一二三四五六七八九十]是(?=要?[\u4e00-\u9fff]{3})")


@dataclass(frozen=True)  # without slots, so that what is read of it again and again is kept
class Clause:
    """One clause; `sentence` is the ordinal of its sentence in the group, from 0.

    `governs`: it holds the verb of advice (建议, 协商, 调研……) that the sentence hangs on. Without it, what was advised
    would read as what was done.
    """

    text: str
    sentence: int
    governs: bool = False

    @cached_property
    def _folded(self) -> str:
        return fold(self.text)

    @cached_property
    def has_figure(self) -> bool:
        """Whether it prints a number or holds a quantity in words, and must therefore be kept."""
        return bool(_DIGIT.search(self._folded) or find_quantities(self.text))

    @cached_property
    def brief(self) -> str:
        """The clause without its number (一是) and the adverbs of zeal at its head; three members of a list with 等."""
        bare = _ORDINAL.sub("", self.text)
        return _abridge_list(bare[len(bare) - len(_EMPHASIS.sub("", fold(bare))) :])

    @cached_property
    def is_purpose(self) -> bool:
        """Whether it says what for rather than what: the first to go when a summary is too long."""
        body = self._folded
        return bool(_PURPOSE.match(body) or _WEAK_TAIL.search(body)) and not self.has_figure and "《" not in body

    @cached_property
    def hangs(self) -> bool:
        """Whether it only frames what a later clause says (在……中, 就……等议题), with no verb of its own at its end."""
        body = self._folded
        if _HANGING_END.search(body):
            return True
        return bool(_HANGING.match(body)) and not _PREDICATE.search(re.split(r"[、“”》]|等", body)[-1][-24:])

    @cached_property
    def leans(self) -> bool:
        """Whether its subject stands in an earlier clause (被采纳, 并……)."""
        return bool(_LEANING.match(self._folded))

    @cached_property
    def weight(self) -> int:
        """How much a summary would lose without it: 0 purpose, 1 circumstance, 2 a deed, 3 a deed with a name."""
        if self.governs:
            return 4
        if self.is_purpose:
            return 0
        return 1 + bool(_DEED.search(self._folded)) + bool(re.search(r"[《“]", self.text))


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


def join_clauses(clauses: Sequence[Clause], kept: Iterable[int], *, most: float = MOST_LENGTH) -> str:
    """Summary of the kept clauses (numbers from 1), in the order of the text.

    Figures, governing clauses and one clause a sentence are added; while the whole is longer than `most` of the
    clauses' length, what weighs least goes first, the last of equals before the others.
    """
    forced = {n for n, clause in enumerate(clauses, 1) if clause.has_figure or clause.governs}
    numbers = {n for n in kept if 1 <= n <= len(clauses)} | forced
    for sentence in {clause.sentence for clause in clauses}:
        own = [n for n, clause in enumerate(clauses, 1) if clause.sentence == sentence]
        if not numbers & set(own):
            numbers.add(max(own, key=lambda n: (clauses[n - 1].weight, -n)))
    named = [n for n, clause in enumerate(clauses, 1) if find_names(clause.text)]
    if named:  # what the text is about by name: of several the one that was chosen first
        forced = forced | set([n for n in named if n in numbers][:1] or named[:1])
        numbers |= forced
    limit = most * sum(len(clause.text) for clause in clauses)
    for number in sorted(numbers, key=lambda n: (clauses[n - 1].weight, -n)):
        if sum(len(clauses[n - 1].brief) for n in numbers) <= limit:
            break
        alone = sum(clauses[n - 1].sentence == clauses[number - 1].sentence for n in numbers) == 1
        if number not in forced and not alone:
            numbers.discard(number)
    return _write_clauses(
        [
            clauses[n - 1]
            for n in sorted(_fill_up(clauses, _complete_fragments(clauses, numbers), min(LEAST_LENGTH, most)))
        ]
    )


def _fill_up(clauses: Sequence[Clause], numbers: set[int], least: float) -> set[int]:
    """The choice, and the weightiest of the rest until it is `least` of the whole: 「提出建议」 says too little."""
    kept = set(numbers)
    length = sum(len(clause.text) for clause in clauses)
    rest = sorted(set(range(1, len(clauses) + 1)) - kept, key=lambda n: (-clauses[n - 1].weight, n))
    for number in rest:
        if sum(len(clauses[n - 1].text) for n in kept) >= least * length:
            break
        kept.add(number)
    return _complete_fragments(clauses, kept)


def _complete_fragments(clauses: Sequence[Clause], numbers: set[int]) -> set[int]:
    """The choice without fragments: what hangs on a later clause or leans on an earlier one has it, or goes."""
    kept = set(numbers)
    for number in sorted(numbers):
        clause = clauses[number - 1]
        same = [n for n, other in enumerate(clauses, start=1) if other.sentence == clause.sentence]
        later = [n for n in same if n > number and not clauses[n - 1].hangs]
        if clause.hangs and later and not kept & set(later):
            only = kept & set(same) == {number}
            kept |= {max(later, key=lambda n: (clauses[n - 1].weight, -n))} if only or clause.has_figure else set()
            kept -= set() if only or clause.has_figure else {number}
        if clause.leans and number - 1 in same and not kept & {n for n in same if n < number}:
            kept.add(number - 1)
    return kept


def find_names(text: str) -> tuple[str, ...]:
    """What a text is about by name: its documents 《》, else its brands (“……”行动), as printed."""
    return tuple(_DOCUMENT.findall(text) or _BRAND.findall(text))


def find_weak_points(body: str) -> tuple[tuple[int, int], ...]:
    """Ranges in a sentence about shortcomings that each name one, in characters of `body`.

    「主要是：民主监督工作还相对薄弱，委员作用发挥还不够充分」 gives two; a promise to do better gives none.
    """
    numbered = _NUMBERED.match(body)
    if numbered and _WEAK.search(body):
        return ((numbered.end(), len(body)),)
    opening = re.search(r"(?:主要(?:是|有|表现在|体现在)|比如)[:,]?", body) or re.search(
        r"(?:不足|问题|差距|短板)[:,]", body
    )
    start = opening.end() if opening else 0
    pieces = [(m.start() + start, m.end() + start) for m in re.finditer(r"[^,;。]+", body[start:])]
    named = tuple((s, e) for s, e in pieces if _WEAK.search(body[s:e]) and not _NOTICED.search(body[s:e]))
    return named or (((0, len(body)),) if _WEAK.search(body) else ())


def find_reflected_clauses(clauses: Sequence[Clause], summary: str) -> tuple[int, ...]:
    """Numbers (from 1) of the clauses that a summary takes up: half of their pairs of characters, or their brief's."""
    said = set(_split_pairs(summary))
    return tuple(
        n
        for n, clause in enumerate(clauses, start=1)
        if max(_measure_pairs(clause.text, said), _measure_pairs(clause.brief, said)) >= HALF
    )


def measure_share(clause: str, summary: str) -> float:
    """Share of a clause's pairs of neighbouring characters that a summary holds, 0 to 1; width does not count."""
    return _measure_pairs(clause, set(_split_pairs(summary)))


def _measure_pairs(clause: str, said: Container[str]) -> float:
    own = _split_pairs(clause)
    return sum(pair in said for pair in own) / len(own) if own else 0.0


@lru_cache(maxsize=_REMEMBERED)
def _split_pairs(text: str) -> tuple[str, ...]:
    body = compact(text)
    return tuple(body[i : i + 2] for i in range(len(body) - 1))


def write_own_words(clauses: Sequence[Clause]) -> str:
    """The report's own words without the clauses that only say what for: the fallback in which no model has a part."""
    kept = [clause for clause in clauses if clause.governs or not clause.is_purpose] or list(clauses)
    missing = {clause.sentence for clause in clauses} - {clause.sentence for clause in kept}
    return _write_clauses([clause for clause in clauses if clause in kept or clause.sentence in missing])


def _write_clauses(clauses: Sequence[Clause]) -> str:
    parts: list[str] = []
    for index, clause in enumerate(clauses):
        if index:
            parts.append("," if clause.sentence == clauses[index - 1].sentence else ";")
        parts.append(clause.brief)
    return "".join(parts)


@lru_cache(maxsize=_REMEMBERED)
def _abridge_list(clause: str) -> str:
    """「就甲、乙、丙、丁、戊等议题开展调研」 with its first three members; one that holds a number is never cut."""
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


def is_compressible(clauses: Sequence[Clause]) -> bool:
    """Whether more than a third of the text lies in clauses without figures; else it is as short as can be."""
    free = sum(len(clause.text) for clause in clauses if not clause.has_figure)
    return free > sum(len(clause.text) for clause in clauses) / 3


def punctuate(summary: str) -> str:
    """Our own sentence in full-width punctuation, without the number of its point (一是), closed by 。.

    What stands between two digits or letters stays.
    """
    joined = re.sub(r"\s+(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s+", "", summary)
    wide = _NARROW.sub(lambda m: chr(ord(m.group()) + _WIDER), _FIRST.sub("", joined))
    return wide.strip(" 。；，、;,") + "。"
