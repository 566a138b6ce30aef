"""How much memory this process has had at most."""

from __future__ import annotations

import resource
import sys


def read_peak() -> float:
    """Megabytes that the process has had in memory at most so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
