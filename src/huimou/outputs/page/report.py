"""The page of a report: digest on one side, full text on the other, in one file that needs no network.

Everything that comes from a report or a model is escaped by the template engine; the policy in the page's head lets
nothing run but the scripts that are shipped with huimou.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from huimou import __version__
from huimou.language.rules.rule import find_title
from huimou.language.text import to_one_line
from huimou.model.digest import Achievement, Digest, ItemReview, Task
from huimou.model.review import compute_item_digests, compute_items_digest
from huimou.outputs.html.shell import count_unseen, render_template, to_script_data
from huimou.outputs.items import count_looks, map_person_reviews
from huimou.outputs.labels import CHECK_STATES, COMMENT
from huimou.outputs.onepage import build_draft_parts, write_foot
from huimou.outputs.page import pictures, tints, view
from huimou.outputs.page.headlines import draw_headlines
from huimou.outputs.page.page_images import PageImage, build_image_data
from huimou.outputs.phrases import describe_person_review, format_plan_period, format_review_period

SCRIPTS = ("theme.js", "report.js", "review.js", "leaves.js")
SERVED_SCRIPTS = (*SCRIPTS, "service.js")


def to_page(
    digest: Digest,
    text: str,
    name: str | None = None,
    *,
    service: str | None = None,
    images: Mapping[int, PageImage] = MappingProxyType({}),
) -> str:
    """HTML page of a digest.

    Args:
        digest: what to show.
        text: the report that its offsets refer to.
        name: name of the outputs (`<stem>`), under which the browser keeps remarks; by default the stem of the source's
            file.
        service: path under which `huimou serve` takes remarks on this report; None for a page on disk.
        images: of the report's pages, by number, to stand beside its text.

    """
    name = name or digest.source.file.rsplit(".", 1)[0]
    data = _build_script_data(digest, text, name) | ({"service": service} if service else {})
    data |= {"images": build_image_data(images, digest)} if images else {}
    values = _build_head(digest, text) | _build_body(digest, text) | {"data": to_script_data(data)}
    pages = {box.page for one in digest.sentences for box in one.boxes or ()}
    values["images"] = {"missing": len(pages - images.keys())} if images else None
    scripts = SERVED_SCRIPTS if service else SCRIPTS
    return render_template("report.html", scripts, values, served=service is not None, images=bool(images))


def _build_head(digest: Digest, text: str) -> dict[str, Any]:
    report, source = digest.report, digest.source
    review, plan = format_review_period(report.review_years), format_plan_period(report.plan_year)
    return {
        "title": to_one_line(report.organisation or report.region or source.file),
        "period": f"{review or ''}回顾" + (f"与{plan or '下一年'}计划" if digest.next_year_plan.stated else ""),
        "source": source,
        "file": to_one_line(source.file),
        "facts": view.build_fact_lines(report),
        "unseen": count_unseen(text),
        "refusal": view.find_refusal(digest),
        "version": __version__,
    }


def _build_body(digest: Digest, text: str) -> dict[str, Any]:
    review, plan = digest.year_review, digest.next_year_plan
    items: tuple[Achievement | Task, ...] = (*review.achievements, *plan.tasks)
    draft = build_draft_parts(digest)
    return {
        "digest": digest,
        "sheet": view.build_sheet(digest, draft),
        "foot": write_foot(digest, draft),
        "done": len(review.achievements) + len(review.shortcomings),
        "planned": len(plan.tasks),
        "achievements": tuple(view.build_items_by_domain(digest, plan=False)),
        "tasks": tuple(view.build_items_by_domain(digest, plan=True)),
        "shortcomings": view.build_shortcomings(digest),
        "requirement": view.PageLine(
            to_one_line(plan.requirement.summary or plan.requirement.text),
            at=view.join_spans(plan.requirement.evidence),
        )
        if plan.requirement
        else None,
        "domains": {key: title for key, title in digest.report.domains.items() if any(i.domain == key for i in items)},
        "figures": view.build_figure_rows(digest.figures),
        "checks": view.build_check_lines(digest, text),
        "problems": view.build_problem_lines(digest, text),
        "uncovered": view.build_uncovered_lines(digest, text),
        "legend": tints.build_legend(digest),
        "looks": count_looks(digest),
        "pieces": tints.tint_text(digest, text),
        "pictures": (*filter(None, (draw_headlines(digest),)), *pictures.draw_pictures(digest)),
        "said": {id_: _describe_person_review(one) for id_, one in map_person_reviews(digest).items()},
    }


def _describe_person_review(review: ItemReview) -> dict[str, str]:
    """A person's review of an item as the page shows it without scripts and on paper."""
    return {
        "state": describe_person_review(review) if review.checked else "",
        "corrected": to_one_line(review.corrected or ""),
        "comment": to_one_line(review.comment or ""),
    }


def _build_script_data(digest: Digest, text: str, name: str) -> dict[str, Any]:
    """The data of the scripts.

    Names of dispositions and states, the simplified forms that a search folds characters to, the digest of each item
    (a remark is on an item as it was), and the remarks that the digest holds.
    """
    of = compute_item_digests(digest)
    said = {
        one.id: one.model_dump(exclude={"id"}) | {"of": of[one.id]}
        for one in map_person_reviews(digest).values()
        if one.id in of
    }
    dispositions = {sentence.disposition for sentence in digest.sentences}
    rules = {sentence.rule for sentence in digest.sentences if sentence.rule}
    return {
        "name": name,
        "fold": view.map_simplified_forms(digest, text),
        "sha256": digest.source.sha256,
        "words": {key: label.name for key, label in CHECK_STATES.items()} | {"comment": COMMENT},
        "why": {key: tints.explain_disposition(key) for key in sorted(dispositions)},
        "rules": {rule: find_title(rule) for rule in sorted(rules)},
        "items": compute_items_digest(digest),
        "of": of,
        "reviewed": said,
    }
