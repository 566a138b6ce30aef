"""The folders that an agent may touch: whatever it names, nothing outside them is reached."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import a_digest
from huimou.errors import UsageError
from huimou.outputs.render.to_json import to_json
from huimou.service.agents.workplace import Workplace

PARTS = st.sampled_from(["..", ".", "a", "b.json", "out", "~", "", "link", "/", "\0", "\ud800", "长" * 300])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Two roots, a folder of digests, and a link that leads out of them."""
    top = tmp_path_factory.mktemp("place")
    for name in ("first", "second", "secret", "first/a"):
        (top / name).mkdir()
    (top / "secret" / "b.json").write_text(to_json(a_digest()), encoding="utf-8")
    (top / "first" / "b.json").write_text(to_json(a_digest()), encoding="utf-8")
    (top / "first" / "link").symlink_to(top / "secret")
    return Workplace.of([top / "first", top / "second"], top / "first" / "out")


@given(parts=st.lists(PARTS | st.text(max_size=5), max_size=6), absolute=st.booleans())
def test_no_path_leads_out(place: Workplace, parts: list[str], *, absolute: bool) -> None:
    """Relative or absolute, by dots or by links, or no path at all."""
    given_path = ("/" if absolute else "") + "/".join(parts)
    with suppress(UsageError):
        path = place.resolve(given_path)
        assert path == path.resolve()
        assert any(path.is_relative_to(folder) for folder in (*place.roots, place.out))


def test_a_path_is_shown_as_it_may_be_given_back(place: Workplace) -> None:
    """Relative to the first root; of another root whole."""
    for path in (place.roots[0] / "b.json", place.roots[1] / "c.txt"):
        assert place.resolve(place.show(path)) == path
    assert place.show(place.roots[0] / "a" / "c.json") == "a/c.json"


def test_a_link_to_a_digest_outside_is_none(place: Workplace) -> None:
    """Nor is one in a folder of digests."""
    assert place.read_digest("b.json").shown == "b.json"
    with pytest.raises(UsageError, match="outside the folders"):
        place.read_digest("link/b.json")
    with pytest.raises(UsageError, match="outside the folders"):
        place.list_digest_paths(["link"])


def test_a_broken_digest_is_named(place: Workplace) -> None:
    """By its path."""
    (place.roots[0] / "a" / "bad.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^a/bad\.json: not a digest"):
        place.read_digest("a/bad.json")
