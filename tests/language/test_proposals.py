"""What became of a proposal: its title is what was asked for, and is never told as a deed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.language.proposals import Proposal, find_proposal
from huimou.model.report import Group, Role


def a_group(lead: str | None, role: Role = "proposal_digest") -> Group:
    """A group with a lead."""
    return Group("digest-001.1", "achievement", role, (1,), ("重点提案办理情况",), lead)


@pytest.mark.parametrize(
    ("lead", "title"),
    [
        ("关于破解停车难的提案", "破解停车难"),
        ("关于加强古树名木保护的建议", "加强古树名木保护"),
        ("发展河鲜养殖", "发展河鲜养殖"),
        ("加强河道治理的提案", "加强河道治理"),
        (
            "完善养老服务设施、培育养老护理人才、发展社区助餐、开展适老化改造的建议",
            "完善养老服务设施、培育养老护理人才等",
        ),
    ],
)
def test_title_is_what_was_asked_for(lead: str, title: str) -> None:
    """Without 关于 and 的提案; of a long list its first members."""
    assert find_proposal(a_group(lead), ("新增泊位320个。",)) == Proposal(title)


@pytest.mark.parametrize(
    ("group", "sentence"),
    [
        (a_group("关于破解停车难的提案", "review"), "新增泊位320个。"),
        (a_group(None), "新增泊位320个。"),
        (a_group("民生领域"), "委员提出的加装电梯提案被采纳。"),
        (a_group("民生领域"), "提出加快老旧小区改造的建议案。"),
    ],
)
def test_what_is_no_proposal(group: Group, sentence: str) -> None:
    """Outside the list, without a title, or where the sentences name proposals and the title is but a heading."""
    assert find_proposal(group, (sentence,)) is None


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        ("推动新增泊位320个", "关于破解停车难的提案推动新增泊位320个"),
        ("被县城市规划吸收", "关于破解停车难的提案被县城市规划吸收"),
        ("为出台停车条例提供重要参考", "关于破解停车难的提案为出台停车条例提供重要参考"),
        ("已建成停车场6个", "关于破解停车难的提案经办理,已建成停车场6个"),
        ("市城管局新增泊位320个", "关于破解停车难的提案经办理,市城管局新增泊位320个"),
        ("为缓解拥堵献策出力", "就破解停车难提出提案"),
        ("为建设宜居城市发挥积极作用", "就破解停车难提出提案"),
    ],
)
def test_effect_is_told_behind_the_title(effect: str, told: str) -> None:
    """What the proposal brought about follows it; what others did is said to be done; a mere praise is left out."""
    assert Proposal("破解停车难").write(effect) == told


@given(st.text(alphabet="推动被为新增泊位320个,献策出力破解停车难。", max_size=30))
def test_whatever_the_effect_the_title_is_named_as_a_proposal(effect: str) -> None:
    """The frame is always there, and all its words may be used."""
    proposal = Proposal("破解停车难")
    told = proposal.write(effect)
    assert told.startswith(("关于破解停车难的提案", "就破解停车难提出提案"))
    assert told.removesuffix(effect).rstrip(",") in proposal.full
