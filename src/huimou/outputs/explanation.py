"""Why a sentence is where it is in a digest, as lines of simplified Chinese for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huimou.digest.explanation import ItemExplanation, NumberUse, Otherwise, RuleUse, SentenceExplanation
from huimou.language.rules.rows import RuleRow
from huimou.language.rules.rule import find_title
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, SectionOut, Shortcoming, Task
from huimou.model.report import Role
from huimou.outputs.candidates import explain_choice, list_candidates
from huimou.outputs.labels import DISPOSITIONS, NOT_STATED, ORIGINS, REASONS, ROLES

_EXAMPLES = 3
_NO_RULES = "没有记下规则：这份结果出自较早的版本，重新生成以后才能说明"
_NOBODYS = "不是谁做的，或看不出"


def format_item(told: ItemExplanation) -> Iterator[str]:
    """The lines about an item: its words, how they came to be, its domain and the words that speak for it."""
    item = told.item
    title = "" if isinstance(item, Shortcoming) else f"  {to_one_line(item.title)}"
    yield f"条目{item.id}{title}"
    yield f"  {to_one_line(item.summary)}（{ORIGINS[item.made].name}：{ORIGINS[item.made].meaning}）"
    yield f"出处：{'、'.join(f'第{n}句' for n in told.sentences)}"
    if told.domain:
        said = [f"条目里的“{'、'.join(told.cues)}”"] if told.cues else []
        if told.cues_above and told.heading:
            said.append(f"标题“{to_one_line(told.heading)}”里的“{'、'.join(told.cues_above)}”")
        why = f"依据{'；'.join(said)}" if said else "没有词说明是哪个领域"
        yield f"领域：{to_one_line(told.domain)}，{why}"
    yield from _format_candidates(item)


def _format_candidates(item: Achievement | Task | Shortcoming) -> Iterator[str]:
    """The sentences that were weighed, and why this one was chosen; nothing where there was no choice."""
    lines = list_candidates(item)
    if not lines:
        return
    yield f"候选{len(lines)}句。为什么选这一句：{explain_choice(item)}"
    for line in lines:
        faults = f"（毛病：{line.faults}）" if line.faults else "（没有找出毛病）"
        yield f"  {'选用' if line.chosen else '落选'} {line.score} {line.made}：{line.summary}{faults}"


def format_explanation(
    told: SentenceExplanation, text: str, explained: set[str], figure: str | None = None
) -> Iterator[str]:
    """The lines about one sentence: its text, its section, what became of it, and each rule that decided.

    Args:
        told: about the sentence.
        text: of the report.
        explained: ids of rules that were told of already, to which those of this sentence are added; they are named
            only.
        figure: id of the only figure of the sentence that is asked about; None for all its numbers.

    """
    sentence = told.sentence
    yield f"第{sentence.n}句（字符{sentence.start}–{sentence.end}）"
    yield f"  {to_one_line(text[sentence.start : sentence.end])}"
    yield f"所在部分：{_name_section(told.section)}{_name_origin(told.named)}"
    if told.role_rule:
        yield from _format_rule(told.role_rule, explained)
        if otherwise := told.role_rule.otherwise:
            yield f"    没有这条规则：{_describe_other_section(told.section.role, otherwise)}"
    yield f"去向：{_describe_disposition(told)}"
    if told.left_out:
        yield from _format_rule(told.left_out, explained)
        if told.left_out.otherwise:
            yield f"    没有这条规则：{_describe_otherwise(told.left_out.otherwise)}"
    elif told.section.rule is None:
        yield f"  {_NO_RULES}"
    for number in told.numbers:
        if figure is None or (number.figure is not None and number.figure.id == figure):
            yield from _format_number(number, explained)


def _format_number(number: NumberUse, explained: set[str]) -> Iterator[str]:
    figure = number.figure if number.counts else None
    counted = "计入数据" if number.counts else "不计入数据"
    yield f"“{to_one_line(number.quote)}”：{counted}{f'（{figure.id}）' if figure else ''}"
    yield from _format_row(number.row, explained)
    if figure:
        yield f"  数的是：{to_one_line(figure.metric or NOT_STATED)}；谁的：{figure.actor or _NOBODYS}"
    if number.actor_row:
        yield from _format_row(number.actor_row, explained)


def _name_section(section: SectionOut) -> str:
    heading = f"“{to_one_line(section.heading)}”" if section.heading else "（没有标题）"
    return f"{ROLES[section.role].heading}，{heading}"


def _name_origin(named: SectionOut | None) -> str:
    if named is None:
        return ""
    return f"；随上文{f'“{to_one_line(named.heading)}”' if named.heading else f'（字符{named.start}起）'}"


def _describe_disposition(told: SentenceExplanation) -> str:
    sentence = told.sentence
    if sentence.items:
        return f"{DISPOSITIONS['cited'].beside}：{'、'.join(sentence.items)}"
    if sentence.disposition in DISPOSITIONS:
        return f"{DISPOSITIONS[sentence.disposition].beside}：没有规则略去它，也没有条目引用它"
    return f"略去，{_name_reason(sentence.disposition)}"


def _name_reason(reason: str) -> str:
    return REASONS[reason].name if reason in REASONS else reason


def _format_rule(use: RuleUse, explained: set[str]) -> Iterator[str]:
    yield from _format_row(use.row, explained)
    if use.found:
        yield f"    配到的字：{'、'.join(map(to_one_line, use.found))}"


def _format_row(row: RuleRow, explained: set[str]) -> Iterator[str]:
    """A rule with its reason, limits and examples; its name alone where it was told of already."""
    known = row.id in explained
    explained.add(row.id)
    yield f"  规则 {row.id}（{row.title}）" + ("" if known else f"：{row.why}")
    if not known:
        yield from _describe_rule(row)


def _describe_rule(row: RuleRow) -> Iterator[str]:
    yield from _format_limits(row)
    if row.examples:
        yield f"    适用的例子：{_join_examples(row.examples)}"
    if row.counter_examples:
        yield f"    不适用的例子：{_join_examples(row.counter_examples)}"
    if row.program:
        yield "    这一条不只看字句，还看上下文" + ("，不能改也不能关" if row.fixed else "")


def _format_limits(row: RuleRow) -> Iterator[str]:
    limits = [f"句子超过{row.longest}字"] if row.longest else []
    limits += [f"句子不到{row.shortest}字"] if row.shortest else []
    limits += [f"{find_title(other)}（{other}）" for other in row.unless]
    if limits:
        yield f"    下列情形不适用：{'；'.join(limits)}"
    if row.together_with:
        yield f"    还须同时：{'；'.join(f'{find_title(other)}（{other}）' for other in row.together_with)}"


def _join_examples(examples: Sequence[str]) -> str:
    return "　".join(examples[:_EXAMPLES])


def _describe_otherwise(otherwise: Otherwise) -> str:
    role = ROLES[otherwise.role].heading
    if otherwise.reason:
        by = f"，依据 {otherwise.rule}（{find_title(otherwise.rule)}）" if otherwise.rule else ""
        return f"仍略去，{_name_reason(otherwise.reason)}{by}"
    return f"归入“{role}”，成为或并入条目"


def _describe_other_section(role: Role, otherwise: Otherwise) -> str:
    by = f"，依据 {otherwise.role_rule}（{find_title(otherwise.role_rule)}）" if otherwise.role_rule else ""
    return f"这一部分{'仍是' if otherwise.role == role else '会是'}“{ROLES[otherwise.role].heading}”{by}"
