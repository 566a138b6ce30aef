"""The second look: only what nothing cites and could be checked is asked about, once, and what is taken is verified."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.asking import Asker
from huimou.digest.steps.assemble.figures import select_ledger_figures
from huimou.digest.steps.group import group_sentences
from huimou.digest.steps.second_look import SHARE, find_overlooked_sentences, look_again
from huimou.digest.steps.segment import segment
from huimou.language.figures import find_quantities
from huimou.llm.client import Client, open_client
from huimou.model.report import Group, Outline
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, completion, serving

HEAD = "政协青松市委员会工作报告\n\n一、2023年工作回顾\n\n召开议政会6次。\n\n"
PLAN = "\n\n二、2024年工作安排\n\n召开议政会8次。\n\n"
PRAISE = "“这座桥修好以后，我们村120户人家出门方便多了！”"
BOW = "一年来，在市委坚强领导下，深入学习贯彻习近平总书记关于人民政协工作的重要思想，以之为指导。"


def read(text: str) -> tuple[Outline, tuple[Group, ...], tuple[int, ...]]:
    """Outline, groups, and the sentences that were overlooked."""
    outline = segment(text)
    groups = group_sentences(text, outline)
    return (
        outline,
        groups,
        find_overlooked_sentences(text, outline, groups, select_ledger_figures(find_quantities(text), outline)),
    )


@contextmanager
def asking(answer: Reply) -> Iterator[tuple[ScriptedServer, Client]]:
    """A client of a server that always answers so."""
    with serving([answer]) as server, open_client(Endpoint("openai", server.url, "m"), budget=0.1) as client:
        yield server, client


def test_left_out_sentence_with_a_figure_is_overlooked() -> None:
    """A quotation that holds a figure is asked about; a bow to guiding ideas without a deed is not."""
    outline, _, numbers = read(f"{HEAD}{PRAISE}\n\n{BOW}\n")
    assert [outline.left_out[n] for n in numbers] == ["quotation"]


@pytest.mark.parametrize(
    "sentence",
    [
        "“楼道改造终于动工了，我们再也不用担心漏水了，感谢各位委员的帮助”……",
        "一年来，我们以党的创新理论为指导，围绕中心工作，有重点地开展专项调查研究，为全面建成小康社会发挥了重要作用。",
    ],
)
def test_a_deed_in_speech_or_in_general_is_none(sentence: str) -> None:
    """What a resident tells, and 「开展调查研究」 of nothing, cannot be checked: nobody is asked."""
    outline, _, numbers = read(f"{HEAD}{sentence}\n")
    assert (numbers, set(outline.left_out) >= {4}) == ((), True)


def test_nothing_overlooked_costs_nothing() -> None:
    """No sentence, no question."""
    outline, _, numbers = read(HEAD)
    with asking(completion("{}")) as (server, client):
        second = look_again(HEAD, outline, numbers, Asker("r", client, load_checked_prompts()))
        assert (second.asked, second.groups, server.calls) == ((), (), 0)


@pytest.mark.parametrize(("verdict", "taken"), [("有", 1), ("无", 0)])
def test_only_what_states_a_deed_is_taken(verdict: str, taken: int) -> None:
    """The answer decides; where the sentence lies decides its kind."""
    text = f"{HEAD}{PRAISE}{PLAN}"
    outline, _, numbers = read(text)
    with asking(completion(json.dumps({"1": verdict}, ensure_ascii=False), prompt_tokens=900)) as (_, client):
        second = look_again(text, outline, numbers, Asker("r", client, load_checked_prompts()))
    assert [(g.kind, g.role, g.sentences) for g in second.groups] == [("achievement", "review", numbers)] * taken
    assert all(group.headings == ("2023年工作回顾",) for group in second.groups)


def test_no_answer_leaves_sentences_as_they_were() -> None:
    """A server that cannot say is no reason to fail, nor to take the sentence."""
    text = f"{HEAD}{PRAISE}\n"
    outline, _, numbers = read(text)
    with asking(completion("不", prompt_tokens=900)) as (_, client):
        assert look_again(text, outline, numbers, Asker("r", client, load_checked_prompts())).groups == ()


def test_cost_is_bounded_by_the_number_of_groups() -> None:
    """However much is left out, no more than a share of the groups' number is asked about, a few at a time."""
    text = (
        HEAD
        + "".join(f"走访企业{n}家，帮助解决问题{n}个，得到群众好评。\n\n" for n in range(11, 31))
        + f"{PRAISE}\n\n" * 30
    )
    outline, groups, numbers = read(text)
    assert len(numbers) == int(len(groups) * SHARE) == 3
    answer = completion(
        json.dumps({str(n): "无" for n in range(1, len(numbers) + 1)}, ensure_ascii=False), prompt_tokens=900
    )
    with asking(answer) as (server, client):
        look_again(text, outline, numbers, Asker("r", client, load_checked_prompts()))
        assert server.calls == 1
