"""What a model is told about an answer that does not fit its schema, in words of our own.

Instructor's hold a pydantic version, which would make a recording stale with every upgrade.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

_MOST_COMPLAINTS = 5
_LONGEST_NAME = 60
# By pydantic's error types, which are stable, unlike its messages; the first that a type starts with counts.
_WORDS = {
    "missing": "缺少这个字段",
    "extra_forbidden": "没有这个字段，请删去",
    "json_invalid": "不是一个完整的 JSON 对象",
    "json_type": "不是一个完整的 JSON 对象",
    "literal_error": "只能是 {expected} 之一",
    "enum": "只能是 {expected} 之一",
    "string_too_long": "太长，最多 {max_length} 个字符",
    "string_too_short": "太短，至少 {min_length} 个字符",
    "string_pattern": "写法不合规定",
    "string": "应当是字符串",
    "int": "应当是整数",
    "float": "应当是数",
    "bool": "应当是 true 或 false",
    "list": "应当是数组",
    "model": "应当是对象",
    "dict": "应当是对象",
    "too_long": "项数太多，最多 {max_length} 项",
    "too_short": "项数太少，至少 {min_length} 项",
    "greater_than_equal": "不得小于 {ge}",
    "greater_than": "必须大于 {gt}",
    "less_than_equal": "不得大于 {le}",
    "less_than": "必须小于 {lt}",
}


def build_reask_text(error: Exception) -> str:
    """What the model is told about an answer that does not fit, built from the errors alone."""
    found = "\n".join(f"- {each}" for each in list_complaints(error))
    return f"上一个回答不合要求：\n{found}\n请只输出改正后的完整 JSON，不要解释。"


def list_complaints(error: Exception) -> list[str]:
    """Up to five errors in words of our own, each with the place in the answer."""
    if not isinstance(error, ValidationError):
        return ["没有按规定的格式作答"]
    found = error.errors(include_url=False, include_input=False)[:_MOST_COMPLAINTS]
    return [_word_complaint(str(each["type"]), each["loc"], each.get("ctx") or {}) for each in found]


def _word_complaint(kind: str, place: tuple[int | str, ...], context: Mapping[str, Any]) -> str:
    template = _WORDS.get(kind) or next((words for start, words in _WORDS.items() if kind.startswith(start)), "")
    if kind in {"value_error", "assertion_error"}:
        said = str(context.get("error", "不合要求"))
    else:
        said = template.format_map(_Known(context)) if template else f"不合要求（{kind}）"
    where = ".".join(str(step)[:_LONGEST_NAME] for step in place)  # a model may name a field whatever it likes
    return f"{where}：{said}" if where else said


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "规定的值"
