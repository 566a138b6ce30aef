"""The same thing done to many: in this process, and for a long report on the other cores of this machine as well.

A step says what is to be done to each of its items and does not know where that happens; the results are the same.
`pool` keeps the processes, `worker` is what each of them runs. May import: `digest.child_process`, `llm` (whose
turn it is to compute), `language`, `model`.
"""

from __future__ import annotations

from huimou.digest.cores.pool import HERE, Cores, count_cores, open_cores

__all__ = ["HERE", "Cores", "count_cores", "open_cores"]
