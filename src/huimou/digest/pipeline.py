"""One report from text to digest: the only module that knows the order of the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from huimou.digest.choices import DigestChoices
from huimou.digest.cores import HERE, Cores, open_cores
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.steps.assemble import Draft, ModelRun, SecondLookCost, assemble, number_items
from huimou.digest.steps.assemble.figures import select_ledger_figures
from huimou.digest.steps.checks import add_checks
from huimou.digest.steps.domain import find_group_domains, find_theme
from huimou.digest.steps.facts import read_facts
from huimou.digest.steps.genre import Refusal, explain_not_a_report, leave_everything_out
from huimou.digest.steps.group import group_sentences
from huimou.digest.steps.ingest.mojibake import find_damage
from huimou.digest.steps.ingest.reading import find_page_edges, remove_damage
from huimou.digest.steps.merge import join_repeats
from huimou.digest.steps.overview import OverviewSource, write_overviews
from huimou.digest.steps.page_boxes import add_boxes
from huimou.digest.steps.restore import restore_positions
from huimou.digest.steps.second_look import find_overlooked_sentences, look_again
from huimou.digest.steps.secrecy import find_secrecy_mark, refuse_remote
from huimou.digest.steps.segment import has_heading, segment
from huimou.digest.steps.shortcomings import find_shortcomings
from huimou.digest.steps.titles import write_titles
from huimou.digest.steps.wording import WordedGroup, WordingRequest, word_groups
from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.language.reading import CleanReading, TableRow, name_counted_cells
from huimou.language.rules import remember_more, use_rules
from huimou.language.text import blank_out
from huimou.llm.client import Client
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit
from huimou.model.report import Document, Facts, Group, Outline, Quantity, Span

__all__ = ["DigestChoices", "digest_report"]


def digest_report(
    document: Document, client: Client, prompts: PromptSet, emit: DigestEmit, choices: DigestChoices | None = None
) -> Digest:
    """The digest of a report: read without the damage of its text, put back onto the text, with what to check first.

    Raises:
        InputError: the report is marked as secret or internal, and would go to another machine without leave.
        EndpointError: the model server cannot be used; everything else ends inside the digest.

    """
    choices = choices or DigestChoices()
    profiles = choices.profiles or load_shipped_profiles()
    characters = len(document.text)
    with (
        use_rules(choices.rules),
        remember_more(characters),
        open_cores(characters, choices.spread_from, emit) as cores,
    ):
        mark = find_secrecy_mark(document)
        if mark is not None and not choices.allows_marked:
            refuse_remote(client.destinations, document.file, mark.message)
        reading = remove_damage(document.text, find_page_edges(document.layout))
        clean = replace(document, text=reading.view.text, layout=None)
        asker = Asker(document.stem, client, prompts, choices.listen)
        digest = _digest_text(clean, reading, asker, emit, choices, cores)
        problems = (*document.problems, *((mark,) if mark else ()), *reading.problems)
        restored = restore_positions(digest, document.text, replace(reading, problems=problems))
        restored = add_boxes(restored, document.layout)
        return add_checks(restored, document.text, profiles.select(digest.report.kind), cores)


def _digest_text(
    document: Document,
    reading: CleanReading,
    asker: Asker,
    emit: DigestEmit,
    choices: DigestChoices,
    cores: Cores,
) -> Digest:
    """Segment, read figures, group, word, look again, find domains, shortcomings, titles, write overviews, assemble."""
    text, profiles = document.text, choices.profiles or load_shipped_profiles()
    (damaged,) = cores.begin(find_damage, [text])
    outline, facts, refusal = outline_report(text, profiles, choices.kind, reading.place_rows(), cores)
    profile = profiles.select(facts.kind)
    (counted,) = cores.begin(partial(find_quantities, doers=profile.doers if facts.kind else None), [text])
    groups = group_sentences(text, outline, partial(find_theme, profile=profile), cores)
    figures = select_ledger_figures(name_counted_cells(counted(), reading), outline)
    groups = join_repeats(text, groups, outline.sentences, figures)
    damage = tuple(Span(problem.start or 0, problem.end or 0) for problem in damaged())
    request = WordingRequest(asker, emit, damage, choices.effort, cores)
    worded, second_look = _word_groups(text, outline, groups, figures, request)
    domains = find_group_domains(text, outline, [w.finding.group for w in worded], profile, cores)
    shortcomings = [(finding, "other") for finding in find_shortcomings(text, outline, groups)]
    items = number_items([*zip((w.finding for w in worded), domains, strict=True), *shortcomings])
    sound = blank_out(text, [(span.start, span.end) for span in damage])
    titles = write_titles(items, sound, cores, emit)
    overviews = write_overviews(OverviewSource(text, outline, facts, items, figures, profile), choices.style, cores)
    draft = Draft(
        document=document,
        outline=outline,
        facts=facts,
        items=items,
        titles=titles,
        figures=figures,
        review=overviews.review,
        plan=overviews.plan,
        requirement=overviews.requirement,
        rejections=tuple(r for w in worded for r in w.rejections),
        unanswered=tuple(line for w in worded for line in w.unanswered),
        problems=(),
        refusal=refusal.message if refusal else None,
        profile=profile,
    )
    model = asker.client.facts
    usage, own = asker.measure_usage(), choices.rules.changes
    return assemble(draft, ModelRun(model.model, model.kind, asker.prompts.labels, usage, second_look, own), cores)


def outline_report(
    text: str,
    profiles: ProfileSet,
    kind: str | None = None,
    rows: Mapping[int, TableRow] | None = None,
    cores: Cores = HERE,
) -> tuple[Outline, Facts, Refusal | None]:
    """Outline and facts of a text; and why it is no report, if it is none: nothing in it is asked about then.

    A text whose kind of report has headings of its own is segmented once more, with them.

    Only the outline tells of which kind a report is, and only the kind tells which headings open which section.
    """
    outline = segment(text, rows=rows, cores=cores)
    facts = read_facts(text, outline, profiles, cores)
    sections = profiles.select(kind or facts.kind).sections
    known = {heading: role for role, headings in sections.items() for heading in headings}
    if known and has_heading(text, known) and (again := segment(text, known, rows, cores)) != outline:
        outline, facts = again, replace(read_facts(text, again, profiles, cores), kind=facts.kind)
    facts = replace(facts, kind=kind or facts.kind)
    refusal = None if kind else explain_not_a_report(text, outline, facts)
    if refusal is None:
        return outline, facts, None
    # Whose name stands in a text that is no report does not report.
    unknown = replace(facts, organisation=None, region=None, kind=None)
    return leave_everything_out(outline, refusal), unknown, refusal


def _word_groups(
    text: str, outline: Outline, groups: Sequence[Group], figures: Sequence[Quantity], request: WordingRequest
) -> tuple[list[WordedGroup], SecondLookCost]:
    """Every group but shortcomings worded, then what the second look finds among the sentences that nothing cites."""
    asker = request.asker
    worded = word_groups(text, outline, [g for g in groups if g.kind != "shortcoming"], request)
    before = asker.measure_usage()
    second = look_again(text, outline, find_overlooked_sentences(text, outline, groups, figures), asker)
    worded += word_groups(text, outline, second.groups, request)
    return worded, SecondLookCost(len(second.asked), len(second.groups), asker.measure_usage() - before)
