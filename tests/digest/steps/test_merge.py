"""What a report says twice becomes one item with two sources."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.merge import join_repeats
from huimou.language.figures import find_quantities
from huimou.model.report import Group, ItemKind, Sentence


def _joined(*sentences: str, kinds: tuple[ItemKind, ...] = ()) -> tuple[Group, ...]:
    text = "".join(sentences)
    spans: list[Sentence] = []
    for number, body in enumerate(sentences, 1):
        start = spans[-1].end if spans else 0
        spans.append(Sentence(number, start, start + len(body)))
    groups = [
        Group(f"review-{n:03d}.1", kinds[n - 1] if kinds else "achievement", "review", (n,), (), None)
        for n in range(1, len(sentences) + 1)
    ]
    return join_repeats(text, groups, spans, find_quantities(text))


def _numbers(groups: tuple[Group, ...]) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return [(group.sentences, group.repeats) for group in groups]


def test_same_two_figures_are_a_repeat() -> None:
    """A sentence with two figures of an earlier one is its further evidence."""
    groups = _joined("立案提案241件，走访委员320人次。", "召开会议6次。", "全年共立案241件、走访320人次！")
    assert _numbers(groups) == [((1,), (3,)), ((2,), ())]


def test_same_words_are_a_repeat() -> None:
    """The same sentence again, differing in punctuation and script only, is a repeat."""
    groups = _joined("组织委员深入社区开展走访慰问活动。", "組織委員深入社區，開展走訪慰問活動！")
    assert _numbers(groups) == [((1,), (2,))]


def test_one_common_figure_is_no_repeat() -> None:
    """Two deeds may both have happened 12 times."""
    assert len(_joined("召开协商会12次，提出建议30条。", "组织视察12次，推动整改45项。")) == 2


def test_round_percentages_are_no_repeat() -> None:
    """5 % and 8 % of other things, and a sentence that says more than the earlier one, stay on their own."""
    assert len(_joined("农业产值增长5%，工业产值增长8%。", "居民收入增长5%，财政收入增长8%。")) == 2
    assert len(_joined("立案241件，走访320人次。", "立案241件，走访320人次，培训委员58人。")) == 2


def test_a_task_does_not_repeat_a_deed() -> None:
    """What will be done is never joined to what was done."""
    kinds: tuple[ItemKind, ...] = ("achievement", "task")
    assert len(_joined("培训委员210人，走访企业30家。", "培训委员210人，走访企业30家。", kinds=kinds)) == 2


def test_evidence_has_a_limit() -> None:
    """An item does not collect repeats without end."""
    body = "立案提案241件，走访委员320人次，" + "推动城市更新" * 20 + "。"
    groups = _joined(*[body] * 6)
    assert all(len(body) * len((*g.sentences, *g.repeats)) <= 420 for g in groups)
    assert len(groups) > 1


@given(
    st.lists(
        st.sampled_from(["召开会议6次。", "培训委员210人，走访企业30家。", "深入社区开展走访慰问活动并听取意见。"]),
        max_size=8,
    )
)
def test_no_sentence_is_lost_or_doubled(bodies: list[str]) -> None:
    """Each sentence stays in exactly one group, as its own or as a repeat."""
    groups = _joined(*bodies)
    assert sorted(n for g in groups for n in (*g.sentences, *g.repeats)) == list(range(1, len(bodies) + 1))
    assert all(group.sentences for group in groups)
