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
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from huimou.errors import PromptError

_PARTS = re.compile(r"^# (system|user)\s*$", re.MULTILINE)
_VARIABLE = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")


class _Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    asks: str
    variables: list[str]
    max_tokens: int
    examples: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file. `digest` is the first 12 hex digits of the file's sha256; `max_tokens` bounds one answer."""

    id: str
    version: int
    asks: str
    variables: tuple[str, ...]
    max_tokens: int
    examples: tuple[Mapping[str, Any], ...]
    system: str
    user: str
    digest: str

    @property
    def label(self) -> str:
        """What a digest keeps of the prompt, e.g. `2+1f0c9d2ab34e`."""
        return f"{self.version}+{self.digest}"

    def messages(self, **values: str) -> tuple[tuple[str, str], ...]:
        """System text, worked examples as turns, and the question last; the prefix is the same for every question.

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

    def __getitem__(self, prompt_id: str) -> Prompt:
        """The prompt, or PromptError naming those that exist."""
        try:
            return self.prompts[prompt_id]
        except KeyError:
            raise PromptError(
                f"there is no prompt {prompt_id!r}", f"there are: {', '.join(sorted(self.prompts))}"
            ) from None


def load_prompts(folder: Path | None = None) -> PromptSet:
    """Read every `*.md` of a folder: the one given, else the packaged one, else the repository's.

    Raises:
        PromptError: no folder, or a file that is malformed.

    """
    base = folder or _own_folder()
    if not base.is_dir():
        raise PromptError(f"no prompts in {base}", "give a folder of prompt files with --prompts")
    found = [parse_prompt(path.read_text(encoding="utf-8"), path.name) for path in sorted(base.glob("*.md"))]
    if not found:
        raise PromptError(f"no prompt files (*.md) in {base}", "give a folder of prompt files with --prompts")
    return PromptSet({prompt.id: prompt for prompt in found})


def _own_folder() -> Path:
    packaged = Path(str(resources.files("huimou") / "_prompts"))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "prompts"


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
        raise PromptError(f"{name}: bad front matter: {_first(error)}") from None
    parts = dict(zip(*[iter(_PARTS.split(pieces[2])[1:])] * 2, strict=True))
    if set(parts) != {"system", "user"}:
        raise PromptError(f"{name}: needs a '# system' and a '# user' part")
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
    )
    _check(prompt, name)
    return prompt


def _first(error: yaml.YAMLError | ValidationError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)


def _check(prompt: Prompt, name: str) -> None:
    used = set(_VARIABLE.findall(prompt.user)) | set(_VARIABLE.findall(prompt.system))
    if used != set(prompt.variables):
        raise PromptError(f"{name}: front matter lists {sorted(prompt.variables)}, the text uses {sorted(used)}")
    if len(prompt.examples) < 2:
        raise PromptError(f"{name}: needs at least two worked examples", "with one, a small model copies its answer")
    for number, example in enumerate(prompt.examples, start=1):
        if set(example) != {*prompt.variables, "answer"}:
            raise PromptError(f"{name}: example {number} must give {sorted(prompt.variables)} and answer")


def _fill(prompt: Prompt, template: str, values: Mapping[str, str]) -> str:
    """One pass, so that braces inside a report's text stay as they are."""
    missing = sorted(set(_VARIABLE.findall(template)) - set(values))
    unknown = sorted(set(values) - set(prompt.variables))
    if missing or unknown:
        raise PromptError(f"prompt {prompt.id}: missing variables {missing}, unknown {unknown}")
    filled = _VARIABLE.sub(lambda found: values[found.group(1)], template.replace("{{", "\0").replace("}}", "\1"))
    return filled.replace("\0", "{").replace("\1", "}")
