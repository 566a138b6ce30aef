"""A summary joined out of clauses: nothing is lost that must stay, and nothing is added."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from huimou.language.abridging import is_compressible, join_clauses, write_own_words
from huimou.language.clauses import split_clauses
from made_up_sentences import SENTENCES


def test_join_adds_figures_and_unheard_sentences() -> None:
    """Figures that were not chosen are kept, and each sentence keeps its weightiest clause."""
    clauses = split_clauses(["坚持问题导向，走访企业，办实事5件，发放资料。", "为发展作出贡献，召开座谈会。"])
    joined = join_clauses(clauses, [2], most=1)
    assert joined == "走访企业,办实事5件;召开座谈会"


def test_join_sheds_the_lightest_first() -> None:
    """A choice of everything is cut to the share allowed: purposes first, never figures."""
    clauses = split_clauses(["坚持问题导向，走访企业，办实事5件，不断增强群众的获得感。"])
    assert join_clauses(clauses, [1, 2, 3, 4], most=0.8) == "坚持问题导向,走访企业,办实事5件"
    assert join_clauses(clauses, [1, 2, 3, 4], most=0.4) == "走访企业,办实事5件"
    assert join_clauses(clauses, [1, 2, 3, 4], most=0) == "办实事5件"


def test_join_ignores_numbers_that_do_not_exist() -> None:
    """Numbers outside the list choose nothing."""
    clauses = split_clauses(["走访企业，办实事5件。"])
    assert join_clauses(clauses, [-1, 0, 3, 99]) == "办实事5件"


def test_own_words_leave_out_purposes_but_no_sentence() -> None:
    """Purposes go, except where a sentence has nothing else."""
    clauses = split_clauses(["举办读书班，切实增强责任感。", "不断开创工作新局面。"])
    assert write_own_words(clauses) == "举办读书班;不断开创工作新局面"


def test_own_words_keep_the_verb_of_advice() -> None:
    """A governing clause stays although it sounds like a purpose: else advice would read as a deed."""
    clauses = split_clauses(["围绕粮食安全，改造灌区三处，充分发挥优势建言献策。"])
    assert write_own_words(clauses).endswith("建言献策")


def test_compressible_when_much_lies_beside_figures() -> None:
    """Nothing but figures cannot be shortened."""
    assert not is_compressible(split_clauses(["立案290件，办复290件。"]))
    assert is_compressible(split_clauses(["立案290件，有力推动了提案办理提质增效。"]))
    assert not is_compressible(())


@settings(max_examples=150)
@given(SENTENCES, st.sets(st.integers(-1, 20)))
def test_every_digit_is_kept_and_nothing_is_added(sentences: list[str], kept: set[int]) -> None:
    """Both ways of joining hold every run of digits, and only stretches that the sentences hold, in their order."""
    clauses = split_clauses(sentences)
    for summary in (write_own_words(clauses), join_clauses(clauses, kept)):
        assert set(re.findall(r"\d+", ";".join(sentences))) <= set(re.findall(r"\d+", summary))
        for stretch in re.split(r"[,;，；。]", summary):
            assert any(stretch in sentence for sentence in sentences)


def test_choice_that_says_too_little_is_filled() -> None:
    """「提出针对性建议」 alone does not say about what; the weightiest of the rest comes with it."""
    clauses = split_clauses(["围绕乡村振兴,主席会议成员集中对青石县强村工程开展专题调研,提出针对性建议。"])
    assert join_clauses(clauses, [3]) == "主席会议成员集中对青石县强村工程开展专题调研,提出针对性建议"
