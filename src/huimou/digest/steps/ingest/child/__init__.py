"""Documents are read in a process of their own, within bounds: a bomb or a crash costs that process and nothing else.

`bounds` says how much memory and time a document may take, `worker` is what the process runs, `messages` what is said
between it and the one that asks, `pool` keeps processes ready. May import: `digest.child_process`, `ingest`'s readers
of documents, `model`, `errors`.
"""

from __future__ import annotations

from huimou.digest.steps.ingest.child.bounds import Bounds
from huimou.digest.steps.ingest.child.pool import ReaderPool, extract_in_child

__all__ = ["Bounds", "ReaderPool", "extract_in_child"]
