"""Prompts whose worked examples pass the checks that real answers must pass (each check: `questions.registry`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError

from huimou.digest.questions.prompts import Prompt, PromptSet, load_prompts
from huimou.digest.questions.registry import QUESTIONS, QuestionKind
from huimou.errors import PromptError


def load_checked_prompts(folder: Path | None = None) -> PromptSet:
    """The prompts of a folder (see `load_prompts`), whose examples hold against their own text.

    Raises:
        PromptError: as `load_prompts`; a prompt that is needed is missing; an example does not hold.

    """
    return check_prompts(load_prompts(folder))


def check_prompts(prompts: PromptSet) -> PromptSet:
    """The same prompts, whose examples hold against their own text.

    A folder of prompts of the user's own may be older than `huimou follow`, which misses its prompt itself.

    Raises:
        PromptError: a prompt that is needed is missing; an example does not hold.

    """
    for kind in QUESTIONS.values():
        if kind.part == "digest" or kind.id in prompts.prompts:
            _check_examples(prompts[kind.id], kind)
    return prompts


def _check_examples(prompt: Prompt, kind: QuestionKind[BaseModel]) -> None:
    for number, example in enumerate(prompt.examples, start=1):
        try:
            found = kind.find_example_faults(example)
        except ValidationError as error:
            first = error.errors()[0]
            found = (f"answer.{'.'.join(map(str, first['loc']))}: {first['msg']}",)
        except KeyError as error:
            found = (f"the prompt has no variable {error}",)
        if found:
            raise PromptError(
                f"prompt {prompt.id}: example {number} does not hold: {'; '.join(found)}",
                "an example must pass the checks of real answers",
            )
