"""Likeness in meaning: any embedder does; without the extra one line says how to get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from follow_pair import a_pair
from huimou.compare.followup.matching import meaning
from huimou.compare.followup.matching.candidates import PairIndex
from huimou.compare.followup.matching.meaning import Meanings, has_embedder, load_embedder
from huimou.errors import UsageError


class Vector(tuple[float, ...]):
    """A vector that multiplies."""

    __slots__ = ()

    def __matmul__(self, other: tuple[float, ...]) -> float:
        """The product of both."""
        return sum(a * b for a, b in zip(self, other, strict=True))


class RoadsAlike:
    """An embedder to which two texts are one if both or neither speak of a fast road."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def query(self, texts: list[str]) -> list[Vector]:
        """One of two vectors."""
        self.texts += texts
        return [Vector((1.0, 0.0)) if "高速" in text else Vector((0.0, 1.0)) for text in texts]


def test_meaning_raises_the_chance_of_what_is_said_in_other_words(tmp_path: Path) -> None:
    """青临高速 is the road from 青松 to 临江: with the same meaning it is likelier than without."""
    pair = a_pair(tmp_path)
    plain, meant = PairIndex.of(*pair), PairIndex.of(*pair, RoadsAlike())
    (road,) = [point for point in plain.points if "高速公路" in point.evidence.quote]
    (before,), (after,) = plain.find_candidates(road), meant.find_candidates(road)
    assert after.chance > before.chance
    assert (before.ground, after.ground) == ("likeness", "meaning")


def test_each_text_is_embedded_once() -> None:
    """Texts that differ in white space only are one."""
    embedder = RoadsAlike()
    meanings = Meanings(["青临 高速", "青临高速", "茶叶节"], embedder)
    assert embedder.texts == ["青临高速", "茶叶节"]
    assert meanings.measure("青临高速", "青临 高速") == 1
    assert meanings.measure("青临高速", "茶叶节") == 0


def test_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which extra to install."""
    load_embedder.cache_clear()
    monkeypatch.setattr(meaning, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match="needs an embedding model"):
        load_embedder()


@pytest.mark.skipif(not has_embedder(), reason="the extra [meaning] is not installed")
def test_real_model_finds_the_same_matter() -> None:
    """Other words for one matter are nearer than another matter."""
    load_embedder.cache_clear()
    texts = ["改造老旧小区15个", "完成老旧住宅区更新", "成功举办茶叶节"]
    meanings = Meanings(texts, load_embedder())
    assert meanings.measure(texts[0], texts[1]) > meanings.measure(texts[0], texts[2])
