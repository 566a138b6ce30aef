"""How the time of some work grows with its size: a ratio that a busy or slow machine does not change."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def measure_growth(work: Callable[[int], object], size: int, factor: int) -> float:
    """How many times as long the work takes, in CPU time of this thread, at `factor` times the size.

    Args:
        work: does the work at the size that it is given.
        size: the smaller of the two sizes.
        factor: how many times larger the other one is.

    Returns:
        The ratio: about `factor` for work that is linear in its size, `factor` squared where it is quadratic.
    """
    # No two runs are of the very same size: nothing can be remembered.
    shortest = min(_measure(work, size + more) for more in range(3))
    return _measure(work, size * factor) / shortest


def _measure(work: Callable[[int], object], size: int) -> float:
    # A collection goes through everything that all tests keep, and falls into the larger run.
    gc.disable()
    try:
        begun = time.thread_time()
        work(size)
        return max(time.thread_time() - begun, 1e-4)  # what is over at once is not worth a ratio
    finally:
        gc.enable()
