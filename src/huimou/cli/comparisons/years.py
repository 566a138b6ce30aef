"""`huimou follow` with three reports or more: a chain of years."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from huimou.cli.digest_files import link_page
from huimou.errors import UsageError

if TYPE_CHECKING:
    from huimou.compare.followup.result import FollowUp
    from huimou.compare.years import YearChain
    from huimou.model.digest import Digest

_FollowPair = Callable[[tuple["Digest", "Digest"]], "FollowUp"]


def follow_years(paths: Sequence[Path], outputs: Sequence[Path], follow_pair: _FollowPair) -> bool:
    """Write a chain of years to each output; without one, print its tally.

    Args:
        paths: of the digests, in any order.
        outputs: files to write, by their ending.
        follow_pair: holds the plan of one report against the review of the next.

    Returns:
        Whether every question had an answer.

    Raises:
        UsageError: two reports are of one year, or a file cannot be read.

    """
    from huimou.compare.years import build_chain, order_reports
    from huimou.compare.years.phrases import format_tally
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    read = [(path, from_json(read_text(path))) for path in paths]
    digests = order_reports([digest for _, digest in read])
    pairs = [_follow(one, other, follow_pair) for one, other in pairwise(digests)]
    chain = build_chain(digests, pairs)
    pages = [next(path for path, digest in read if digest is one) for one in digests]
    for note in chain.notes:
        typer.echo(note, err=True)
    for output in outputs:
        _write(output, chain, pages)
    if not outputs:
        typer.echo(format_tally(chain))
    return all(pair is None or pair.asked.complete for pair in pairs)


def _follow(earlier: Digest, later: Digest, follow_pair: _FollowPair) -> FollowUp | None:
    """The pair followed up; None where there is no plan or no review, which costs the other years nothing."""
    from huimou.compare.followup.follow import check_pair

    try:
        check_pair(earlier, later)
    except UsageError:
        return None
    return follow_pair((earlier, later))


def _write(output: Path, chain: YearChain, digests: Sequence[Path]) -> None:
    from huimou.compare.years.to_csv import to_csv
    from huimou.compare.years.to_html import to_html
    from huimou.compare.years.to_xlsx import to_xlsx
    from huimou.store.files import write_bytes, write_text

    match output.suffix.lower():
        case ".html":
            write_text(output, to_html(chain, [link_page(path, output) for path in digests]))
        case ".xlsx":
            write_bytes(output, to_xlsx(chain))
        case _:
            write_text(output, to_csv(chain))
