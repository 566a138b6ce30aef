"""Who answers: kind, build and model of a server, and the tokenizer that it serves."""

from __future__ import annotations

from dataclasses import dataclass

from huimou.llm.tokens import EndpointFacts


@dataclass(frozen=True, slots=True)
class Identity:
    """A server as its native routes tell; `build` is empty and `slots` None where they do not."""

    base_url: str
    kind: str
    build: str
    model: str
    slots: int | None
    tokenizer: str


def build_identity(base_url: str, facts: EndpointFacts) -> Identity:
    """What `tokens.detect` found, in the record's words."""
    tokenizer = "POST /tokenize" if facts.has_tokenizer else "none, tokens are estimated"
    return Identity(base_url, facts.kind, facts.build, facts.model, facts.slots, tokenizer)
