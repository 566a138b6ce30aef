"""Where a folder of digests keeps what is no output: all of it under `.huimou`, beside the outputs."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(".huimou")
STORE = _FOLDER / "ledger.sqlite"  # answers, journal and remarks of an output folder; named so since the first version
FOLLOW_STORE = _FOLDER / "follow.sqlite"  # answers of `huimou follow`, beside its first output


def locate_lock(store: Path) -> Path:
    """The lock file of a store; that of an output folder's store is `lock`, since it stands for the whole folder."""
    return store.with_name("lock" if store.name == STORE.name else f"{store.name}.lock")
