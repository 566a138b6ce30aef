"""By which words a sentence names the reporting body and its members: what reading figures needs of a profile."""

from __future__ import annotations

from dataclasses import dataclass

from huimou.model.report import OWN_BODY, Actor


@dataclass(frozen=True, slots=True)
class Doers:
    """Who does what in the reports of a kind, as values that can be remembered.

    Args:
        own: patterns by which a sentence names the reporting body; a deed without a subject is its own in any case.
        members: patterns by which a sentence names its members, beside those that every kind knows.
        label: what its own deeds are called in the output.

    """

    own: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    label: Actor = OWN_BODY
