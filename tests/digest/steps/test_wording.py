"""How a group gets its summary: which questions are asked, what is published, and that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.digest.questions.asking import Asker
from huimou.digest.questions.prompts import load_prompts
from huimou.digest.steps.wording import SHORT_TEXT, GroupPassage, WordedGroup, build_passage, word_group
from huimou.errors import EndpointError
from huimou.language.punctuation import punctuate
from huimou.llm.client import open_client
from huimou.model.report import Group, Outline, Sentence
from huimou.settings import Endpoint
from scripted_server import Reply, ScriptedServer, completion, serving

DEEDS = "全年共组织委员深入社区开展协商活动400余场,推动解决民生实事86件,切实增强了群众的获得感幸福感安全感。"
LETTER = "联合市教育局印发《关于加强校外培训的意见》,为群众提供了更加便利的公共服务,为建设美好家园作出了积极贡献。"
GOOD = "组织委员开展协商活动400余场，推动解决民生实事86件；联合市教育局印发《关于加强校外培训的意见》。"
ADVICE = "就改造城市供水管网、建设污水处理厂、完善排水设施等民生关切问题,深入街道实地了解情况,向市政府提出建议。"


@dataclass
class Script:
    """Answers by kind of question; the last of a list for ever."""

    summaries: list[str | Reply]
    choices: list[str | Reply]

    def __call__(self, body: Any) -> Reply:
        """The next answer to this kind of question."""
        answers = self.summaries if kind_of(body) == "summary" else self.choices
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, Reply) else said(answer)


def kind_of(body: Any) -> str:
    """Name of the answer's only field."""
    return str(next(iter(body["response_format"]["json_schema"]["schema"]["properties"])))


def said(content: str, finish_reason: str = "stop") -> Reply:
    """A completion with a plausible count of prompt tokens."""
    return completion(content, finish_reason=finish_reason, prompt_tokens=900)


def summary(text: str) -> str:
    """A first answer."""
    return json.dumps({"summary": text}, ensure_ascii=False)


def a_passage(*sentences: str, lead: str | None = None) -> GroupPassage:
    """The passage of a text that holds these sentences and nothing else."""
    numbered, at = [], 0
    for number, sentence in enumerate(sentences, start=1):
        numbered.append(Sentence(number, at, at + len(sentence)))
        at += len(sentence)
    numbers = tuple(s.n for s in numbered)
    group = Group("review-001.1", "achievement", "review", numbers, ("一、工作回顾",), lead)
    return build_passage("".join(sentences), Outline(tuple(numbered), (), (), {}), group)


@contextmanager
def worded(script: Callable[[Any], Reply], passage: GroupPassage) -> Iterator[tuple[WordedGroup, ScriptedServer]]:
    """What becomes of a passage."""
    with serving(script) as server, open_client(Endpoint("openai", server.url, "m"), budget=0.1) as client:
        yield word_group(passage, Asker("报告", client, load_prompts())), server


def kinds(server: ScriptedServer) -> list[str]:
    """The questions in their order."""
    return [kind_of(asked.body) for asked in server.chats]


def test_good_first_answer_costs_one_call() -> None:
    """A summary that holds is published as the model's, in our punctuation, with all sentences as evidence."""
    passage = a_passage(DEEDS, LETTER)
    with worded(Script([summary(GOOD.replace("，", ","))], [""]), passage) as (result, server):
        assert kinds(server) == ["summary"]
    assert (result.finding.summary, result.finding.made) == (GOOD, "model")
    assert result.finding.evidence == passage.spans
    assert result.rejections == result.unanswered == ()


def test_true_but_incomplete_answer_is_completed_by_program() -> None:
    """What the model forgot is added in the report's words, without another call."""
    with worded(Script([summary("推动解决民生实事86件。")], [""]), a_passage(DEEDS, LETTER)) as (result, server):
        assert kinds(server) == ["summary"]
    assert result.finding.made == "selected"
    assert "400余场" in result.finding.summary
    assert "《关于加强校外培训的意见》" in result.finding.summary


def test_untrue_answer_is_asked_again_with_the_reasons() -> None:
    """The second question shows numbered clauses and what was wrong; its answer is joined by program."""
    untrue = summary(GOOD.replace("86件", "68件"))
    with worded(Script([untrue], ['{"keep":[1,2,4]}']), a_passage(DEEDS, LETTER)) as (result, server):
        assert kinds(server) == ["summary", "keep"]
        asked = server.chats[1].body["messages"][-1]["content"]
    assert "数字“68件”不在原文" in asked
    assert "2 推动解决民生实事86件" in asked
    assert result.finding.made == "reasked"
    assert all(part in DEEDS + LETTER for part in result.finding.summary.strip("。").replace("；", "，").split("，"))
    assert [r.claim.summary for r in result.rejections] == [GOOD.replace("86件", "68件")]


def test_answer_of_the_wrong_shape_is_asked_once_more() -> None:
    """A first answer that is no JSON, then a good one: published, and marked as asked again."""
    with worded(Script(["我认为", summary(GOOD)], [""]), a_passage(DEEDS, LETTER)) as (result, server):
        assert kinds(server) == ["summary", "summary"]
    assert (result.finding.summary, result.finding.made) == (GOOD, "reasked")


def test_no_usable_answer_leaves_the_reports_own_words() -> None:
    """Neither question is answered: the report's own words stand, and the failure is told."""
    with worded(Script(["不"], ["不"]), a_passage(DEEDS, LETTER)) as (result, server):
        assert kinds(server) == ["summary", "summary", "keep", "keep"]
    assert result.finding.made == "source"
    assert len(result.unanswered) == 1
    assert all(part in result.finding.summary for part in ("400余场", "86件", "《关于加强校外培训的意见》"))


def test_second_refusal_leaves_the_reports_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both answers refused: own words, and both claims are kept with their reasons."""
    monkeypatch.setattr("huimou.digest.steps.wording.join_clauses", lambda _, __: "改造供水管网九百公里")
    with worded(Script([summary("改造供水管网900公里。")], ['{"keep":[1]}']), a_passage(ADVICE)) as (result, server):
        assert kinds(server) == ["summary", "keep"]
    assert result.finding.made == "source"
    assert "提出建议" in result.finding.summary
    assert len(result.rejections) == 2
    assert all(rejection.reasons for rejection in result.rejections)


def test_group_without_a_second_way_tells_that_it_got_no_answer() -> None:
    """One clause leaves nothing to choose: the first failure is told."""
    one = "组织委员深入社区、企业、学校、医院、农村、机关、工地、园区、商圈、楼宇和家庭走访慰问困难群众和一线职工"
    with worded(Script(["不"], [""]), a_passage(one)) as (result, server):
        assert kinds(server) == ["summary", "summary"]
    assert result.finding.made == "source"
    assert len(result.unanswered) == 1


def test_advice_never_becomes_a_deed() -> None:
    """A model that drops the verb of advice cannot get its sentence published, whichever clauses it chooses."""
    script = Script([summary("改造城市供水管网，建设污水处理厂，完善排水设施。")], ['{"keep":[1]}'])
    with worded(script, a_passage(ADVICE)) as (result, _):
        assert "建议" in result.finding.summary


@pytest.mark.parametrize("status", [401, 404])
def test_endpoint_that_cannot_be_used_stops(status: int) -> None:
    """A refused key or an unknown model is nobody's answer: it goes through."""
    broken = Reply({"error": {"message": "no"}}, status)
    with pytest.raises(EndpointError), worded(Script([broken], [broken]), a_passage(DEEDS, LETTER)):
        pass


def test_short_group_costs_no_call() -> None:
    """What is short already is published as it stands."""
    text = "全年召开常委会会议4次。"
    assert len(text) <= SHORT_TEXT
    with worded(Script([""], [""]), a_passage(text)) as (result, server):
        assert server.calls == 0
    assert (result.finding.summary, result.finding.made) == (text, "source")


def test_truncated_answer_asks_about_fewer() -> None:
    """An answer that hit the limit is never asked for again as it was: each half is asked about."""
    halves = ["组织委员开展协商活动400余场，推动解决民生实事86件", "联合市教育局印发《关于加强校外培训的意见》"]
    cut = said('{"summary":"组织', "length")
    with worded(Script([cut, *map(summary, halves)], [""]), a_passage(DEEDS, LETTER)) as (result, server):
        questions = [asked.body["messages"][-1]["content"] for asked in server.chats]
    assert len(set(questions)) == len(questions) == 3
    assert (result.finding.summary, result.finding.made) == (GOOD, "model")


def test_truncated_answer_about_one_sentence_goes_the_second_way() -> None:
    """One sentence cannot be halved: the model chooses among its clauses instead."""
    cut = said('{"summary":"组织', "length")
    with worded(Script([cut], ['{"keep":[1,2]}']), a_passage(DEEDS)) as (result, server):
        assert kinds(server) == ["summary", "keep"]
        assert "上次没有答完" in server.chats[1].body["messages"][-1]["content"]
    assert result.finding.made == "reasked"
    assert result.unanswered == ()


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


@settings(max_examples=25)
@given(
    st.text(alphabet="政协委员开展协商活动86件400余场68《》“”未，。；\n{}", max_size=60),
    st.lists(st.integers(-2, 9), max_size=6),
)
def test_whatever_the_model_says_no_figure_is_lost_or_made_up(answer: str, keep: list[int]) -> None:
    """For any answers the finding holds the figures of the evidence and no others."""
    script = Script([summary(answer)], [json.dumps({"keep": keep})])
    with worded(script, a_passage(DEEDS, LETTER)) as (result, server):
        assert server.calls <= 4
    digits = {"400", "86"}
    assert {part for part in digits if part in result.finding.summary} == digits
    assert "".join(c for c in result.finding.summary if c.isdigit()) in {"40086", "86400"}


def test_below_a_title_a_passive_takes_the_title_as_its_subject() -> None:
    """「被……采纳」 alone would not say what was adopted."""
    text = "建设夜市街区。被《城区夜经济规划》充分吸收。"
    outline = Outline((Sentence(1, 0, 7), Sentence(2, 7, len(text))), (), (), {})
    group = Group("review-001.1", "achievement", "review", (1, 2), (), "建设夜市街区")
    with worded(Script([], []), build_passage(text, outline, group)) as (result, server):
        assert (result.finding.summary, server.calls) == ("建设夜市街区，被《城区夜经济规划》充分吸收。", 0)


def test_an_office_keeps_what_it_is_of() -> None:
    """A model that drops 市委 in front of 书记 is completed from the text."""
    evidence = "市委书记李明领衔督办一号重点提案《关于老街改造的建议》,委员提出的对策和建议得到采纳落实,成效明显。"
    script = Script([summary("书记李明领衔督办一号重点提案《关于老街改造的建议》")], [])
    with worded(script, a_passage(evidence)) as (result, _):
        assert result.finding.summary.startswith("市委书记李明领衔督办")


def test_what_the_model_wrote_is_tidied_unless_that_loses_something() -> None:
    """Purposes and zeal that the model copied go; where a check would then fail, its words stay."""
    evidence = "积极开展夜市改造专题协商,组织委员走访商户120家,切实增强城市活力,"
    evidence += "为建设美好青松作出更大贡献,受到社会各界的广泛好评和群众的热烈欢迎。"
    script = Script([summary("积极开展夜市改造专题协商,组织委员走访商户120家,为建设美好青松作出更大贡献")], [])
    with worded(script, a_passage(evidence)) as (result, _):
        assert result.finding.summary == "开展夜市改造专题协商，组织委员走访商户120家。"
        assert result.finding.made == "model"
