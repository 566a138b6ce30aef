"""The output files of a digest: which formats there are, and how each is written.

A new format is one row of `FORMATS`. JSON, the digest itself, is written last: if it is there, so are the others.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from huimou.errors import UsageError
from huimou.llm.cpu_turn import releasing_cpu
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import to_json
from huimou.outputs.render.to_markdown import to_markdown
from huimou.outputs.render.to_onepage import to_onepage_markdown
from huimou.store.files import write_bytes

if TYPE_CHECKING:
    from huimou.outputs.page.page_images import PageImage

_NEW = ".new"
_Write = Callable[[Path, Digest, str], str]


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """One format of output files.

    Args:
        suffix: end of the file's name after the name of the outputs, such as `.html`.
        write: writes the file at a path from a digest and the report's text, in place of one that is there;
            returns a line that the user should read, or an empty one.
        module: of a library of the extra `report` that it takes, by the name that is imported; empty if it takes none.

    """

    suffix: str
    write: _Write
    module: str = ""


def _write_markdown(path: Path, digest: Digest, text: str) -> str:
    _write_file(path, to_markdown(digest, text).encode())
    return ""


def _write_html(path: Path, digest: Digest, text: str) -> str:
    from huimou.outputs.page.report import to_page  # noqa: PLC0415 (the template engine takes a while to load)

    _write_file(path, to_page(digest, text, path.name.removesuffix(FORMATS["html"].suffix)).encode())
    return ""


def _write_ledgers(path: Path, digest: Digest, text: str) -> str:
    """Write the workbook; one that is there is filled anew, and what a person typed into it stays."""
    from huimou.outputs.office import to_xlsx  # noqa: PLC0415 (an extra)

    _write_file(path, to_xlsx(digest, text, path))
    return ""


def _write_briefing(path: Path, digest: Digest, _: str) -> str:
    """Write the briefing; one that a person has edited stays as it is, and the new one is written beside it."""
    from huimou.outputs.office import to_docx  # noqa: PLC0415 (an extra)

    return write_unless_edited(path, to_docx(digest), "briefing")


def _write_onepage_markdown(path: Path, digest: Digest, _: str) -> str:
    _write_file(path, to_onepage_markdown(digest).encode())
    return ""


def _write_onepage_html(path: Path, digest: Digest, _: str) -> str:
    from huimou.outputs.page.onepage import to_onepage_html  # noqa: PLC0415 (the template engine takes a while to load)

    _write_file(path, to_onepage_html(digest).encode())
    return ""


def _write_onepage_docx(path: Path, digest: Digest, _: str) -> str:
    """Write the one-page draft as a Word document; one that a person has edited is treated as a briefing is."""
    from huimou.outputs.office import to_onepage_docx  # noqa: PLC0415 (an extra)

    return write_unless_edited(path, to_onepage_docx(digest), "draft")


def write_unless_edited(path: Path, data: bytes, what: str) -> str:
    """Write a Word document in place of an older one; one that a person has edited stays, and the new lies beside it.

    Args:
        path: where it belongs.
        data: the document.
        what: what it is called in the line that tells the user.

    Returns:
        A line that the user should read, or an empty one.

    Raises:
        UsageError: it cannot be written.

    """
    from huimou.outputs.office.package import is_edited  # noqa: PLC0415 (an extra)

    beside = (path.with_name(f"{path.stem}{_NEW}{n or ''}{path.suffix}") for n in itertools.count())
    own = (one for one in beside if not one.with_suffix(".json").exists())  # no other report's briefing
    free = next(one for one in itertools.chain([path], own) if not is_edited(one))
    _write_file(free, data)
    return "" if free == path else f"{path.name} was edited and is left as it is; the new {what} is {free.name}"


def _write_file(path: Path, data: bytes) -> None:
    with releasing_cpu():  # others compute while the disk is waited for
        write_bytes(path, data)


FORMATS: Mapping[str, OutputFormat] = MappingProxyType(
    {
        "md": OutputFormat(".md", _write_markdown),
        "html": OutputFormat(".html", _write_html),
        "xlsx": OutputFormat(".xlsx", _write_ledgers, "openpyxl"),
        "docx": OutputFormat(".docx", _write_briefing, "docx"),
        "onepage.md": OutputFormat(".onepage.md", _write_onepage_markdown),
        "onepage.html": OutputFormat(".onepage.html", _write_onepage_html),
        "onepage.docx": OutputFormat(".onepage.docx", _write_onepage_docx, "docx"),
    }
)
_BESIDE = re.compile(rf"{re.escape(_NEW)}\d*(?={re.escape(FORMATS['docx'].suffix)}$)")
KEEPS_EDITS = frozenset({"xlsx", "docx", "onepage.docx"})  # what a person writes there stays
_ALL = "all"
_PACKAGES = {"docx": "python-docx"}  # by the name that is imported, where it differs
ALWAYS = ("md",)
DEFAULT = ("md", "html")


def select_formats(names: Iterable[str]) -> tuple[str, ...]:
    """The formats of these names in the order of `FORMATS`, with those that are always written; `DEFAULT` for none.

    A name may be several with commas between them; `all` is every format.

    Raises:
        UsageError: there is no such format, or the library that one takes is not installed.

    """
    given = [name.strip() for one in names for name in one.split(",")]
    wanted = tuple(FORMATS) if _ALL in given else tuple(name for name in given if name) or DEFAULT
    unknown = [name for name in wanted if name not in FORMATS and name != "json"]
    if unknown:
        raise UsageError(f"no such format: {unknown[0]}", f"known are: {', '.join(('json', *FORMATS, _ALL))}")
    selected = tuple(name for name in FORMATS if name in wanted or name in ALWAYS)
    for name in selected:
        require_library(name)
    return selected


def require_library(name: str) -> None:
    """Refuse a format whose library is not installed: better before the first report than at its end.

    Raises:
        UsageError: it is not.

    """
    module = FORMATS[name].module
    if module and importlib.util.find_spec(module) is None:
        package = _PACKAGES.get(module, module)
        raise UsageError(f"{name} files need {package}, which is not installed", 'pip install "huimou[report]"')


def write_outputs(
    folder: Path, name: str, document_text: str, digest: Digest, formats: Iterable[str] = DEFAULT
) -> tuple[str, ...]:
    """Write `<name>.json` and the files of `formats` of one report into a folder, each whole, JSON last.

    Args:
        folder: a folder that exists.
        name: name of the outputs, without suffix.
        document_text: the report that the digest's offsets refer to.
        digest: what to write.
        formats: names of `FORMATS`.

    Returns:
        Lines that the user should read.

    Raises:
        UsageError: a file cannot be written, or a format needs a library that is missing.

    """
    said = write_formats(folder, name, document_text, digest, formats)
    _write_file(folder / f"{name}.json", to_json(digest).encode())
    return said


def write_formats(
    folder: Path, name: str, document_text: str, digest: Digest, formats: Iterable[str] = DEFAULT
) -> tuple[str, ...]:
    """Write the files of `formats` of one report, but not its JSON; arguments and errors are as of `write_outputs`."""
    kinds = [FORMATS[key] for key in select_formats(formats)]
    said = [kind.write(folder / f"{name}{kind.suffix}", digest, document_text) for kind in kinds]
    return tuple(line for line in said if line)


def write_page(folder: Path, name: str, document_text: str, digest: Digest, images: Mapping[int, PageImage]) -> None:
    """Write `<name>.html` with images of the report's pages in it; arguments and errors are as of `write_outputs`."""
    from huimou.outputs.page.report import to_page  # noqa: PLC0415 (the template engine takes a while to load)

    page = to_page(digest, document_text, name, images=images)
    _write_file(folder / f"{name}{FORMATS['html'].suffix}", page.encode())


def list_file_names(name: str, formats: Iterable[str]) -> tuple[str, ...]:
    """The names of all files of a report: its JSON and those of `formats`."""
    return (f"{name}.json", *(f"{name}{FORMATS[key].suffix}" for key in formats))


def find_usual_name(file: str) -> str:
    """The name that a briefing has if it was not written beside an edited one: `a.docx` for `a.new1.docx`."""
    return _BESIDE.sub("", file)


def find_present_formats(folder: Path, name: str) -> tuple[str, ...]:
    """The formats in which a report has a file in the folder."""
    return tuple(key for key, format_ in FORMATS.items() if (folder / f"{name}{format_.suffix}").is_file())
