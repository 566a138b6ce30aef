"""Worked examples held to the checks that real answers must pass.

An example that drops a figure or makes up a name teaches the model to do so. What a prompt asks is known by its id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from huimou.digest.questions.answers import OverviewLine, Summary, build_judged_model, build_kept_model
from huimou.digest.questions.prompts import Prompt, PromptSet, load_prompts
from huimou.digest.questions.verify import find_faults, find_untruths
from huimou.errors import PromptError
from huimou.language.clauses import is_compressible, join_clauses, punctuate, split_clauses

_SENTENCE_END = re.compile(r"(?<=[。！？!?])")
_NUMBER = re.compile(r"(?:^|\s+)\d+ ")


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
    for prompt_id, faults_of in _CHECKS.items():
        _check_prompt(prompts[prompt_id], faults_of)
    for prompt_id, faults_of in _CHECKS_IF_THERE.items():
        if prompt_id in prompts.prompts:
            _check_prompt(prompts[prompt_id], faults_of)
    return prompts


def _check_prompt(prompt: Prompt, faults_of: Callable[[Mapping[str, Any]], tuple[str, ...]]) -> None:
    for number, example in enumerate(prompt.examples, start=1):
        try:
            found = faults_of(example)
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


def _find_summary_faults(example: Mapping[str, Any]) -> tuple[str, ...]:
    answer = Summary.model_validate(example["answer"])
    sentences = [sentence for sentence in _SENTENCE_END.split(str(example["evidence"])) if sentence.strip()]
    dense = not is_compressible(split_clauses(sentences))
    return find_faults(punctuate(answer.summary), sentences, lead=str(example["heading"]), dense=dense)


def _find_clause_faults(example: Mapping[str, Any]) -> tuple[str, ...]:
    shown = _split_numbered_list(str(example["clauses"]))
    answer = build_kept_model(len(shown)).model_validate(example["answer"])
    clauses = split_clauses([",".join(shown)])
    if len(clauses) != len(shown):
        return (f"{len(shown)} clauses are shown, the text has {len(clauses)}",)
    figures = {number for number, clause in enumerate(clauses, start=1) if clause.has_figure}
    if missing := sorted(figures - set(answer.keep)):
        return (f"clauses {missing} hold figures and are not kept",)
    return find_untruths(punctuate(join_clauses(clauses, answer.keep, most=1)), shown)


def _find_overview_faults(example: Mapping[str, Any]) -> tuple[str, ...]:
    answer = OverviewLine.model_validate(example["answer"])
    return find_untruths(punctuate(answer.sentence), _split_numbered_list(str(example["items"])))


def _find_look_faults(example: Mapping[str, Any]) -> tuple[str, ...]:
    build_judged_model(len(_split_numbered_list(str(example["sentences"])))).model_validate(example["answer"])
    return ()


def _split_numbered_list(text: str) -> list[str]:
    """The texts of a list that is numbered from 1."""
    return [part.strip() for part in _NUMBER.split(text) if part.strip()]


_CHECKS: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, ...]]] = {
    "item-summary": _find_summary_faults,
    "item-clauses": _find_clause_faults,
    "overview-sentence": _find_overview_faults,
    "second-look": _find_look_faults,
}
_CHECKS_IF_THERE: Mapping[str, Callable[[Mapping[str, Any]], tuple[str, ...]]] = {"follow-task": _find_look_faults}
