"""Every Chinese word for what changed between two digests and for what is measured, one table for each kind of code.

What a digest itself holds has its words in `outputs/labels.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from huimou.outputs.labels import (
    BASES,
    DIRECTIONS,
    DISPOSITIONS,
    ITEM_KINDS,
    MODES,
    ORIGINS,
    PARTS,
    REASONS,
    ROLES,
    SCRIPTS,
)

ChangeKind = Literal["lost", "gained", "altered"]
ChangedPart = Literal[
    "achievement",
    "task",
    "shortcoming",
    "figure",
    "fact",
    "overview",
    "requirement",
    "section",
    "sentence",
    "coverage",
    "problem",
    "check",
    "review",
    "run",
    "source",
]
ReaderChoice = Literal["unchanged", "few", "no"]

CHANGE_KINDS: Mapping[ChangeKind, str] = MappingProxyType({"lost": "丢失", "gained": "新增", "altered": "改动"})
CHANGED_PARTS: Mapping[ChangedPart, str] = MappingProxyType(
    {
        "achievement": ITEM_KINDS["achievement"],
        "task": ITEM_KINDS["task"],
        "shortcoming": ITEM_KINDS["shortcoming"],
        "figure": "数字",
        "fact": "报告信息",
        "overview": "综述",
        "requirement": "总体要求",
        "section": "版块",
        "sentence": "句子",
        "coverage": "覆盖情况",
        "problem": "问题",
        "check": "核对提示",
        "review": "人工核对",
        "run": "运行情况",
        "source": "原文文件",
    }
)
RECORDING_STATES: Mapping[str, str] = MappingProxyType(
    {"fresh": "有效", "stale": "过期", "missing": "缺失", "orphan": "多余", "half-used": "未用完"}
)
GATE_PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "stale": "条记录已过期",
        "missing": "次提问没有可用的记录",
        "half_used": "条记录只用了一部分",
        "unused": "条记录没有用到",
        "stranger": "条记录属于已不在的报告",
        "limit": "指标越过界限",
        "no_accepted": "没有已接受的摘要",
        "other_bytes": "与已接受的摘要内容相同，文件写法不同",
        "whole": "整体",
        "verdict": "",
    }
)
REQUEST_PARTS: Mapping[str, str] = MappingProxyType(
    {
        "version": "提示词版本",
        "prompt": "提示词正文",
        "schema": "答案格式",
        "added": "instructor附加的话",
        "text": "单元文字",
        "question": "单元前后的话",
        "chunking": "切分",
        "rules": "自己的规则",
        "sampling": "采样设置",
        "reask": "追问",
        "request": "请求",
    }
)
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "id": "编号",
        "n": "句号",
        "order": "顺序",
        "title": "标题",
        "summary": "概括",
        "text": "文字",
        "made": "成文方式",
        "look": "建议核对",
        "domain": "领域",
        "actor": "主体",
        "figures": "数字",
        "figures_cited": "入条目的数字",
        "evidence": "出处",
        "candidates": "候选",
        "score": "评分",
        "faults": "毛病",
        "target": "目标",
        "targets": "分项目标",
        "deadline": "时限",
        "responsible": "责任单位",
        "quote": "原文",
        "place": "位置",
        "boxes": "页上位置",
        "page": "页",
        "box": "框",
        "value": "数值",
        "value_max": "数值上限",
        "mode": "限定",
        "unit": "单位",
        "metric": "所计",
        "counted": "所计（只写事项）",
        "repeats": "与哪个数相同",
        "modifier": "限定语",
        "figure": "数字",
        "section": "部分",
        "items": "条目",
        "item": "条目",
        "direction": "升降",
        "organisation": "单位",
        "region": "地区",
        "kind": "报告类型",
        "kind_title": "报告名称",
        "domains": "领域表",
        "language_script": "字体",
        "review_years": "回顾年份",
        "plan_year": "计划年份",
        "year": "年份",
        "start": "起",
        "end": "止",
        "basis": "依据",
        "stated": "有无计划",
        "role": "性质",
        "heading": "标题",
        "disposition": "去向",
        "rule": "规则",
        "actor_rule": "主体的规则",
        "rules": "自己的规则",
        "sentences": "句数",
        "cited": "引用句数",
        "left_out": "略去句数",
        "uncovered": "未引用也未说明的句子",
        "code": "代码",
        "message": "说明",
        "model": "模型",
        "endpoint_kind": "端点类型",
        "prompts": "提示词",
        "calls": "请求次数",
        "prompt_tokens": "输入词元",
        "cached_tokens": "缓存词元",
        "completion_tokens": "输出词元",
        "seconds": "秒数",
        "second_look": "复查",
        "asked": "问过的句子",
        "taken": "采用的句子",
        "rejected": "被拒的答案",
        "complete": "完整",
        "checked": "已核对",
        "corrected": "人工更正",
        "comment": "批注",
        "reviewer": "核对人",
        "time": "时间",
        "file": "文件名",
        "sha256": "文件摘要值",
        "encoding": "编码",
        "format": "格式",
        "chars": "字数",
    }
)

MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "contract": "输出契约",
        "sections": "版块",
        "coverage": "覆盖",
        "meta": "报告信息",
        "achievements": "成绩",
        "tasks": "任务",
        "digest": "成文",
        "items": "条目",
        "figures": "数字",
        "domains": "领域",
        "breaches": "违约数",
        "role_accuracy": "性质正确率",
        "uncovered": "未引用也未说明的句数",
        "sentences": "句数",
        "figures_cited": "入条目的数字",
        "review_years": "回顾年份",
        "plan_year": "计划年份",
        "region": "地区",
        "gold": "标注数",
        "found": "找到数",
        "recall": "召回率",
        "must_recall": "要点召回率",
        "predicted": "给出数",
        "gist": "要义重合度",
        "domain": "领域正确率",
        "length_ratio": "与原文字数之比",
        "by_model": "模型成文比例",
        "total": "总数",
        "right_place": "位置正确数",
        "wrong_kind": "类别错误数",
        "outside": "在版块之外数",
        "ungrounded": "无出处数",
        "precision": "精确率",
        "unsupported_numbers": "无据数字",
        "value_right": "数值正确数",
        "values": "数值正确率",
        "agreed": "一致率",
        "words": "文句",
        "points": "要点数",
        "keys": "该说的说到",
        "whole": "要点说全",
        "true": "无不当之语",
        "short": "不过长",
        "title": "标题得当",
        "pasteable": "可照用",
        "overview": "总述要点说到",
        "marked": "不可照用而有⚠",
        "alarms": "可照用而有⚠",
    }
)
AB_TEST_MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "valid": "首答合格",
        "reasks": "每单位追问次数",
        "stands": "首答直接采用",
        "said_untrue": "首答有原文没有的话",
        "said_numbers": "首答编造的数字",
        "said_figures": "首答保留的数字",
        "said_coverage": "首答反映的句子",
        "figures": "摘要保留的数字",
        "coverage": "摘要反映的句子",
        "gist": "与标注要点的重合",
        "length": "摘要长度与原文之比",
        "taken": "复查采纳的句子",
        "flicker": "多次回答不一致",
        "prompt_tokens": "每单位提示词元",
        "completion_tokens": "每单位回答词元",
        "seconds": "每单位秒数",
        "recall": "条目召回",
        "precision": "条目归位准确",
        "figure_recall": "数字召回",
        "figure_values": "数字取值正确",
        "domains": "领域一致",
        "made_up": "摘要中无依据的数字",
        "uncovered": "未引用也未说明的句子",
    }
)
VERDICTS: Mapping[str, str] = MappingProxyType(
    {"improved": "变好", "worse": "变差", "no evidence": "看不出差别", "too few data": "数据太少"}
)
LINE_KINDS: Mapping[str, str] = MappingProxyType({**ITEM_KINDS, "overview": "总述"})
READER_CHOICES: Mapping[ReaderChoice, str] = MappingProxyType(
    {"unchanged": "能一字不改", "few": "改几个字", "no": "不能"}
)
SHEET_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "sample": "样本",
        "number": "编号",
        "report": "报告",
        "kind": "类别",
        "title": "标题",
        "text": "文句",
        "headings": "所在标题",
        "sources": "原文",
        "choice": "判断（能一字不改、改几个字、不能）",
        "reason": "理由",
        "reader": "读者",
    }
)
MOVES: Mapping[str, str] = MappingProxyType({"better": "变好", "worse": "变差", "moved": "有变"})
_VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "made": MappingProxyType({key: label.name for key, label in ORIGINS.items()}),
        "mode": MODES,
        "basis": BASES,
        "section": MappingProxyType({key: label.name for key, label in PARTS.items()}),
        "role": MappingProxyType({key: label.name for key, label in ROLES.items()}),
        "disposition": MappingProxyType(
            {
                **{key: label.name for key, label in REASONS.items()},
                **{key: label.name for key, label in DISPOSITIONS.items()},
            }
        ),
        "direction": MappingProxyType({key: label.name for key, label in DIRECTIONS.items()}),
        "language_script": SCRIPTS,
    }
)
"""What a field may hold, by the field's name."""


def translate_measure(name: str) -> str:
    """Chinese name of a measure, as `scores.list_measures` names it; a part that has none keeps its own."""
    return "·".join(MEASURES.get(part, part) for part in name.split("."))


def translate_part(what: ChangedPart) -> str:
    """Chinese name of a part of a digest."""
    return CHANGED_PARTS[what]


def translate_part_of_request(part: str) -> str:
    """Chinese name of a part of a request as `StaleReason` has it; empty for none, an unknown one keeps its own."""
    name = part.partition(":")[0]
    return REQUEST_PARTS.get(name, name)


def translate_field(field: str) -> str:
    """Chinese name of a field or a dotted path of fields; a part that has none (a prompt's id) keeps its own."""
    first, *rest = field.split(".")
    known = _VALUES["disposition"] if first == "left_out" else FIELDS
    return "·".join([FIELDS.get(first, first), *(known.get(part, part) for part in rest)])


def translate_value(field: str, value: object, domains: Mapping[str, str]) -> str:
    """A plain value as a person reads it; `field` is its name without a path, `domains` the titles by key."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return str(value) if "year" in field or field in {"start", "end"} else f"{value:,}"
    known = domains if field == "domain" else _VALUES.get(field, {})
    return known.get(str(value), str(value))
