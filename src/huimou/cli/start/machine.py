"""What is installed on this machine and what it has: versions, extras and their packages, cores, memory."""

from __future__ import annotations

import os
import platform
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from huimou import __version__

# What each extra is for. One that is not named here is told by its name alone.
PURPOSES: Mapping[str, str] = {
    "docs": "reads .html .docx .pdf .ofd; .doc .wps .rtf where there is no LibreOffice; page images",
    "ocr": "reads scanned .pdf",
    "report": "writes .xlsx and .docx: ledgers, briefings, one-page drafts",
    "serve": "huimou serve",
    "mcp": "huimou mcp, for agents",
    "tables": "Parquet files of huimou export",
    "pictures": "huimou picture as .png",
    "meaning": "huimou follow by meaning as well, on the CPU",
    "regress": "intervals and tests of huimou regress --against",
    "ray": "huimou summarise --engine ray",
    "local": "the built-in model",
}
WITHOUT_EXTRAS = "reads .txt .md; writes .json .md .html, one-page drafts as .md and .html, JSONL tables"
_HIDDEN = frozenset({"dev"})  # for those who change huimou
_SELF = "huimou"
_PIECES = re.compile(r"-part\d+$")  # many packages that are one thing
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w-]+)['\"]")
_CHECKOUT = Path(__file__).resolve().parents[4] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class PackageState:
    """A package that an extra needs; `version` is None where it is not installed."""

    name: str
    version: str | None


@dataclass(frozen=True, slots=True)
class ExtraState:
    """An extra of huimou, what it is for, and its packages."""

    name: str
    purpose: str
    packages: tuple[PackageState, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of its packages that are not installed."""
        return tuple(one.name for one in self.packages if one.version is None)


@dataclass(frozen=True, slots=True)
class Machine:
    """Versions, cores that may be used, and memory in bytes; None where the system does not tell.

    Args:
        huimou: version.
        python: version.
        system: name and architecture of the operating system.
        cores: that this process may use.
        memory: in all.
        free_memory: that programs may still take.

    """

    huimou: str
    python: str
    system: str
    cores: int
    memory: int | None
    free_memory: int | None


def read_machine() -> Machine:
    """What the machine that this runs on is."""
    from huimou.llm.builtin_server import count_usable_cores  # noqa: PLC0415 (heavy)

    return Machine(
        __version__,
        platform.python_version(),
        f"{platform.system()} {platform.machine()}",
        count_usable_cores(),
        _read_memory("MemTotal", "SC_PHYS_PAGES"),
        _read_memory("MemAvailable", "SC_AVPHYS_PAGES"),
    )


def _read_memory(name: str, pages: str) -> int | None:
    """Bytes by the name that Linux has for them, else by the pages that other systems count."""
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        return int(re.search(rf"^{name}:\s*(\d+) kB", text, re.MULTILINE)[1]) << 10  # type: ignore[index]
    except (OSError, TypeError):
        pass
    try:
        return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def read_extras(requirements: Sequence[tuple[str, str]] | None = None) -> tuple[ExtraState, ...]:
    """The extras of huimou and which of their packages are installed, those of development left out.

    Args:
        requirements: pairs of an extra and a package that it needs; those of the installed huimou if None.

    """
    pairs = _list_requirements() if requirements is None else requirements
    needed: dict[str, dict[str, None]] = {}
    for extra, package in pairs:
        if extra not in _HIDDEN and package != _SELF:  # an extra may take in another
            needed.setdefault(extra, {})[package] = None
    known = [name for name in PURPOSES if name in needed]
    return tuple(
        ExtraState(name, PURPOSES.get(name, ""), tuple(_merge_pieces(needed[name])))
        for name in (*known, *(name for name in needed if name not in PURPOSES))
    )


def _merge_pieces(packages: Mapping[str, None]) -> Iterator[PackageState]:
    """The state of each package; of numbered pieces, one for all, which is missing if one is."""
    groups: dict[str, list[str]] = {}
    for package in packages:
        groups.setdefault(_PIECES.sub("", package), []).append(package)
    for name, members in groups.items():
        versions = [_find_version(member) for member in members]
        shown = name if len(members) == 1 else f"{name}-part1…{len(members)}"
        yield PackageState(shown, None if None in versions else versions[0])


def _find_version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _list_requirements() -> list[tuple[str, str]]:
    """What the extras need: as the checkout says that this code runs from, else as the installation does."""
    if _CHECKOUT.is_file():
        declared = tomllib.loads(_CHECKOUT.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
        return [(extra, _name_package(line)) for extra, lines in declared.items() for line in lines]
    try:
        lines = metadata.requires("huimou") or []
    except metadata.PackageNotFoundError:
        return []
    found = ((_EXTRA.search(line), line) for line in lines)
    return [(extra[1], _name_package(line)) for extra, line in found if extra]


def _name_package(requirement: str) -> str:
    """The package of a requirement such as `lxml>=5; extra == 'docs'`."""
    match = _NAME.match(requirement)
    return match[0] if match else requirement
