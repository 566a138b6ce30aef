"""Every Chinese word that stands for a code, one table for each kind of code.

A digest, a comparison and the outcome of a test hold codes (`guiding_idea`, `reasked`, `not_seen`); every page,
document and listing takes its words from here. Where a code is called differently in different places, its row has a
named column for each. A code that is missing here (of a newer digest) is shown as it is. `tests/test_labels.py` checks
that no code lacks a label and that no label is left without a code. The words of what changed and of measures, which
only the evaluation shows, stand in `evaluation/labels.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

NOT_STATED = "原文未载明"
NO_PLAN = "本报告未设下一年计划"
MARK = "⚠"
LOOK = f"{MARK} 建议核对："
NOTHING_TO_CHECK = "没有需要优先核对之处。"
COMMENT = "批注"

# Items of a digest and their summaries.

ITEM_KINDS: Mapping[str, str] = MappingProxyType({"achievement": "成绩", "task": "任务", "shortcoming": "不足"})


@dataclass(frozen=True, slots=True)
class OriginLabel:
    """How a summary came to be: the name beside it, and the sentence that explains the name."""

    name: str
    meaning: str


ORIGINS: Mapping[str, OriginLabel] = MappingProxyType(
    {
        "model": OriginLabel("模型概括", "由模型改写"),
        "selected": OriginLabel("选句", "模型所写，每一段都是原文的话"),
        "reasked": OriginLabel("重问后", "第一次回答不够好，重问后所得"),
        "source": OriginLabel("原文摘录", "程序从原文分句摘取、删短、连成，模型未参与"),
    }
)


@dataclass(frozen=True, slots=True)
class CheckStateLabel:
    """Whether a person has checked an item: as readers are told, and as the worksheet's own column has it."""

    name: str
    worksheet: str


CHECK_STATES: Mapping[str, CheckStateLabel] = MappingProxyType(
    {
        "unchecked": CheckStateLabel("未核对", "机器"),
        "checked": CheckStateLabel("人工核对", "人工核对"),
        "corrected": CheckStateLabel("人工更正", "人工更正"),
    }
)

# Figures and years.

BASES: Mapping[str, str] = MappingProxyType({"stated": "原文载明", "inferred": "推断", "absent": NOT_STATED})
MODES: Mapping[str, str] = MappingProxyType(
    {
        "exact": "确数",
        "over": "超过",
        "about": "约",
        "nearly": "近",
        "range": "区间",
        "vague": "不定",
        "at_least": "不少于",
        "at_most": "不超过",
    }
)


@dataclass(frozen=True, slots=True)
class DirectionLabel:
    """How a figure moves: in front of a number, and in the worksheet's column of changes."""

    name: str
    worksheet: str


DIRECTIONS: Mapping[str, DirectionLabel] = MappingProxyType(
    {"up": DirectionLabel("升", "增"), "down": DirectionLabel("降", "减")}
)

# The text: its parts, sections and sentences.


@dataclass(frozen=True, slots=True)
class PartLabel:
    """The part of a report that a figure stands in: its name, and what it speaks of (set beside other reports)."""

    name: str
    content: str


PARTS: Mapping[str, PartLabel] = MappingProxyType(
    {
        "review": PartLabel("回顾", "已做"),
        "plan": PartLabel("计划", "计划"),
        "other": PartLabel("其他", "其他"),
    }
)


@dataclass(frozen=True, slots=True)
class RoleLabel:
    """The role of a section: its short name in lists of changes, and its heading beside the text of a report."""

    name: str
    heading: str


ROLES: Mapping[str, RoleLabel] = MappingProxyType(
    {
        "title": RoleLabel("标题", "标题"),
        "front_matter": RoleLabel("报头", "报头"),
        "review": RoleLabel("回顾", "工作回顾"),
        "plan": RoleLabel("计划", "下一年计划"),
        "shortcomings": RoleLabel("不足", "存在的不足"),
        "statistics": RoleLabel("数据栏", "数据栏"),
        "proposal_digest": RoleLabel("提案办理摘要", "提案办理摘要"),
        "unrelated": RoleLabel("他稿", "他稿"),
        "caption": RoleLabel("图注", "图注"),
        "closing": RoleLabel("结语", "结语"),
        "boilerplate": RoleLabel("版式残留", "版式残留"),
    }
)
SCRIPTS: Mapping[str, str] = MappingProxyType({"simplified": "简体", "traditional": "繁体"})


@dataclass(frozen=True, slots=True)
class TintLabel:
    """A colour of sentences on the page of a report: its name in the legend, and what it stands for."""

    name: str
    meaning: str


TINTS: Mapping[str, TintLabel] = MappingProxyType(
    {
        "cited": TintLabel("已引用", "条目以此为出处"),
        "form": TintLabel("套语与标题", "标题、称谓、致谢一类，不含工作内容"),
        "idea": TintLabel("说理", "指导思想、背景、修辞一类，没有可以核对的工作"),
        "else": TintLabel("不属本报告", "同版的其他稿件、数据栏、重复的文字"),
        "waste": TintLabel("版式残留", "页码、书眉、水印、乱码、网页残留"),
        "uncovered": TintLabel("未说明", "没有条目引用，也没有略去的理由"),
    }
)


@dataclass(frozen=True, slots=True)
class DispositionLabel:
    """What became of a sentence: its name in lists of changes, beside the sentence itself, and its tint."""

    name: str
    beside: str
    tint: str


DISPOSITIONS: Mapping[str, DispositionLabel] = MappingProxyType(
    {
        "cited": DispositionLabel("引用", "已引用", "cited"),
        "uncovered": DispositionLabel("未引用也未说明", "未引用也未说明", "uncovered"),
    }
)


@dataclass(frozen=True, slots=True)
class ReasonLabel:
    """Why a sentence is left out: the name of the reason, and its tint."""

    name: str
    tint: str


REASONS: Mapping[str, ReasonLabel] = MappingProxyType(
    {
        "heading": ReasonLabel("标题", "form"),
        "title": ReasonLabel("标题", "form"),
        "rhetoric": ReasonLabel("修辞", "idea"),
        "guiding_idea": ReasonLabel("指导思想", "idea"),
        "background": ReasonLabel("背景", "idea"),
        "quotation": ReasonLabel("引语", "idea"),
        "thanks": ReasonLabel("致谢", "form"),
        "pledge": ReasonLabel("表态", "idea"),
        "not_a_report": ReasonLabel("非工作报告", "else"),
        "caption": ReasonLabel("图注", "form"),
        "unrelated": ReasonLabel("他稿", "else"),
        "boilerplate": ReasonLabel("版式残留", "waste"),
        "front_matter": ReasonLabel("报头", "form"),
        "closing": ReasonLabel("结语", "form"),
        "page_number": ReasonLabel("页码", "waste"),
        "running_head": ReasonLabel("书眉页脚", "waste"),
        "watermark": ReasonLabel("水印广告", "waste"),
        "translation": ReasonLabel("外文对照", "form"),
        "mojibake": ReasonLabel("乱码", "waste"),
        "html_residue": ReasonLabel("网页残留", "waste"),
        "table_header": ReasonLabel("表头", "form"),
    }
)

# Checks and problems.

CODES: Mapping[str, str] = MappingProxyType(
    {
        "body_unsaid": "漏了单位或人",
        "boilerplate": "版式残留",
        "broken_line": "断句",
        "claim_rejected": "概括未过核对",
        "company_figure": "企业的数字",
        "damaged": "原文有损",
        "damage_printed": "摘要有乱码",
        "deed_in_plan": "计划中的已做之事",
        "doer_unsaid": "漏了主语",
        "doubled_punctuation": "标点重叠",
        "escape_residue": "转义符残留",
        "figures_disagree": "前后数字不同",
        "future_in_review": "回顾中的将来语气",
        "generic_title": "标题空泛",
        "government_figure": "政府的数字",
        "hard_wrapped": "硬换行",
        "hardly_shorter": "概括近于照录",
        "hidden_character": "隐藏字符",
        "hidden_text": "看不见的文字",
        "html_residue": "网页残留",
        "interleaved_columns": "分栏交错",
        "page_without_text": "无文字的页",
        "little_left": "概括过短",
        "lost_byte": "疑似缺字",
        "lost_character": "缺字",
        "mail": "邮件",
        "many_figures": "数字较多",
        "misprint": "疑似误植",
        "mojibake": "乱码",
        "no_domain": "未归领域",
        "no_items": "无条目",
        "no_plan": "无计划部分",
        "no_subject": "缺主语",
        "not_a_report": "不像工作报告",
        "not_own_words": "引述他人",
        "other_year": "其他年份",
        "others_figure": "他人的数字",
        "others_results": "他人的成果",
        "page_number": "页码",
        "part_over_whole": "部分大于总数",
        "past_in_plan": "计划中的过去语气",
        "persons_or_visits": "人与人次",
        "pinyin": "拼音",
        "point_unsaid": "漏了要点",
        "read_as_latin1": "编码误读",
        "read_without_office": "未经办公软件读取",
        "recognised_text": "文字为识别所得",
        "replacement_character": "替换字符",
        "running_head": "书眉页脚",
        "secrecy_mark": "密级标志",
        "share_over_100": "比率超过百分之百",
        "spaced_text": "字间空白",
        "table_header": "表头",
        "task_in_review": "回顾中的任务",
        "text_damage": "条目外有乱码",
        "text_spoilt": "乱码较多",
        "too_long": "摘要太长",
        "topic_unsaid": "漏了议题",
        "torn": "句子没有说完",
        "translation": "外文对照",
        "unanswered": "未得到回答",
        "uncited_figure": "数字未入条目",
        "uncovered_figure": "未说明句中的数字",
        "unknown_body": "机构不明",
        "utf8_read_as_gbk": "编码误读",
        "vague_figure": "不定数",
        "watermark": "水印广告",
        "year_absent": "年份未载明",
        "year_conflict": "年份不相连",
        "year_dropped": "概括漏写年份",
        "year_inferred": "年份为推断",
    }
)

# Reports of a batch and jobs of the service.

STATUSES: Mapping[str, str] = MappingProxyType({"complete": "完整", "partial": "不完整", "failed": "失败"})
JOB_STATUSES: Mapping[str, str] = MappingProxyType(
    {"waiting": "等候", "running": "进行中", **STATUSES, "stopped": "已停，服务再启动时继续"}
)


@dataclass(frozen=True, slots=True)
class TermLabel:
    """A column of the index: its name, one sentence that explains it, and whether the page of a report uses it, too."""

    name: str
    meaning: str
    on_report: bool = False


INDEX_TERMS: Mapping[str, TermLabel] = MappingProxyType(
    {
        "organisation": TermLabel("机构", "作报告的机构，原文没有写明时空着。"),
        "review": TermLabel("回顾", "报告回顾的年份。"),
        "plan": TermLabel("计划", "计划的年份；“未单列计划”是有任务而没有计划部分，空着是没有计划。"),
        "name": TermLabel("名称", "摘要各文件共有的名称，由报告的文件名而来。"),
        "region": TermLabel("地区", "报告所说的地区。"),
        "kind": TermLabel("类别", "报告的种类，如政协工作报告、政府工作报告。"),
        "status": TermLabel(
            "结果",
            "“完整”是全文都处理完；“不完整”是有的段落没有得到模型的回答，报告页的“核对”里逐处写明；“失败”是没有写出摘要，原因在其下。扫描后识别的文字、标有密级的报告也在这里注明。",
        ),
        "items": TermLabel("成绩与不足", "从工作回顾整理出的成绩条目，加上报告自己说的不足。"),
        "tasks": TermLabel("任务", "从下一年计划整理出的任务条目。"),
        "figures": TermLabel("数字", "从原文读到的数字，列在报告页的“指标”。"),
        "uncovered": TermLabel(
            "未说明", "原文中没有条目引用、也没有略去理由的句子；为0时全文都有着落。", on_report=True
        ),
        "checks": TermLabel("请先核对", "最可能有错、应当先看的地方，至多十处，列在报告页的“核对”。", on_report=True),
        "looks": TermLabel("待核", "程序有疑点的条目，标有⚠和疑点所在。", on_report=True),
        "checked": TermLabel("已核对", "有人对照原文看过并勾选的条目。", on_report=True),
    }
)

ENDPOINT_KINDS: Mapping[str, str] = MappingProxyType({"builtin": "内置模型", "openai": "兼容接口", "none": "未请模型"})

# Plan against review.

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {"reported": "有对应表述", "not_seen": "未见对应表述", "unanswered": "未得到回答"}
)
DECIDERS: Mapping[str, str] = MappingProxyType({"program": "程序判定", "model": "模型判定"})
GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "indicator": "同一指标",
        "name": "名称相同",
        "meaning": "意思相近",
        "likeness": "字面相近",
        "parts": "据同句后文",
        "model": "模型",
    }
)
ATTAINMENTS: Mapping[str, str] = MappingProxyType(
    {"reached": "达到", "not_reached": "未达到", "not_comparable": "无法比较"}
)
