"""What a quantity counts, in the report's own words, and which way it changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from huimou.language.figures.numerals import NOUNS, NumberReading, is_measure
from huimou.model.report import Direction

_LONGEST = 30
_LONGEST_NOUN = 20
_LONG_LIST = 16
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]是|\d{1,2}[.、](?=[\u4e00-\u9fff“])|(?:到|至)?20\d\d年[底末]?(?:之?前)?|“?十[三四五六]五”?(?:时期|期间|期?末)?|(?:今年|明年)?(?:年底|\d{1,2}月底|[上下]半年)(?:之?前)?|"
    r"[、及与]|以及|其中|同时|此外|截至目前|目前|[一五几]年来|[全去今本]年(?!度)|年内|\d{4}年|[一二三四五六七八九〇零]{4}年|\d{1,2}月份?|共计|"
    r"共(?![同享青建治产和富识赢轨育商])|累计|先后|分别|已经?(?!采)|还(?![田林草款贷建迁湖])|又|并(?![购入网联发轨举])|则|力争|确保|争取|努力|预计|预期|"
    r"主要(?![经指污农河道街粮产景])|就(?![业医学诊近地])|首次|连续|的|左右、)+"
)
_TRAIL = re.compile(
    r"(?:(?:提高|提升|增加|增长|下降|降低|缩小|压缩|压减|减少|扩大|上升|回落|跃升|攀升)(?:到|至|为)|达到了?|分别达?到?|达|为(?!民)|约|共有?|共计|合计|总计|累计|"
    r"各|等|(?<![公国私所拥])有|是|占|的|了|将|到|至|由|从|增至|降至|升至|控制在|保持在?|稳定在|突破|接近|接连|连续|(?<![人户平年])均|平均|(?:由|从|比)(?:上年|去年)|先后|就|完成|实现|"
    r"现有的|从?每[人户][每]?[年月天]?|力争|确保|争取|[、和及,])+$"
)
_RISES = "增长|上升|提高|增加|上涨|提升|扩大|攀升|跃升|增"
_FALLS = "下降|降低|减少|回落|收窄|缩小|压缩|压减|削减|缩短|下调|负增长|下跌|减|降"
_DIRECTION = re.compile(
    rf"(?:(?P<down>{_FALLS})|(?P<up>(?<!新)(?:{_RISES})))(?:幅度?|速)?[了约近超达为]{{0,2}}(?:达到|分别|超过|不低于|控制在)?$"
)
_LEVEL = re.compile("(?:达到?|升?至|为|到)了?")
_EACH = re.compile(
    rf"(?P<nouns>[^,。;:!?\n\d]{{4,80}}?)(?P<kind>(?:同比|环比|年均|平均|预计|力争|确保)*)分别(?P<change>(?:同比|环比|年均)?(?:{_RISES}|{_FALLS})?)"
    r"[了约为]?(?:达到?|控制在|保持在)?$"
)
# What 水果、蔬菜、茶叶产量 share: the last names it for all.
_QUALITIES = (
    "(?:常住)?居民人均可支配收入|(?:增加|[产总])值|[客货]运量|吞吐量|[产销总用]量|(?:销售|零售|交易|成交|营业|进出口|总)额|余额|"
    "数量|比重|占比|收入|投资|面积|支出|价格|里程|人口|规模|水质|排放总?量|比例|浓度|利润|能耗|(?:覆盖|达标|入园|合格|优良)率"
)
_QUALITY, _QUALITY_END = re.compile(rf"(?:{_QUALITIES}).*"), re.compile(rf"(?:{_QUALITIES}|[值量额率数次费])$")
_TURN = re.compile(f"(?:{_RISES}|{_FALLS})")
_AMOUNTS_TO = re.compile(r"(?<!达)到$|至$|(?<!幅)(?<!度)(?<!速)为$")
_CHANGE = re.compile(
    rf"(?:[比较](?:[上前去同]|此前|历史)[\u4e00-\u9fff]{{0,3}}(?:[年期月]|水平)|同期|同比|环比|分别|年均|平均|名义|实际|净|负增长|{_RISES}|{_FALLS}|增幅|增速|占|占比|达|为|到|至|了|约|"
    r"翻|再|又|已|还|左右|迈上|站上|跨上|力争|确保|争取|努力|力保|超过|突破|不低于|控制在|保持在|[和及由从,、])*"
)
_OF_WHOLE = re.compile(r"[、,]?约?占(?![地补用道])(?:全|总|同期|到|其)?[\u4e00-\u9fff]{0,12}?的?")
_NOUN_END = re.compile(
    rf"[,。;:!?、\n()]|进行|开展|参与|参加|被|获|得到|纳入|实现|投入(?!品)|全部|建成|完成|提出|担任|就(?![业医学])|在(?![建线册校职岗编])|为(?![民主])|"
    rf"(?<![纵横定双单方面])向|(?<!应)对(?![策外接口话象比应联台手标虾])|于(?!都)|由|已|(?<![人平户年])均(?![等衡])|正式|实施|启动|开工|顺利|提交|办理|给予|使用|"
    rf"以(?![上下内])|从(?!业)|将(?!军)|把(?!手)|是|(?<!^)有效|得以|入选|列入|落地|通过(?!率)|用于|专报|报送|达到|超过|竣工|投产|投用|捐款|捐赠|落实|联合(?![体会国])|深入|积极|"
    rf"全面(?!小康|预算)|全覆盖|(?:新|成功)获|评为|列为|受到|遭受|位居|居(?=[全世首前第各内中])|让|整合|合并|获评|增选|当选|跻身|迁建|退城|(?<!以)上市(?!公司)|签约|开放$|加快|打造|稳定|约?占|同比|较[上去]年|比[上去]年|"
    rf"(?:{_RISES}|{_FALLS})(?=[到至了,。\d约近超])|(?:增长|下降)(?![极点])|[和与及](?=[近约超]?[\d一二两三四五六七八九十])|主体完工|整体完工"
)
_NO_NOUN = re.compile(r"[的和与及或并左右]|以[上下内]|分别")
_FROM = re.compile(r"来自[^,。;]{2,60}?的(?=[\u4e00-\u9fff]{2})")
_CLASSED = re.compile(r"级(?=[\u4e00-\u9fffA-Z])|\d+周?岁以[上下](?=[\u4e00-\u9fff])")
_CLAUSE = re.compile(r"[,。;:!?\n*#]")
_VERBS = (
    "完成|实施|做好|助推|建成|解决|开展|新建|新增|实现|推进|建设|投入|销售|安置|种植|改造|设立|组建|启动|实施|争取|落实|发放|治理|整治|"
    "拆除|栽植|铺设|开通|打造"
)
_BARE_VERB = re.compile(rf"(?:加快|推进|全面|积极|新)*(?:{_VERBS})了?")
_INVESTED = re.compile(r"(?:总|新增|计划|完成|财政|[^,]{0,4}?)(?:投资|投入|投入资金)")
_SPENT_ON = re.compile(
    rf"[,]?(?:用于|对|启动|正式|全面|重点|加快|推动)*(?:{_VERBS}|用于|支持)了?(?P<what>[\u4e00-\u9fff“”]{{2,24}}?)(?=[,。;、的\d和及]|进行)"
)
_ATTRIBUTE = re.compile(r"(?:总?投资额?|总?规模|总?面积|总长|全长|年?产能|年产|年?产值|总造价|总库容|装机)$")
_RATES = frozenset({"%", "‰", "百分点", "倍", "成", "番", "比"})
_TIMES = frozenset({"年", "小时", "分钟", "天", "个月", "秒", "周"})
_PLACES = frozenset({"村", "县", "镇", "市", "区", "人", "省", "国", "州"})
_ROW = re.compile("[、和与及,]")
_SENTENCE = re.compile(r"[。;!?\n]")
_ADMINISTRATIVE = re.compile(
    r"(?:重点|试点|示范|行政|边境|脱贫)?(?:县市区|县区|区县|市州|县|市|区|乡镇|镇|街道|社区|村|省份)"
    r"(?=政协|政府|人大|法院|检察院|党委|建设|开展|实施|深化|完成|推进|建成|新建|布局)"
)


@dataclass(frozen=True, slots=True)
class MetricReading:
    """What one reading counts; `end` is where the words that belong to it end."""

    reading: NumberReading
    metric: str | None
    end: int


def read_metric(compact: str, reading: NumberReading, previous: MetricReading | None) -> MetricReading:
    """What a quantity counts: the noun behind a counting word, else the clause in front; some 30 characters at most."""
    noun = reading.unit if reading.unit in NOUNS.words else _find_noun_behind(compact, reading.end)
    metric = _find_metric(compact, reading, previous, noun)
    after = compact.find(noun, reading.end) if noun else -1
    end = after + len(noun) if noun and after == reading.end and _belongs(reading, noun, metric) else reading.end
    return MetricReading(reading, metric, end)


def _belongs(reading: NumberReading, noun: str, metric: str | None) -> bool:
    return not is_measure(reading.unit) or (metric or "").endswith(noun)


def _find_metric(compact: str, reading: NumberReading, previous: MetricReading | None, noun: str | None) -> str | None:
    counts = reading.unit is not None and not is_measure(reading.unit) and reading.unit not in {"比", "年"}
    if noun and counts:
        return noun
    own = _find_words_in_front(compact, reading.start, previous)
    if previous and previous.reading.unit == "百分点" and reading.unit == "%" and _LEVEL.fullmatch(own):
        return _find_changed_subject("到", previous.metric, rate=True)
    if previous and _continues(compact[previous.reading.end : reading.start], own):
        return _find_changed_subject(own, previous.metric, rate=reading.unit in _RATES)
    if reading.unit == "年":
        return _find_lasting(compact, reading, own)
    if compact.startswith("的", reading.end) and (owned := _find_noun_behind(compact, reading.end + 1)):
        return _add_owned_noun(own, owned, previous)
    return (
        _add_noun(own, noun, reading) or _add_spending(compact, own, reading) or _find_clause_behind(compact, reading)
    )


def _add_noun(own: str, noun: str | None, reading: NumberReading) -> str | None:
    """The thing counted with the noun behind the measure, where it belongs to it: 完成5000亩沙区治理."""
    lead = _LEAD.sub("", own)
    if not noun:
        return None
    if own.endswith("、"):
        return noun
    if _BARE_VERB.fullmatch(lead):
        return f"{lead.removesuffix('了')}{noun}"[:_LONGEST]
    return f"{(_shorten(own) or '')[-_LONGEST + len(noun) :]}{noun}" if _is_extent(reading) else None


def _add_spending(compact: str, own: str, reading: NumberReading) -> str | None:
    """The words in front; for a bare 投资, with what it was spent on, which stands behind."""
    lead = _LEAD.sub("", own)
    if _INVESTED.fullmatch(lead) and (spent := _SPENT_ON.match(compact, reading.end)):
        return f"{spent['what'][: _LONGEST - 6]}{lead}"
    return _shorten(own) or (
        _find_noun_behind(compact, reading.end) if reading.unit not in NOUNS.words else reading.unit
    )


def _is_extent(reading: NumberReading) -> bool:
    """Whether it measures a thing in space or weight, whose name may stand behind it (26公里供水管网)."""
    unit = reading.unit or ""
    return is_measure(unit) and unit not in _RATES | _TIMES and "元" not in unit


def _find_lasting(compact: str, reading: NumberReading, own: str) -> str | None:
    """What lasted for a number of years (连续五年居首): named in front, else by the clause behind."""
    front = _shorten(re.sub(r"(?:连续|为期|历时|长达|历经|用)$", "", own))
    if front:
        return front
    behind = re.split(r"[,。;:!?\n]", compact[reading.end : reading.end + _LONGEST], maxsplit=1)[0]
    named = behind.removeprefix("时间").removeprefix("在").strip("、")
    return named if re.search(r"\w", named) else None


def _continues(between: str, own: str) -> bool:
    """Whether the words in front only say how the figure before it changed, or join two figures of one thing."""
    if not own.strip("和及与、"):
        return re.fullmatch(r"[和及与、]?", between) is not None
    if _SENTENCE.search(between):
        return False
    changes = _CHANGE.fullmatch(own) and own.strip("由从和及、")
    return bool(changes) or (_OF_WHOLE.fullmatch(own) is not None and len(own) > 1)


def _find_words_in_front(compact: str, place: int, previous: MetricReading | None) -> str:
    """The words of the clause in front of a figure, back to the figure before it and the noun that belongs to that."""
    window = max(0, place - 60)
    start = max((window + match.end() for match in _CLAUSE.finditer(compact[window:place])), default=window)
    own = compact[start:place]
    if previous and previous.reading.end >= start:
        own = compact[previous.reading.end : place]
        rest = compact[min(previous.end, place) : place]
        own = re.sub(r"^(?:[、和及与并]|以及)+", "", rest if _TRAIL.sub("", rest) else own)
    return re.split(r"[()]", re.sub(r"\([^()]*\)", "", own))[-1]


def _add_owned_noun(own: str, owned: str, previous: MetricReading | None) -> str | None:
    """What a figure with 的 behind it counts: 投资4300万元的某工程 is 某工程投资."""
    lead = _LEAD.sub("", own)
    attribute = _ATTRIBUTE.search(lead)
    if attribute:
        return f"{owned[: _LONGEST - len(attribute[0])]}{attribute[0]}"
    if _BARE_VERB.fullmatch(lead):
        return f"{lead.removesuffix('了')}{owned}"[:_LONGEST]
    if previous and lead and (previous.metric or "").endswith(lead):
        return owned
    return _shorten(own) or owned


def _find_changed_subject(own: str, subject: str | None, *, rate: bool) -> str | None:
    """What a bare 同比增长 is about: the thing that the figure before it measured."""
    change = re.sub(r"^(?:左右|力争|确保|争取|努力|力保|达到?|[和及、,由从到至为约了])+", "", own)
    change = re.sub(
        r"(?:左右|力争|确保|争取|努力|力保|达到?|突破|超过|不低于|控制在|保持在|[和及、,由从到至为约了])+$", "", change
    )
    base = re.sub(rf"(?:比上年|较上年|同比|环比|年均|分别|新增|{_RISES}|{_FALLS}|完成|实现)+$", "", subject or "")
    if _OF_WHOLE.fullmatch(own):
        base = re.sub(r"约?占(?!比)[\u4e00-\u9fff]{1,12}$", "", base)
        return _shorten(f"{base}{_TRAIL.sub('', own.lstrip('、,约'))}")
    if change and not _AMOUNTS_TO.search(own):
        return _shorten(f"{base}{change}")
    return (subject if rate and not _AMOUNTS_TO.search(own) else base) or None


def _shorten(words: str) -> str | None:
    """The words without adverbs in front and copulas behind, cut on the left at a natural place."""
    kept = _TRAIL.sub("", _LEAD.sub("", words)).strip("·-—●■*# ")
    listed = re.sub(r"^.*、[^、]*?等(?:方面|工作)?", "", kept)
    if len(kept) > _LONG_LIST and len(listed) >= 4:
        kept = listed
    while len(kept) > _LONGEST and (cut := re.search(r"[、的]|以及", kept[:-4])):
        kept = kept[cut.end() :]
    kept = _balance_quotes(_LEAD.sub("", kept[-_LONGEST:]))
    return kept if len(kept) > 1 and re.search(r"[\u4e00-\u9fffA-Za-z]", kept) else None


def _balance_quotes(words: str) -> str:
    """The words without quotation marks, if the cut left half of a pair."""
    return words if words.count("“") == words.count("”") else words.replace("“", "").replace("”", "")


def _find_noun_behind(compact: str, end: int) -> str | None:
    """The noun that follows a measure word, up to the next verb or mark."""
    far = _FROM.match(compact, end)
    start = far.end() if far else end
    start += len(classed[0]) if (classed := _CLASSED.match(compact[start : start + 12])) else 0
    window = compact[start : start + _LONGEST_NOUN + 6]
    if not window or _NO_NOUN.match(window):
        return None
    stop = _NOUN_END.search(window)
    noun = re.split(r"(?<=[\u4e00-\u9fff”》])\d", window[: stop.start()] if stop else window)[0][:_LONGEST_NOUN]
    if place := _ADMINISTRATIVE.match(noun):
        return place[0]
    noun = re.sub(r"[和及与、][^和及与、]*等$", "", noun)
    noun = _balance_quotes(re.sub(r"(?:等|的|和|或|及|与|全部|(?<![初高集])中)+$", "", noun))
    if noun in _PLACES:
        return noun
    return noun if len(noun) > 1 and re.match(r"[\u4e00-\u9fffA-Za-z“《]|\d+(?:[A-Z]|千伏)", noun) else None


def _find_clause_behind(compact: str, reading: NumberReading) -> str | None:
    if reading.unit not in {"次", "场", "项", "件"}:
        return None
    words = re.split(r"[,。;:!?\n]", compact[reading.end : reading.end + _LONGEST_NOUN], maxsplit=1)[0]
    return words if len(words) > 3 else None


def find_directions(compact: str, counted: Sequence[MetricReading]) -> list[Direction | None]:
    """Whether each number itself is a rise or a fall; None for a level (提高到15%) and for a plain count."""
    found: list[Direction | None] = []
    for place, item in enumerate(counted):
        between = compact[counted[place - 1].reading.end : item.reading.start] if place else "。"
        found.append(found[-1] if re.fullmatch("[和、及与]", between) else _find_direction(compact, item.reading))
    return found


def _find_direction(compact: str, reading: NumberReading) -> Direction | None:
    before = compact[max(0, reading.start - 10) : reading.start]
    if _AMOUNTS_TO.search(before):
        return None
    found = _DIRECTION.search(before)
    if found:
        return "down" if found["down"] or (reading.value or 0) < 0 else "up"
    return None


def distribute_rates(counted: list[MetricReading], compact: str) -> list[MetricReading]:
    """The readings with the subjects of rates in a row: 受理3件,审结2件,同比上升26%和52%.

    As many rates as there are counts before them belong to these, in order.
    """
    result = _distribute_each(counted, compact)
    for first in range(1, len(counted)):
        run = _count_rates(counted, first, compact)
        subjects = _find_rate_subjects(counted, first, compact) if run > 1 else []
        if not run or len(subjects) < run:
            continue
        between = compact[subjects[-1].end : counted[first].reading.start]
        words = re.sub(r"^[,、]+|(?:达到?|[了约])+$", "", between.replace("分别", ""))
        for place, subject in enumerate(subjects[-run:], start=first):
            turn = _TURN.search(compact[counted[place - 1].reading.end : counted[place].reading.start])
            own = re.sub(rf"(?:{_RISES}|{_FALLS})$", turn[0], words) if turn and place > first else words
            result[place] = replace(counted[place], metric=f"{subject.metric or ''}{own}")
    return result


def _distribute_each(counted: list[MetricReading], compact: str) -> list[MetricReading]:
    """The readings with the subjects of numbers after 分别: A、B和C分别增长6%、8%和7%.

    As many numbers as there are nouns before 分别 belong to these, in order.
    """
    result = list(counted)
    for first, item in enumerate(counted):
        window = re.split(r"[,。;:!?\n]", compact[max(0, item.reading.start - 100) : item.reading.start])[-1]
        named = _EACH.fullmatch(window)
        if not named:
            continue
        nouns = [noun for noun in re.split("[、和与及]|以及", _LEAD.sub("", named["nouns"])) if noun]
        row = counted[first : first + len(nouns)]
        gaps = [compact[left.reading.end : right.reading.start] for left, right in pairwise(row)]
        follows = counted[first + len(nouns) : first + len(nouns) + 1]
        longer = follows and _ROW.fullmatch(compact[row[-1].reading.end : follows[0].reading.start])
        if len(nouns) < 2 or len(row) < len(nouns) or longer or not all(map(_ROW.fullmatch, gaps)):
            continue
        quality = None if any(map(_QUALITY_END.search, nouns[:-1])) else _QUALITY.search(nouns[-1])
        for place, noun in enumerate(nouns):
            shared = quality[0] if quality and place < len(nouns) - 1 else ""
            metric = f"{noun}{shared}{named['kind']}{named['change']}"[-_LONGEST:]
            result[first + place] = replace(counted[first + place], metric=metric)
    return result


def _count_rates(counted: list[MetricReading], first: int, compact: str) -> int:
    """How many rates stand in a row from here, joined by 和 or 、 alone; 0 where the row does not begin here."""
    if counted[first].reading.unit not in {"%", "百分点"} or counted[first - 1].reading.unit in {"%", "百分点"}:
        return 0
    last = first
    while last + 1 < len(counted) and re.fullmatch(
        rf"[和、及,](?:{_TURN.pattern})?", compact[counted[last].reading.end : counted[last + 1].reading.start]
    ):
        last += 1
    return last - first + 1


def _find_rate_subjects(counted: list[MetricReading], first: int, compact: str) -> list[MetricReading]:
    """The counts of the same sentence right before the rates, which a clause of change alone parts from them."""
    between = compact[counted[first - 1].end : counted[first].reading.start]
    if not _CHANGE.fullmatch(between):
        return []
    found: list[MetricReading] = []
    for item in reversed(counted[:first]):
        if item.reading.unit in _RATES or _SENTENCE.search(compact[item.reading.end : counted[first].reading.start]):
            break
        found.insert(0, item)
    return found
