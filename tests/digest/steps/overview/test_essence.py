"""overview.essence: what must be heard of an item, in clauses that are whole."""

from __future__ import annotations

import pytest

from huimou.digest.steps.overview.essence import find_essence, find_scope, split_statements


@pytest.mark.parametrize(
    ("summary", "heard"),
    [
        ("召开协商会4次。", "召开协商会4次"),
        (
            "围绕基层治理、养老服务、校园安全、河道保护等群众关心的问题，开展视察调研26次，提出意见建议310条，为科学决策提供参考。",
            "开展视察调研26次，提出意见建议310条",
        ),
        (
            "聚焦“十五五”规划编制和全市产业布局，开展专题调研、网络议政等20余次履职活动，凝聚各方力量共识。",
            "聚焦“十五五”规划编制和全市产业布局，开展专题调研、网络议政等20余次履职活动",
        ),
        (
            "开展停车场建设专题调研，走访社区和企业，从规划布局、收费标准等3个方面提出8条建议，得到市长批示。",
            "开展停车场建设专题调研，走访社区和企业，从规划布局、收费标准等3个方面提出8条建议，得到市长批示",
        ),
        (
            "600余名委员参加值守，捐款82万元；省报以《委员在一线》为题予以报道，点击量超100万人次。",
            "600余名委员参加值守，捐款82万元，省报以《委员在一线》为题予以报道，点击量超100万人次",
        ),
        ("旗帜鲜明讲政治，推动全市工作迈上新台阶，建成“云上”履职平台。", "建成“云上”履职平台"),
        (
            "召开市委政协工作会议，印发《工作要点分工方案》，推动事业发展。",
            "召开市委政协工作会议，印发《工作要点分工方案》",
        ),
    ],
)
def test_figures_results_and_names_are_heard(summary: str, heard: str) -> None:
    """Long frames go where a figure can stand alone, purposes always; what says not of what keeps the clause before."""
    assert find_essence(summary) == heard


def test_room_is_kept_but_figures_go_last() -> None:
    """Of several statements the one with a result but no figure goes before those with figures."""
    summary = (
        "开展了180余次调研视察、协商监督等履职活动，提出意见建议1500余条；"
        "关于完善医保制度、推进教育均衡、改善公共交通、建设养老服务体系等一批建议，被市政府有关部门采纳落实。"
    )
    assert find_essence(summary) == "开展了180余次调研视察、协商监督等履职活动，提出意见建议1500余条"


def test_what_leans_on_a_dropped_clause_goes_with_it() -> None:
    """Without room for the report on it, its clicks are not told of the deed."""
    summary = "600余名委员参加值守，捐款82万元；省报以《委员战斗在抗洪抢险第一线》为题予以报道，点击量超100万人次。"
    assert find_essence(summary, room=30) == "600余名委员参加值守，捐款82万元"


@pytest.mark.parametrize(
    ("summary", "said", "heard"),
    [
        ("开展一线协商1300余次，解决实际问题1252个。", ["开展一线协商活动1300余次，办实事93件"], "解决实际问题1252个"),
        ("开展一线协商1300余次。", ["开展一线协商活动1300余次，办实事93件"], ""),
        ("开展重大专项监督3次。", ["获市领导批示3次"], "开展重大专项监督3次"),
        ("推进“有事来商量”行动。", ["以“有事来商量”行动为主线"], ""),
        (
            "“有事来商量”行动获省级荣誉，被写入市委文件。",
            ["以“有事来商量”行动为主线"],
            "“有事来商量”行动获省级荣誉，被写入市委文件",
        ),
    ],
)
def test_nothing_is_told_twice(summary: str, said: list[str], heard: str) -> None:
    """The same figure of the same thing, and a name without news, are left out; another thing's equal figure is not."""
    assert find_essence(summary, said) == heard


def test_a_frame_and_what_leans_stay_with_their_clause() -> None:
    """A frame in front and a result behind make one statement with the clause between them."""
    found = split_statements("就公园建设管理，组织专题视察，得到市长批示，召开座谈会。")
    assert [one.write() for one in found] == ["就公园建设管理，组织专题视察，得到市长批示", "召开座谈会"]


@pytest.mark.parametrize(
    ("summary", "evidence", "scope"),
    [
        ("召开全会5次，收到提案3400件。", "五年来,市政协召开全会5次,收到提案3400件。", "五年来"),
        ("提出建议170条。", "疫情期间,共提出建议170条。", "疫情期间"),
        ("五年来收到提案3400件。", "五年来,收到提案3400件。", ""),
        ("收到提案340件。", "收到提案340件,五年来最多。", ""),
        ("推进协商平台建设。", "五年来,推进协商平台建设。", ""),
    ],
)
def test_scope_of_figures(summary: str, evidence: str, scope: str) -> None:
    """The words of time in front of a figure, where the summary has lost them and has a figure."""
    assert find_scope(summary, [evidence]) == scope
