"""codes: every check and problem that the program can raise has a Chinese name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import huimou
from huimou.digest.steps.checks import HARM
from huimou.digest.steps.ingest import reading
from huimou.language.reading import AsideReason
from huimou.outputs.render.codes import CODES, translate_code

MAKERS = {"Problem", "Doubt", "_build_problem"}


def raised() -> Iterator[str]:
    """First words of every call that makes a problem or a doubt, and what the reading of a text can find."""
    for path in Path(huimou.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                yield from (word for word in words if isinstance(word, str) and re.fullmatch(r"[a-z_0-9]+", word))
    yield from HARM
    yield from (code for code, _, _ in (*reading._INLINE, *reading._WITHIN))
    yield from get_args(AsideReason)


def test_every_code_has_a_name() -> None:
    """None is missing, none is left over that nothing raises, and no name is empty or Latin."""
    codes = set(raised())
    assert {"broken_line", "utf8_read_as_gbk", "merged_overview", "spaced_text", "running_head"} <= codes
    assert codes - set(CODES) == set()
    assert set(CODES) - codes == set()
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", name) for name in CODES.values())


@pytest.mark.parametrize(("code", "name"), [("reasked", "重问所得"), ("of_tomorrow", "of_tomorrow")])
def test_a_name(code: str, name: str) -> None:
    """What is not known, of a newer digest, is shown as it is."""
    assert translate_code(code) == name
