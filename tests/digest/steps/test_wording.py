"""How a group gets its summary: what is asked, which candidate is published, and that nothing is lost or made up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.questions.asking import Asker
from huimou.digest.questions.effort import EFFORTS, STANDARD_EFFORT, Effort
from huimou.digest.questions.prompts import load_prompts
from huimou.digest.steps.wording import (
    SHORT_TEXT,
    GroupPassage,
    WordedGroup,
    build_passage,
    word_group,
    write_own_summary,
)
from huimou.errors import EndpointError
from huimou.language.punctuation import punctuate
from huimou.language.text import DAMAGE
from huimou.llm.client import open_client
from huimou.model.report import Group, ItemKind, Outline, Role, Sentence, Span
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, completion, serving

# 群策群力 and 齐心协力 are slogans in clauses that cannot go: the program's own sentence keeps them, so it is weak.
ONCE, TWICE, OFTEN = Effort("once", 1, 0.9), Effort("twice", 2, 0.9), Effort("often", 5, 0.9, always=True)
ALWAYS = replace(STANDARD_EFFORT, always=True)
DEEDS = "组织委员群策群力深入社区开展协商活动400余场,齐心协力推动解决群众反映的民生实事86件,为城市发展作出了积极贡献。"
LETTER = "联合市教育局印发《关于加强校外培训的意见》,为群众提供了更加便利的公共服务。"
PLAIN = "组织委员深入社区开展协商活动400余场,推动解决群众反映的民生实事86件,为城市发展作出了积极贡献。"
GOOD = "组织委员深入社区开展协商活动400余场，推动解决群众反映的民生实事86件。"
UNTRUE = GOOD.replace("86件", "68件")
INCOMPLETE = "组织委员深入社区开展协商活动400余场。"
ADVICE = "就改造城市供水管网、建设污水处理厂、完善排水设施群策群力深入12个街道调研,向市政府提出建议。"


class Script:
    """Answers to questions for a summary in their order; the last for ever."""

    def __init__(self, *answers: str | Reply) -> None:
        self._answers = list(answers)

    def __call__(self, _: Any) -> Reply:
        """The next one; a text is a summary."""
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return answer if isinstance(answer, Reply) else said(json.dumps({"summary": answer}, ensure_ascii=False))


NONSENSE = completion("我不知道", prompt_tokens=900)


def said(content: str, finish_reason: str = "stop") -> Reply:
    """A completion with a plausible count of prompt tokens."""
    return completion(content, finish_reason=finish_reason, prompt_tokens=900)


CUT = said('{"summary":"组织', "length")


def a_passage(
    *sentences: str,
    lead: str | None = None,
    role: Role = "review",
    kind: ItemKind = "achievement",
    damage: tuple[Span, ...] = (),
) -> GroupPassage:
    """The passage of a text that holds these sentences and nothing else."""
    numbered, at = [], 0
    for number, sentence in enumerate(sentences, start=1):
        numbered.append(Sentence(number, at, at + len(sentence)))
        at += len(sentence)
    numbers = tuple(s.n for s in numbered)
    group = Group("review-001.1", kind, role, numbers, ("一、工作回顾",), lead)
    return build_passage("".join(sentences), Outline(tuple(numbered), (), (), {}), group, damage)


@contextmanager
def worded(
    script: Callable[[Any], Reply], passage: GroupPassage, effort: Effort = STANDARD_EFFORT
) -> Iterator[tuple[WordedGroup, ScriptedServer]]:
    """What becomes of a passage."""
    with serving(script) as server, open_client(Endpoint("openai", server.url, "m"), budget=0.1) as client:
        yield word_group(passage, Asker("报告", client, load_prompts()), effort), server


def questions(server: ScriptedServer) -> list[str]:
    """What was asked, in its order."""
    return [asked.body["messages"][-1]["content"] for asked in server.chats]


def test_good_sentence_of_the_program_costs_no_call() -> None:
    """It is published as the report's own words, with all sentences as evidence."""
    passage = a_passage(PLAIN, LETTER)
    with worded(Script(NONSENSE), passage) as (result, server):
        assert server.calls == 0
    own = GOOD.replace("。", "；联合市教育局印发《关于加强校外培训的意见》。")
    assert (result.finding.summary, result.finding.made) == (own, "source")
    assert result.finding.evidence == passage.spans
    assert result.finding.candidates == result.rejections == result.unanswered == ()


def test_weak_sentence_is_asked_about_and_the_better_one_wins() -> None:
    """One call; both sentences stay as candidates with their scores; words are in our punctuation."""
    with worded(Script(GOOD.replace("，", ",")), a_passage(DEEDS)) as (result, server):
        assert server.calls == 1
        assert DEEDS in questions(server)[0]
    assert result.finding.summary == GOOD
    own, written = result.finding.candidates
    assert (own.made, own.sample, own.summary) == ("source", None, punctuate(write_own_summary(a_passage(DEEDS))))
    assert (written.made, written.sample, written.faults) == ("model", 1, ())
    assert written.score > own.score
    assert result.rejections == result.unanswered == ()


@pytest.mark.parametrize(
    ("answer", "made"),
    [
        ("组织委员深入社区开展协商活动400余场，推动解决群众反映的民生实事86件", "model"),
        ("齐心协力推动解决群众反映的民生实事86件，组织委员群策群力深入社区开展协商活动400余场", "source"),
        ("深入社区开展协商活动400余场，推动解决群众反映的民生实事86件", "selected"),
    ],
)
def test_origin_says_what_the_model_had_to_do_with_it(answer: str, made: str) -> None:
    """Runs of the source are selected; another wording is the model's; what is no better leaves the program's own."""
    with worded(Script(answer), a_passage(DEEDS)) as (result, _):
        assert result.finding.made == made


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (UNTRUE, "数字“68件”不在原文"),
        (GOOD.replace("。", "，荣获全国先进集体称号。"), "“荣获全国先进集体称号”不是原文的话"),
        (GOOD.replace("推动解决", "未推动解决"), "“未”的否定不在原文"),
    ],
)
def test_untrue_answer_is_never_published(answer: str, why: str) -> None:
    """It is refused with its reasons, kept as a candidate, and the program's own sentence stands."""
    with worded(Script(answer), a_passage(DEEDS), ONCE) as (result, _):
        assert result.finding.made == "source"
    assert {rejection.claim.summary for rejection in result.rejections} == {answer}
    assert all(why in rejection.reasons for rejection in result.rejections)
    assert [why in candidate.faults for candidate in result.finding.candidates] == [False, True]
    assert result.unanswered == ()


def test_answer_of_the_wrong_section_leaves_the_programs_own() -> None:
    """What is not verified is not published under the name of the report's own words."""
    with worded(Script(GOOD), a_passage(DEEDS, kind="task")) as (result, _):
        own, written = result.finding.candidates
    assert written.summary == GOOD
    assert (result.finding.summary, result.finding.made) == (own.summary, "source")


def test_untrue_answer_is_asked_again_in_the_same_words() -> None:
    """A second sample is taken: another seed, no reasons, published as asked again."""
    with worded(Script(UNTRUE, GOOD), a_passage(DEEDS), TWICE) as (result, server):
        assert len(set(questions(server))) == 1
        assert [asked.body["temperature"] for asked in server.chats] == [0.0, 0.7]
        assert len({asked.body["seed"] for asked in server.chats}) == 2
    assert (result.finding.summary, result.finding.made) == (GOOD, "reasked")
    assert [rejection.claim.summary for rejection in result.rejections] == [UNTRUE]


@pytest.mark.parametrize(
    ("effort", "answers", "calls"),
    [
        (ONCE, [INCOMPLETE], 1),
        (TWICE, [INCOMPLETE], 1),
        (OFTEN, [INCOMPLETE], 5),
        (ONCE, [GOOD], 1),
        (TWICE, [GOOD], 1),
        (OFTEN, [GOOD], 1),
        (TWICE, [UNTRUE, GOOD], 2),
        (replace(TWICE, enough=1.1), [GOOD], 2),
        (OFTEN, [INCOMPLETE, UNTRUE, GOOD], 3),
        (replace(OFTEN, enough=0.5), [INCOMPLETE, GOOD], 1),
    ],
)
def test_samples_are_asked_for_while_none_is_good_enough(effort: Effort, answers: list[str], calls: int) -> None:
    """At most as many as the effort allows, and none while the best, whoever wrote it, is as good as it wants.

    Nor, where it does not always ask, after an answer that is true and no better than what there was.
    """
    with worded(Script(*answers), a_passage(DEEDS), effort) as (result, server):
        assert server.calls == calls
    assert (result.finding.summary == GOOD) == (GOOD in answers[:calls])


def test_efforts_ask_for_more_and_more() -> None:
    """Each asks as often as the one before or more, and is content with no less."""
    low, standard, high = EFFORTS.values()
    assert low.answers < standard.answers < high.answers
    assert low.enough <= standard.enough <= high.enough
    assert [effort.always for effort in (low, standard, high)] == [False, False, True]
    assert EFFORTS["standard"] == STANDARD_EFFORT


def test_high_effort_asks_once_where_the_program_is_good_already() -> None:
    """A second opinion; it does not win by being the model's."""
    with worded(Script(INCOMPLETE), a_passage(PLAIN), OFTEN) as (result, server):
        assert server.calls == 1
    assert (result.finding.summary, result.finding.made) == (GOOD, "source")


def test_answer_of_the_wrong_shape_is_asked_once_more() -> None:
    """A first answer that is no JSON, then a good one: published, and marked as asked again."""
    with worded(Script(NONSENSE, GOOD), a_passage(DEEDS)) as (result, server):
        assert server.calls == 2
    assert (result.finding.summary, result.finding.made) == (GOOD, "reasked")


def test_no_usable_answer_leaves_the_programs_own_sentence() -> None:
    """The failure is told, and no further sample of it is tried."""
    with worded(Script(NONSENSE), a_passage(DEEDS), OFTEN) as (result, server):
        assert server.calls == 2
    assert result.finding.made == "source"
    assert len(result.unanswered) == 1
    assert all(part in result.finding.summary for part in ("400余场", "86件"))


def test_failure_after_an_answer_is_no_unanswered_question() -> None:
    """The first answer was weak, the second was none: what there is decides, and the report is complete."""
    with worded(Script(INCOMPLETE, NONSENSE), a_passage(DEEDS), TWICE) as (result, _):
        assert result.unanswered == ()
    assert len(result.finding.candidates) == 2


def test_advice_never_becomes_a_deed() -> None:
    """A model that drops the verb of advice cannot get its sentence published."""
    script = Script("改造城市供水管网，建设污水处理厂，完善排水设施，深入12个街道。")
    with worded(script, a_passage(ADVICE), ALWAYS) as (result, _):
        assert "提出建议" in result.finding.summary
    assert any("把建议写成了做成的事" in reason for one in result.rejections for reason in one.reasons)


def test_deed_of_another_body_keeps_its_doer() -> None:
    """What 市政府 did is not told without 市政府."""
    evidence = (
        "市政府专题研究,出台《停车场管理办法》,群策群力新增停车泊位3200个,开放机关停车场46处,城市治理水平不断提升。"
    )
    script = Script("出台《停车场管理办法》，新增停车泊位3200个，开放机关停车场46处")
    with worded(script, a_passage(evidence), ALWAYS) as (result, _):
        assert "市政府" in result.finding.summary
    assert any("漏了主语" in reason for one in result.rejections for reason in one.reasons)


@pytest.mark.parametrize("status", [401, 404])
def test_endpoint_that_cannot_be_used_stops(status: int) -> None:
    """A refused key or an unknown model is nobody's answer: it goes through."""
    broken = Reply({"error": {"message": "no"}}, status)
    with pytest.raises(EndpointError), worded(Script(broken), a_passage(DEEDS, LETTER)):
        pass


def test_short_group_costs_no_call() -> None:
    """What is short already is published as it stands, however much effort may be made."""
    text = "群策群力全年召开常委会会议4次。"
    assert len(text) <= SHORT_TEXT
    with worded(Script(NONSENSE), a_passage(text), OFTEN) as (result, server):
        assert server.calls == 0
    assert (result.finding.summary, result.finding.made) == (text, "source")


def test_truncated_answer_asks_about_fewer() -> None:
    """An answer that hit the limit is never asked for again as it was: each half is asked about."""
    halves = [GOOD, "联合市教育局印发《关于加强校外培训的意见》"]
    with worded(Script(CUT, *halves), a_passage(DEEDS, LETTER), ONCE) as (result, server):
        asked = questions(server)
    assert len(set(asked)) == len(asked) == 3
    assert [DEEDS in question for question in asked] == [True, True, False]
    assert result.finding.summary == "；".join(half.strip("。") for half in halves) + "。"
    assert result.finding.made == "model"


def test_truncated_answer_about_one_sentence_is_no_answer() -> None:
    """One sentence cannot be halved."""
    with worded(Script(CUT), a_passage(DEEDS)) as (result, server):
        assert server.calls == 1
    assert result.finding.made == "source"
    assert len(result.unanswered) == 1


def test_lead_is_shown_but_need_not_be_repeated() -> None:
    """The unit's title sentence is evidence and heading, not part of what the summary must reflect."""
    passage = a_passage("协商为民办实事。", DEEDS, lead="协商为民办实事")
    assert passage.own == (DEEDS,)
    assert passage.heading == "协商为民办实事"
    assert len(passage.spans) == 2


def test_passage_leaves_out_bullets_and_line_breaks() -> None:
    """What is shown is one line, simplified; the spans begin after the bullet and hold the text as it is."""
    text = "● 組織委員開展\n協商活動3次。"
    outline = Outline((Sentence(1, 0, len(text)),), (), (), {})
    group = Group("review-001.1", "achievement", "review", (1,), (), None)
    passage = build_passage(text, outline, group)
    assert passage.own == ("组织委员开展协商活动3次。",)
    assert [text[s.start : s.end] for s in passage.spans] == ["組織委員開展\n協商活動3次。"]
    assert passage.heading == "无"


def test_repeats_are_evidence_but_not_shown() -> None:
    """A sentence elsewhere that says the same again is cited, in the order of the text."""
    text = "召开会议3次。印发简报。召开会议3次。"
    outline = Outline((Sentence(1, 0, 7), Sentence(2, 7, 12), Sentence(3, 12, 19)), (), (), {})
    group = Group("review-001.1", "achievement", "review", (1,), (), None)
    passage = build_passage(text, outline, replace(group, repeats=(3,)))
    assert passage.own == ("召开会议3次。",)
    assert [s.start for s in passage.spans] == [0, 12]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("召开会议3次,印发简报", "召开会议3次，印发简报。"),
        ("报送信息1,300条;采用260条.", "报送信息1,300条；采用260条.。"),
        ("印发《教育,医疗》, 开展“议一议,办一办”", "印发《教育，医疗》，开展“议一议，办一办”。"),
        ("实施规划(2020-2030年),比例1:2(含A组)", "实施规划（2020-2030年），比例1:2（含A组）。"),
        (" 共 3 次。。", "共3次。"),
    ],
)
def test_punctuation_is_full_width_but_between_digits(written: str, expected: str) -> None:
    """Full width and one full stop; numbers, names and documents as printed."""
    assert punctuate(written) == expected


def test_damage_is_shown_as_such() -> None:
    """Neither the model nor the reader sees characters that nobody can read; what it swallowed is said."""
    text = "组织委员深入�仧鐒社区开展协商活动400余场,推动解决群众反映的民生实事86件,为城市发展作出了积极贡献。"
    damage = (Span(text.index("�"), text.index("社区")),)
    passage = a_passage(text, damage=damage)
    assert DAMAGE == "〔原文此处有乱码〕"
    assert passage.own[0].count(DAMAGE) == 1
    assert "仧" not in passage.own[0]
    with worded(Script(NONSENSE), passage, ONCE) as (result, _):
        assert "仧" not in result.finding.summary
        assert all(figure in result.finding.summary for figure in ("400余场", "86件"))
    assert [text[s.start : s.end] for s in result.finding.evidence] == [text]


@pytest.mark.parametrize("quote", ["“{}”", "《{}》"])
def test_damage_inside_a_name_leaves_no_half_of_a_pair(quote: str) -> None:
    """A quote whose end was swallowed is not shown as open."""
    whole = f"开展{quote.format('委员进万家行动')}专题协商12次。"
    text = whole.replace("行动" + quote[-1], "�仧")
    passage = a_passage(text, damage=(Span(text.index("�"), text.index("�") + 2),))
    assert DAMAGE in passage.own[0]
    assert passage.own[0].count("“") == passage.own[0].count("”")


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        (
            "已建成停车场6个,群策群力新增停车泊位320个,居民出行更加便利,城市管理水平和治理效能不断提升。",
            "已建成停车场6个，新增停车泊位320个",
        ),
        ("推动有关部门群策群力改造农贸市场18个,惠及群众3.6万人,城市面貌焕然一新,群众生活更加便利。", "改造农贸市场"),
        ("为增强城市综合承载能力献策出力,为推动城市高质量发展和人民群众高品质生活作出了积极贡献。", "破解停车难"),
    ],
)
def test_title_of_a_proposal_is_never_told_as_a_deed(sentence: str, answer: str) -> None:
    """It is named as what was proposed; what became of it is told behind it."""
    passage = a_passage(sentence, lead="关于破解停车难的提案", role="proposal_digest")
    with worded(Script(answer), passage) as (result, _):
        said_of = result.finding.summary
    assert said_of.startswith("关于破解停车难的提案") or said_of == "就破解停车难提出提案。"
    assert "的提案破解停车难" not in said_of


def test_below_a_title_a_passive_takes_the_title_as_its_subject() -> None:
    """「被……采纳」 alone would not say what was adopted."""
    text = "建设夜市街区。被《城区夜经济规划》充分吸收。"
    outline = Outline((Sentence(1, 0, 7), Sentence(2, 7, len(text))), (), (), {})
    group = Group("review-001.1", "achievement", "review", (1, 2), (), "建设夜市街区")
    with worded(Script(NONSENSE), build_passage(text, outline, group)) as (result, server):
        assert server.calls == 0
    assert result.finding.summary.startswith("建设夜市街区，被《城区夜经济规划》")


def test_an_office_keeps_what_it_is_of() -> None:
    """To a model's sentence that drops 市委 in front of 书记 it is added from the text."""
    evidence = "市委书记李明群策群力领衔督办一号重点提案《关于老街改造的建议》,推动改造老街12条,城市面貌焕然一新。"
    script = Script("书记李明领衔督办一号重点提案《关于老街改造的建议》，推动改造老街12条")
    with worded(script, a_passage(evidence), ALWAYS) as (result, _):
        assert result.finding.made == "model"
    assert result.finding.summary.startswith("市委书记李明领衔督办")


def test_zeal_that_the_model_copied_is_struck_out() -> None:
    """Its sentence is weighed without adverbs of zeal."""
    evidence = "积极开展夜市改造专题协商,群策群力走访商户120家,推动新增摊位220个,为繁荣市场作出了积极贡献。"
    zealous = "积极开展夜市改造专题协商，走访商户120家，推动新增摊位220个。"
    with worded(Script(zealous), a_passage(evidence), ALWAYS) as (result, server):
        assert server.calls == 1
    assert result.finding.summary == zealous.removeprefix("积极")
    assert [one.summary for one in result.finding.candidates[1:]] == [zealous.removeprefix("积极")]


@settings(max_examples=25)
@given(st.text(alphabet="政协委员开展协商活动86件400余场68《》“”未，。；\n{}", max_size=60))
def test_whatever_the_model_says_no_figure_is_made_up(answer: str) -> None:
    """For any answer the finding holds no other figures than the evidence, and never fewer than the program's own."""
    with worded(Script(answer), a_passage(DEEDS, LETTER), ONCE) as (result, server):
        assert server.calls <= 2
    assert "".join(c for c in result.finding.summary if c.isdigit()) in {"40086", "86400"}


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("开展巡河3次（完成时限：5月底前；责任单位：提案委（农业委））。", "开展巡河3次。"),
        ("（牵头部门：经济委）召开协商会2次。", "召开协商会2次。"),
        ("新建学校3所（含幼儿园）。", "新建学校3所(含幼儿园)。"),
        ("（责任单位：提案委）", "(责任单位:提案委)"),
    ],
)
def test_terms_in_brackets_are_not_worded(sentence: str, shown: str) -> None:
    """Who answers and by when has a place of its own; a sentence that says nothing else is shown."""
    assert a_passage(sentence).own == (shown,)
