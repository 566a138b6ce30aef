"""The overview: three to five sentences, each resting on findings that it names."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.cli.option_groups import OverviewLength
from huimou.digest.questions.asking import Asker
from huimou.digest.questions.prompts import load_prompts
from huimou.digest.questions.verify import find_untruths
from huimou.digest.steps.overview import (
    LEAST_SENTENCES,
    MOST_SENTENCES,
    STYLES,
    OverviewItem,
    OverviewRequest,
    choose_items,
    write_overview,
)
from huimou.errors import EndpointError
from huimou.language.profiles.profile import select_shipped_profile
from huimou.llm.client import open_client
from huimou.model.report import GroundedSentence
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving

SUMMARIES = [
    "征集提案318件，立案290件，办复率100%。",
    "开展重点提案督办9次，推动解决老旧管网改造问题。",
    "召开专题协商会4次，形成《关于城市更新的建议》。",
    "举办委员读书班6期，培训委员1200余人次。",
]


def entries(*domains: str) -> list[OverviewItem]:
    """One entry a domain given, in the order of the report."""
    return [
        OverviewItem(f"A{order + 1}", domain, SUMMARIES[order % len(SUMMARIES)], 2, order)
        for order, domain in enumerate(domains)
    ]


def said(sentence: str) -> Reply:
    """A model's answer."""
    return completion(json.dumps({"sentence": sentence}, ensure_ascii=False), prompt_tokens=900)


def lines_of(
    found: list[OverviewItem], answer: Callable[[Any], Reply] | Reply, budget: float = 0.1
) -> tuple[GroundedSentence, ...]:
    """The overview that a server's answers give."""
    replies = answer if callable(answer) else [answer]
    with serving(replies) as server, open_client(Endpoint("openai", server.url, "m"), budget=budget) as client:
        return write_overview(
            "review", found, OverviewRequest(Asker("报告", client, load_prompts()), select_shipped_profile(None))
        )


def test_no_items_no_sentence_no_call() -> None:
    """Nothing was found, so nothing is said, and the server is not asked."""
    with serving([said("开展工作。")]) as server, open_client(Endpoint("openai", server.url, "m")) as client:
        request = OverviewRequest(Asker("报告", client, load_prompts()), select_shipped_profile(None))
        assert write_overview("plan", [], request) == ()
        assert server.calls == 0


def test_single_items_speak_for_themselves() -> None:
    """A domain with one finding has its summary as the sentence, without a call."""
    found = entries("proposals", "consultation", "members")
    assert lines_of(found, Reply("", 500)) == tuple(GroundedSentence(e.summary, (e.id,), "source") for e in found)


def test_supported_sentence_names_the_items_it_uses() -> None:
    """A sentence in the findings' words is the model's, and rests on those whose words it uses."""
    found = entries("proposals", "proposals", "consultation", "members")
    first, *_ = lines_of(found, said("征集提案318件,立案290件,办复率100%"))
    assert first == GroundedSentence("征集提案318件，立案290件，办复率100%。", ("A1",), "model")


@pytest.mark.parametrize(
    "sentence",
    [
        "征集提案381件，开展督办9次。",
        "征集提案318件，荣获全国先进单位称号。",
        "办得好。",
        "未征集提案318件，立案290件，办复率100%。",
    ],
)
def test_unsupported_sentence_is_replaced(sentence: str) -> None:
    """A figure, a boast or a negation that no finding holds, or next to nothing: findings' own words instead."""
    found = entries("proposals", "proposals", "consultation", "members")
    first, *_ = lines_of(found, said(sentence))
    assert first.made == "source"
    assert first.text == "征集提案318件，立案290件，办复率100%；开展重点提案督办9次，推动解决老旧管网改造问题。"
    assert first.items == ("A1", "A2")


def test_replacement_names_only_what_it_says() -> None:
    """Summaries that do not fit into the replacement are not claimed as its ground."""
    long = "深入企业、社区、学校走访调研，" * 6 + "形成报告。"
    found = [OverviewItem("A1", "proposals", SUMMARIES[0], 3, 0), OverviewItem("A2", "proposals", long, 0, 1)]
    found += [OverviewItem("A3", "members", SUMMARIES[3], 2, 2), OverviewItem("A4", "consultation", SUMMARIES[2], 1, 3)]
    first, *_ = lines_of(found, said("办得好。"))
    assert first == GroundedSentence(SUMMARIES[0], ("A1",), "source")


def test_no_answer_is_replaced() -> None:
    """A model that cannot answer costs the reader nothing but style."""
    lines = lines_of(entries("proposals", "proposals", "members", "consultation"), completion("不", prompt_tokens=900))
    assert [line.made for line in lines] == ["source"] * 3


def test_endpoint_error_goes_through() -> None:
    """A server that refuses the key is no matter of style."""
    with pytest.raises(EndpointError):
        lines_of(entries("proposals", "proposals", "members", "other"), Reply({"error": {"message": "no"}}, 401))


@given(
    st.lists(st.sampled_from(["proposals", "members", "consultation", "oversight", "other", "livelihood"]), max_size=40)
)
def test_choice_is_of_known_items_each_once(domains: list[str]) -> None:
    """At most five groups, at least three where there are three items, of one domain each, in the report's order."""
    found = entries(*domains)
    chosen = choose_items(found)
    assert min(LEAST_SENTENCES, len(found)) <= len(chosen) <= MOST_SENTENCES
    ids = [entry.id for group in chosen for entry in group]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {entry.id for entry in found}
    assert all(len({entry.domain for entry in group}) == 1 for group in chosen)
    assert [group[0].order for group in chosen] == sorted(group[0].order for group in chosen)


def test_items_without_a_domain_come_last() -> None:
    """其他 is chosen only where the named domains leave room."""
    found = entries("other", "proposals", "members", "consultation", "oversight", "livelihood")
    assert "other" not in {group[0].domain for group in choose_items(found)}


def test_every_sentence_is_supported_whatever_is_answered() -> None:
    """Sentences of a model that mixes and makes up are never published unless their items hold them."""
    found = entries("proposals", "proposals", "members", "members", "consultation", "consultation")
    by_id = {entry.id: entry.summary for entry in found}
    answers = iter(["征集提案318件，督办9次。", "召开会议99次。", "形成《关于城市更新的办法》。"])
    for line in lines_of(found, lambda _: said(next(answers))):
        assert find_untruths(line.text, [by_id[item] for item in line.items]) == ()


def test_slight_and_foreign_items_come_last() -> None:
    """What a company did, and what says next to nothing, gives way to the body's own deeds."""
    own = OverviewItem("A3", "development", "组织委员视察重点项目并提出意见建议,推动解决用地问题。", 0, 2)
    foreign = OverviewItem("A1", "development", "青松电子公司追加投资3000万元扩建厂房。", 1, 0, foreign=True)
    slight = OverviewItem("A2", "development", "市委部署，政协有落实。", 0, 1)
    assert max((foreign, slight, own), key=lambda entry: entry.weight) is own


def test_styles_are_those_of_the_command_line() -> None:
    """What --style offers is what there is."""
    assert [length.value for length in OverviewLength] == list(STYLES)


@pytest.mark.parametrize(("name", "sentences"), [("brief", 3), ("standard", 4), ("full", 6)])
def test_style_sets_the_number_of_sentences(name: str, sentences: int) -> None:
    """Brief is three, standard three to five, full one for every domain."""
    domains = ["proposals", "members", "consultation", "oversight", "livelihood", "united_front"]
    assert len(choose_items(entries(*domains, *domains), STYLES[name])) == sentences


def test_no_third_of_a_long_report_is_passed_over() -> None:
    """Twenty weighty items at the start do not push the end out of the overview."""
    weighty = [OverviewItem(f"A{n}", f"d{n % 5}", SUMMARIES[0], 3, n) for n in range(20)]
    light = [OverviewItem(f"A{n}", "late", "完善若干工作机制并推动落实。", 0, n) for n in range(20, 40)]
    chosen = {entry.order for group in choose_items([*weighty, *light]) for entry in group}
    assert any(order >= 27 for order in chosen)
    assert any(order < 14 for order in chosen)


def test_clause_without_subject_must_follow_its_own_item() -> None:
    """「被……采纳」 behind another item's deed would be a false statement in true words."""
    found = [
        OverviewItem("A1", "proposals", "开放夜市29个，延长营业时间。", 1, 0),
        OverviewItem("A2", "proposals", "提出产业发展建议9条，被市政府充分采纳。", 1, 1),
        *entries("members", "consultation"),
    ]
    first, *_ = lines_of(found, said("提出产业发展建议9条,开放夜市29个,被市政府充分采纳"))
    assert first.made == "source"
    first, *_ = lines_of(found, said("开放夜市29个,提出产业发展建议9条,被市政府充分采纳"))
    assert first.made == "model"


def test_a_fragment_needs_what_it_is_about() -> None:
    """「5月底前出台」 behind another clause than its own would be said of something else."""
    found = [
        OverviewItem("A1", "proposals", "制定专委会工作评价办法，5月底前出台。", 1, 0),
        OverviewItem("A2", "proposals", "每个界别至少开展1次协商。", 1, 1),
        *entries("members", "consultation"),
    ]
    first, *_ = lines_of(found, said("每个界别至少开展1次协商,5月底前出台"))
    assert first.made == "source"
    first, *_ = lines_of(found, said("制定专委会工作评价办法,5月底前出台,每个界别至少开展1次协商"))
    assert first.made == "model"
