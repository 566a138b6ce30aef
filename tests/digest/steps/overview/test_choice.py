"""overview.choice: which items are told, in which sentences."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.overview.choice import Telling, choose_by_domain, choose_sentences, pack, select_tellable
from huimou.digest.steps.overview.essence import find_essence
from huimou.digest.steps.overview.styles import STYLES
from huimou.digest.steps.overview.weighing import OverviewItem

STANDARD = STYLES["standard"]


def item(order: int, summary: str, **fields: Any) -> OverviewItem:
    """An item of the review, of some weight."""
    usual: dict[str, Any] = {
        "id": f"A{order + 1}",
        "domain": "consultation",
        "summary": summary,
        "made": "selected",
        "section": "",
        "order": order,
        "role": "review",
        "figures": 1,
        "foreign": False,
        "scope": "",
        "weight": 2.0,
        "length": len(find_essence(summary)),
        "evidence": (summary,),
        "unit": f"u{order}",
        "headings": (),
    }
    return OverviewItem(**usual | fields)


def told_ids(sentences: list[Any]) -> list[list[str]]:
    """Ids by sentence."""
    return [[one.item.id for one in sentence] for sentence in sentences]


def test_proposals_and_others_deeds_are_not_the_bodys_own() -> None:
    """What a list of proposals or a company's figures tell is left out, but an answer from above is told."""
    items = [
        item(0, "召开协商会8次。"),
        item(1, "建成示范片区2个。", role="proposal_digest"),
        item(2, "青禾公司投资3亿元。", foreign=True),
        item(3, "市长领衔督办提案14件。", foreign=True),
    ]
    assert [one.id for one in select_tellable(items)] == ["A1", "A4"]
    assert [one.id for one in select_tellable(items[1:2])] == ["A2"]


def test_slight_items_are_told_only_where_there_is_little_else() -> None:
    """Nine weighty items leave the slight ones out; a plan of a few tasks is told whole."""
    weighty = [item(n, f"召开协商会{n + 2}次。") for n in range(9)]
    slight = item(9, "推进协商工作。", weight=0.2)
    assert slight not in select_tellable([*weighty, slight])
    assert slight in select_tellable([weighty[0], slight])
    few = [item(n, "推进协商工作。", weight=-1.0, role="plan") for n in range(4)]
    assert select_tellable(few) == few


def test_every_section_is_heard_before_one_is_heard_twice() -> None:
    """A section of light items has one sentence's part even beside a section of heavy ones."""
    topics = ["办理提案", "走访企业", "调处纠纷", "捐助学生", "报送信息", "新建平台", "接待来访", "组织视察"]
    heavy = [
        item(n, f"{topic}{n + 11}件，被市政府采用{n + 5}条。", section="甲", weight=6.0)
        for n, topic in enumerate(topics)
    ]
    light = item(9, "修订委员考评办法3项。", section="乙", weight=1.0)
    style = STYLES["brief"]
    chosen = choose_sentences([*heavy, light], Telling(), style)
    assert "A10" in [id_ for ids in told_ids(chosen) for id_ in ids]
    assert len(chosen) <= style.sentences


@given(st.lists(st.tuples(st.integers(4, 80), st.sampled_from("甲乙丙")), max_size=25))
def test_sentences_hold_what_they_may(shapes: list[tuple[int, str]]) -> None:
    """Every item once, in no sentence too many or, several together, too long; sentences begin in the text's order."""
    telling = Telling()
    words = [item(n, f"办理{n}号" + "事" * length, section=section) for n, (length, section) in enumerate(shapes)]
    chosen = [one for one in (telling.shorten(each) for each in words) if one]
    sentences = pack(chosen, STANDARD)
    assert sorted(one.item.order for sentence in sentences for one in sentence) == sorted(o.item.order for o in chosen)
    assert all(len(sentence) <= STANDARD.items for sentence in sentences)
    assert all(
        len(sentence) == 1 or sum(len(one.words) + 1 for one in sentence) <= STANDARD.longest for sentence in sentences
    )
    firsts = [sentence[0].item.order for sentence in sentences]
    assert firsts == sorted(firsts)


def test_domains_have_a_paragraph_each() -> None:
    """In the order in which the report comes to them, the items in the order of the text."""
    items = [
        item(0, "召开协商会8次。", domain="consultation"),
        item(1, "办理提案93件。", domain="proposals", weight=1.0),
        item(2, "走访企业75家。", domain="consultation", weight=5.0),
    ]
    assert told_ids(choose_by_domain(items, Telling(), STYLES["full"])) == [["A1", "A3"], ["A2"]]


def test_dangling_words_and_endless_ones_are_not_told() -> None:
    """其中 without what it is of, and an item that a hundred characters cannot tell, stay in the list of items."""
    telling = Telling()
    assert telling.shorten(item(0, "其中重点提案12件。")) is None
    assert telling.shorten(item(1, "召开" + "很" * 110 + "长的会议1次。")) is None
    assert telling.shorten(item(2, "收到提案12件。", scope="五年来")) is not None


def test_words_for_the_year_go_where_the_review_is_of_one() -> None:
    """全年 says nothing in the review of a year, much in that of a term."""
    whole = item(0, "全年召开协商会8次。")
    one, term = Telling(of_one_year=True).shorten(whole), Telling().shorten(whole)
    assert one is not None
    assert term is not None
    assert (one.words, term.words) == ("召开协商会8次", "全年召开协商会8次")
