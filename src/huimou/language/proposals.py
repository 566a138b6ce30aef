"""What became of a proposal, told as such: the title of a proposal is what was asked for, never what was done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from huimou.language.clauses import shorten_clause, split_clauses
from huimou.language.rules import get_rule
from huimou.language.text import compact, fold
from huimou.language.weighing import is_hollow
from huimou.model.report import Group

_LONGEST_TITLE = 26
_ENDING = get_rule("wording.end_of_proposal_title")
_NAMED = get_rule("wording.proposal")
_GOVERNED = get_rule("wording.effect_of_proposal")
_HOLLOW = get_rule("wording.hollow_effect")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal that a line of a list of proposals is about.

    Args:
        title: what it asks for, without 关于 and 的提案.
    """

    title: str

    @property
    def full(self) -> str:
        """What a sentence about it may say beside its effect."""
        return f"关于{self.title}的提案经办理,就{self.title}提出提案。"

    def write(self, effect: str) -> str:
        """One sentence of the proposal and its effect: that it was made, what it brought about, or what was done."""
        body = fold(effect)
        repeated = compact(effect).strip("。") in compact(self.title)
        if repeated or _HOLLOW.match(body) or all(is_hollow(clause) for clause in split_clauses([effect])):
            return f"就{self.title}提出提案"
        return f"关于{self.title}的提案{effect if _GOVERNED.match(body) else '经办理,' + effect}"


def find_proposal(group: Group, sentences: tuple[str, ...]) -> Proposal | None:
    """The proposal that a group of a list of proposals is about, where its title is the lead; None for any other group.

    Args:
        group: with its role and lead.
        sentences: of the group, without the lead; where they name proposals themselves, the lead is but a heading.
    """
    if group.role != "proposal_digest" or not group.lead or _NAMED.search(fold("".join(sentences))):
        return None
    title = shorten_clause(_ENDING.sub("", group.lead), long=False, lists=False)
    return Proposal(_shorten_title(title))


def _shorten_title(title: str) -> str:
    """A long title that is a list, with its first member and 等."""
    members = re.split("、", title)
    if len(title) <= _LONGEST_TITLE or len(members) < 3:
        return title
    return f"{members[0]}、{members[1]}等" if len(members[0]) + len(members[1]) < _LONGEST_TITLE else f"{members[0]}等"
