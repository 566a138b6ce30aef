"""README and guides show real commands and real output; what they point at is there."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from documents import (
    COMMANDS,
    DOCUMENTS,
    GUIDES,
    README,
    ROOT,
    find_anchors,
    find_blocks,
    find_command,
    find_command_lines,
    find_links,
    find_spans,
    list_commands,
    read_document,
)
from huimou import settings
from huimou.cli.results.guide import read_title
from huimou.settings import Endpoint, resolve_endpoint

_LONGEST = 220
_NEEDS_A_MODEL = (
    "huimou regress jingzhou-2020 --prompt item-summary@my/item-summary.md --against item-summary@1 --repeat 1"
)
_EVERYWHERE = {"--help", "--hypothesis-profile"}
_OF_A_USER = {"tests/test_huimou.py"}
_SECONDS = re.compile(r"\s+\d+\.\d$")
_PRIVATE = re.compile(r"/(?:tmp|home|root|work|Users)/")

every_document = pytest.mark.parametrize("name", DOCUMENTS)


def run(*words: str) -> str:
    """Standard output of a huimou command, run in the project's folder."""
    command = [sys.executable, "-m", "huimou", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT).stdout


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the five digests, replayed; what the command printed is in its `printed.txt`."""
    folder = tmp_path_factory.mktemp("readme")
    printed = run("summarise", "seeds", "-o", str(folder), "--replay")
    (folder / "printed.txt").write_text(printed, encoding="utf-8")
    return folder


def shown_by(command: str) -> list[str]:
    """The lines that a document shows as the output of a command; what is cut out of them is …."""
    bodies = [block.body for name in DOCUMENTS for block in find_blocks(read_document(name)) if block.info == "console"]
    (body,) = [body for body in bodies if body.startswith(f"$ {command}\n")]
    return [line.rstrip() for line in body.splitlines()[1:] if line.strip()]


def stands_in(shown: str, printed: str) -> bool:
    """Whether the pieces of a shown line stand in a printed one in their order."""
    pattern = ".*".join(map(re.escape, shown.split("…")))
    return re.search(pattern, printed) is not None


def test_excerpt_is_of_the_real_digest(out: Path) -> None:
    """Each line of the excerpt stands in the Markdown that the recordings give."""
    excerpt = re.search(r"```markdown\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert excerpt
    page = set((out / "xianning-2022.md").read_text(encoding="utf-8").splitlines())
    assert [line for line in excerpt.group(1).splitlines() if line not in page] == []


def test_measures_are_those_of_eval(out: Path) -> None:
    """Each table that `huimou eval` prints stands in a document."""
    printed = "\n".join(line.rstrip() for line in run("eval", str(out)).splitlines())
    tables = [table.strip("\n") for table in printed.split("\n\n") if table.strip()]
    assert len(tables) == 2
    texts = list(map(read_document, DOCUMENTS))
    assert [table for table in tables if not any(table in text for text in texts)] == []


def test_first_table_is_real(out: Path) -> None:
    """The first table is what `huimou summarise` prints, but for the seconds."""
    printed = [line.rstrip() for line in (out / "printed.txt").read_text(encoding="utf-8").splitlines() if line.strip()]
    shown = shown_by("huimou summarise seeds -o out --replay")
    assert [_SECONDS.sub("", line) for line in shown] == [_SECONDS.sub("", line) for line in printed]


def test_stale_recordings_are_explained_as_shown(tmp_path: Path) -> None:
    """One word of one prompt changed: the status that the guide shows."""
    prompts = shutil.copytree(ROOT / "prompts", tmp_path / "prompts")
    edited = (prompts / "item-summary.md").read_text(encoding="utf-8")
    edited = edited.replace("version: 2", "version: 3").replace("1. 写清做了什么", "1. 写明做了什么")
    (prompts / "item-summary.md").write_text(edited, encoding="utf-8")
    printed = run("fixtures", "status", "xianning-2022", "--prompts", str(prompts))
    shown = shown_by("huimou fixtures status xianning-2022")
    assert [line for line in shown if not any(stands_in(line, other) for other in printed.splitlines())] == []


def test_profiles_are_listed_as_shown() -> None:
    """The kinds of report that come with huimou."""
    assert shown_by("huimou profiles") == run("profiles").splitlines()


def test_a_sentence_is_explained_as_shown(out: Path) -> None:
    """The lines that the guide to rules shows, what is cut out of them aside."""
    printed = run("explain", str(out / "wuhan-2017-2021.json"), "14").splitlines()
    shown = shown_by("huimou explain out/wuhan-2017-2021.json 14")
    assert [line for line in shown if line != "…" and line not in printed] == []


def test_what_is_shown_is_tried() -> None:
    """No output stands in a document that no test above compares, but for what needs a model."""
    bodies = [block.body for name in DOCUMENTS for block in find_blocks(read_document(name)) if block.info == "console"]
    commands = {body.splitlines()[0].removeprefix("$ ") for body in bodies}
    tried = {
        "huimou summarise seeds -o out --replay",
        "huimou explain out/wuhan-2017-2021.json 14",
        "huimou fixtures status xianning-2022",
        "huimou profiles",
    }
    assert commands == {*tried, _NEEDS_A_MODEL}


@every_document
def test_command_lines_parse(name: str) -> None:
    """Each huimou command of a shell block exists and takes the arguments and options it is given."""
    for words in find_command_lines(read_document(name)):
        command, rest = find_command(words)
        command.make_context("huimou", rest).close()


@every_document
def test_commands_within_lines_exist(name: str) -> None:
    """As far as they are written out: the command, and its options."""
    for span in find_spans(read_document(name)):
        if span.startswith("huimou "):
            command, rest = find_command(span.split()[1:])
            known = {option for parameter in command.params for option in parameter.opts}
            named = {word.partition("=")[0] for word in rest if word.startswith("-") and len(word) > 1}
            assert named <= known, span
            if command.name == "guide" and rest and rest[0][0].islower():
                assert rest[0] in GUIDES


@every_document
def test_options_within_lines_exist(name: str) -> None:
    """An option that is named alone belongs to some command."""
    commands = [COMMANDS, *(command for _, command in list_commands())]
    known = {option for command in commands for one in command.params for option in (*one.opts, *one.secondary_opts)}
    spans = [span for span in find_spans(read_document(name)) if span.startswith("--")]
    named = {re.split(r"[ =]", word)[0] for span in spans for word in span.split() if word.startswith("--")}
    assert named - known - _EVERYWHERE == set()


@every_document
def test_links_resolve(name: str) -> None:
    """A relative link leads to a file, and its anchor to a heading."""
    for link in find_links(read_document(name)):
        if not link.startswith("http"):
            target, _, anchor = link.partition("#")
            file = (DOCUMENTS[name].parent / target).resolve() if target else DOCUMENTS[name]
            assert file.exists(), link
            assert not anchor or anchor in find_anchors(file.read_text(encoding="utf-8")), link


@every_document
def test_files_of_the_project_are_there(name: str) -> None:
    """Sources and tests that are named exist; no path is of somebody's own machine."""
    text = read_document(name)
    named = set(re.findall(r"(?:src|tests)/[\w./-]*\w", text)) - _OF_A_USER
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert not _PRIVATE.search(text)


@every_document
def test_python_blocks_are_python(name: str) -> None:
    """Each is a whole piece of Python."""
    for block in find_blocks(read_document(name)):
        if block.info.partition(" ")[0] == "python":
            ast.parse(block.body)


def test_settings_file_is_accepted(tmp_path: Path) -> None:
    """The settings that the guide to servers shows are settings."""
    (block,) = [block for block in find_blocks(read_document("servers")) if block.info == "toml"]
    (tmp_path / "huimou.toml").write_text(block.body, encoding="utf-8")
    endpoint = resolve_endpoint(environment={}, folder=tmp_path)
    assert (endpoint.model, endpoint.patience) == ("Qwen/Qwen3-8B", 900)
    assert endpoint.extra == {"chat_template_kwargs": {"enable_thinking": False}}


def test_every_setting_is_in_the_table() -> None:
    """The table of the guide to servers has one row for each setting, with the default that the code has."""
    rows = re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", read_document("servers"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(settings._NAMES)
    told = dict(rows)
    plain = Endpoint("openai")
    assert (told["timeout"], told["patience"]) == (f"`{plain.timeout:g}`", f"`{plain.patience:g}`")
    assert f"`{plain.mode}`" in told["mode"]
    assert f"{Endpoint('builtin').concurrency} for the built-in model" in told["concurrency"]


def test_every_extra_is_in_the_table() -> None:
    """The table of the guide to installing has one row for each extra."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    rows = re.findall(r"^\| `(\w+)` \|", read_document("install"), re.MULTILINE)
    assert sorted(rows) == sorted(declared)


def test_every_command_is_named() -> None:
    """A command that neither README nor a guide mentions cannot be found; each says what it does."""
    texts = "\n".join(map(read_document, DOCUMENTS))
    commands = dict(list_commands())
    assert commands
    assert [name for name in commands if name not in texts] == []
    assert [name for name, command in commands.items() if not (command.help or "").strip()] == []
    assert COMMANDS.help


def test_readme_is_short() -> None:
    """What is longer is a guide."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= _LONGEST


def test_readme_lists_every_guide() -> None:
    """With a link and the guide's own title."""
    text = README.read_text(encoding="utf-8")
    for name, path in GUIDES.items():
        link = path.relative_to(ROOT).as_posix()
        assert f"| [`huimou guide {name}`]({link}) | {read_title(path)} |" in text
