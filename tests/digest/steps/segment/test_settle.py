"""What stands around a block settles its role."""

from __future__ import annotations

import pytest

from huimou.digest.steps.segment import segment

HEAD = "青松县政协工作报告\n\n一、2023年工作回顾\n\n召开议政会6次，提出建议41条。\n\n"


def roles(text: str, *words: str) -> list[str]:
    """Role of the section in which each of the words stands."""
    outline = segment(text)
    return [outline.find_role(text.index(word)) for word in words]


def reasons(text: str, *words: str) -> list[str | None]:
    """Why the sentence in which each of the words stands is left out."""
    outline = segment(text)
    at = [text.index(word) for word in words]
    return [next(outline.left_out.get(s.n) for s in outline.sentences if s.start <= place < s.end) for place in at]


def test_a_plan_of_bare_titles_is_tasks() -> None:
    """Titles in a row with nothing below them are what the plan says."""
    text = f"{HEAD}二、2024年工作安排\n\n1. 听取环境保护情况报告 3月\n2. 检查食品安全法实施 5月\n3. 视察农村公路 6月\n"
    assert reasons(text, "听取", "检查", "视察") == [None, None, None]


def test_titles_above_text_stay_titles() -> None:
    """A title with its text below it is no item of its own."""
    text = f"{HEAD}二、2024年工作安排\n\n（一）加强学习\n\n举办读书班4期。\n\n（二）强化监督\n\n开展视察5次。\n"
    assert reasons(text, "加强学习", "强化监督") == ["heading", "heading"]


def test_news_item_below_a_headline_is_another_article() -> None:
    """「本报讯（记者 某某）」 in the middle of the page opens another article."""
    text = f"{HEAD}组织视察9次。\n\n城市书房环线开通\n\n本报讯（记者 骆小溪）1月9日，环线开通，投放公交车8辆。\n"
    assert roles(text, "组织视察", "环线开通", "投放公交车") == ["review", "unrelated", "unrelated"]


def test_a_dateline_after_the_plan_opens_another_article() -> None:
    """「3日下午，在……讨论时，某委员建议」 is news of the session, without headline and byline too."""
    news = "3日下午，在政协委员分组讨论中，骆小溪委员建议加快建设公园。\n\n骆小溪说，公园要建在社区旁。\n"
    text = f"{HEAD}二、2024年工作安排\n\n召开议政会8次。\n\n{news}"
    assert roles(text, "召开议政会8次", "加快建设公园", "社区旁") == ["plan", "unrelated", "unrelated"]


def test_deeds_after_a_plan_without_headings_are_review() -> None:
    """Without headings, a tail that tells of what was done is review again; intentions before it stay plan."""
    text = (
        "过去一年，青松县政协召开全体会议1次，收到提案268件。组织委员视察9次，形成报告6篇。\n\n"
        "2024年是开局之年，工作的总体要求是：坚持团结和民主。\n\n要继续加强学习，着力建设书香政协。\n\n"
        "《关于改造老街的建议》被县政府采纳，推动老街改造完成。\n\n五年来，收到提案3551件，已办复2940件。\n\n"
        "《关于建设步道的建议》得到县领导批示，促成步道建成。\n"
    )
    assert roles(text, "要继续加强", "改造老街", "3551件", "建设步道") == ["plan", "review", "review", "review"]


@pytest.mark.parametrize("after", ["", "\n名词解释\n\n1.“一站式”：指一个窗口办事。\n"])
def test_the_call_at_the_end_is_closing_even_before_an_appendix(after: str) -> None:
    """What calls all together closes the report, whatever is printed after it."""
    call = "各位委员！奋进正当其时。让我们团结起来，为建设美好青松而奋斗！"
    text = f"{HEAD}二、2024年工作安排\n\n召开议政会8次。\n\n{call}\n{after}"
    assert roles(text, "让我们") == ["closing"]


def test_sentences_about_another_time_keep_their_own_role() -> None:
    """A sentence of the review about what comes next is a plan's, one of the plan about last year a review's."""
    text = (
        f"{HEAD}组织视察9次。下一步，将对21件提案开展“回头看”。\n\n"
        "二、2024年工作安排\n\n去年试行的线上协商，收集诉求743件。今年推广到全部街道。\n"
    )
    assert roles(text, "下一步", "去年试行", "今年推广") == ["plan", "review", "plan"]
