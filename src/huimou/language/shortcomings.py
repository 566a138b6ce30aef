"""Weak points: which stretches of a sentence about shortcomings name one."""

from __future__ import annotations

import re

_NOTICED = re.compile(r"认识到|看到|意识到")
_WEAK = re.compile(
    r"不足|薄弱|不够|有待|差距|短板|问题|不高|不强|不多|不大|不优|不深|不实|困难|滞后|欠缺|偏[低小弱少慢]|制约|压力|亟[待需]|较[低小弱少慢]"
    r"|矛盾|凸显|[还仍尚](?:需|须|要)|不到位|不适应|不能|不作为|短缺|缺乏|风险|不平衡|不均衡|隐患|不严|脱节"
)
_NUMBERED = re.compile(
    r"(?:[^。;:]{0,60}:)?(?:[一二三四五六七八九十]是|第[一二三四五六七八九十],|\([一二三四五六\d]\))"
)


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
