"""The second look: sentences that no item cites but that hold a figure or a deed are asked about once.

The rules that leave a sentence out (rhetoric, guiding idea, quotation) were made on other reports than this one. The
model only says whether a sentence states something that could be checked; the section decides what kind of item it is,
and its wording is verified like every other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huimou.digest.questions.asking import Asker
from huimou.digest.questions.registry import SECOND_LOOK
from huimou.digest.questions.units import build_second_look_id
from huimou.errors import AnswerError
from huimou.language.clauses import split_clauses
from huimou.language.rules import get_rule
from huimou.language.text import fold, fold_width, to_plain
from huimou.model.report import REVIEW_ROLES, Group, ItemKind, Outline, Quantity, Role, select_figures

ASKED_REASONS = frozenset({"rhetoric", "guiding_idea", "quotation"})
AT_ONCE = 6
SHARE = 0.15
_DEED = get_rule("items.deed_outside_speech")
_BOW = get_rule("items.reverence")
_KINDS: dict[Role, ItemKind] = {"plan": "task", **dict.fromkeys(REVIEW_ROLES, "achievement")}


@dataclass(frozen=True, slots=True)
class SecondLookResult:
    """What the second look found: `asked` sentences, and the groups of those that state a deed."""

    asked: tuple[int, ...]
    groups: tuple[Group, ...]


def find_overlooked_sentences(
    text: str, outline: Outline, groups: Sequence[Group], figures: Sequence[Quantity]
) -> tuple[int, ...]:
    """Numbers of the sentences that no group has and that hold a figure or a deed.

    At most `SHARE` of the number of groups (one, in a very short report), those with figures first: with one question
    to `AT_ONCE` sentences that keeps this pass below 30 % of the requests of the first. Headings, captions, thanks, the
    overall requirement and other articles never count.
    """
    taken = {n for group in groups for n in (*group.sentences, *group.repeats)} | set(outline.requirement)
    wanted: list[tuple[bool, int]] = []
    for sentence in outline.sentences:
        reason = outline.left_out.get(sentence.n)
        if sentence.n in taken or (reason is not None and reason not in ASKED_REASONS):
            continue
        if outline.find_role(sentence.start) not in _KINDS:
            continue
        has_figure = bool(select_figures(figures, sentence.start, sentence.end))
        if has_figure or _has_deed(text[sentence.start : sentence.end]):
            wanted.append((not has_figure, sentence.n))
    most = max(1, int(len(groups) * SHARE))
    return tuple(sorted(n for _, n in sorted(wanted)[:most]))


def _has_deed(sentence: str) -> bool:
    """Whether a clause holds a verb of doing outside speech and does not merely refer to guiding ideas or leaders."""
    return any(_DEED.find(fold(c.text)) and not _BOW.search(fold(c.text)) for c in split_clauses([sentence]))


def look_again(text: str, outline: Outline, numbers: Sequence[int], asker: Asker) -> SecondLookResult:
    """Ask about the sentences, a few at a time; those that state a deed come back as groups to be worded.

    Raises:
        EndpointError: the server cannot be used; a question without an answer leaves its sentences as they were.

    """
    found: list[Group] = []
    for first in range(0, len(numbers), AT_ONCE):
        some = numbers[first : first + AT_ONCE]
        found += [_build_group(outline, n) for n in _ask_for_deeds(text, outline, some, asker)]
    return SecondLookResult(tuple(numbers), tuple(found))


def _ask_for_deeds(text: str, outline: Outline, numbers: Sequence[int], asker: Asker) -> list[int]:
    """Those of the sentences that state a deed, as the model says."""
    places = [outline.sentences[n - 1] for n in numbers]
    shown = "\n".join(
        f"{number} {fold_width(to_plain(text[s.start : s.end]))}" for number, s in enumerate(places, start=1)
    )
    question = asker.build_question(
        SECOND_LOOK,
        f"sentence-{numbers[0]}",
        {"sentences": shown},
        shown=len(numbers),
        chunking=f"sentences {' '.join(map(str, numbers))}",
    )
    try:
        return [numbers[number - 1] for number in asker.ask(question).value.stated_numbers]
    except AnswerError:
        return []


def _build_group(outline: Outline, number: int) -> Group:
    """A group of its own, under the headings of the unit before it."""
    role = outline.find_role(outline.sentences[number - 1].start)
    before = [unit for unit in outline.units if unit.sentences[0] < number and unit.role == role]
    headings = before[-1].headings if before else ()
    return Group(build_second_look_id(role, number), _KINDS[role], role, (number,), headings, None)
