"""Which figures say again what an earlier one has said."""

from __future__ import annotations

import pytest

from huimou.language.figures import find_quantities
from huimou.language.figures.repeats import find_repeats
from huimou.language.profiles.profile import select_shipped_profile

_DOERS = select_shipped_profile("political_consultative").doers


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("开展院坝协商活动900余次。一年来，市政协共开展院坝协商活动900余次。", {1: 0}),
        ("召开协商会3次。召开协商会3次。召开协商会3次。", {1: 0, 2: 0}),
        ("形成调研报告22篇。形成提案报告22篇。", {}),
        ("开展视察48次。开展视察48余次。开展视察48场。", {}),
        ("五年来，收到提案980件。收到提案980件。", {}),
        ("委员提出建议60条。企业提出建议60条。", {}),
        ("召开座谈会2次。召开全市座谈会2次。", {}),
    ],
)
def test_repeats(text: str, repeats: dict[int, int]) -> None:
    """Value, unit, mode, thing, time and doer must agree; small numbers need the very same words."""
    figures = find_quantities(text, _DOERS)
    assert find_repeats(figures, ["review"] * len(figures)) == repeats


def test_a_target_is_no_repeat_of_a_result() -> None:
    """The same number in the plan is another one."""
    figures = find_quantities("新建学校20所。新建学校20所。")
    assert find_repeats(figures, ["review", "plan"]) == {}
