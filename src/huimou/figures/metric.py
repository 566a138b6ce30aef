"""What a quantity counts and whose it is, in the report's own words."""

from __future__ import annotations

import re

from huimou.figures.numerals import MEASURES, NOUN_WORDS, Reading

_LONGEST = 20
_LEAD = re.compile(
    r"^(?:[、及与]|以及|其中|同时|此外|截至目前|目前|[一五几]年来|[全去今本]年|年内|\d{4}年|[一二三四五六七八九〇零]{4}年|\d{1,2}月份?|共计?|累计|先后|分别|"
    r"已经?(?!采)|还|又|并(?!购)|则|力争|确保|预计|预期|主要|就(?!业)|首次|连续|的|左右、)+"
)
_TRAIL = re.compile(
    r"(?:达到了?|分别达?到?|达|为|约|共有?|共计|合计|总计|累计|各|等|有|是|占|的|了|将|到|至|由|从|增至|降至|升至|提高|控制在|保持在|"
    r"稳定在|突破|接近|先后|就|完成|实现|现有的|[、和及,])+$"
)
_CHANGE = re.compile(
    r"(?:比上年|较上年|比去年|较去年|同期|同比|环比|分别|年均|平均|名义|实际|净|增长|下降|上升|提高|降低|减少|增加|增幅|增速|压缩|缩短|回落|"
    r"上涨|提升|收窄|扩大|占|占比|达到?|为|到|至|了|约|[和及由从,、])*"
)
_NOUN_END = re.compile(
    r"[,。;:!?、\n()]|进行|开展|参与|参加|被|获|得到|纳入|实现|投入(?!品)|全部|建成|完成|提出|担任|就(?!业)|在(?!建)|为(?!民)|向|对(?!策|外)|于|"
    r"由|已|均|正式|实施|启动|开工|顺利|提交|办理|给予|使用|以(?!上|下)|从(?!业)|将|把|是|有效|得以|入选|列入|落地|通过|用于|达到|超过|"
    r"竣工|投产|捐款|捐赠|落实|联合|深入|积极|[和与及](?=[近约超]?[\d一二两三四五六七八九十])"
)
_NO_NOUN = re.compile(r"来自|[的和及与或并左右]|以[上下内]|分别")
_CLAUSE = re.compile(r"[,。;:!?\n*#]")
_BARE_VERB = re.compile(
    r"(?:加快|推进|全面|积极|新)*(?:完成|实施|做好|助推|建成|解决|开展|新建|新增|实现|推进|建设|投入|销售|安置|种植|改造)了?"
)
_SENTENCE = re.compile(r"[。;!?\n]")

_ACTORS = (
    ("委员", r"(?:政协)?委员(?!会|工作|队伍|履职|读书|活动)"),
    ("企业", r"(?:公司|集团|企业)(?!家|会)"),
    ("政府", r"(?:政府|党政(?:主要)?领导|国务院)"),
    ("本机构", r"政协(?!商|委员|提案|领导|主要领导|常委|会议|机关报)"),
    (
        "其他",
        r"(?:法院|检察院|人大(?!代表)|党派团体|民主党派|各党派|工商联|团体|省委|市委|县委|区委|协会|高校|医院)(?!领导|安排|批示)",
    ),
)
_ACTOR = re.compile("|".join(f"(?P<a{number}>{pattern})" for number, (_, pattern) in enumerate(_ACTORS)))
_NO_SUBJECT = re.compile(
    r"向|对|被|给|为|[^全]同|与|(?<!^)和|于|在|以|从|围绕|针对|支持|帮助|助力|推动|促进|引导|引进|组织|召开|开展|指导|协调|联系|走访|服务|邀请|协助|获|"
    r"得到|举办|打造|建设|推荐|培训|收到|新增|培育|据|按照|落实|提交|报送|新建|作为|参观|扶持|采纳|全国|入驻|规模以上|中小|参加|推进|加快|抓好|完成|实施|强化|优化|做好|发展|力争|确保|落户|关停"
)


def metric_of(compact: str, reading: Reading, previous: tuple[Reading, str | None] | None) -> str | None:
    """The counted thing: the noun behind a counting word, else the clause in front; at most 20 characters."""
    behind = reading.unit if reading.unit in NOUN_WORDS else _noun_behind(compact, reading.end)
    if behind and reading.unit not in MEASURES and reading.unit is not None:
        return behind
    own = _in_front(compact, reading.start, previous)
    if previous and _continues(compact[previous[0].end : reading.start], own):
        return _changed(own, previous[1], rate=reading.unit in {"%", "百分点", "倍"})
    if compact.startswith("的", reading.end) and (owned := _noun_behind(compact, reading.end + 1)):
        return _owning(own, owned)
    if behind and own.endswith("、"):
        return behind
    if behind and _BARE_VERB.fullmatch(_LEAD.sub("", own)):
        return f"{_LEAD.sub('', own).removesuffix('了')}{behind}"[:_LONGEST]
    return _shortened(own) or behind or _clause_behind(compact, reading)


def _continues(between: str, own: str) -> bool:
    """Whether the words in front only say how the figure before it changed, or join two figures of one thing."""
    if not own.strip("和及与、"):
        return re.fullmatch(r"[和及与、]?", between) is not None
    changes = _CHANGE.fullmatch(own) and own.strip("由从和及、")
    return bool(changes) and not _SENTENCE.search(between)


def _in_front(compact: str, place: int, previous: tuple[Reading, str | None] | None) -> str:
    """The words of the clause between the figure before it, with the noun that belongs to that, and this one."""
    window = max(0, place - 60)
    start = max((window + match.end() for match in _CLAUSE.finditer(compact[window:place])), default=window)
    if not previous or previous[0].end < start:
        own = compact[start:place]
    else:
        own = compact[previous[0].end : place]
        rest = own.removeprefix(previous[1] or "\n")
        own = re.sub(r"^(?:[、和及与并]|以及)+", "", rest if _TRAIL.sub("", rest) else own)
    return re.split(r"[()]", re.sub(r"\([^()]*\)", "", own))[-1]


def _owning(own: str, owned: str) -> str | None:
    """投资4300万元的某工程 is 某工程投资, 解决3948人的饮水问题 is 解决饮水问题."""
    lead = _LEAD.sub("", own)
    if re.fullmatch(r"总?投资", lead):
        return f"{owned[: _LONGEST - len(lead)]}{lead}"
    if _BARE_VERB.fullmatch(lead):
        return f"{lead.removesuffix('了')}{owned}"[:_LONGEST]
    return _shortened(own) or owned


def _changed(own: str, subject: str | None, *, rate: bool) -> str | None:
    """同比增长 says nothing alone: its subject is what the figure before it measured."""
    change = own.strip("和及、,由从到至达为约了")
    base = re.sub(r"(?:比上年|较上年|同比|环比|年均|增长|下降|上升|增加|减少|提高|降低|完成|实现)+$", "", subject or "")
    if change:
        return _shortened(f"{base}{change}")
    return (subject if rate else base) or None


def _shortened(words: str) -> str | None:
    """Without adverbs in front and copulas behind, cut on the left at a natural place."""
    kept = _TRAIL.sub("", _LEAD.sub("", words)).strip("·-—●■*# ")
    listed = re.sub(r"^.*、[^、]*?等(?:方面|工作)?", "", kept)
    if len(kept) > _LONGEST and len(listed) >= 4:
        kept = listed
    while len(kept) > _LONGEST and (cut := re.search(r"[、的]|以及", kept[:-4])):
        kept = kept[cut.end() :]
    kept = _balanced(_LEAD.sub("", kept[-_LONGEST:]))
    return kept if len(kept) > 1 and re.search(r"[\u4e00-\u9fffA-Za-z]", kept) else None


def _balanced(words: str) -> str:
    """Without quotation marks if the cut left half a pair."""
    return words if words.count("“") == words.count("”") else words.replace("“", "").replace("”", "")


def _noun_behind(compact: str, end: int) -> str | None:
    """The noun that follows a measure word, up to the next verb or mark."""
    window = compact[end : end + _LONGEST + 6]
    if not window or _NO_NOUN.match(window):
        return None
    stop = _NOUN_END.search(window)
    noun = re.split(r"(?<=[\u4e00-\u9fff])\d", window[: stop.start()] if stop else window)[0][:_LONGEST]
    noun = _balanced(re.sub(r"(?:等|的|和|及|与)+$", "", noun))
    if noun in {"村", "县", "镇", "市", "区", "人", "省", "国", "州"}:
        return noun
    return noun if len(noun) > 1 and re.match(r"[\u4e00-\u9fffA-Za-z“《]|\d[A-Z]", noun) else None


def _clause_behind(compact: str, reading: Reading) -> str | None:
    if reading.unit not in {"次", "场", "项", "件"}:
        return None
    words = re.split(r"[,。;:!?\n]", compact[reading.end : reading.end + _LONGEST], maxsplit=1)[0]
    return words if len(words) > 3 else None


def actor_of(compact: str, reading: Reading) -> str | None:
    """Whose figure it is, from the nearest subject of the sentence; None where none is clear."""
    window = max(0, reading.start - 120)
    sentence = re.split(r"[。;!?\n]", compact[window : reading.start])[-1]
    if re.match(r"(?:政协)?委员(?!会)", compact[reading.end : reading.end + 5]) or reading.unit == "委员":
        return "委员"
    for clause in reversed(re.split(r"[,:]", sentence)):
        if actor := _subject(clause):
            return actor
    return None


def _subject(clause: str) -> str | None:
    """The actor with which a clause begins (由市政府新建 too), if it begins with one."""
    for match in _ACTOR.finditer(clause):
        prefix = clause[: match.start()]
        if len(prefix) > 14 or match.end() == len(clause) or clause[match.end()] == "的":
            continue
        if not _NO_SUBJECT.search(re.sub(r"^.*由", "", prefix)):
            return next(name for number, (name, _) in enumerate(_ACTORS) if match[f"a{number}"])
    return None
