"""Finding a version of a prompt by its spec.

ID@new        the file in the prompts folder as it is now
ID@N          version N: of the prompts folder, else of the accepted copies, else of the newest commit that had it
ID@git:REV    the file as it was at a commit, branch or tag
ID@FILE.md    any file
"""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from huimou.digest.prompt_check import check_prompts
from huimou.digest.questions.prompts import (
    Prompt,
    PromptSet,
    find_prompt_folder,
    load_prompts,
    parse_prompt,
    read_prompt,
)
from huimou.errors import PromptError, UsageError

_FORMS = "write ID@new, ID@N, ID@git:REV or ID@FILE.md, such as item-summary@new"
_GIT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class VersionPlaces:
    """The places of versions: the prompts folder (None for the program's own) and the accepted copies, if any."""

    prompts: Path | None = None
    accepted: Path | None = None

    @property
    def folder(self) -> Path:
        """The prompts folder."""
        return find_prompt_folder(self.prompts)


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """One version of a prompt: the spec that asked for it, the prompt, and where it was found (`source`)."""

    spec: str
    prompt: Prompt
    source: str

    @property
    def label(self) -> str:
        """Its name for people, such as `item-summary 4+1f0c9d2ab34e (accepted)`."""
        return f"{self.prompt.id} {self.prompt.label} ({self.source})"


def find_version(spec: str, places: VersionPlaces) -> PromptVersion:
    """The version that a spec names.

    Raises:
        UsageError: the spec is not of a known form, there is no such prompt or version, or git cannot say.
        PromptError: the file found is not a prompt.

    """
    prompt_id, at, what = spec.partition("@")
    if not (prompt_id and at and what):
        raise UsageError(f"{spec!r} names no version of a prompt", _FORMS)
    now = load_prompts(places.folder)
    if prompt_id not in now.prompts:
        raise UsageError(
            f"there is no prompt {prompt_id!r} in {places.folder}", f"there are: {', '.join(sorted(now.prompts))}"
        )
    if what == "new":
        return PromptVersion(spec, now[prompt_id], "now")
    if what.isdecimal():
        return _find_numbered(spec, now[prompt_id], int(what), places)
    if what.startswith("git:"):
        return _at_revision(spec, prompt_id, what.removeprefix("git:"), places.folder)
    if what.endswith(".md"):
        return PromptVersion(spec, _same_id(_from_file(Path(what)), prompt_id, spec), what)
    raise UsageError(f"{spec!r} names no version of a prompt", _FORMS)


def find_both_versions(spec: str, against: str, places: VersionPlaces) -> tuple[PromptVersion, PromptVersion]:
    """The two versions to compare, the one compared against first.

    Raises:
        UsageError: as `find_version`; the two are of different prompts, or the same text.
        PromptError: as `find_version`.

    """
    before, after = find_version(against, places), find_version(spec, places)
    if before.prompt.id != after.prompt.id:
        raise UsageError(f"{spec} and {against} are different prompts", "compare two versions of one prompt at a time")
    if before.prompt.digest == after.prompt.digest:
        hint = "raise the version in the front matter as you change a prompt, or compare with ID@git:HEAD"
        raise UsageError(f"{spec} and {against} are the same text ({after.label})", hint)
    return before, after


def load_prompts_with(version: PromptVersion, places: VersionPlaces) -> PromptSet:
    """The prompts as they are now with one of them in that version; all examples are checked.

    Raises:
        PromptError: an example does not hold, or another prompt of the folder is wrong.

    """
    try:
        return check_prompts(load_prompts(places.folder).replace_prompt(version.prompt))
    except PromptError as error:
        raise PromptError(f"{version.label}: {error.message}", error.hint) from error


def _find_numbered(spec: str, now: Prompt, number: int, places: VersionPlaces) -> PromptVersion:
    if now.version == number:
        return PromptVersion(spec, now, "now")
    if places.accepted is not None and places.accepted.is_dir():
        kept = load_prompts(places.accepted).prompts.get(now.id)
        if kept is not None and kept.version == number:
            return PromptVersion(spec, kept, "accepted")
    file = _file_of(now.id, places.folder)
    try:
        commits = _git(places.folder, "log", "--format=%h", "--", file).split()
    except UsageError as error:
        raise UsageError(
            f"no version {number} of {now.id}: {error.message}", f"{now.id} is at {now.version} now"
        ) from error
    for commit in commits:
        text = _show_file(places.folder, commit, file)
        if text is not None and re.search(rf"^version:\s*{number}\s*$", text, re.MULTILINE):
            found = _parse_prompt(text, f"{file} at {commit}")
            if found.version == number:
                return PromptVersion(spec, _same_id(found, now.id, spec), f"git {commit}")
    where = "accepted copies and the history of its file" if places.accepted else "the history of its file"
    raise UsageError(f"no version {number} of {now.id} is here, nor in {where}", f"{now.id} is at {now.version} now")


def _at_revision(spec: str, prompt_id: str, revision: str, folder: Path) -> PromptVersion:
    if not revision or revision.startswith("-"):
        raise UsageError(f"{spec!r} names no revision", "write ID@git:REV, such as item-summary@git:HEAD")
    file = _file_of(prompt_id, folder)
    commit = _git(folder, "rev-parse", "--short", "--verify", "--quiet", f"{revision}^{{commit}}").strip()
    text = _show_file(folder, commit, file)
    if text is None:
        raise UsageError(f"{file} is not in {revision}", "name a commit that has it")
    return PromptVersion(spec, _same_id(_parse_prompt(text, f"{file} at {revision}"), prompt_id, spec), f"git {commit}")


def _from_file(path: Path) -> Prompt:
    if not path.is_file():
        raise UsageError(f"there is no file {path}", _FORMS)
    return read_prompt(path)


def _parse_prompt(text: str, name: str) -> Prompt:
    return parse_prompt(text.replace("\r\n", "\n"), name)


def _same_id(prompt: Prompt, wanted: str, spec: str) -> Prompt:
    if prompt.id != wanted:
        raise UsageError(f"{spec}: the file is of prompt {prompt.id!r}", f"write {prompt.id}@… to compare that prompt")
    return prompt


def _file_of(prompt_id: str, folder: Path) -> str:
    """The name of the prompt's file in the folder, which may differ from its id."""
    return next(path.name for path in sorted(folder.glob("*.md")) if read_prompt(path).id == prompt_id)


def _show_file(folder: Path, commit: str, file: str) -> str | None:
    try:
        return _git(folder, "show", f"{commit}:./{file}")
    except UsageError:
        return None


def _git(folder: Path, *command: str) -> str:
    """The output of a git command in a folder.

    Raises:
        UsageError: there is no git, the folder is not under it, or it knows no such thing; in git's own first line.

    """
    program = shutil.which("git")
    if program is None:
        raise UsageError("git is not installed", "compare with ID@FILE.md")
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the revision cannot be an option)
            [program, "-C", str(folder), *command], capture_output=True, check=False, timeout=_GIT_SECONDS
        )
        said = done.stdout.decode()
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise UsageError(f"git cannot be asked about {folder} ({type(error).__name__})") from error
    if done.returncode:
        first = done.stderr.decode(errors="replace").strip().partition("\n")[0] or "it knows no such revision"
        raise UsageError(f"git: {first}", "name a commit, branch or tag of the repository that holds the prompts")
    return said
