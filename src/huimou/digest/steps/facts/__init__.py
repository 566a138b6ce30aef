"""Who reports on which years, read from the text alone; what the text does not say stays None.

A year is `stated` where a heading or an opening sentence names it, `inferred` from what is near it, else `absent`.
`years` reads the years, `delivery` when the report was given, `body` which body reports, by `kind` and `region`.
May import: `digest.cores`, `language` and `model`.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal

from huimou.digest.cores import HERE, Cores
from huimou.digest.steps.facts.body import read_body
from huimou.digest.steps.facts.report_text import build_report_text
from huimou.digest.steps.facts.years import read_years
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.language.rules import get_rule
from huimou.language.text import to_simplified
from huimou.model.report import Facts, Outline

_TRADITIONAL = get_rule("years.traditional_characters")


def read_facts(text: str, outline: Outline, profiles: ProfileSet | None = None, cores: Cores = HERE) -> Facts:
    """Organisation, region, kind, script and years of the report, each year with the sentences it rests on.

    The kinds that can be recognised are those of `profiles`, by default the shipped ones.
    """
    report = build_report_text(text, outline)
    lines, headings = [line.text for line in report.lines], [line.text for line in report.lines if line.heading]
    body = read_body(lines, headings, profiles or load_shipped_profiles(), cores)
    years = read_years(report)
    return Facts(
        organisation=body.organisation,
        region=body.region,
        kind=body.kind,
        language_script=_find_script(text),
        review_years=years.review,
        plan_year=years.plan,
        problems=years.problems,
    )


def _find_script(text: str) -> Literal["simplified", "traditional"]:
    """Which script prevails, counted over common characters that differ: mojibake would distort a share of all."""
    traditional = _TRADITIONAL.row.characters
    counts = Counter(text)
    old, new = (sum(counts[char] for char in chars) for chars in (traditional, to_simplified(traditional)))
    return "traditional" if old > new else "simplified"
