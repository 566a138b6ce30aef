"""What is known of the language stands in rule files: no list or pattern of Chinese words is left in Python.

Refused, outside docstrings: a pattern with more than three alternatives or a character class of more than three Chinese
characters; a list, set or tuple of more than three Chinese words; a dict with more than three Chinese keys. Labels are
no knowledge: a dict may have Chinese values under ASCII keys, a message may name four things in one sentence.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

_SOURCE = Path(__file__).parent.parent / "src" / "huimou"
_MODULES = sorted(_SOURCE.rglob("*.py"))
_MOST = 3
_HAN = re.compile(r"[\u3400-\u9fff]")
_CLASS = re.compile(r"\[\^?((?:\\.|[^\]\\])*)\]")
_RANGE = re.compile(r"[\u3400-\u9fff]-[\u3400-\u9fff]")
# A bar between alternatives; the bar of a table has a space on either side or stands at the edge of a row.
_BAR = re.compile(r"(?<![\s\\])\|(?!\s)")
_PATTERN_SIGN = re.compile(r"[\[\]|\\^*+?{}]")
_COLLECTIONS = frozenset({"set", "frozenset", "list", "tuple"})
# Where a list of Chinese texts without signs of a pattern is a row of headings or of made-up words, not knowledge.
_ROOMS_OF_LABELS = (
    re.compile(r"(?:outputs|evaluation|cli|service)/"),  # column headings, legends, lines of help
    re.compile(r"compare/(?:\w+/)*to_\w+(?:\.py|/)"),  # headings of tables that compare reports
    re.compile(r"llm/probing/"),  # words made up to see whether a server repeats them
)


def find_knowledge(source: str, module: str) -> Iterator[tuple[int, str]]:
    """Line and description of every list or pattern of Chinese words in a module.

    Args:
        source: of the module.
        module: its path under the package, by which labels are allowed.

    """
    labels = any(room.match(module) for room in _ROOMS_OF_LABELS)
    for node in _walk(ast.parse(source)):
        text = _read_text(node)
        if text is not None:
            yield from ((node.lineno, said) for said in _judge_text(text))
        elif (words := _list_words(node)) is not None:
            allowed = labels and not isinstance(node, ast.Dict) and not any(map(_PATTERN_SIGN.search, words))
            if len(words) > _MOST and not allowed:
                yield node.lineno, f"{len(words)} Chinese {_name(node)}: {' '.join(words[:4])} …"


def _walk(node: ast.AST) -> Iterator[ast.expr]:
    """Every expression, texts whole; docstrings and types (`Literal[…]`: what an output may say) are left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Subscript) and isinstance(child.value, ast.Name) and child.value.id == "Literal":
            continue
        if isinstance(child, ast.expr):
            yield child
            if _read_text(child) is not None:
                yield from (inner for hole in _find_holes(child) for inner in _walk(hole))
                continue
        yield from _walk(child)


def _find_holes(node: ast.AST) -> Iterator[ast.FormattedValue]:
    """What a text has in its braces."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FormattedValue):
            yield child
        else:
            yield from _find_holes(child)


def _read_text(node: ast.expr) -> str | None:
    """The constant parts of a text, joined; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_read_text(part) or "" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _read_text(node.left), _read_text(node.right)
        return None if left is None or right is None else left + right
    return None


def _judge_text(text: str) -> Iterator[str]:
    words = _RANGE.sub("", text)
    if not _HAN.search(words):
        return
    if len(_BAR.findall(text)) >= _MOST:
        yield f"pattern of {len(_BAR.findall(text)) + 1} alternatives: {_shorten(text)}"
    for inside in _CLASS.findall(words):
        if len(_HAN.findall(inside)) > _MOST:
            yield f"class of characters: [{_shorten(inside)}]"


def _list_words(node: ast.expr) -> list[str] | None:
    """The Chinese words that an expression lists, or the Chinese keys of its rows; None where it lists nothing."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return _select_chinese([_read_key(entry) for entry in node.elts])
    if isinstance(node, ast.Dict):
        return _select_chinese([_read_text(key) if key else None for key in node.keys])
    if isinstance(node, ast.Call):
        return _list_words_of_call(node)
    if isinstance(node, ast.Compare) and isinstance(node.ops[-1], ast.In | ast.NotIn):
        # what looks something up in a text of the program's own looks for one of its characters
        return _HAN.findall(_read_text(node.comparators[-1]) or "")
    return None


def _list_words_of_call(node: ast.Call) -> list[str] | None:
    if isinstance(node.func, ast.Attribute) and node.func.attr == "split":
        separator = _read_text(node.args[0]) if node.args else None
        return _select_chinese((_read_text(node.func.value) or "").split(separator or None))
    if isinstance(node.func, ast.Name) and node.func.id in _COLLECTIONS and node.args:
        return _HAN.findall(_read_text(node.args[0]) or "")
    return None


def _read_key(entry: ast.expr) -> str | None:
    """A text, or the first of a row: rows that begin with Chinese words are a table of them."""
    if isinstance(entry, ast.Call):
        return _read_text(entry.args[0]) if entry.args else None
    if isinstance(entry, ast.Tuple | ast.List):
        return _read_text(entry.elts[0]) if entry.elts else None
    return _read_text(entry)


def _select_chinese(texts: Sequence[str | None]) -> list[str]:
    return [text for text in texts if text and _HAN.search(text)]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Dict):
        return "keys of a dict"
    return "characters" if isinstance(node, ast.Compare) else f"words of a {type(node).__name__.casefold()}"


def _shorten(text: str) -> str:
    return text if len(text) <= 48 else f"{text[:48]} …"


@pytest.mark.parametrize("path", _MODULES, ids=lambda path: path.relative_to(_SOURCE).as_posix())
def test_a_module_holds_no_knowledge_of_the_language(path: Path) -> None:
    """Words and patterns belong in `language/rules/*.toml`; each is reported with its line."""
    module = path.relative_to(_SOURCE).as_posix()
    found = find_knowledge(path.read_text(encoding="utf-8"), module)
    assert not (said := "\n".join(f"{module}:{line}: {what}" for line, what in sorted(found))), said


@pytest.mark.parametrize(
    "source",
    [
        'X = re.compile(r"召开|举办|开展|组织")',
        'X = re.compile(r"召开|举办" r"|开展|组织")',
        'X = rf"{A}召开|举办|{B}|组织"',
        'X = "召开|举办" + "|开展|组织"',
        "X = f\"{re.sub(r'召开|举办|开展|组织', str(), text)}\"",
        'X = re.compile(r"[省市县区]")',
        'X = rf"[{NUM}省市县区]+"',
        'X = ("召开", "举办", "开展", "组织")',
        'X = text.startswith(("召开", "举办", "开展", "组织"))',
        'X = frozenset({"召开", "举办", "开展", "组织"})',
        'X = frozenset("的和与及")',
        'X = char in "的和与及"',
        'X = "召开 举办 开展 组织".split()',
        'X = "召开、举办、开展、组织".split("、")',
        'X = {"召开": 1, "举办": 2, "开展": 3, "组织": 4}',
        'X = (("召开", 1), ("举办", 2), ("开展", 3), ("组织", 4))',
        'X = [Row("召开"), Row("举办"), Row("开展"), Row("组织")]',
    ],
)
def test_knowledge_is_found(source: str) -> None:
    """However it is written down."""
    assert list(find_knowledge(source, "digest/steps/any.py"))


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ('"""召开|举办|开展|组织"""', "digest/steps/any.py"),
        ('X = 1\n"""召开|举办|开展|组织"""', "digest/steps/any.py"),
        ('X = re.compile(r"[\\u4e00-\\u9fff]{2}|[一-龥]|a|b")', "digest/steps/any.py"),
        ('X = re.search("召开|举办|开展", text)', "digest/steps/any.py"),
        ('X = re.compile(r"a|b|c|d|e")', "digest/steps/any.py"),
        ('X = {"achievement": "成绩", "task": "任务", "a": "不足", "b": "数字", "c": "领域"}', "digest/steps/any.py"),
        ('X = "回顾、计划、成绩、不足都没有读出,请核对"', "digest/steps/any.py"),
        ('X = "| 成绩 | 任务 | 不足 | 数字 |"', "outputs/any.py"),
        ('X = Literal["成绩", "任务", "不足", "数字"]', "model/any.py"),
        ('X = ("成绩", "任务", "不足", "数字(件)")', "outputs/render/any.py"),
        ('X = ("成绩", "任务", "不足", "数字")', "compare/cities/to_table.py"),
    ],
)
def test_labels_and_messages_pass(source: str, module: str) -> None:
    """So do short lists, and rows of headings where tables are made."""
    assert list(find_knowledge(source, module)) == []


def test_headings_are_no_excuse_for_patterns() -> None:
    """Not even where tables are made may a list hold patterns, or a dict have words as keys."""
    assert list(find_knowledge('X = ("召开.*", "举办", "开展", "组织")', "outputs/any.py"))
    assert list(find_knowledge('X = {"召开": 1, "举办": 2, "开展": 3, "组织": 4}', "outputs/any.py"))
