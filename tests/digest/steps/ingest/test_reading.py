"""What is read of a broken report is the report; each kind of damage is reported with its place and effect."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broken import BREAKS, WRAPPED, wrapped
from huimou.digest.steps.group import group_sentences
from huimou.digest.steps.ingest.reading import remove_damage
from huimou.digest.steps.segment import segment
from huimou.language.figures import find_quantities
from huimou.language.text import compact
from places import ROOT

SEEDS = sorted((ROOT / "seeds").glob("*-*.txt"))
CODES = {code for _, code in BREAKS.values()} | {"interleaved_columns", "lost_character", "read_as_latin1"}
_PIECES = st.lists(
    st.sampled_from(
        [
            *(
                "一、",
                "政协(zhèng xié)",
                "召开会议12次",
                "，，",
                "。。",
                "&nbsp;",
                "&ldquo;",
                "<p>",
                "</p>",
                "<br/>",
                "\\n",
                "\\.",
            ),
            *(
                "\u200b",
                "\ufeff",
                "\n",
                "\n\n",
                "\r\n",
                "— 3 —",
                "第 3 页",
                "微信公众号：临江发布",
                "仅供内部使用",
                "www.example.com",
            ),
            *(
                "政 府 工 作 报 告",
                "1 2 . 8 亿元",
                "The committee held a number of meetings.",
                "。",
                "　　",
                " ",
                "□",
                "?",
                "《",
            ),
        ]
    ),
    max_size=40,
).map("".join)


def _items(text: str) -> Counter[tuple[str, str]]:
    outline = segment(text)
    spans = {s.n: text[s.start : s.end] for s in outline.sentences}
    return Counter((g.kind, compact("".join(spans[n] for n in g.sentences))) for g in group_sentences(text, outline))


def _figures(text: str) -> Counter[tuple[object, ...]]:
    return Counter((q.value, q.unit, q.metric, q.actor) for q in find_quantities(text))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_report_is_read_as_the_sound_one(path: Path, name: str) -> None:
    """The words are the same, and so are all items and figures; the damage is found, and nothing else."""
    breaking, code = BREAKS[name]
    text = path.read_bytes().decode()
    sound = wrapped(text) if name in WRAPPED else text
    reading = remove_damage(breaking(text))
    assert compact(reading.view.text) == compact(sound)
    assert _items(reading.view.text) == _items(sound)
    assert _figures(reading.view.text) == _figures(sound)
    assert {problem.code for problem in reading.problems} & CODES == {code}


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_sound_report_is_read_as_it_is(path: Path) -> None:
    """Nothing is left out of a report as its page printed it, and nothing is found but its lost bytes."""
    text = path.read_bytes().decode()
    reading = remove_damage(text)
    assert reading.view.text == text
    assert reading.asides == ()
    assert {problem.code for problem in reading.problems} <= {"lost_byte"}


@given(_PIECES)
@settings(max_examples=150)
def test_everything_has_its_place_in_the_text(text: str) -> None:
    """What is read points back in order, to characters that are there; problems and lines set aside lie in the text."""
    reading = remove_damage(text)
    view = reading.view
    assert view.ends is not None
    assert len(view.text) == len(view.origin) == len(view.ends)
    assert list(view.origin) == sorted(set(view.origin))
    assert all(start < end <= len(text) for start, end in zip(view.origin, view.ends, strict=True))
    assert all(0 <= (p.start or 0) < (p.end or 0) <= len(text) for p in reading.problems)
    assert all(text[a.start : a.end].strip() == text[a.start : a.end] != "" for a in reading.asides)
    assert not {"&nbsp;", "<p>", "\u200b"} & {view.text[i : i + n] for n in (1, 3, 6) for i in range(len(view.text))}


@given(_PIECES)
@settings(max_examples=100)
def test_reading_twice_finds_nothing_hidden(text: str) -> None:
    """What was taken out leaves no new tags, references or unseen characters behind."""
    again = remove_damage(remove_damage(text).view.text)
    assert not {p.code for p in again.problems} & {"hidden_character", "html_residue", "pinyin"}


def test_problems_name_place_count_and_effect() -> None:
    """Damage that lies together is one problem; of very many places the last problem names the rest."""
    text = "政协(zhèng xié)委员(wěi yuán)提案。\n" + "　" * 80 + "\n会(huì)议。"
    near, far = remove_damage(text).problems
    assert text[near.start : near.end] == "(zhèng xié)委员(wěi yuán)"
    assert near.message == "字词后括注拼音2处（如“协(zhèng xié)”），摘要中略去，引文照录"
    assert text[far.start : far.end] == "(huì)"
    many = remove_damage("\n".join(f"第{n}次，，" + "会" * 90 for n in range(40))).problems
    assert len(many) == 12
    assert "标点重叠29处" in many[-1].message


def test_a_page_break_inside_a_sentence_vanishes() -> None:
    """The sentence goes on behind page number and running head as it was; a heading before them stays one."""
    filler = (
        "市政协召开专题协商会议,围绕园区提质提出意见建议,有关部门认真研究吸收采纳,推动解决了一批群众关心的实际问题。"
    )
    text = (
        f"一、工作回顾\n{filler}\n联系党外\n\n— 1 —\n\n\n委员开展活动。{filler}\n"
        f"{filler}提出《关于\n— 2 —\n养老的建议》。\n"
        f"(二)协商议政\n— 3 —\n{filler}\n"
    )
    read = remove_damage(text).view.text
    assert "提出《关于养老的建议》。" in read
    assert "(二)协商议政\n市政协" in read
    assert "联系党外\n\n委员" in read


def test_a_spoilt_passage_is_not_read() -> None:
    """Mojibake that nobody can read is set aside as a whole."""
    spoilt = ("市政协召开协商会议，办理提案，推动经济社会发展。" * 4).encode().decode("gb18030", "replace")
    text = f"一年来,召开会议12次。\n{spoilt}\n办理提案325件。\n"
    reading = remove_damage(text)
    assert [(text[a.start : a.end][:6], a.reason) for a in reading.asides] == [(spoilt[:6], "mojibake")]
    assert "".join(reading.view.text.split()) == "一年来,召开会议12次。办理提案325件。"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("办理提案。微信公众号：临江发布一年来开展协商活动。", "watermark"),
        ("　　政　府　工　作　报　告\n一年来,召开会议。", "spaced_text"),
        ("召开会议[SEP]办理提案", "escape_residue"),
        ("召开会议<U+00A0>12次", "html_residue"),
    ],
)
def test_other_forms_are_found(text: str, code: str) -> None:
    """An advertisement without an end is only said; other residue is read as it was meant."""
    (problem,) = remove_damage(text).problems
    assert problem.code == code


def test_forty_thousand_characters_are_read_quickly() -> None:
    """Work grows with the length of the text, not with its square."""
    text = BREAKS["web page"][0](("召开协商会议12次，提出“意见建议”325条。" * 8 + "\n") * 200)
    assert len(text) > 40_000
    reading = remove_damage(text)
    assert len(reading.problems) <= 12 * 3
