"""Advertisements and stamps printed into a text by a site or an office, on lines of their own or in paragraphs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import takewhile

from huimou.language.text import TextCut, fold

_OPEN = (
    r"(?:微信|官方)?(?:公众号|公众平台|视频号)[:：]"
    r"|(?:更多.{0,8})?(?:请|敬请|欢迎)?(?:扫码|搜索|长按识别)?关注(?:“?[\w]{0,12}”?)?(?:微信)?公众(?:号|平台)"
    r"|本(?:文|文档|资料)(?:来源于|来源|来自|转自|转载自|摘自|下载自)[:：]?"
    r"|本(?:文|文档|资料)由(?=.{2,12}(?:整理|上传|提供|编辑|发布|收集))|转载自[:：]?"
    r"|更多(?:精彩|相关)?(?:内容|资料|范文|资讯|报告)(?=请|敬请|尽在)"
    r"|(?:扫描|扫一扫|长按)(?:上方|下方|识别)?二维码|(?:下载|阅读)全文请|免费下载[:：]?"
)
_CLOSED = (
    r"(?:仅供内部(?:使用|参考|交流|学习)|仅限内部(?:使用|交流)"
    r"|内部(?:资料|文件|使用)[,，、 　]*(?:请勿|严禁|不得|注意|禁止)(?:外传|外泄|转载|复制|保存|保密)"
    r"|(?:请勿|严禁|禁止|不得)(?:外传|外泄|转载|翻印)"
    r"|(?:未经|非经)(?:授权|许可|允许|同意)[,，]?(?:严禁|禁止|不得|请勿)(?:转载|复制|传播|外传)"
    r"|版权所有[,，、 　]*(?:翻印|侵权|盗版)必究)"
)
_URL = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&%~:#_+-]+", re.IGNORECASE)
_URL_IN_BRACKETS = re.compile(rf"[(（【\[]\s*(?:网址|链接|官网)?[:：]?\s*{_URL.pattern}\s*[)）】\]]", re.IGNORECASE)
_NAME = r"[\w“”·-]{0,24}"
_SITE = rf"(?:\s?[(（\[]?\s*{_URL.pattern}\s*[)）\]]?)?"
_WHOLE = re.compile(
    rf"[(（【\[<《*—\-\s]*(?:(?:{_OPEN}).{{0,36}}|{_CLOSED}[\w,，。!！ ]{{0,12}}|内部(?:资料|文件|使用)|{_URL.pattern})"
    r"[)）】\]>》*—\-\s。.!！]*",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\d[余多]?万?[条次篇个件人期]")
_BRACKETED = re.compile(rf"[(（【\[]\s*(?:{_OPEN}|{_CLOSED})[^()（）【】\[\]\n。]{{0,36}}[)）】\]]")
_BOUNDED = re.compile(
    rf"(?:^|(?<=[。！？!?；;”\s]))(?:(?:{_OPEN}){_NAME}{_SITE}|{_CLOSED})(?:[。.!！]|(?=\s|$))",
    re.MULTILINE | re.IGNORECASE,
)
_CUE = re.compile(_OPEN)
_STAMP = re.compile(_CLOSED)
_LINE_LIMIT = 60
_PRINTINGS = 3


def is_watermark(folded: str) -> bool:
    """Whether a whole line (folded, trimmed) is an advertisement or a stamp; a line that counts something is none."""
    return len(folded) <= _LINE_LIMIT and _WHOLE.fullmatch(folded) is not None and not _COUNT.search(folded)


def find_watermarks(text: str) -> Iterator[TextCut]:
    """Advertisements, stamps and addresses inside paragraphs whose end is certain.

    It is certain where brackets, sentence ends or spaces bound them, or where the same words are printed again.
    """
    folded = fold(text)
    for pattern in (_BRACKETED, _URL_IN_BRACKETS, _BOUNDED, _URL):
        for found in pattern.finditer(folded):
            if not _COUNT.search(found.group()):
                yield TextCut(*found.span())
    stamps = [found.span() for found in _STAMP.finditer(folded)]
    yield from (TextCut(*span) for span in stamps if len(stamps) > 1)
    for cue, name in _find_repeated_names(folded):
        pattern = re.compile(re.escape(cue + name) + _SITE, re.IGNORECASE)
        yield from (TextCut(*found.span()) for found in pattern.finditer(folded))


def find_loose_watermarks(text: str) -> Iterator[tuple[int, int]]:
    """What is left after `find_watermarks`: an advertisement that begins in mid-sentence and has no certain end."""
    for found in re.finditer(r"(?:微信公众(?:号|平台)[:：]|本文(?:来自|转自|转载自)|转载自)", fold(text)):
        yield found.start(), min(len(text), found.end() + 8)


def _find_repeated_names(folded: str) -> Iterator[tuple[str, str]]:
    """Cue and name of each advertisement printed three times or more: the name is what its printings have in common."""
    tails: dict[str, list[str]] = defaultdict(list)
    for found in _CUE.finditer(folded):
        tail = re.match(_NAME, folded[found.end() : found.end() + 24])
        tails[found.group()].append(tail.group() if tail else "")
    for cue, names in tails.items():
        name = "".join(same[0] for same in takewhile(lambda same: len(set(same)) == 1, zip(*names, strict=False)))
        if len(names) >= _PRINTINGS and len(name) >= 2:
            yield cue, name
