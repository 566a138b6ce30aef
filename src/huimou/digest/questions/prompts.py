"""Prompt files: front matter (id, version, what is asked, variables, worked examples) and text with named variables.

A prompt is code: it is validated as it is loaded, a variable that is not filled is an error that names it, and every
worked example is rendered through the same template as the real question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError

from huimou.errors import PromptError

_PARTS = re.compile(r"^# (system|user)\s*$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}")  # a doubled brace is a brace


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    asks: str
    variables: list[str]
    max_tokens: PositiveInt
    examples: list[dict[str, Any]]
    part: Literal["digest", "follow"] = "digest"


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file.

    Args:
        id: of the question that is asked with it.
        version: raised with every change.
        asks: what is asked, in Chinese.
        variables: that the question's text holds.
        max_tokens: bound of one answer.
        examples: worked ones; each gives every variable, and `answer`.
        system: text of the system message, the same for every question.
        user: text of a question, with its variables in braces.
        digest: first 12 hex digits of the file's sha256.
        part: what asks with it; a digest depends on the prompts of the part `digest` only.
    """

    id: str
    version: int
    asks: str
    variables: tuple[str, ...]
    max_tokens: int
    examples: tuple[Mapping[str, Any], ...]
    system: str
    user: str
    digest: str
    part: Literal["digest", "follow"] = "digest"

    @property
    def label(self) -> str:
        """What a digest keeps of the prompt, e.g. `2+1f0c9d2ab34e`."""
        return f"{self.version}+{self.digest}"

    def build_messages(self, **values: str) -> tuple[tuple[str, str], ...]:
        """Messages (role, content): system text, worked examples as turns, the question last.

        All but the last are the same for every question, so that a server can keep them in its cache.

        Raises:
            PromptError: a variable is missing or unknown.
        """
        turns: list[tuple[str, str]] = [("system", _fill(self, self.system, {}))]
        for example in self.examples:
            turns.append(("user", _fill(self, self.user, {k: str(v) for k, v in example.items() if k != "answer"})))
            turns.append(("assistant", json.dumps(example["answer"], ensure_ascii=False)))
        return (*turns, ("user", _fill(self, self.user, values)))


@dataclass(frozen=True, slots=True)
class PromptSet:
    """All prompts of a run, by id."""

    prompts: Mapping[str, Prompt]

    @property
    def labels(self) -> dict[str, str]:
        """Label by id of each prompt that digests are made with; a digest keeps them."""
        return {prompt.id: prompt.label for prompt in self.prompts.values() if prompt.part == "digest"}

    def __getitem__(self, prompt_id: str) -> Prompt:
        """The prompt, or PromptError naming those that exist."""
        try:
            return self.prompts[prompt_id]
        except KeyError:
            raise PromptError(
                f"there is no prompt {prompt_id!r}", f"there are: {', '.join(sorted(self.prompts))}"
            ) from None

    def replace_prompt(self, prompt: Prompt) -> PromptSet:
        """The same set with this prompt instead of the one with its id."""
        return PromptSet({**self.prompts, prompt.id: prompt})


def load_prompts(folder: Path | None = None) -> PromptSet:
    """Read every `*.md` of a folder: the one given, else the packaged one, else the repository's.

    Raises:
        PromptError: no folder, a file that is malformed, or two of the same id.

    """
    base = find_prompt_folder(folder)
    found: dict[str, Prompt] = {}
    for path in sorted(base.glob("*.md")):
        prompt = read_prompt(path)
        if prompt.id in found:
            raise PromptError(f"{path.name}: another file of {base} has the id {prompt.id!r} too")
        found[prompt.id] = prompt
    if not found:
        raise PromptError(f"no prompt files (*.md) in {base}", "give a folder of prompt files with --prompts")
    return PromptSet(found)


def read_prompt(path: Path) -> Prompt:
    """One prompt file.

    Raises:
        PromptError: it cannot be read, or as `parse_prompt`.

    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path.name}: cannot be read as UTF-8 text", str(error)) from None
    return parse_prompt(text, path.name)


def find_prompt_folder(folder: Path | None = None) -> Path:
    """The folder of prompts: the one given, else huimou's own.

    Raises:
        PromptError: there is no such folder.

    """
    base = folder or _find_own_folder()
    if not base.is_dir():
        raise PromptError(f"no prompts in {base}", "give a folder of prompt files with --prompts")
    return base


def _find_own_folder() -> Path:
    packaged = Path(str(resources.files("huimou") / "_prompts"))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[4] / "prompts"


def parse_prompt(text: str, name: str) -> Prompt:
    """One prompt from the text of its file; `name` is for error messages.

    Raises:
        PromptError: front matter, parts, variables or examples are wrong.

    """
    pieces = text.split("---\n", 2)
    if len(pieces) != 3 or pieces[0].strip():
        raise PromptError(
            f"{name}: no front matter", "begin the file with --- id, version, asks, variables, max_tokens, examples ---"
        )
    try:
        front = _Front.model_validate(yaml.safe_load(pieces[1]))
    except (yaml.YAMLError, ValidationError) as error:
        raise PromptError(f"{name}: bad front matter: {_describe_first_error(error)}") from None
    split = _PARTS.split(pieces[2])[1:]
    parts = dict(zip(split[::2], split[1::2], strict=True))
    if sorted(split[::2]) != ["system", "user"]:
        raise PromptError(f"{name}: needs one '# system' and one '# user' part")
    prompt = Prompt(
        front.id,
        front.version,
        front.asks,
        tuple(front.variables),
        front.max_tokens,
        tuple(front.examples),
        parts["system"].strip(),
        parts["user"].strip(),
        sha256(text.encode()).hexdigest()[:12],
        front.part,
    )
    _check_prompt(prompt, name)
    return prompt


def _describe_first_error(error: yaml.YAMLError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)


def _check_prompt(prompt: Prompt, name: str) -> None:
    used = _find_variables(prompt.user)
    if _find_variables(prompt.system):
        raise PromptError(f"{name}: the system part holds variables", "it must be the same for every question")
    if used != set(prompt.variables):
        raise PromptError(f"{name}: front matter lists {sorted(prompt.variables)}, the text uses {sorted(used)}")
    if len(prompt.examples) < 2:
        raise PromptError(f"{name}: needs at least two worked examples", "with one, a small model copies its answer")
    for number, example in enumerate(prompt.examples, start=1):
        if set(example) != {*prompt.variables, "answer"}:
            raise PromptError(f"{name}: example {number} must give {sorted(prompt.variables)} and answer")


def _find_variables(template: str) -> set[str]:
    return set(_VARIABLE.findall(template)) - {""}


def _fill(prompt: Prompt, template: str, values: Mapping[str, str]) -> str:
    """The template with its variables filled in, in one pass, so that braces in a report's text stay as they are."""
    missing = sorted(_find_variables(template) - set(values))
    unknown = sorted(set(values) - set(prompt.variables))
    if missing or unknown:
        raise PromptError(f"prompt {prompt.id}: missing variables {missing}, unknown {unknown}")
    return _VARIABLE.sub(lambda found: values[found[1]] if found[1] else found[0][0], template)
