"""A block with the role of the section that it lies in, and the rules that gave it."""

from __future__ import annotations

from dataclasses import dataclass

from huimou.digest.steps.segment.blocks import Block
from huimou.language.rules import Rule
from huimou.model.report import Role


@dataclass(frozen=True, slots=True)
class RoledBlock:
    """A block with its role, and the rules that gave it.

    Args:
        block: of lines.
        role: of the section that it lies in.
        rule: id of the rule that gave it the role.
        opens: whether a section begins here.
        left_out: the reason if none of it is asked about.
        left_out_rule: id of the rule that gave the reason.
        weak: for each of its sentences, whether it belongs to shortcomings; empty if none does.
        besides: role of the others of its sentences.

    """

    block: Block
    role: Role
    rule: str
    opens: bool
    left_out: str | None = None
    left_out_rule: str | None = None
    weak: tuple[bool, ...] = ()
    besides: Role | None = None


def set_aside(block: Block, role: Role, rule: Rule, *, opens: bool = True) -> RoledBlock:
    """A block of which nothing is asked, for the reason that its role is."""
    return RoledBlock(block, role, rule.id, opens=opens, left_out=role, left_out_rule=rule.id)
