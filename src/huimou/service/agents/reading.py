"""What a digest holds, in pieces that an agent can read: at a glance, item by item, one item with its evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from huimou.batch.index_page import read_results
from huimou.errors import UsageError
from huimou.model.digest import Achievement, Digest, Evidence, Figure, OverviewSentence, Shortcoming, Task
from huimou.model.review import collect_items, compute_item_digests
from huimou.outputs.formats import FORMATS, find_present_formats
from huimou.outputs.index_row import count_checked_items
from huimou.outputs.items import count_looks, map_person_reviews
from huimou.outputs.phrases import format_plan_period, format_review_period
from huimou.service.agents.answers import (
    CheckLine,
    DigestPage,
    DigestRow,
    DigestSummary,
    DomainCount,
    EvidencePlace,
    FigureLine,
    ItemDetail,
    ItemKind,
    ItemLine,
    ItemPage,
    OverviewLine,
)
from huimou.service.agents.paging import cut_page
from huimou.service.agents.workplace import FoundDigest, Workplace
from huimou.service.models import ReportRow

_Item = Achievement | Shortcoming | Task


def list_digests(place: Workplace, folder: str | None, offset: int, limit: int) -> DigestPage:
    """The reports of a folder, failed ones included, by name.

    Raises:
        UsageError: there is no such folder, or it is outside the workplace.

    """
    if folder is None and not place.out.is_dir():  # nothing has been digested yet
        return DigestPage(folder=place.show(place.out), total=0, next_offset=None, digests=[])
    where = place.find_folder(folder)
    results = sorted(read_results(where), key=lambda result: result.name)
    page, after = cut_page(results, offset, limit)
    rows = []
    for result in page:
        path = where / f"{result.name}.json"
        shown = place.show(path) if path.is_file() else None
        rows.append(DigestRow(**ReportRow.from_result(result).model_dump(), digest=shown))
    return DigestPage(folder=place.show(where), total=len(results), next_offset=after, digests=rows)


def build_summary(place: Workplace, found: FoundDigest) -> DigestSummary:
    """A digest at a glance."""
    digest, report = found.digest, found.digest.report
    review, plan = digest.year_review, digest.next_year_plan
    folder = found.path.parent
    endings = (FORMATS[key].suffix for key in find_present_formats(folder, found.name))
    return DigestSummary(
        digest=found.shown,
        name=found.name,
        file=digest.source.file,
        organisation=report.organisation,
        region=report.region,
        kind=report.kind_title or report.kind,
        review_period=format_review_period(report.review_years),
        plan_period=format_plan_period(report.plan_year),
        plan_stated=plan.stated,
        complete=digest.run.complete,
        achievements=len(review.achievements),
        shortcomings=len(review.shortcomings),
        tasks=len(plan.tasks),
        figures=len(digest.figures),
        to_check=count_looks(digest),
        checked=count_checked_items(digest),
        sentences=digest.coverage.sentences,
        uncovered=len(digest.coverage.uncovered),
        review=[_to_line(one) for one in review.overview],
        requirement=plan.requirement.text if plan.requirement else None,
        plan=[_to_line(one) for one in plan.overview],
        domains=list(_count_domains(digest)),
        checks=[CheckLine(item=one.item, message=one.message) for one in digest.checks],
        files=[place.show(folder / f"{found.name}{end}") for end in endings],
    )


def list_items(
    found: FoundDigest, kind: ItemKind | None, domain: str | None, *, to_check: bool, offset: int, limit: int
) -> ItemPage:
    """Items of a digest that fit a filter, a page of them.

    Args:
        found: the digest.
        kind: of the items; None for all.
        domain: key or title of a domain; None for all.
        to_check: only those that a person should look at and has not checked.
        offset: how many to pass over.
        limit: how many to give at most.

    Raises:
        UsageError: the report's kind has no such domain.

    """
    known = found.digest.report.domains
    if domain is not None and domain not in {*known, *known.values(), *_list_domains(found.digest)}:
        raise UsageError(f"no such domain: {domain}", f"known are: {', '.join(known)}")
    lines = [
        line
        for line in build_item_lines(found.digest)
        if (kind is None or line.kind == kind)
        and (domain is None or domain in {line.domain, line.domain_title})
        and (not to_check or (line.look is not None and not line.checked))
    ]
    page, after = cut_page(lines, offset, limit)
    return ItemPage(digest=found.shown, total=len(lines), next_offset=after, items=page)


def build_item_lines(digest: Digest) -> Iterator[ItemLine]:
    """Every item in short: achievements, shortcomings, tasks."""
    reviews = map_person_reviews(digest)
    quotes = {figure.id: figure.quote for figure in digest.figures}
    for item in collect_items(digest):
        said, domain = reviews.get(item.id), getattr(item, "domain", None)
        yield ItemLine(
            id=item.id,
            kind=_find_kind(item),
            title=getattr(item, "title", None),
            summary=item.summary,
            corrected=said.corrected if said else None,
            domain=domain,
            domain_title=digest.report.domains.get(domain, domain) if domain else None,
            figures=[quotes[id_] for id_ in getattr(item, "figures", ()) if id_ in quotes],
            target=getattr(item, "target", None),
            deadline=getattr(item, "deadline", None),
            responsible=getattr(item, "responsible", None),
            look=item.look,
            checked=said is not None and said.checked,
        )


def build_item_detail(found: FoundDigest, item_id: str) -> ItemDetail:
    """One item with the sentences that it rests on.

    Raises:
        UsageError: the digest has no such item.

    """
    digest = found.digest
    item = find_item(found, item_id)
    pages = {one.n: sorted({box.page for box in one.boxes or ()}) for one in digest.sentences}
    named = set(getattr(item, "figures", ()))
    return ItemDetail(
        digest=found.shown,
        item=next(line for line in build_item_lines(digest) if line.id == item_id),
        made=item.made,
        evidence=[_to_place(one, pages) for one in item.evidence],
        figures=[_to_figure_line(one) for one in digest.figures if one.id in named],
        targets=item.targets if isinstance(item, Task) else [],
        checks=[one.message for one in digest.checks if one.item == item_id],
        review=map_person_reviews(digest).get(item_id),
        state=compute_item_digests(digest)[item_id],
    )


def find_item(found: FoundDigest, item_id: str) -> _Item:
    """The item of an id.

    Raises:
        UsageError: the digest has none.

    """
    items = {item.id: item for item in collect_items(found.digest)}
    if item_id not in items:
        raise UsageError(f"no item {item_id} in {found.shown}", "list_items names those that there are")
    return items[item_id]


def _find_kind(item: _Item) -> ItemKind:
    match item:
        case Task():
            return "task"
        case Shortcoming():
            return "shortcoming"
        case _:
            return "achievement"


def _to_line(sentence: OverviewSentence) -> OverviewLine:
    return OverviewLine(text=sentence.text, items=sentence.items)


def _to_place(evidence: Evidence, pages: Mapping[int, list[int]]) -> EvidencePlace:
    return EvidencePlace(**evidence.model_dump(), pages=pages.get(evidence.sentence, []))


def _to_figure_line(figure: Figure) -> FigureLine:
    return FigureLine(**figure.model_dump(include=set(FigureLine.model_fields)))


def _list_domains(digest: Digest) -> list[str]:
    items: tuple[Achievement | Task, ...] = (*digest.year_review.achievements, *digest.next_year_plan.tasks)
    return [item.domain for item in items]


def _count_domains(digest: Digest) -> Iterator[DomainCount]:
    """The domains that have an item, in the order of the report's kind."""
    done = Counter(item.domain for item in digest.year_review.achievements)
    planned = Counter(task.domain for task in digest.next_year_plan.tasks)
    for key in dict.fromkeys((*digest.report.domains, *done, *planned)):
        if done[key] or planned[key]:
            title = digest.report.domains.get(key, key)
            yield DomainCount(domain=key, title=title, achievements=done[key], tasks=planned[key])
