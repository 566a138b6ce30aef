"""`huimou render`."""

# ruff: noqa: PLC0415 (imports inside commands keep --help fast)
from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from huimou.cli import options
from huimou.cli.option_groups import ProgressOptions, Rules, spread_options
from huimou.errors import HuimouError

if TYPE_CHECKING:
    from huimou.batch.source_text import ReportSources

_EXIT_INCOMPLETE = 3


@spread_options
def render(
    digests: Annotated[
        list[Path], typer.Argument(metavar="OUT_OR_JSON...", help="Folders or .json files that huimou summarise wrote.")
    ],
    formats: options.Formats = None,
    source: Annotated[
        Path | None, typer.Option(help="The report, or the folder of the reports, where they are not found.")
    ] = None,
    page_images: Annotated[
        bool, typer.Option("--page-images", help="Put images of a PDF's pages into its .html, beside the text.")
    ] = False,
    rules: Rules = None,
    *,
    progress: ProgressOptions,
) -> None:
    """Make the files again from digests that are there; no model is asked.

    A folder also gets its index.html. The report's text is read from OUT/<stem>.source.txt or where summarise read it,
    and must be the very text of the digest. A digest that has no text is named, and the exit status is 3.
    With --page-images, the page of a report that was read from a PDF shows the PDF's own pages with a box around the
    sentences that an item rests on (at most 120 pages and 12 MB).
    """
    from huimou.batch.index_page import read_results, resolve_digest_paths, write_index
    from huimou.batch.source_text import find_sources
    from huimou.cli.tracking import open_steps
    from huimou.language.text import to_one_line
    from huimou.model.events import tell_parts
    from huimou.outputs.formats import select_formats

    wanted = select_formats(formats or ())
    folders = [path for path in digests if path.is_dir()]
    known = {
        folder: find_sources(folder, source) for folder in {path if path.is_dir() else path.parent for path in digests}
    }
    done, failed = 0, 0
    with options.open_rules(rules), open_steps(progress) as emit:
        for path in tell_parts(emit, "pages", tuple(resolve_digest_paths(digests))):
            try:
                for line in _render_digest(path, wanted, known[path.parent], page_images=page_images):
                    typer.echo(to_one_line(line), err=True)
                done += 1
            except HuimouError as error:
                failed += 1
                typer.echo(f"{to_one_line(path.name)}: {to_one_line(str(error))}", err=True)
    for folder in folders:
        write_index(folder, read_results(folder), wanted)
    if not progress.quiet:
        typer.echo(
            f"{options.format_count(done, 'report')} written as {', '.join(wanted)}"
            + (f"; {failed} not" if failed else "")
        )
    raise typer.Exit(_EXIT_INCOMPLETE if failed else 0)


def _render_digest(path: Path, formats: Sequence[str], sources: ReportSources, *, page_images: bool) -> tuple[str, ...]:
    from huimou.batch.report_run import add_page_images
    from huimou.batch.source_text import find_text
    from huimou.outputs.formats import write_formats
    from huimou.outputs.render.to_json import from_json
    from huimou.store.files import read_text

    name = path.name.removesuffix(".json")
    digest = from_json(read_text(path))
    text = find_text(name, digest, sources)
    said = write_formats(path.parent, name, text, digest, formats)
    has_pages = any(sentence.boxes for sentence in digest.sentences)
    if page_images and has_pages and "html" in formats:
        return (*said, *add_page_images(path.parent, name, text, digest, sources))
    return said
