"""The layout of a synthesis that page, Markdown and Word file share: headings, and sentences with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huimou.compare.cities.model import PrintedFigure, SubjectRow
from huimou.compare.cities.phrases import format_subject, format_subject_terms
from huimou.compare.synthesis.synthesis import ItemSource, Practice, PracticeSentence, Synthesis, SynthesisSection
from huimou.language.text import to_one_line
from huimou.language.written_numbers import write_chinese
from huimou.outputs.phrases import format_printed_number

TITLE = "工作综述"
DONE, PLANNED, FIGURES = "所做工作", "下一步打算", "同口径数字"
COMMON, SINGULAR, REST = "共同做法", "特色做法", "其他"
RULE = (
    "本综述由程序按规则从各报告摘要拼成，句子是各报告条目自己的概括，没有另写：同一领域里几份报告都写到的工作名称或形式列为共同做法，"
    "只有一份报告写到的列为特色做法，其余条目列标题；词没有出现，不等于事情没有做。数字只列同口径的，不排名，不加总。"
)
NOTHING = "无。"


@dataclass(frozen=True, slots=True)
class SourcePlace:
    """One source of a line: the report's number (from 0), its item, the sentence's number, and the words there."""

    report: int
    name: str
    item: str | None
    sentence: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class SynthesisLine:
    """A heading of level 1 to 3 without sources, or with level 0 a sentence; `sources` say where it comes from."""

    level: int
    text: str
    sources: tuple[SourcePlace, ...] = ()


def format_title(synthesis: Synthesis) -> str:
    """The title with the number of reports."""
    return f"{len(synthesis.sides)}份报告{TITLE}"


def list_lines(synthesis: Synthesis) -> Iterator[SynthesisLine]:
    """The lines below the title, in their order."""
    parts = (
        (DONE, list(_write_sections(synthesis, "review"))),
        (PLANNED, list(_write_sections(synthesis, "plan"))),
        (FIGURES, [_write_figures(row, synthesis) for row in synthesis.figures]),
    )
    for number, (title, lines) in enumerate(parts, start=1):
        yield SynthesisLine(1, f"{write_chinese(number)}、{title}")
        yield from lines or [SynthesisLine(0, NOTHING)]


def _write_sections(synthesis: Synthesis, part: str) -> Iterator[SynthesisLine]:
    sections = [one for one in synthesis.sections if one.part == part]
    for number, section in enumerate(sections, start=1):
        yield SynthesisLine(2, f"（{write_chinese(number)}）{to_one_line(section.title)}")
        yield from _write_section(section, synthesis)


def _write_section(section: SynthesisSection, synthesis: Synthesis) -> Iterator[SynthesisLine]:
    kinds = ((COMMON, "common"), (SINGULAR, "singular"))
    for title, kind in kinds:
        found = [one for one in section.practices if one.kind == kind]
        if found:
            yield SynthesisLine(3, title)
        for number, practice in enumerate(found, start=1):
            yield from _write_practice(number, practice, synthesis)
    yield from _write_rest(section, synthesis)


def _write_practice(number: int, practice: Practice, synthesis: Synthesis) -> Iterator[SynthesisLine]:
    """A common practice has a line for who has it and one for each report; a singular one has a line alone."""
    if practice.lead is not None:
        yield _write_sentence(practice.lead, synthesis, f"{number}.")
    for told in practice.told:
        yield _write_sentence(told, synthesis, f"{number}." if practice.lead is None else "")


def _write_sentence(one: PracticeSentence, synthesis: Synthesis, number: str) -> SynthesisLine:
    return SynthesisLine(0, number + to_one_line(one.text), tuple(_list_places(one.sources, synthesis)))


def _write_rest(section: SynthesisSection, synthesis: Synthesis) -> Iterator[SynthesisLine]:
    """A line for each report with the titles of the items that no practice speaks of, each with its first place."""
    if section.rest and section.practices:
        yield SynthesisLine(3, REST)
    for number, name in enumerate(synthesis.names):
        own = [one for one in section.rest if one.report == number]
        if own:
            places = tuple(place for one in own for place in list(_list_places([one], synthesis))[:1])
            yield SynthesisLine(0, f"{name}：{'；'.join(one.title.rstrip('。…') for one in own)}。", places)


def _list_places(sources: Sequence[ItemSource], synthesis: Synthesis) -> Iterator[SourcePlace]:
    for one in sources:
        name = synthesis.names[one.report]
        for evidence in one.evidence:
            yield SourcePlace(one.report, name, one.item, evidence.sentence, to_one_line(evidence.quote))


def _write_figures(row: SubjectRow, synthesis: Synthesis) -> SynthesisLine:
    told = [(number, found) for number, found in enumerate(row.cells) if found]
    numbers = "，".join(f"{synthesis.names[number]}{format_printed_number(found[0].figure)}" for number, found in told)
    places = tuple(_place(number, one, synthesis) for number, found in told for one in found)
    subject = f"{format_subject(row.subject)}：{numbers}（{format_subject_terms(row.subject)}）。"
    return SynthesisLine(0, subject, places)


def _place(number: int, one: PrintedFigure, synthesis: Synthesis) -> SourcePlace:
    return SourcePlace(number, synthesis.names[number], one.item, one.sentence, to_one_line(one.quote))


def format_place(one: SourcePlace) -> str:
    """A place as 荆州市 2020年 A3 第12句."""
    sentence = f"第{one.sentence}句" if one.sentence is not None else ""
    return " ".join(filter(None, (one.name, to_one_line(one.item or ""), sentence)))
