"""The folders that an agent may read and write, and the digests in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from huimou.batch.index_page import resolve_digest_paths
from huimou.errors import UsageError
from huimou.model.digest import Digest
from huimou.outputs.render.to_json import from_json
from huimou.store.files import read_text
from huimou.store.paths import STORE
from huimou.store.remarks import merge_remarks

_END = ".json"


@dataclass(frozen=True, slots=True)
class FoundDigest:
    """A digest of an output folder, as it stands with the remarks of its store.

    Args:
        path: of its JSON file, absolute.
        shown: the path as agents are told it, and may give it back.
        stored: the digest as the file has it.
        digest: the digest with all remarks of persons.

    """

    path: Path
    shown: str
    stored: Digest
    digest: Digest

    @property
    def name(self) -> str:
        """The name of its outputs."""
        return self.path.name.removesuffix(_END)


@dataclass(frozen=True, slots=True)
class Workplace:
    """Folders that an agent may touch; a path that leads out of them, also by a link, is refused.

    Args:
        roots: folders that may be read, absolute and without links; relative paths start at the first.
        out: folder of the digests that are made here, absolute; it may be read, too.

    """

    roots: tuple[Path, ...]
    out: Path

    @classmethod
    def of(cls, roots: Sequence[Path], out: Path) -> Self:
        """The workplace of these folders.

        Raises:
            UsageError: a root is no folder, or the whole file system.

        """
        for root in roots:
            if not root.is_dir():
                raise UsageError(f"no such folder: {root}", "name folders that are there with --root")
            if root.resolve() == root.resolve().parent:  # where some agents' tools start what they start
                raise UsageError(
                    "agents would have the whole file system", "name the folder of the reports with --root"
                )
        return cls(tuple(root.resolve() for root in roots), out.resolve())

    def resolve(self, given: str) -> Path:
        """The path that an agent names, absolute; it need not be there.

        Raises:
            UsageError: it is no path, or leads out of the folders.

        """
        if not given.strip():
            raise UsageError("an empty word names no file", self._describe())
        try:
            path = (self.roots[0] / given).resolve()
            path.exists()
        except (OSError, ValueError) as error:  # too long, a null byte, halves of pairs
            raise UsageError("the path can be that of no file", self._describe()) from error
        if not any(path.is_relative_to(folder) for folder in (*self.roots, self.out)):
            raise UsageError(f"{given} is outside the folders that this server may touch", self._describe())
        return path

    def show(self, path: Path) -> str:
        """A path as agents are told it: relative to the first root where it is in it."""
        return (path.relative_to(self.roots[0]) if path.is_relative_to(self.roots[0]) else path).as_posix()

    def read_digest(self, given: str) -> FoundDigest:
        """The digest of a path, or of a report's name in the output folder.

        Raises:
            UsageError: there is none, it leads out of the folders, or it is broken.

        """
        return self._open(self._locate(given))

    def find_folder(self, given: str | None) -> Path:
        """The folder that an agent names; that of the digests made here where it names none.

        Raises:
            UsageError: it is none, or leads out of the folders.

        """
        folder = self.out if given is None else self.resolve(given)
        if not folder.is_dir():
            raise UsageError(f"no such folder: {given or self.show(folder)}", "digest_report makes the first digest")
        return folder

    def list_digest_paths(self, given: Sequence[str]) -> tuple[str, ...]:
        """The digests that files and folders stand for, each once, as agents are told paths.

        Raises:
            UsageError: one names nothing, or leads out of the folders.

        """
        found: list[Path] = []
        for word in given:
            place = self.resolve(word)
            found += resolve_digest_paths([place]) if place.is_dir() else [self._locate(word)]
        return tuple(dict.fromkeys(map(self.show, found)))

    def _locate(self, given: str) -> Path:
        """The file of a digest by its path, or by a report's name in the output folder."""
        own = self.out / f"{given}{_END}"
        for path in (self.resolve(given), self.resolve(own.as_posix())):
            if path.is_file():
                return path
        raise UsageError(f"no such digest: {given}", "list_digests names those that there are")

    def _open(self, path: Path) -> FoundDigest:
        try:
            digest = from_json(read_text(path))
        except UsageError as error:
            raise UsageError(f"{self.show(path)}: {error.message}", error.hint) from error
        name = path.name.removesuffix(_END)
        whole = merge_remarks(path.parent / STORE, name, digest).digest
        return FoundDigest(path, self.show(path), digest, whole)

    def _describe(self) -> str:
        folders = dict.fromkeys((*self.roots, self.out))
        return f"give a path below {', '.join(map(str, folders))}"
