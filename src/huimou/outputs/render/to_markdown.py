"""A digest as a Markdown page in simplified Chinese that a person can check line by line against the report.

Everything that comes from a report or a model goes through `escape`; the page itself has no HTML and no links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from huimou.language.text import to_one_line
from huimou.model.digest import (
    Achievement,
    Check,
    Digest,
    Evidence,
    Figure,
    ItemReview,
    OverviewSentence,
    ProblemOut,
    ReportFacts,
    Run,
    SentenceOut,
    Shortcoming,
    Target,
    Task,
)
from huimou.outputs.items import count_looks, find_corrected_items, group_by_domain, map_person_reviews
from huimou.outputs.labels import (
    BASES,
    CHECK_STATES,
    COMMENT,
    ENDPOINT_KINDS,
    LOOK,
    MARK,
    NO_PLAN,
    NOT_STATED,
    NOTHING_TO_CHECK,
    ORIGINS,
    PARTS,
)
from huimou.outputs.phrases import (
    count_reasons,
    describe_mode,
    describe_person_review,
    format_number,
    format_plan_period,
    format_review_period,
    translate_code,
)

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# Renderers make links of bare addresses: what begins with http://, mailto: or www., and names that end as a site does.
_SITE = r"(?<=[\w+-])\.(?=(?:[a-z]{2}|com|edu|gov|mil|net|org|biz|info|name|pro|asia|shop|web|xyz)(?![a-z0-9]))"
_SPECIAL = re.compile(rf"[\\`*_\[\]{{}}|~$#^]|:(?=//)|(?<=mailto):|(?<=www)\.|{_SITE}", re.IGNORECASE)
# GitHub's looks for e-mail addresses once all escapes are undone: only a character in between keeps them apart.
_EMAIL = re.compile(r"(?<=[!-~])@(?=[!-~])")
_WORD_JOINER = "&#8288;"  # it has no width
_BLOCK_START = re.compile(r"^(?:([-+=:%])|(\d+)([.)]))")
_SNIPPET = 40
_CORRECTED = CHECK_STATES["corrected"].name


def escape(text: str) -> str:
    """Markdown that shows `text` as one line of plain text wherever it stands: paragraph, list, heading, table cell."""
    plain = "".join(_ENTITIES.get(char, char) for char in to_one_line(text))
    inert = _EMAIL.sub(f"{_WORD_JOINER}@", _SPECIAL.sub(lambda match: "\\" + match[0], plain))
    return _BLOCK_START.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", inert)


def to_markdown(digest: Digest, text: str) -> str:
    """Markdown page of a digest; `text` is the report that its offsets refer to."""
    figures = {figure.id: figure for figure in digest.figures}
    blocks = (
        *_head(digest),
        *_review(digest, figures),
        *_plan(digest, figures),
        *_figures(digest.figures),
        *_coverage(digest, text),
        *_problems(digest.problems, text),
        *_run(digest),
        *_checks(digest.checks, text),
    )
    return "\n\n".join(blocks) + "\n"


def to_short_markdown(digest: Digest, text: str | None) -> str:
    """The page without figures, coverage, problems and run; `text` None leaves the quotes of what to check out."""
    figures = {figure.id: figure for figure in digest.figures}
    checks = digest.checks
    if text is None:
        checks = [check.model_copy(update={"start": None, "end": None}) for check in checks]
    blocks = (*_head(digest), *_review(digest, figures), *_plan(digest, figures), *_checks(checks, text or ""))
    return "\n\n".join(blocks) + "\n"


def _head(digest: Digest) -> Iterator[str]:
    report, source = digest.report, digest.source
    review, plan = format_review_period(report.review_years), format_plan_period(report.plan_year)
    periods = f"{review or ''}回顾" + (f"与{plan or '下一年'}计划" if digest.next_year_plan.stated else "")
    yield f"# {escape(report.organisation or report.region or to_one_line(source.file))}：{periods}"
    yield "\n".join(_facts(report))
    yield (
        f"原文：{escape(source.file)}（{escape(source.format)}，{escape(source.encoding)}，{source.chars:,}字，"
        f"sha256 {escape(source.sha256)}）。字符位置从0数起，含首不含尾。"
    )
    yield "概括后的括注：" + "；".join(f"{one.name}，{one.meaning}" for one in ORIGINS.values()) + "。"
    marked = count_looks(digest)
    if one := next((one for one in digest.problems if one.code == "not_a_report"), None):
        yield f"**{escape(one.message)}**"
    yield f"{MARK} 建议核对的条目：{marked}项；最要紧的{len(digest.checks)}处见文末“请先核对”。"


def _facts(report: ReportFacts) -> Iterator[str]:
    yield f"- 报告机构：{_or_blank(report.organisation)}"
    yield f"- 地区：{_or_blank(report.region)}"
    yield f"- 类别：{_or_blank(report.kind_title or report.kind)}"
    yield f"- 原文字体：{'繁体' if report.language_script == 'traditional' else '简体'}"
    years = (
        ("回顾年份", format_review_period(report.review_years), report.review_years),
        ("计划年份", format_plan_period(report.plan_year), report.plan_year),
    )
    for label, period, year in years:
        shown = NOT_STATED if period is None else f"{period}（{BASES[year.basis]}）"
        places = "".join(f"；{_place(evidence)}“{escape(evidence.quote)}”" for evidence in year.evidence)
        yield f"- {label}：{shown}{places}"


def _review(digest: Digest, figures: dict[str, Figure]) -> Iterator[str]:
    review, said = digest.year_review, map_person_reviews(digest)
    yield "## 一、年度回顾"
    yield from _overview(review.overview, said)
    if not review.achievements:
        yield "未从原文提取到成绩条目。"
    for domain, items in group_by_domain(review.achievements, digest.report.domains):
        yield f"### {escape(domain)}（{len(items)}项）"
        for item in items:
            yield from _achievement(item, figures, said.get(item.id))
    yield "### 存在的不足"
    if not review.shortcomings:
        yield "未从原文提取到不足。"
    for shortcoming in review.shortcomings:
        yield from _shortcoming(shortcoming, said.get(shortcoming.id))


def _overview(sentences: Sequence[OverviewSentence], said: Mapping[str, ItemReview]) -> Iterator[str]:
    if sentences:
        yield "### 总述"
        yield "\n".join(f"- {escape(one.text)}（{_rests_on(one, said)}）" for one in sentences)


def _rests_on(sentence: OverviewSentence, said: Mapping[str, ItemReview]) -> str:
    """The small print of an overview's sentence: items, how it was made, what a person corrected or should look at."""
    changed = find_corrected_items(sentence, said)
    told = [
        _join_ids(sentence.items),
        _render_made(sentence.made),
        f"{_join_ids(changed)}已{_CORRECTED}，此句未改" if changed else "",
        f"{LOOK}{escape(sentence.look)}" if sentence.look else "",
    ]
    return "；".join(filter(None, told))


def _achievement(item: Achievement, figures: dict[str, Figure], said: ItemReview | None) -> Iterator[str]:
    yield f"#### {escape(item.id)}　{escape(item.title)}"
    yield f"{escape(item.summary)}（{_render_made(item.made)}）"
    yield from _look(item.look)
    yield from _person(said)
    facts = [f"- 主体：{escape(item.actor)}"] if item.actor else []
    if item.figures:
        facts.append(f"- 数字：{_render_printed(item.figures, figures)}")
    if facts:
        yield "\n".join(facts)
    yield _quotes(item.evidence)


def _look(look: str | None) -> Iterator[str]:
    if look is not None:
        yield LOOK + escape(look)


def _person(said: ItemReview | None) -> Iterator[str]:
    """Lines with a person's review of an item."""
    if said is None:
        return
    lines = [f"- {escape(describe_person_review(said))}"] if said.checked else []
    lines += [f"- {_CORRECTED}：{escape(said.corrected)}"] if said.corrected else []
    lines += [f"- {COMMENT}：{escape(said.comment)}"] if said.comment else []
    yield "\n".join(lines)


def _shortcoming(item: Shortcoming, said: ItemReview | None) -> Iterator[str]:
    yield f"{escape(item.id)}　{escape(item.summary)}（{_render_made(item.made)}）"
    yield from _look(item.look)
    yield from _person(said)
    yield _quotes(item.evidence)


def _plan(digest: Digest, figures: dict[str, Figure]) -> Iterator[str]:
    plan, said = digest.next_year_plan, map_person_reviews(digest)
    yield "## 二、下一年计划"
    if not plan.stated:
        yield f"{NO_PLAN}。"
    yield from _overview(plan.overview, said)
    if plan.requirement:
        yield "### 总体要求"
        yield escape(plan.requirement.summary or plan.requirement.text)
        yield _quotes(plan.requirement.evidence)
    if plan.tasks:
        yield "### 任务一览"
        yield _task_table(plan.tasks)
    elif plan.stated:
        yield "未从原文提取到任务条目。"
    for domain, items in group_by_domain(plan.tasks, digest.report.domains):
        yield f"### {escape(domain)}（{len(items)}项）"
        for item in items:
            yield from _task(item, figures, said.get(item.id))


def _task_table(tasks: Sequence[Task]) -> str:
    rows = [
        (
            f"{task.id} {MARK}" if task.look else task.id,
            task.title,
            _or_blank(task.target),
            _or_blank(task.deadline),
            _or_blank(task.responsible),
        )
        for task in tasks
    ]
    safe = [(escape(number_), escape(title), *rest) for number_, title, *rest in rows]
    return _table(("编号", "任务", "目标", "时限", "责任单位"), safe)


def _task(item: Task, figures: dict[str, Figure], said: ItemReview | None) -> Iterator[str]:
    yield f"#### {escape(item.id)}　{escape(item.title)}"
    yield f"{escape(item.summary)}（{_render_made(item.made)}）"
    yield from _look(item.look)
    yield from _person(said)
    facts = [_target(target) for target in item.targets]
    set_by_target = {target.figure for target in item.targets}
    if others := [figure for figure in item.figures if figure not in set_by_target]:
        facts.append(f"- 数字：{_render_printed(others, figures)}")
    if facts:
        yield "\n".join(facts)
    yield _quotes(item.evidence)


def _target(target: Target) -> str:
    """One target with its limits; a deadline or lead unit only where the report sets it for this target."""
    parts = [escape(target.quote)] if target.quote else []
    terms = (
        ("指标", target.metric),
        ("限定", target.modifier),
        ("时限", target.deadline),
        ("责任单位", target.responsible),
    )
    parts += [f"{label}：{escape(value)}" for label, value in terms if value]
    return f"- 目标：{escape(target.text)}" + (f"（{'；'.join(parts)}）" if parts else "")


def _figures(figures: Sequence[Figure]) -> Iterator[str]:
    yield "## 三、数字台账"
    if not figures:
        yield "未从原文读到数字。"
        return
    rows = [
        (
            escape(figure.id) + (f"（同{escape(figure.repeats)}）" if figure.repeats else ""),
            escape(figure.quote),
            format_number(figure.value, figure.value_max),
            escape(figure.unit or ""),
            describe_mode(figure),
            escape(figure.metric or ""),
            escape(figure.actor or ""),
            PARTS[figure.section].name,
            _join_ids(figure.items) or "未入条目",
            f"{figure.start}–{figure.end}",
        )
        for figure in figures
    ]
    yield _table(("编号", "原文", "数值", "单位", "限定", "所计", "主体", "部分", "条目", "出处（字符）"), rows)


def _coverage(digest: Digest, text: str) -> Iterator[str]:
    coverage = digest.coverage
    left = sum(coverage.left_out.values())
    yield "## 四、覆盖情况"
    yield (
        f"全文{coverage.sentences}句：引用{coverage.cited}句，略去{left}句，未引用也未说明{len(coverage.uncovered)}句。"
        f"数字{coverage.figures}个，其中{coverage.figures_cited}个入条目。"
    )
    if coverage.left_out:
        rows = [(escape(reason), str(count)) for reason, count in count_reasons(coverage.left_out).items()]
        yield _table(("略去的原因", "句数"), rows)
    uncovered = set(coverage.uncovered)
    shown = [sentence for sentence in digest.sentences if sentence.n in uncovered]
    if shown:
        yield "### 未引用也未说明的句子"
        yield "\n>\n".join(_render_uncovered(sentence, text) for sentence in shown)


def _render_uncovered(sentence: SentenceOut, text: str) -> str:
    quote = escape(text[sentence.start : sentence.end])
    return f"> 〔第{sentence.n}句，字符{sentence.start}–{sentence.end}〕{quote}"


def _problems(problems: Sequence[ProblemOut], text: str) -> Iterator[str]:
    yield "## 五、问题"
    yield "\n".join(_problem(problem, text) for problem in problems) or "没有发现问题。"


def _problem(problem: ProblemOut, text: str) -> str:
    where = _where(problem.start, problem.end, text)
    return f"- {escape(problem.message)}（{escape(translate_code(problem.code))}{where[0]}）{where[1]}"


def _where(start: int | None, end: int | None, text: str) -> tuple[str, str]:
    """The place and the quote of a problem or check; both empty where it has no place."""
    if start is None or end is None:
        return "", ""
    quote = text[start:end]
    cut = quote if len(quote) <= _SNIPPET else quote[:_SNIPPET] + "…"
    return f"，字符{start}–{end}", f"：“{escape(cut)}”"


def _checks(checks: Sequence[Check], text: str) -> Iterator[str]:
    yield "## 七、请先核对"
    yield "\n".join(_check(n, check, text) for n, check in enumerate(checks, start=1)) or NOTHING_TO_CHECK


def _check(number_: int, check: Check, text: str) -> str:
    place, quote = _where(check.start, check.end, text)
    if check.start is not None and check.end is not None and check.end - check.start < _SNIPPET // 2:
        around = text[max(0, check.start - _SNIPPET // 2) : check.end + _SNIPPET // 2]
        quote = f"：“…{escape(around)}…”"
    name = escape(translate_code(check.code))
    return f"{number_}. {escape(check.item or '全文')}：{escape(check.message)}（{name}{place}）{quote}"


def _run(digest: Digest) -> Iterator[str]:
    run = digest.run
    yield "## 六、运行记录"
    cached = "–" if run.cached_tokens is None else f"{run.cached_tokens:,}"
    lines = [
        f"- 模型：{escape(run.model)}（{escape(ENDPOINT_KINDS.get(run.endpoint_kind, run.endpoint_kind))}）",
        f"- 请求：{run.calls:,}次，退回{run.rejected:,}次，耗时{run.seconds:,.1f}秒",
        f"- 词元：输入{run.prompt_tokens:,}（其中缓存{cached}），输出{run.completion_tokens:,}",
        *([_second(run)] if run.second_look.asked else []),
        f"- 结果：{'完整' if run.complete else '不完整，见“问题”'}",
    ]
    lines += [f"- 提示词：{escape(name)}，{escape(version)}" for name, version in run.prompts.items()]
    yield "\n".join(lines)


def _second(run: Run) -> str:
    """How the second look at sentences that no item cited came out, and its share of all tokens in per cent."""
    look, tokens = run.second_look, run.prompt_tokens + run.completion_tokens
    share = 100 * (look.prompt_tokens + look.completion_tokens) / tokens if tokens else 0
    return f"- 其中再看一遍：问{look.asked}句，新列{look.taken}项；请求{look.calls}次，词元占{share:.1f}%"


def _quotes(evidence: Sequence[Evidence]) -> str:
    return "\n>\n".join(f"> {_place(part)}{escape(part.quote)}" for part in evidence) or "> （没有出处）"


def _place(evidence: Evidence) -> str:
    return f"〔第{evidence.sentence}句，字符{evidence.start}–{evidence.end}〕"


def _render_printed(ids: Sequence[str], figures: dict[str, Figure]) -> str:
    return "、".join(_figure(figures[id_]) if id_ in figures else escape(id_) for id_ in ids)


def _figure(figure: Figure) -> str:
    return escape(figure.quote) + (f"（{escape(figure.metric)}）" if figure.metric else "")


def _join_ids(ids: Sequence[str]) -> str:
    return "、".join(escape(id_) for id_ in ids)


def _render_made(made: str) -> str:
    return ORIGINS[made].name if made in ORIGINS else escape(made)


def _or_blank(value: str | None) -> str:
    return NOT_STATED if value is None else escape(value)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
