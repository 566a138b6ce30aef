"""The plain format of the usual mode is instructor's to the letter, and replay loads no library of the network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from huimou.digest.questions import answers
from huimou.llm.answer_format import MISFITS, AnswerFormat, JsonSchemaFormat
from huimou.llm.answerers.completion import clean_body
from huimou.llm.asking import InstructorFormat
from huimou.llm.client import open_client
from huimou.llm.question import request_digest
from huimou.llm.reask import build_reask_text
from huimou.settings import Endpoint
from places import ROOT, SUPPORT
from scripted_server import completion, serving, tool_call
from small_question import GOOD, Gist, Loose, ask_for

OWN = [one for one in vars(answers).values() if isinstance(one, type) and issubclass(one, BaseModel)]
SCHEMAS = [Gist, Loose, *(one for one in OWN if one is not BaseModel)]
BODY = {
    "model": "m",
    "messages": [{"role": "system", "content": "你是编辑。"}, {"role": "user", "content": "全年召开会议12次。"}],
    "temperature": 0,
    "seed": 7,
    "max_tokens": 80,
}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.__name__)
def test_bodies_are_instructors(schema: type[BaseModel]) -> None:
    """Key for key in the same order, so that no request changes its identity."""
    plain, theirs = (form.bind(BODY, schema) for form in (JsonSchemaFormat(), InstructorFormat("json_schema")))
    assert json.dumps(plain, ensure_ascii=False) == json.dumps(theirs, ensure_ascii=False)
    assert request_digest(plain) == request_digest(theirs)


def outcome(form: AnswerFormat, completed: dict[str, Any]) -> tuple[Any, str]:
    """The value that a format reads, or what it asks next."""
    try:
        return form.read(completed, Gist), ""
    except MISFITS as error:
        return build_reask_text(error), request_digest(form.ask_again(BODY, completed, error))


@pytest.mark.parametrize(
    "message",
    [
        {"content": GOOD},
        {"content": '{"summary":"开会12次","count":"12","parts":[{"title":"甲","kind":"调研"}]}'},
        {"content": '{"summary":"' + "长" * 21 + '","count":1}'},
        {"content": '{"summary":"开会","count":1,"parts":[{"kind":"聚餐"}]}'},
        {"content": "不知道"},
        {"content": ""},
        {"content": None, "tool_calls": [tool_call(GOOD)]},
    ],
)
def test_answers_are_read_as_instructor_does(message: dict[str, Any]) -> None:
    """The same value, or the same complaints and the same second question."""
    completed = clean_body(completion(**message).body, strict=False)
    plain, theirs = (outcome(form, completed) for form in (JsonSchemaFormat(), InstructorFormat("json_schema")))
    assert plain == theirs
    assert BODY["messages"] == [
        {"role": "system", "content": "你是编辑。"},
        {"role": "user", "content": "全年召开会议12次。"},
    ]


@pytest.mark.parametrize("mode", ["json_schema", "json", "md_json", "tools"])
def test_bodies_are_never_changed(mode: Any) -> None:
    """What a layer below has kept of the first question stays as it was sent."""
    form: AnswerFormat = JsonSchemaFormat() if mode == "json_schema" else InstructorFormat(mode)
    body = form.bind(BODY, Gist)
    before = json.dumps(body)
    completed = clean_body(completion("{}").body, strict=False)
    with pytest.raises(MISFITS) as caught:
        form.read(completed, Gist)
    again = form.ask_again(body, completed, caught.value)
    assert json.dumps(body) == before
    assert len(again["messages"]) > len(body["messages"])
    assert isinstance(caught.value, (ValidationError, ValueError))


REPLAY = """
import sys
from huimou.cli import main
sys.argv[1:] = ["summarise", "seeds/yingtan-2022.txt", "--replay", "-o", sys.argv[1], "-q"]
try:
    main()
except SystemExit as done:
    assert not done.code, done.code
print("loaded:", *sorted({"openai", "instructor", "httpx2", "tenacity"} & sys.modules.keys()))
"""


def test_replay_loads_no_library_of_the_network(tmp_path: Path) -> None:
    """A whole run from recordings has nobody to ask, and does not pay a second to get ready for it."""
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "loaded:"


RESUME = """
import sys
from pathlib import Path
from huimou.llm.client import open_client
from huimou.settings import Endpoint
from small_question import ask_for
url, ledger = sys.argv[1:]
with open_client(Endpoint("openai", url, "m"), store=Path(ledger)) as client:
    assert client.ask(ask_for()).value.count == 12
print("loaded:", *sorted({"openai", "instructor"} & sys.modules.keys()))
"""


def test_a_kept_answer_needs_neither_library(tmp_path: Path) -> None:
    """A run that goes on from its store loads openai when it first has to ask, and not before."""
    with serving([completion(GOOD)]) as server:
        with open_client(Endpoint("openai", server.url, "m"), store=tmp_path / "ledger") as client:
            client.ask(ask_for())
        done = subprocess.run(
            [sys.executable, "-c", RESUME, server.url, str(tmp_path / "ledger")],
            cwd=SUPPORT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert server.calls == 1
    assert done.stdout.splitlines()[-1] == "loaded:"
