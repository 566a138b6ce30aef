"""What a caller of the pipeline may choose."""

from __future__ import annotations

from dataclasses import dataclass

from huimou.digest.questions.asking import QuestionListener
from huimou.digest.questions.effort import STANDARD_EFFORT, Effort
from huimou.digest.steps.overview import STANDARD_STYLE, OverviewStyle
from huimou.language.profiles.profile import ProfileSet
from huimou.language.rules.rulebook import SHIPPED_RULES, RuleBook

LONG_REPORT = 300_000  # characters: they take ten seconds of one core; to start processes takes two of each


@dataclass(frozen=True, slots=True)
class DigestChoices:
    """What the caller may choose.

    Args:
        kind: of report; None where it is to be read from the text.
        style: of the overviews.
        profiles: of the kinds of report; None for the shipped ones.
        rules: of the language.
        effort: of the wording.
        allows_marked: whether a report that is marked as secret or internal may go to another machine.
        listen: told of each question before it is asked; may be called from several threads.
        effort: of the wording.
        spread_from: characters from which a report is worked on by all cores of this machine.

    """

    kind: str | None = None
    style: OverviewStyle = STANDARD_STYLE
    profiles: ProfileSet | None = None
    listen: QuestionListener | None = None
    rules: RuleBook = SHIPPED_RULES
    effort: Effort = STANDARD_EFFORT
    spread_from: int = LONG_REPORT
    allows_marked: bool = False
