"""One report from text to digest. The only module that knows the order."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import Protocol

from huimou.assemble import Draft, Item, Run, assemble, body_of, ledger, number
from huimou.clauses import weak_points
from huimou.contract import Digest
from huimou.figures import find_quantities
from huimou.llm.client import Client
from huimou.model import Claim, Document, Finding, Group, Outline, Quantity, Span
from huimou.overview import Entry, Line, overview
from huimou.profile import Profile, profile_for
from huimou.prompts import PromptSet
from huimou.stages.domain import domain_of
from huimou.stages.facts import read_facts
from huimou.stages.genre import why_no_report
from huimou.stages.group import groups_of
from huimou.stages.ingest import damage
from huimou.stages.merge import join_repeats
from huimou.stages.segment import segment
from huimou.stages.verify import own_finding
from huimou.text import fold, plain
from huimou.wording import Worded, passage_of, punctuated, word


class Progress(Protocol):
    """What the pipeline tells while it works; may be called from several threads."""

    def units_total(self, units: int) -> None:
        """How many groups will be worded."""

    def unit_done(self) -> None:
        """One of them is."""

    def tokens(self, prompt: int, completion: int) -> None:
        """Tokens spent since the last call of this."""


def digest_report(
    document: Document, client: Client, prompts: PromptSet, events: Progress, kind: str | None = None
) -> Digest:
    """Segment, read figures and facts, word each group, check, merge, write the overview, assemble.

    `kind` is the kind of report where the caller knows it; else it is read from the text.

    Raises:
        EndpointError: the model server cannot be used; everything else ends inside the digest.

    """
    text = document.text
    outline = segment(text)
    facts = read_facts(text, outline)
    facts = replace(facts, kind=kind or facts.kind)
    refusal = None if kind else why_no_report(text, outline, facts)
    if refusal:
        outline = _emptied(outline)
    profile = profile_for(facts.kind)
    figures = ledger(find_quantities(text, facts.kind), outline)
    groups = join_repeats(text, groups_of(text, outline), outline.sentences, figures)
    worded = _word_all(document, outline, [g for g in groups if g.kind != "shortcoming"], client, prompts, events)
    found = [(w.finding, _domain(text, outline, w.finding.group, profile)) for w in worded]
    found += [
        (finding, "other") for g in groups if g.kind == "shortcoming" for finding in _shortcomings(text, outline, g)
    ]
    items = number(found)
    draft = Draft(
        document=document,
        outline=outline,
        facts=facts,
        items=items,
        figures=figures,
        review=_overview("review", "achievement", items, figures, (profile, document.stem, client, prompts)),
        plan=_overview("plan", "task", items, figures, (profile, document.stem, client, prompts)),
        rejections=tuple(r for w in worded for r in w.rejections),
        unanswered=tuple(line for w in worded for line in w.unanswered),
        problems=damage(text),
        refusal=refusal,
    )
    labels = {prompt.id: prompt.label for prompt in prompts.prompts.values()}
    return assemble(draft, Run(client.facts.model, client.facts.kind, labels, client.spent(document.stem)))


def _emptied(outline: Outline) -> Outline:
    """The outline of a text that is no report: nothing in it is asked about."""
    left_out = {s.n: outline.left_out.get(s.n, "not_a_report") for s in outline.sentences}
    return replace(outline, units=(), left_out=left_out, requirement=())


def _word_all(
    document: Document, outline: Outline, groups: Sequence[Group], client: Client, prompts: PromptSet, events: Progress
) -> list[Worded]:
    """Groups side by side, results in the order of the text; the first error of the endpoint stops the rest."""
    events.units_total(len(groups))
    telling = Lock()
    told = [client.spent(document.stem)]

    def one(group: Group) -> Worded:
        result = word(passage_of(document.text, outline, group), document.stem, client, prompts)
        with telling:
            now = client.spent(document.stem)
            events.tokens(now.prompt_tokens - told[0].prompt_tokens, now.completion_tokens - told[0].completion_tokens)
            told[0] = now
            events.unit_done()
        return result

    pool = ThreadPoolExecutor(max_workers=max(1, client.concurrency), thread_name_prefix="ask")
    try:
        return list(pool.map(one, groups))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _domain(text: str, outline: Outline, group: Group, profile: Profile) -> str:
    own = [n for n in group.sentences if body_of(text, outline, [n]).strip("*●■◆-。") != group.lead] or group.sentences
    return domain_of(body_of(text, outline, own), group.lead, group.headings, group.role, profile)


def _shortcomings(text: str, outline: Outline, group: Group) -> list[Finding]:
    """Each weak point in the report's own words: short already, and too delicate to reword."""
    findings = []
    for n in group.sentences:
        sentence = outline.sentences[n - 1]
        body = fold(text[sentence.start : sentence.end])
        for start, end in weak_points(body) or ((0, len(body)),):
            span = Span(sentence.start + start, sentence.start + end)
            words = punctuated(plain(text[span.start : span.end]).removesuffix("等"))
            findings.append(own_finding(Claim(group, words, "source"), (span,)))
    return findings


def _is_foreign(finding: Finding, figures: Sequence[Quantity], kind: str) -> bool:
    own = {"本机构", "委员", "政府"} if kind == "government" else {"本机构", "委员"}
    inside = (f for f in figures if any(s.start <= f.start and f.end <= s.end for s in finding.evidence))
    actors = {figure.actor for figure in inside} - {None}
    return bool(actors) and not actors & own


def _overview(
    part: str,
    kind: str,
    items: Sequence[Item],
    figures: Sequence[Quantity],
    asking: tuple[Profile, str, Client, PromptSet],
) -> tuple[Line, ...]:
    profile, report, client, prompts = asking
    entries = [
        Entry(
            item.id,
            item.domain,
            item.finding.summary,
            len(find_quantities(item.finding.summary)),
            order,
            _is_foreign(item.finding, figures, profile.kind),
        )
        for order, item in enumerate(items)
        if item.finding.group.kind == kind
    ]
    return overview(part, entries, profile, report, client, prompts)
