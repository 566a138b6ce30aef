"""decide: whom unclear points are asked of."""

from __future__ import annotations

import pytest

from huimou.compare.followup.decide import FLOOR, SURE, choose_asking
from huimou.settings import Endpoint

BUILTIN, OWN, SERVER = Endpoint("builtin"), Endpoint("builtin", gguf="own.gguf"), Endpoint("openai", "http://x/v1")


@pytest.mark.parametrize(
    ("endpoint", "floor", "kept", "kind", "least"),
    [
        (BUILTIN, None, False, "none", SURE),
        (BUILTIN, 0.05, False, "builtin", 0.05),
        (BUILTIN, None, True, "builtin", FLOOR),
        (OWN, None, False, "builtin", FLOOR),
        (SERVER, None, False, "openai", FLOOR),
        (SERVER, 0.0, False, "openai", 0.0),
    ],
)
def test_only_the_built_in_model_is_spared(
    endpoint: Endpoint, floor: float | None, kind: str, least: float, *, kept: bool
) -> None:
    """Not where the user gives a floor or weights, and not where its answers are recorded or replayed."""
    asked, found = choose_asking(endpoint, floor, kept=kept)
    assert (asked.kind, found) == (kind, least)
