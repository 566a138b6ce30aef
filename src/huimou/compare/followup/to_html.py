"""A follow-up as one HTML page: no network, no script, readable on a phone, in the dark and on paper.

Every word from outside is escaped, and a content security policy forbids whatever would get through. The filter is
radio buttons and a style sheet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from urllib.parse import quote

from huimou.compare.followup.labels import (
    CARRIED,
    CAUTION,
    DECIDED,
    NEW_WORK,
    NO_CARRIED,
    NO_NEW,
    NO_RESULT,
    OUTCOMES,
    TASKS,
    describe_model_share,
    describe_outcome,
    format_tally,
    format_title,
    is_partial,
)
from huimou.compare.followup.result import (
    CarriedTask,
    FollowUp,
    NewWork,
    PointResult,
    ReviewPassage,
    TargetPair,
    TaskOutcome,
)
from huimou.language.text import to_one_line
from huimou.model.digest import Evidence
from huimou.outputs.render import group_by_domain

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_FILTERS = {"all": "全部", "reported": "全部或部分有对应表述", "open": "有未见对应表述的任务"}


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Pages of the two reports, relative to this one; None where there is none. Sentence n is `#sn` in them."""

    earlier: str | None = None
    later: str | None = None


def to_html(found: FollowUp, links: PageLinks | None = None) -> str:
    """HTML text of the page."""
    links = links or PageLinks()
    name = _inline(format_title(found))
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = "".join(
        [
            *_head(found, name),
            f'<h2 id="tasks">{TASKS}</h2>\n',
            *_tasks(found, links),
            f'<h2 id="new">{NEW_WORK}</h2>\n',
            *_new_work(found.new_work, found.domains, links),
            f'<h2 id="carried">{CARRIED}</h2>\n',
            *_render_carried(found.carried, links),
            *_foot(found),
        ]
    )
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>回眸 · {name}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _head(found: FollowUp, name: str) -> Iterator[str]:
    yield f"<h1>{name}</h1>\n"
    yield f'<p class="dim">前一份：{_inline(found.earlier.file)}　后一份：{_inline(found.later.file)}</p>\n'
    for note in found.notes:
        yield f'<p class="note" role="note">{_inline(note.message)}</p>\n'
    yield f"<p>{format_tally(found)}</p>\n"
    shown = {"all": found.counts.tasks, "reported": found.counts.reported, "open": sum(map(_is_open, found.tasks))}
    yield '<fieldset class="filter"><legend>显示任务</legend>\n'
    for key, label in _FILTERS.items():
        if key == "all" or shown[key]:
            checked = " checked" if key == "all" else ""
            yield (
                f'<label><input type="radio" name="show" id="show-{key}"{checked}> {label} '
                f'<span class="dim">{shown[key]}</span></label>\n'
            )
    yield "</fieldset>\n"
    yield '<nav><a href="#tasks">计划任务</a> <a href="#new">计划外工作</a> <a href="#carried">延续的任务</a></nav>\n'


def _tasks(found: FollowUp, links: PageLinks) -> Iterator[str]:
    for domain, tasks in group_by_domain(found.tasks, found.domains):
        yield f'<section class="domain">\n<h3>{_inline(domain)}</h3>\n'
        for task in tasks:
            yield from _task(task, links)
        yield "</section>\n"


def _task(task: TaskOutcome, links: PageLinks) -> Iterator[str]:
    open_ = (" open" if _is_open(task) else "") + (" partial" if is_partial(task) else "")
    yield f'<article class="{task.outcome}{open_}" id="{_id(task.task)}">\n<header>'
    yield f'<span class="id">{_inline(task.task)}</span> <strong>{_inline(task.title)}</strong> '
    yield f'<span class="outcome">{describe_outcome(task)}</span>'
    if judged := describe_model_share(task):
        yield f' <span class="judged">{judged}</span>'
    if task.carried:
        yield f' <span class="goes">延续：{_inline("、".join(task.carried))}</span>'
    yield "</header>\n"
    for point in task.points:
        yield from _point(point, links)
    yield "</article>\n"


def _is_open(task: TaskOutcome) -> bool:
    """Whether any of its sentences is not seen, or has no answer."""
    return any(point.outcome != "reported" for point in task.points)


def _point(point: PointResult, links: PageLinks) -> Iterator[str]:
    asked = f"，候选{point.asked}句" if point.asked else ""
    judged = f'<span class="judged">{DECIDED["model"]}</span>' if point.made == "model" else DECIDED[point.made]
    yield f'<div class="point {point.outcome}">\n{_render_quote("计划", point.evidence, links.earlier)}'
    yield from (_passage(passage, links) for passage in point.passages)
    if point.targets:
        yield from _targets(point.targets)
    yield f'<p class="dim">{OUTCOMES[point.outcome]}（{judged}{asked}）</p>\n</div>\n'


def _passage(passage: ReviewPassage, links: PageLinks) -> str:
    return _render_quote("回顾", passage.evidence, links.later, "、".join(passage.items))


def _targets(targets: Sequence[TargetPair]) -> Iterator[str]:
    yield '<table>\n<thead><tr><th scope="col">目标</th><th scope="col">结果</th></tr></thead>\n<tbody>\n'
    for target in targets:
        told = "<br>".join(_figure(one.metric, one.quote) for one in target.results)
        yield f"<tr><td>{_figure(target.metric, target.quote)}</td>"
        yield f'<td>{told or f"""<span class="dim">{NO_RESULT}</span>"""}</td></tr>\n'
    yield "</tbody>\n</table>\n"


def _figure(metric: str | None, printed: str) -> str:
    return f'<span class="dim">{_inline(metric or "")}</span> <b>{_inline(printed)}</b>'


def _new_work(work: Sequence[NewWork], domains: dict[str, str], links: PageLinks) -> Iterator[str]:
    if not work:
        yield f"<p>{NO_NEW}</p>\n"
    for domain, ones in group_by_domain(work, domains):
        yield f"<h3>{_inline(domain)}</h3>\n"
        yield from (_render_quote("回顾", one.evidence, links.later, "、".join(one.items)) for one in ones)


def _render_carried(carried: Sequence[CarriedTask], links: PageLinks) -> Iterator[str]:
    if not carried:
        yield f"<p>{NO_CARRIED}</p>\n"
    for one in carried:
        yield '<article class="pair">\n'
        yield _render_quote("上一年计划", one.earlier_evidence, links.earlier, one.earlier)
        yield _render_quote("下一年计划", one.later_evidence, links.later, one.later)
        yield "</article>\n"


def _foot(found: FollowUp) -> Iterator[str]:
    asked = found.asked
    yield f'<footer>\n<p>{CAUTION}</p>\n<p class="dim">模型 {_inline(asked.model)}，问{asked.questions}次，'
    yield f"{asked.prompt_tokens + asked.completion_tokens:,}词元；提示 {_inline(asked.prompt)}。</p>\n</footer>\n"


def _render_quote(side: str, evidence: Evidence, page: str | None, items: str = "") -> str:
    """One sentence as printed, and where it stands: a link where the report's own page lies beside this one."""
    place = f"第{evidence.sentence}句"
    if page is not None:
        place = f'<a href="{escape(quote(page))}#s{evidence.sentence}">{place}</a>'
    named = f' <span class="dim">{_inline(items)}</span>' if items else ""
    return (
        f'<blockquote><span class="side">{side} {place}{named}</span>\n<p>{_inline(evidence.quote)}</p></blockquote>\n'
    )


def _id(text: str) -> str:
    return escape("".join(char for char in text if char.isalnum()), quote=True)


def _inline(text: str) -> str:
    return escape(to_one_line(text))
