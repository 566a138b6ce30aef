"""Rows of tables read as sentences; what is no table is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.digest.steps.ingest.tables.sentence import ToldRow
from huimou.digest.steps.ingest.tables.telling import tell_rows


def _write(text: str, row: ToldRow) -> str:
    return "".join(piece if isinstance(piece, str) else text[piece.start : piece.end] for piece in row.pieces)


def _tell(*lines: str) -> list[str]:
    text = "\n".join(lines)
    return [_write(text, row) for row in tell_rows(text) if row.pieces]


def _name(*lines: str) -> dict[str, str]:
    text = "\n".join(lines)
    return {text[f.start : f.end]: f.metric for row in tell_rows(text) for f in row.figures}


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [
        (
            "序号 | 任务 | 完成时限 | 责任单位",
            "1 | 开展巡河3次 | 5月底前 | 提案委",
            "开展巡河3次（完成时限：5月底前；责任单位：提案委）。",
        ),
        ("重点工作 | 牵头单位", "办好民生实事 | 办公室", "办好民生实事（牵头单位：办公室）。"),
        (
            "责任单位 | 工作任务 | 时间要求",
            "文史委 | 编印史料2辑。 | 年底",
            "（责任单位：文史委）编印史料2辑（完成时限：年底）。",
        ),
        ("事项 | 负责人 | 时间节点", "走访企业40家 | 王宁 | 全年", "走访企业40家（责任单位：王宁；完成时限：全年）。"),
        (
            "类别 | 工作事项 | 目标值 | 牵头部门",
            "监督 | 督办提案 | 20件 | 提案委",
            "督办提案，目标20件（牵头部门：提案委）。",
        ),
        ("目标任务 | 目标值（场） | 办结期限", "举办讲堂 | 9 | 11月", "举办讲堂，目标9场（办结期限：11月）。"),
        ("协商议题 | 协商形式 | 时间安排", "城市更新 | 专题协商 | 6月", "城市更新（完成时限：6月）。"),
        (
            "工作任务 | 主要举措 | 责任部门",
            "河湖治理 | 开展监督2次 | 经济委",
            "河湖治理：开展监督2次（责任部门：经济委）。",
        ),
        (
            "任务 | 责任单位 | 配合单位",
            "办理提案 | 提案委 办公室 | 各界别",
            "办理提案（责任单位：提案委、办公室；配合单位：各界别）。",
        ),
        (
            "实事项目 | 建设内容 | 总投资（万元） | 完成时间",
            "小区改造 | 改造小区32个 | 4500 | 12月",
            "小区改造：改造小区32个，总投资4500万元（完成时间：12月）。",
        ),
        (
            "专项 | 目标要求 | 进展情况 | 责任人",
            "营商 | 达95% | 已达97% | 李宁",
            "营商，目标达95%，已达97%（责任人：李宁）。",
        ),
        ("時間 | 內容 | 牽頭單位", "3月 | 召開協商會 | 經濟委", "（完成时限：3月）召開協商會（牵头单位：經濟委）。"),
        (
            "提案题目 | 承办单位 | 办理结果",
            "规范停车 | 市城管局 | 新增车位32个",
            "规范停车（承办单位：市城管局），新增车位32个。",
        ),
    ],
)
def test_task_tables(header: str, row: str, told: str) -> None:
    """Whatever the columns are called and wherever they stand, a row is its task with its terms in brackets."""
    assert _tell(header, row) == [told]
    assert _tell(header.replace(" | ", "\t"), row.replace(" | ", "\t")) == [told]
    marked = [f"| {line} |" for line in (header, "|".join("-" * (header.count("|") + 1)), row)]
    marked[1] = "|" + "---|" * (header.count("|") + 1)
    assert _tell(*marked) == [told]


@pytest.mark.parametrize(
    ("lines", "told", "metrics"),
    [
        (
            ("项目 | 2023年 | 2024年 | 同比增长", "大会发言 | 26篇 | 31篇 | 19.2%"),
            ["大会发言：2023年26篇，2024年31篇，同比增长19.2%。"],
            {"26篇": "2023年大会发言", "31篇": "2024年大会发言", "19.2%": "大会发言同比增长"},
        ),
        (
            ("指标名称 | 数量 | 计量单位", "文史资料 | 2 | 辑"),
            ["文史资料：2辑。"],
            {"2": "文史资料"},
        ),
        (
            ("县区 | 提案数（件） | 协商会", "东山县 | 31 | 3次"),
            ["东山县：提案数31件，协商会3次。"],
            {"31": "东山县提案数", "3次": "东山县协商会"},
        ),
        (
            ("单位：亿元", "指标\t2023\t2024", "生产总值\t320.5\t356"),
            ["生产总值：2023年320.5亿元，2024年356亿元。"],
            {"320.5": "2023年生产总值", "356": "2024年生产总值"},
        ),
        (
            ("项目 | 上年同期 | 本年度", "提案（件） | 201 | 214"),
            ["提案：上年同期201件，本年度214件。"],
            {"201": "上年同期提案", "214": "本年度提案"},
        ),
        (
            ("指标 | 2024年 |  | 2025年", " | 数量 | 增幅 | 目标", "提案 | 186件 | 5% | 200件"),
            ["提案：2024年已达186件，2024年增幅5%，2025年目标200件。"],
            {"186件": "2024年提案", "5%": "2024年提案增幅", "200件": "2025年提案目标"},
        ),
        (
            ("类别 | 项目 | 数量", "提案 | 立案 | 12件", "提案 | 办结 | 11件"),
            ["提案立案：12件。", "提案办结：11件。"],
            {"12件": "提案立案", "11件": "提案办结"},
        ),
        (("提案 | 325件 | 会议 | 12次",), ["提案325件，会议12次。"], {"325件": "提案", "12次": "会议"}),
        (
            (" | 一季度 | 二季度", "提案 | 31件 | 22件"),
            ["提案：一季度31件，二季度22件。"],
            {"31件": "一季度提案", "22件": "二季度提案"},
        ),
        (
            ("指标 | 单位 | 2024年实绩 | 2024年计划 | 比上年增长%", "粮食产量 | 万吨 | 42.8 | 42 | 1.2"),
            ["粮食产量：2024年已达42.8万吨，2024年计划42万吨，比上年增长1.2%。"],
            {"42.8": "2024年粮食产量", "42": "粮食产量2024年计划", "1.2": "粮食产量比上年增长"},
        ),
        (("大会发言 | 26篇 | 31篇", "委员培训 | 260人次 | —"), None, {"26篇": "大会发言", "31篇": "大会发言"}),
    ],
)
def test_data_tables(lines: tuple[str, ...], told: list[str] | None, metrics: dict[str, str]) -> None:
    """A row is its name and its values by the columns; each figure counts what row and column say."""
    if told is not None:
        assert _tell(*lines) == told
        assert _name(*lines) == metrics
    else:  # the last row ends without a figure, so nothing says that these are rows of figures
        assert _tell(*lines) == []


@pytest.mark.parametrize(
    "lines",
    [
        ("一、工作回顾\t1", "二、工作安排\t7"),
        ("主办：青石网 | 编辑：李四", "电话：123 | 传真：456"),
        ("首页 | 新闻 | 政务", "登录 | 注册 | 帮助"),
        ("一年来，召开协商会12次 | 办理提案325件。",),
        ("\t一年来，工作扎实。", "\t召开会议12次。"),
        ("姓名 | 职务", "王宁 | 主席"),
        ("a || b", "c || d"),
    ],
)
def test_what_is_no_table(lines: tuple[str, ...]) -> None:
    """Tables of contents, menus, indents, lines of names stay as they are."""
    assert _tell(*lines) == []


def test_header_rows_and_rules_are_set_aside() -> None:
    """The header, also where it is printed again, and the line below it say nothing by themselves."""
    text = "指标 | 数量\n---|---\n提案 | 12件\n指标 | 数量\n会议 | 3次"
    assert [text[row.start : row.end] for row in tell_rows(text) if not row.pieces] == [
        "指标 | 数量",
        "---|---",
        "指标 | 数量",
    ]


def test_a_table_goes_on_below_a_line() -> None:
    """A line across the table parts it; the rows below it have the same columns."""
    lines = ["任务 | 完成时限 | 责任单位", "调研6次 | 6月 | 经济委", "二、民主监督", "视察3次 | 9月 | 提案委"]
    assert _tell(*lines)[1] == "视察3次（完成时限：9月；责任单位：提案委）。"
    assert len(_tell(*lines[:2], "", *lines[2:])) == 1


def test_statistics_and_aims() -> None:
    """Only a table without aims and tasks is one of mere figures."""

    def judge(*lines: str) -> list[bool]:
        return [row.is_statistics for row in tell_rows("\n".join(lines)) if row.pieces]

    assert judge("指标 | 2024年", "提案 | 12件") == [True]
    assert judge("指标 | 2025年目标", "提案 | 12件") == [False]
    assert judge("任务 | 责任单位", "提案12件 | 提案委") == [False]


_WORDS = st.text("提案会议协商2件3次%年度|—. \t", max_size=12)


@given(st.lists(st.lists(_WORDS, min_size=1, max_size=5), min_size=1, max_size=6))
def test_rows_keep_to_their_places(rows: list[list[str]]) -> None:
    """Whatever stands in the cells, rows are told in order and every piece and figure lies in its own row."""
    text = "\n".join(["指标 | 2023年 | 2024年", *(" | ".join(row) for row in rows)])
    last = 0
    for row in tell_rows(text):
        assert last <= row.start < row.end
        last = row.end
        places = [(piece.start, piece.end) for piece in row.pieces if not isinstance(piece, str)]
        assert places == sorted(places)
        for start, end in (*places, *((figure.start, figure.end) for figure in row.figures)):
            assert row.start <= start < end <= row.end
