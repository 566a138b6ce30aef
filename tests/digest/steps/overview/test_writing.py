"""overview.writing: the overviews of whole reports."""

from __future__ import annotations

import pytest

from huimou.cli.option_groups import OverviewLength
from huimou.digest.choices import DigestChoices
from huimou.digest.questions.verify import find_untruths
from huimou.digest.steps.overview import STYLES
from huimou.model.digest import Digest, OverviewSentence
from pipeline_run import PLANNED, run

LINED = """政协白河市委员会2031年工作回顾

一、2031年工作回顾

2031年,市政协以“有事来商量”行动为统领,履职取得新成绩。全年召开协商会12次,提出建议260条,办理提案318件,报送信息95篇。

(一)服务发展大局。围绕装备制造业升级开展调研9次,形成调研报告3篇,得到市委主要领导批示。召开学习座谈会14场。
(二)深化为民服务。组织委员开展义诊21场,服务群众3200人次。“有事来商量”行动走进社区86个,解决实际问题1252个。
(三)加强自身建设。首次开展委员述职评议,建成智慧履职平台1个。“有事来商量”行动获省级荣誉。

二、2032年主要任务

2032年市政协工作的总体要求是:以改革发展思想为指导,把服务产业强市作为工作主线,为现代化建设贡献力量。
(一)服务产业强市。围绕装备制造、现代农业、文化旅游等议题召开专题协商会4次。
(二)深化为民服务。新建“委员工作站”20个,力争解决实际问题1300个。
"""


def digest_of(text: str, style: str = "standard") -> Digest:
    """A digest by a model that keeps to the text."""
    return run(text, choices=DigestChoices(style=STYLES[style])).digest


def evidence_of(digest: Digest, sentence: OverviewSentence) -> list[str]:
    """Summaries and quotes that a sentence rests on."""
    review = digest.year_review
    known = {i.id: i for i in (*review.achievements, *review.shortcomings, *digest.next_year_plan.tasks)}
    resting = [part for id_ in sentence.items for part in (known[id_].summary, *(e.quote for e in known[id_].evidence))]
    return [*resting, *(e.quote for e in sentence.evidence)]


def test_styles_are_those_of_the_command() -> None:
    """Each style has its option."""
    assert set(STYLES) == {length.value for length in OverviewLength}


def test_an_opening_has_the_line_and_the_totals() -> None:
    """The year, what it was about, and what was done in all, with the sentence that the line is from."""
    opening = digest_of(LINED).year_review.overview[0]
    assert opening.text == (
        "2031年，以“有事来商量”行动为统领，召开协商会12次，提出建议260条，办理提案318件，报送信息95篇。"
    )
    assert ["以“有事来商量”行动为统领" in one.quote for one in opening.evidence] == [True]
    assert opening.items


def test_the_plan_opens_with_its_line() -> None:
    """The line of the 总体要求, then a task beside it, never as if one explained the other."""
    opening = digest_of(LINED).next_year_plan.overview[0]
    assert opening.text.startswith("2032年，把服务产业强市作为工作主线；")
    assert opening.evidence[0].quote.startswith("2032年市政协工作的总体要求是")


def test_shortcomings_are_told_last() -> None:
    """Half a sentence each, under their name, resting on their items; none where the report states none."""
    last = digest_of(PLANNED).year_review.overview[-1]
    assert last.text == "存在的不足：民主监督工作相对薄弱；委员作用发挥不够充分。"
    assert last.items == ["S1", "S2"]
    assert not any(line.text.startswith("存在的不足") for line in digest_of(LINED).year_review.overview)


@pytest.mark.parametrize("style", list(STYLES))
@pytest.mark.parametrize("text", [LINED, PLANNED], ids=["lined", "planned"])
def test_sentences_hold_in_every_style(text: str, style: str) -> None:
    """Each rests on items of its part, says nothing that they and its evidence do not, and each item once."""
    digest = digest_of(text, style)
    titles = list(digest.report.domains.values())
    for lines in (digest.year_review.overview, digest.next_year_plan.overview):
        ids = [id_ for line in lines for id_ in line.items]
        assert ids
        assert len(ids) == len(set(ids))
        for line in lines:
            assert not find_untruths(line.text, [*evidence_of(digest, line), *titles, "2031年2032年", "存在的不足"])
            assert line.text.endswith("。")


def test_brief_is_shorter_and_full_has_a_paragraph_a_domain() -> None:
    """No style is longer than the next; a paragraph of the full one says of which domain it is."""
    brief, standard, full = (
        "".join(line.text for line in digest_of(LINED, style).year_review.overview) for style in STYLES
    )
    assert len(brief) <= len(standard) < len(full)
    paragraphs = [line.text for line in digest_of(LINED, "full").year_review.overview[1:]]
    titles = digest_of(LINED).report.domains.values()
    assert all(any(text.startswith(f"{title}方面，") for title in titles) for text in paragraphs)


def test_origin_is_inherited() -> None:
    """What the program joined of items that the model worded is not the report's own words; shortcomings are."""
    digest = digest_of(PLANNED)
    made = {item.id: item.made for item in (*digest.year_review.achievements, *digest.year_review.shortcomings)}
    order = ["model", "reasked", "selected", "source"]
    for line in digest.year_review.overview:
        if not line.evidence:
            assert line.made == min((made[id_] for id_ in line.items), key=order.index)


def test_no_items_no_overview() -> None:
    """A report without a plan has no overview of one, and no opening sentence either."""
    text = PLANNED[: PLANNED.index("二、2032年主要任务")]
    assert digest_of(text).next_year_plan.overview == []
