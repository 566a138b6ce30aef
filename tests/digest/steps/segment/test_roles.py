"""Which text is review, which plan, which neither."""

from __future__ import annotations

import pytest

from huimou.digest.steps.segment.blocks import split_blocks
from huimou.digest.steps.segment.roled_block import RoledBlock
from huimou.digest.steps.segment.roles import assign_roles
from huimou.digest.steps.segment.settle import settle_roles
from huimou.model.report import Role

_REVIEW = "政协临河区委员会工作报告\n\n一、2023年工作回顾\n\n召开专题协商会6次，提出建议41条。\n\n"


def _roled(text: str) -> list[RoledBlock]:
    return list(settle_roles(assign_roles(split_blocks(text))))


def _role(text: str, start: str) -> Role:
    return next(mine.role for mine in _roled(text) if start in mine.block.text)


def _reason(text: str, start: str) -> str | None:
    return next(mine.left_out for mine in _roled(text) if start in mine.block.text)


@pytest.mark.parametrize(
    "heading",
    [
        "二、2024年主要任务",
        "二、2024年工作安排",
        "二、今后工作建议",
        "下一步工作打算",
        "2024年工作部署",
        "## 2024年工作计划",
        "■ 2024年工作思路",
        "**二、2024年主要工作**",
        "第二部分　2024年工作要点",
        "三、新一年的工作设想",
        "三、今后五年的目标任务",
        "二、“十五五”时期经济社会发展的主要目标和任务",
        "明年重点工作",
        "展望2024 再谱新篇",
        "2024年，区政协将重点做好以下工作：",
        "二、2024年工作總體要求",
    ],
)
def test_plan_heading(heading: str) -> None:
    """A heading that names tasks to come opens the plan, in many wordings and dresses."""
    text = f"{_REVIEW}{heading}\n\n建立议事厅12个。\n"
    assert _role(text, "召开专题") == "review"
    assert _role(text, "建立议事厅") == "plan"


@pytest.mark.parametrize(
    "heading",
    [
        "二、重点提案办理情况",
        "（二）主动服务发展大局",
        "二、2023年主要工作",
        "二、2023年主要任务完成情况",
        "二、五年来的工作体会",
        "（三）落实未来社区建设要求",
    ],
)
def test_review_heading(heading: str) -> None:
    """A heading about what was done, or about neither, leaves the review a review."""
    assert _role(f"{_REVIEW}{heading}\n\n走访企业30家。\n", "走访企业") == "review"


@pytest.mark.parametrize(
    "opening",
    [
        "2024年是实施“十四五”规划的关键一年。区政协工作的总体要求是：围绕中心，履职为民。",
        "今年是政协换届后的起步之年，要抓好以下任务。",
    ],
)
def test_plan_without_a_heading(opening: str) -> None:
    """The sentence that opens a plan does so without a heading above it."""
    text = f"{_REVIEW}{opening}\n\n聚焦养老服务开展监督。\n"
    assert _role(text, "聚焦养老") == "plan"


def test_review_of_its_own_year_opens_no_plan() -> None:
    """「2023年是……一年」 in a review of 2023 is its background."""
    text = f"{_REVIEW}2023年是区政协发展中重要的一年。走访委员80人。\n"
    assert _role(text, "走访委员") == "review"


def test_statistics_and_proposals_after_the_plan() -> None:
    """Numbers and proposals printed behind the plan are the review's again."""
    text = (
        f"{_REVIEW}二、2024年主要任务\n\n深化协商。\n\n数说政协2023\n\n协商会：6次\n\n"
        "2023年度重点提案办理情况\n\n《关于增设公交站的提案》：新增站点14个。\n"
    )
    assert _role(text, "协商会:6次") == "statistics"
    assert _role(text, "关于增设") == "proposal_digest"


def test_another_article_is_known_by_its_byline() -> None:
    """What follows a second byline, with the headline above it, is not this report's."""
    text = f"{_REVIEW}二、2024年主要任务\n\n深化协商。\n\n机关食堂换新颜\n\n河湾日报记者 林舒\n\n食堂新增菜品20种。\n"
    assert [_reason(text, start) for start in ("机关食堂", "河湾日报", "食堂新增")] == ["unrelated"] * 3
    assert _role(text, "深化协商") == "plan"


def test_front_matter() -> None:
    """Title, subtitle, byline, source, speaker and salutation come before the report."""
    text = (
        "凝心聚力开新局\n——临河区政协2023年工作综述\n来源：河湾日报\n2024年1月8日在区政协会议上\n区政协主席 周 宁\n"
        "各位委员：\n我受常委会委托，向大会报告工作，请予审议。\n一、2023年工作回顾\n召开会议6次。\n"
    )
    roles = [mine.role for mine in _roled(text)]
    assert roles == ["title"] * 2 + ["front_matter"] * 5 + ["review"] * 2


def test_captions() -> None:
    """A line below a photograph is no deed, with or without 「图为」."""
    text = f"{_REVIEW}图为委员视察企业。 周涛 摄\n\n\n\n区政协委员走进社区\n\n\n\n走访群众90户。\n"
    assert _reason(text, "图为") == "caption"
    assert _reason(text, "走进社区") == "caption"
    assert _reason(text, "走访群众") is None


@pytest.mark.parametrize(
    "text",
    [
        "同时，我们也清醒地看到，工作中还存在不少短板：调研深度不够。",
        "在肯定成绩的同时，我们也看到，协商成果转化偏慢、委员作用发挥不均。",
        "三、存在的主要问题\n\n协商成果转化偏慢。",
        "面临的困难和不足\n\n协商成果转化偏慢。",
    ],
)
def test_shortcomings(text: str) -> None:
    """What a report calls insufficient is told by its heading or by how the paragraph begins."""
    assert _roled(_REVIEW + text)[-1].role == "shortcomings"


def test_review_goes_on_after_shortcomings() -> None:
    """The heading after a list of shortcomings ends it."""
    text = f"{_REVIEW}二、存在的主要问题\n\n成果转化偏慢。\n\n三、2024年工作打算\n\n建立台账。\n"
    assert _role(text, "建立台账") == "plan"


def test_closing_call() -> None:
    """The call at the end is the closing, even where a glossary follows."""
    text = (
        f"{_REVIEW}二、2024年主要任务\n\n深化协商。\n\n各位委员，让我们团结起来，为建设美好临河而努力奋斗！\n\n"
        "名词解释\n\n1.“板凳协商”：在村头巷尾开展的协商。\n"
    )
    assert _reason(text, "让我们") == "closing"
    assert _reason(text, "村头巷尾") == "boilerplate"


def test_page_furniture() -> None:
    """Navigation and footers of a web page are boilerplate."""
    text = f"{_REVIEW}打印 关闭\n\n主办：临河区政府办公室\n\n版权所有\n"
    assert [mine.left_out for mine in _roled(text)][-3:] == ["boilerplate"] * 3


def test_sponsor_of_a_task_is_no_footer() -> None:
    """「主办单位：」 under a task names who is responsible."""
    text = f"{_REVIEW}二、2024年民生实事计划\n\n改造小区12个。\n\n主办单位：区住建局、区财政局\n\n新建公园3个。\n"
    assert _reason(text, "主办单位") is None


def test_every_block_has_one_role_in_order() -> None:
    """Nothing is dropped, doubled or moved."""
    blocks = split_blocks(_REVIEW * 2)
    assert tuple(mine.block for mine in assign_roles(blocks)) == blocks
