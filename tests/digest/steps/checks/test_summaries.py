"""A summary beside its evidence: what counts as its title, as its evidence, as said."""

from __future__ import annotations

from huimou.digest.steps.checks.checked_digest import CheckedItem
from huimou.digest.steps.checks.summaries import read_summary
from huimou.model.digest import Evidence


def an_item(summary: str, *sentences: tuple[int, str]) -> CheckedItem:
    """An achievement that rests on these sentences, by number."""
    evidence = tuple(Evidence(sentence=n, start=0, end=len(words), quote=words) for n, words in sentences)
    return CheckedItem("A1", "河道治理", summary, "source", "oversight", evidence, ())


def test_a_title_sentence_need_not_be_said() -> None:
    """A short first sentence of one clause is the title; one with a figure or a comma, or one that is alone, is not."""
    body = (2, "组织委员视察河道3次。")
    titled = read_summary(an_item("组织委员视察河道3次。", (1, "助力河道治理。"), body))
    assert (titled.lead, titled.sentences, titled.unsaid) == ("助力河道治理。", ("组织委员视察河道3次。",), ())
    assert read_summary(an_item("视察。", (1, "召开座谈会5次。"), body)).lead == ""
    assert read_summary(an_item("视察。", (1, "召开座谈会,听取意见。"), body)).lead == ""
    assert read_summary(an_item("视察。", body)).lead == ""


def test_what_says_the_same_again_elsewhere_need_not_be_said() -> None:
    """Only the sentences that stand together are read; the repeat many sentences on has words of its own."""
    reading = read_summary(
        an_item("组织委员视察河道3次。", (2, "组织委员视察河道3次。"), (40, "召开座谈会听取村民意见。"))
    )
    assert reading.sentences == ("组织委员视察河道3次。",)


def test_what_is_unsaid() -> None:
    """A clause of which hardly a word stands in the summary, unless it is hollow or its figures are all there."""
    text = "深入开展调研,形成《关于老城改造的报告》,组织召开3次座谈会,凝聚广泛共识。"
    reading = read_summary(an_item("调研；座谈3次。", (1, text)))
    assert [clause.text for clause, _ in reading.unsaid] == ["形成《关于老城改造的报告》"]
    other = read_summary(an_item("修缮堤防。", (1, text)))
    assert [clause.text for clause, _ in other.unsaid] == [
        "深入开展调研",
        "形成《关于老城改造的报告》",
        "组织召开3次座谈会",
    ]
    assert other.share < 0.5


def test_line_breaks_of_the_page_do_not_count() -> None:
    """A hard-wrapped, traditional sentence is read as one line in simplified characters."""
    assert read_summary(an_item("视察河道。", (1, "組織委員\n　　視察河道。"))).sentences == ("组织委员视察河道。",)
