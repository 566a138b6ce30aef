"""labels: every code that the program can give has a Chinese name, and no name is left without a code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

import huimou
from huimou import digest
from huimou.compare.followup.result import Attainment, DecidedBy, PointOutcome, VerdictGround
from huimou.digest.steps import secrecy
from huimou.digest.steps.checks import HARM
from huimou.digest.steps.ingest import reading
from huimou.language.reading import AsideReason
from huimou.language.rules import get_rules
from huimou.model import digest as contract
from huimou.model.outcome import Status
from huimou.model.report import Direction, FigureMode, ItemKind, Role, SummaryOrigin
from huimou.outputs import labels
from huimou.outputs.html.shell import STYLE, read_asset
from huimou.outputs.labels import CODES
from huimou.outputs.phrases import translate_code
from huimou.service.models import JobStatus

MAKERS = {"Problem", "Doubt", "_build_problem"}


def raised() -> Iterator[str]:
    """First words of every call that makes a problem or a doubt, and what the reading of a text can find."""
    for path in Path(huimou.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                yield from (word for word in words if isinstance(word, str) and re.fullmatch(r"[a-z_0-9]+", word))
    yield from HARM
    yield secrecy.CODE
    yield from (code for code, _, _ in (*reading._INLINE, *reading._WITHIN))
    yield from get_args(AsideReason)


def test_every_code_has_a_name() -> None:
    """None is missing, none is left over that nothing raises, and no name is empty or Latin."""
    codes = set(raised())
    assert {"broken_line", "utf8_read_as_gbk", "too_long", "spaced_text", "running_head"} <= codes
    assert codes - set(CODES) == set()
    assert set(CODES) - codes == set()
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", name) for name in CODES.values())


@pytest.mark.parametrize(("code", "name"), [("too_long", "摘要太长"), ("of_tomorrow", "of_tomorrow")])
def test_a_name(code: str, name: str) -> None:
    """What is not known, of a newer digest, is shown as it is."""
    assert translate_code(code) == name


def produced_reasons() -> Iterator[str]:
    """Every reason that a step can give for leaving a sentence out."""
    yield from get_args(AsideReason)
    yield from (rule.decides for rule in get_rules("dispositions").rules)
    for path in Path(digest.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from _read_reasons(node)


def _read_reasons(node: ast.AST) -> Iterator[str]:
    """Strings that are given for a reason: as an argument or variable of that name, as a default, or to set aside."""
    given: list[ast.AST] = []
    match node:
        case ast.keyword(arg="left_out" | "reason", value=value):
            given = [value]
        case ast.Assign(targets=[ast.Name(id="reason")], value=value):
            given = [value]
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="left_out"), attr="get"), args=[_, default]):
            given = [default]
        case ast.Call(func=ast.Name(id="set_aside"), args=[_, reason, *_]):
            given = [reason]
        case ast.Call(func=ast.Attribute(attr="leave_out"), args=[reason, *_]):
            given = [reason]
        case ast.Call(func=ast.Name(id="_Verdict"), args=[_, _, reason, _]):
            given = [reason]
    yield from (text for one in given for text in _read_strings(one))


def _read_strings(node: ast.AST) -> Iterator[str]:
    """Strings in an expression, but for what it compares and tests."""
    asked = [one for one in ast.walk(node) if isinstance(one, (ast.Compare, ast.Call))]
    inside = {id(inner) for one in asked for inner in ast.walk(one)}
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in inside:
            yield one.value


def test_every_reason_has_a_name_and_a_tint() -> None:
    """None is missing, and none is left over that no step gives."""
    assert set(produced_reasons()) - set(labels.DISPOSITIONS) == set(labels.REASONS)
    assert {one.tint for one in (*labels.REASONS.values(), *labels.DISPOSITIONS.values())} == set(labels.TINTS)
    style = read_asset(STYLE)
    assert [tint for tint in labels.TINTS if f".tint-{tint}, .s.{tint} {{" not in style] == []


def of_field(model: type[BaseModel], field: str) -> object:
    """The type that a field of the contract is annotated with."""
    return model.model_fields[field].annotation


@pytest.mark.parametrize(
    ("table", "codes"),
    [
        (labels.ITEM_KINDS, ItemKind),
        (labels.ORIGINS, SummaryOrigin),
        (labels.BASES, of_field(contract.PlanYear, "basis")),
        (labels.MODES, FigureMode),
        (labels.DIRECTIONS, Direction),
        (labels.PARTS, of_field(contract.Figure, "section")),
        (labels.ROLES, Role),
        (labels.SCRIPTS, of_field(contract.ReportFacts, "language_script")),
        (labels.STATUSES, Status),
        (labels.JOB_STATUSES, JobStatus),
        (labels.OUTCOMES, PointOutcome),
        (labels.DECIDERS, DecidedBy),
        (labels.GROUNDS, VerdictGround),
        (labels.ATTAINMENTS, Attainment),
    ],
)
def test_a_closed_list_is_covered(table: Mapping[str, object], codes: object) -> None:
    """Each table has exactly the codes of its type, and no name is empty."""
    assert table.keys() == set(get_args(codes))
    assert all(words for label in table.values() for words in (label if isinstance(label, str) else astuple(label)))
