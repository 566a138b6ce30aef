"""Profiles are data: closed lists of domains with their cue words."""

from __future__ import annotations

from pathlib import Path

import pytest

from huimou.profile import DEFAULT_KIND, profile_for

_KINDS = sorted(path.stem for path in (Path(__file__).parent.parent / "src" / "huimou" / "profiles").glob("*.toml"))


@pytest.mark.parametrize("kind", _KINDS)
def test_profile_is_well_formed(kind: str) -> None:
    """Each profile names its kind, how it is recognised, and distinct domains with weighted cues, `other` last."""
    profile = profile_for(kind)
    keys = [domain.key for domain in profile.domains]
    assert profile.kind == kind
    assert profile.recognise
    assert len(keys) == len(set(keys))
    assert keys[-1] == "other"
    assert not profile.domains[-1].cues
    assert all(domain.title and all(weight > 0 for weight in domain.cues.values()) for domain in profile.domains)
    assert all(domain.cues or domain.roles for domain in profile.domains[:-1])


@pytest.mark.parametrize("kind", [None, "no_such_kind"])
def test_unknown_kind_gets_the_default(kind: str | None) -> None:
    """A report of no known kind is read as one of a 政协."""
    assert profile_for(kind).kind == DEFAULT_KIND


def test_default_has_the_domains_of_the_contract() -> None:
    """The 政协 profile lists the fourteen domains that the output may name."""
    assert {domain.key for domain in profile_for(DEFAULT_KIND).domains} == {
        *("party_building", "consultation", "oversight", "deliberation", "proposals", "public_opinion", "grassroots"),
        *("united_front", "development", "livelihood", "members", "culture_history", "institutional", "other"),
    }


def test_domain_title() -> None:
    """A key has its Chinese title; an unknown one stands for itself."""
    profile = profile_for(DEFAULT_KIND)
    assert profile.domain_title("proposals") == "提案工作"
    assert profile.domain_title("elsewhere") == "elsewhere"
