"""One report from text to digest. The only module that knows the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

from huimou.digest.questions.prompts import PromptSet
from huimou.digest.questions.verify import build_source_finding
from huimou.digest.steps.assemble import (
    Draft,
    ModelRun,
    NumberedItem,
    SecondLookCost,
    assemble,
    join_body,
    number_items,
    select_ledger_figures,
)
from huimou.digest.steps.checks import add_checks
from huimou.digest.steps.domain import find_domain, find_theme
from huimou.digest.steps.facts import read_facts
from huimou.digest.steps.genre import explain_not_a_report
from huimou.digest.steps.group import group_sentences
from huimou.digest.steps.ingest.reading import remove_damage
from huimou.digest.steps.merge import join_repeats
from huimou.digest.steps.overview import STANDARD_STYLE, OverviewItem, OverviewRequest, OverviewStyle, write_overview
from huimou.digest.steps.restore import restore_positions
from huimou.digest.steps.second_look import find_overlooked_sentences, look_again
from huimou.digest.steps.segment import segment
from huimou.digest.steps.wording import WordedGroup, build_passage, word_group
from huimou.language.clauses import find_weak_points, punctuate
from huimou.language.figures import find_quantities
from huimou.language.profiles.profile import Profile, ProfileSet, load_shipped_profiles
from huimou.language.text import fold, to_plain
from huimou.llm.client import Client
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit, TokensSpent, UnitDone, UnitsPlanned
from huimou.model.report import (
    Claim,
    Document,
    Facts,
    Finding,
    GroundedSentence,
    Group,
    Outline,
    Quantity,
    Span,
    select_figures,
)


@dataclass(frozen=True, slots=True)
class DigestChoices:
    """What the caller may choose: the kind of report (None: read from the text), the overview's style, the profiles."""

    kind: str | None = None
    style: OverviewStyle = STANDARD_STYLE
    profiles: ProfileSet | None = None


def digest_report(
    document: Document, client: Client, prompts: PromptSet, emit: DigestEmit, choices: DigestChoices | None = None
) -> Digest:
    """Read through the damage of the text, digest what is read, put it back onto the text, say what to check first.

    Raises:
        EndpointError: the model server cannot be used; everything else ends inside the digest.

    """
    choices = choices or DigestChoices()
    reading = remove_damage(document.text)
    digest = _digest_text(replace(document, text=reading.view.text), client, prompts, emit, choices)
    return add_checks(restore_positions(digest, document.text, reading), document.text)


def _digest_text(
    document: Document, client: Client, prompts: PromptSet, emit: DigestEmit, choices: DigestChoices
) -> Digest:
    """Segment, read figures and facts, word each group, look again, write the overview, assemble."""
    text = document.text
    profiles = choices.profiles or load_shipped_profiles()
    outline, facts = _outline_report(text, profiles, choices.kind)
    refusal = None if choices.kind else explain_not_a_report(text, outline, facts)
    if refusal:
        outline = _empty_outline(outline)
    profile = profiles.of(facts.kind)
    figures = select_ledger_figures(find_quantities(text, facts.kind), outline)
    groups = group_sentences(text, outline, lambda body: find_theme(body, profile))
    groups = join_repeats(text, groups, outline.sentences, figures)
    worded, looked = _word_groups(document, outline, groups, figures, (client, prompts, emit))
    items = number_items(_assign_domains(text, outline, groups, worded, profile))
    asking = OverviewRequest(document.stem, profile, client, prompts, choices.style)
    draft = Draft(
        document=document,
        outline=outline,
        facts=facts,
        items=items,
        figures=figures,
        review=_write_part_overview("review", "achievement", items, figures, asking),
        plan=_write_part_overview("plan", "task", items, figures, asking),
        rejections=tuple(r for w in worded for r in w.rejections),
        unanswered=tuple(line for w in worded for line in w.unanswered),
        problems=(),
        refusal=refusal,
        profile=profile,
    )
    return assemble(
        draft, ModelRun(client.facts.model, client.facts.kind, prompts.labels, client.spent(document.stem), looked)
    )


def _word_groups(
    document: Document,
    outline: Outline,
    groups: Sequence[Group],
    figures: Sequence[Quantity],
    asking: tuple[Client, PromptSet, DigestEmit],
) -> tuple[list[WordedGroup], SecondLookCost]:
    """Every group worded, then what nothing cited looked at again; shortcomings are never reworded."""
    client, prompts, emit = asking
    worded = _word_all(document, outline, [g for g in groups if g.kind != "shortcoming"], client, prompts, emit)
    first = client.spent(document.stem)
    missed = find_overlooked_sentences(document.text, outline, groups, figures)
    second = look_again(document.text, outline, missed, document.stem, (client, prompts))
    worded += _word_all(document, outline, second.groups, client, prompts, emit)
    return worded, SecondLookCost(len(second.asked), len(second.groups), client.spent(document.stem) - first)


def _assign_domains(
    text: str, outline: Outline, groups: Sequence[Group], worded: Sequence[WordedGroup], profile: Profile
) -> list[tuple[Finding, str]]:
    found = [(w.finding, _find_domain(text, outline, w.finding.group, profile)) for w in worded]
    weak = [finding for g in groups if g.kind == "shortcoming" for finding in _build_shortcomings(text, outline, g)]
    return found + [(finding, "other") for finding in weak]


def _outline_report(text: str, profiles: ProfileSet, kind: str | None) -> tuple[Outline, Facts]:
    """Outline and facts; once the kind of report is known, its profile's own headings are read as such."""
    outline = segment(text)
    facts = read_facts(text, outline, profiles)
    sections = profiles.of(kind or facts.kind).sections
    known = {heading: role for role, headings in sections.items() for heading in headings}
    if known and (again := segment(text, known)) != outline:
        outline, facts = again, replace(read_facts(text, again, profiles), kind=facts.kind)
    return outline, replace(facts, kind=kind or facts.kind)


def _empty_outline(outline: Outline) -> Outline:
    """The outline of a text that is no report: nothing in it is asked about."""
    left_out = {s.n: outline.left_out.get(s.n, "not_a_report") for s in outline.sentences}
    return replace(outline, units=(), left_out=left_out, requirement=())


def _word_all(
    document: Document,
    outline: Outline,
    groups: Sequence[Group],
    client: Client,
    prompts: PromptSet,
    emit: DigestEmit,
) -> list[WordedGroup]:
    """Groups side by side, results in the order of the text; the first error of the endpoint stops the rest."""
    emit(UnitsPlanned(len(groups)))
    telling = Lock()
    told = [client.spent(document.stem)]

    def one(group: Group) -> WordedGroup:
        result = word_group(build_passage(document.text, outline, group), document.stem, client, prompts)
        with telling:
            now = client.spent(document.stem)
            spent = now - told[0]
            emit(TokensSpent(spent.prompt_tokens, spent.completion_tokens))
            told[0] = now
            emit(UnitDone())
        return result

    return client.each(one, groups)


def _find_domain(text: str, outline: Outline, group: Group, profile: Profile) -> str:
    own = [
        n for n in group.sentences if join_body(text, outline, [n]).strip("*●■◆-。") != group.lead
    ] or group.sentences
    return find_domain(join_body(text, outline, own), group.lead, group.headings, group.role, profile)


def _build_shortcomings(text: str, outline: Outline, group: Group) -> list[Finding]:
    """Each weak point in the report's own words: short already, and too delicate to reword."""
    findings = []
    for n in group.sentences:
        sentence = outline.sentences[n - 1]
        body = fold(text[sentence.start : sentence.end])
        for start, end in find_weak_points(body) or ((0, len(body)),):
            span = Span(sentence.start + start, sentence.start + end)
            words = punctuate(to_plain(text[span.start : span.end]).removesuffix("等"))
            findings.append(build_source_finding(Claim(group, words, "source"), (span,)))
    return findings


def _is_foreign(finding: Finding, figures: Sequence[Quantity], kind: str) -> bool:
    own = {"本机构", "委员", "政府"} if kind == "government" else {"本机构", "委员"}
    inside = [f for s in finding.evidence for f in select_figures(figures, s.start, s.end)]
    actors = {figure.actor for figure in inside} - {None}
    return bool(actors) and not actors & own


def _write_part_overview(
    part: str,
    kind: str,
    items: Sequence[NumberedItem],
    figures: Sequence[Quantity],
    asking: OverviewRequest,
) -> tuple[GroundedSentence, ...]:
    entries = [
        OverviewItem(
            item.id,
            item.domain,
            item.finding.summary,
            len(find_quantities(item.finding.summary)),
            order,
            _is_foreign(item.finding, figures, asking.profile.kind),
        )
        for order, item in enumerate(items)
        if item.finding.group.kind == kind
    ]
    return write_overview(part, entries, asking)
