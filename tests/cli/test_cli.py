"""The command line: arguments, messages, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from handmade import TEXT, a_digest
from huimou import __version__
from huimou.cli import app
from huimou.digest.prompt_check import load_checked_prompts
from huimou.errors import EndpointError, InputError
from huimou.language.profiles.profile import load_shipped_profiles
from huimou.model.digest import Digest
from huimou.model.report import Document
from huimou.outputs.render.to_json import to_json
from pipeline_stand_in import Opened, stand_in
from quirky_server import HEALTHY, PROFILES, quirky


def huimou(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def real_huimou(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "huimou", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report on disk."""
    path = tmp_path / "in" / "临江.txt"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Endpoints and wirings that `summarise` opened; a stand-in does the work."""
    return stand_in(monkeypatch, lambda document: a_digest(text=document.text))


def failing(error: Exception) -> Callable[[Document], Any]:
    """Work that always fails."""

    def fail(_document: Document) -> Any:
        raise error

    return fail


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    """`huimou --help` lists the commands without importing pydantic, rich or openai."""
    code = (
        "import sys; from huimou.cli import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print('heavy:', sorted({'pydantic', 'rich', 'openai', 'instructor', 'httpx2', 'opencc'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for command in ("summarise", "show", "eval", "probe", "profiles", "rules", "serve-model", "schema"):
        assert f"\n  {command} " in out
    assert out.endswith("heavy: []\n")


@pytest.mark.parametrize(
    "command", ["summarise", "show", "eval", "probe", "profiles", "rules", "serve-model", "schema"]
)
def test_every_command_has_help(command: str) -> None:
    """Help works for each command and says something beyond its options."""
    result = huimou(command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.split("Options:")[0].splitlines()) > 3


@pytest.mark.parametrize("arguments", [["--version"], ["summarise", "--version"]])
def test_version(arguments: list[str]) -> None:
    """The version is printed without further arguments."""
    result = huimou(*arguments)
    assert (result.exit_code, result.stdout) == (0, f"huimou {__version__}\n")


def test_summarise_writes_and_sums_up(report: Path, opened: Opened) -> None:
    """Files are written, the table goes to stdout, one line a report to stderr, exit 0."""
    result = huimou("summarise", report, "-o", "out")
    assert result.exit_code == 0
    assert Path("out/临江.json").read_text(encoding="utf-8") == to_json(a_digest())
    assert result.stdout.split()[:7] == ["report", "status", "review", "plan", "figures", "uncovered", "seconds"]
    assert "[1/1] 临江.txt: complete: 2 items" in result.stderr
    session = opened[0][1]
    assert (session.record, session.replay, session.settings.prompts) == (None, None, load_checked_prompts())
    assert session.settings.choices.profiles == load_shipped_profiles()


def test_options_reach_the_endpoint(report: Path, opened: Opened) -> None:
    """Server options, in whatever order, resolve to one endpoint."""
    options = ["--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--mode", "json", "--concurrency", "3"]
    assert huimou("summarise", *options, report, "-o", "out", "--timeout", "5").exit_code == 0
    endpoint = opened[0][0]
    assert (endpoint.kind, endpoint.model, endpoint.mode) == ("openai", "m", "json")
    assert (endpoint.concurrency, endpoint.timeout) == (3, 5.0)


def test_several_servers(report: Path, opened: Opened) -> None:
    """`--base-url` may be given again; commands that ask one server at a time take one."""
    options = ["--base-url", "http://127.0.0.1:9/v1", "--base-url", "http://127.0.0.1:10/v1", "--model", "m"]
    assert huimou("summarise", *options, report, "-o", "out").exit_code == 0
    assert (opened[0][0].base_url, opened[0][0].others) == ("http://127.0.0.1:9/v1", ("http://127.0.0.1:10/v1",))


@pytest.mark.parametrize(
    ("options", "record", "replay"),
    [
        (["--record"], "fixtures/recordings", None),
        (["--replay"], None, "fixtures/recordings"),
        (["--replay", "--recordings", "tapes"], None, "tapes"),
    ],
)
def test_recordings(report: Path, opened: Opened, options: list[str], record: str | None, replay: str | None) -> None:
    """--record and --replay use fixtures/recordings unless told otherwise."""
    assert huimou("summarise", report, "-o", "out", *options).exit_code == 0
    wiring = opened[0][1]
    assert (wiring.record, wiring.replay) == (record and Path(record), replay and Path(replay))


def test_record_and_replay_exclude_each_other(report: Path, opened: Opened) -> None:
    """Both at once are wrong usage, before anything is done."""
    result = huimou("summarise", report, "-o", "out", "--record", "--replay")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: --record and --replay exclude each other\nhint: ")
    assert not opened
    assert not Path("out").exists()


def test_quiet_says_nothing_when_all_is_well(report: Path, opened: Opened) -> None:
    """--quiet prints nothing at all for a complete batch."""
    result = huimou("summarise", report, "-o", "out", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert opened


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_a_failed_report_is_named_once(report: Path, monkeypatch: pytest.MonkeyPatch, quiet: list[str]) -> None:
    """One line on stderr says which report failed and why, quiet or not; exit 3."""
    stand_in(monkeypatch, failing(InputError("it is empty")))
    result = huimou("summarise", report, "-o", "out", *quiet)
    assert result.exit_code == 3
    assert result.stderr.count("it is empty") == 1


def test_an_unusable_endpoint_is_exit_4(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error, what to do, and how much is left; no traceback."""
    stand_in(monkeypatch, failing(EndpointError("no server at x", "start it")))
    result = huimou("summarise", report, "-o", "out", "-q")
    assert result.exit_code == 4
    assert result.stderr == (
        "error: no server at x\nhint: start it\n1 of 1 reports not done; run the same command again to go on\n"
    )


@pytest.mark.parametrize(
    "words", [("summarise", "report.txt"), ("openai-batch", "export", "report.txt"), ("worksheet", "out")]
)
def test_an_empty_word_for_a_folder_is_wrong_usage(report: Path, words: tuple[str, ...]) -> None:
    """It would mean the working directory."""
    del report
    result = huimou(*words, "-o", "")
    assert result.exit_code == 2
    assert "an empty word names no file or folder" in result.stderr
    assert not list(Path().glob("*.json"))


def test_ctrl_c_says_how_to_go_on(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt ends with one line and 130."""

    def interrupt(_document: Document) -> Digest:
        raise KeyboardInterrupt

    stand_in(monkeypatch, interrupt)
    result = huimou("summarise", report, "-o", "out", "-q")
    assert (result.exit_code, result.stderr) == (130, "interrupted; run the same command again to go on\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["summarise", "missing.txt", "-o", "out"], "no such file or folder: missing.txt"),
        (["summarise", "*.pdf", "-o", "out"], "no report matches *.pdf"),
        (["summarise", "in", "-o", "in/临江.txt/out"], "cannot write in/临江.txt/out: Not a directory"),
        (["summarise", "in", "-o", "in"], "in holds the input 临江.txt"),
        (["summarise", "in", "-o", "out", "--base-url", "ftp://x"], "the base URL"),
        (["show", "missing.json"], "cannot read missing.json: No such file"),
        (["show", "in/临江.txt"], "not JSON"),
        (["eval", "in", "--gold", "missing"], "no gold annotation in missing"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(report: Path, opened: Opened, arguments: list[str], message: str) -> None:
    """What the user got wrong is one `error:` line, at most a `hint:` line, exit 2."""
    del report, opened
    result = huimou(*arguments)
    assert result.exit_code == 2
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"error: {message}")
    assert all(line.startswith("hint: ") for line in lines[1:])
    assert len(lines) <= 2


@pytest.mark.parametrize(
    "arguments", [["summarise", "in"], ["summarise", "in", "-o", "out", "--nonsense"], ["nonsense"]]
)
def test_a_command_line_that_does_not_parse_is_exit_2(arguments: list[str]) -> None:
    """Missing or unknown options and commands are wrong usage too."""
    assert huimou(*arguments).exit_code == 2


def test_a_real_process_shows_no_traceback(report: Path) -> None:
    """The same through `python -m huimou`."""
    done = real_huimou("summarise", report, "-o", report / "out")
    assert done.returncode == 2
    assert done.stderr.startswith("error: cannot write")
    assert "Traceback" not in done.stderr


def test_an_output_folder_without_write_permission(report: Path, opened: Opened, tmp_path: Path) -> None:
    """A read-only folder is one clear line (root may write anywhere: then there is nothing to test)."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    try:
        (locked / "probe").touch()
    except PermissionError:
        result = huimou("summarise", report, "-o", locked)
        assert result.exit_code == 2
        assert result.stderr.startswith(f"error: cannot write {locked}: Permission denied")
        assert not opened
    else:
        pytest.skip("this user may write to read-only folders")


def test_show_prints_a_digest() -> None:
    """The digest as text; figures and sources when asked for."""
    Path("a.json").write_text(to_json(a_digest()), encoding="utf-8")
    plain, full = huimou("show", "a.json"), huimou("show", "a.json", "--figures", "--sources")
    assert plain.exit_code == full.exit_code == 0
    assert "政协临江市委员会" in plain.stdout
    assert "数字台账" not in plain.stdout
    assert "数字台账" in full.stdout


def test_schema_is_the_contract() -> None:
    """The printed JSON Schema requires what the contract requires, in its order."""
    schema = json.loads(huimou("schema").stdout)
    assert list(schema["properties"]) == list(Digest.model_fields)
    assert schema["additionalProperties"] is False


def gold_of(report: Path, **changes: Any) -> str:
    """Annotation of the handmade report in which one achievement is known."""
    start = TEXT.index("开展")
    point = {"gist": "开展协商活动", "domain": "consultation", "spans": [[start, start + 23]], "must_have": True}
    meta = {"review_years": [2022, 2022], "plan_year": 2023, "region": "临江市"}
    sections = [{"role": "review", "start": 0, "end": len(TEXT)}]
    gold = {"file": report.name, "chars": len(TEXT), "meta": meta, "sections": sections, "achievements": [point]}
    return json.dumps({**gold, "tasks": [], "figures": [], **changes})


def test_eval_shows_each_report_and_the_mean(report: Path) -> None:
    """A row a report and a mean; a digest that is missing is named, exit 3."""
    for folder in ("out", "gold"):
        Path(folder).mkdir()
    Path("gold/a.json").write_text(gold_of(report), encoding="utf-8")
    missed = {"gist": "另一件事", "domain": "consultation", "spans": [[0, 8]], "must_have": True}
    Path("gold/b.json").write_text(gold_of(report, achievements=[missed]), encoding="utf-8")
    Path("gold/c.json").write_text(gold_of(report), encoding="utf-8")
    for stem in ("a", "b"):
        Path(f"out/{stem}.json").write_text(to_json(a_digest()), encoding="utf-8")
    result = huimou("eval", "out", "--gold", "gold", "--seeds", "in")
    assert (result.exit_code, result.stderr) == (3, "no digest: c\n")
    rows = [line.split() for line in result.stdout.splitlines() if line.strip()]
    assert rows[0][:3] == ["report", "achievements", "tasks"]
    assert [row[:2] for row in rows[2:]] == [["a", "1.000"], ["b", "0.000"], ["mean", "0.500"]]


def test_eval_measures_the_words_where_they_are_annotated(report: Path) -> None:
    """A second table with the reports that are, with -v what falls short, with --json both as data; floors hold."""
    Path("gold/words").mkdir(parents=True)
    Path("out").mkdir()
    start = TEXT.index("开展")
    point = {"id": "A1", "gist": "x", "domain": "consultation", "spans": [[start, start + 23]], "must_have": True}
    for stem in ("a", "b"):
        Path(f"gold/{stem}.json").write_text(gold_of(report, achievements=[point]), encoding="utf-8")
        Path(f"out/{stem}.json").write_text(to_json(a_digest()), encoding="utf-8")
    said = {"title": "协商活动", "say": [["400余场"], ["惠及群众"]], "not": []}
    annotation = {"file": report.name, "points": {"A1": said}, "overview": {"review": [[["协商"]]], "plan": []}}
    Path("gold/words/a.json").write_text(json.dumps(annotation), encoding="utf-8")
    command = ("eval", "out", "--gold", "gold", "--seeds", "in")
    rows = [line.split() for line in huimou(*command).stdout.splitlines() if line.strip()]
    assert rows[-2][:8] == ["a", "0.500", "0.000", "1.000", "1.000", "1.000", "0.000", "1.000"]
    told = [line.strip() for line in huimou(*command, "-v").stdout.splitlines()]
    assert "A1: not said: 惠及群众" in told
    assert "A1 协商活动｜开展协商活动400余场。" in told
    assert told[-1] == "no annotation of the words"
    measured = json.loads(huimou(*command, "--json", "-v").stdout)
    assert measured["reports"]["a"]["words"]["keys"] == measured["mean"]["words.keys"] == 0.5
    assert measured["reports"]["b"]["words"]["keys"] is None
    assert measured["faults"]["a"][0] == "A1: not said: 惠及群众"
    assert huimou(*command, "--baseline", "floors.json", "--pin").exit_code == 0
    said["say"].append(["约2—3万人"])
    Path("gold/words/a.json").write_text(json.dumps(annotation), encoding="utf-8")
    assert "annotations are not those" in huimou(*command, "--baseline", "floors.json").stderr


def test_eval_holds_floors_and_pins_them(report: Path) -> None:
    """Floors are written with --pin, held with --baseline, and lowered only with --lower; --json has every measure."""
    for folder in ("out", "gold"):
        Path(folder).mkdir()
    Path("gold/a.json").write_text(gold_of(report), encoding="utf-8")
    Path("out/a.json").write_text(to_json(a_digest()), encoding="utf-8")
    command = ("eval", "out", "--gold", "gold", "--seeds", "in")
    assert huimou(*command, "--pin").exit_code == 2
    assert huimou(*command, "--baseline", "floors.json", "--pin").exit_code == 0
    assert huimou(*command, "--baseline", "floors.json").exit_code == 0
    floors = json.loads(Path("floors.json").read_text(encoding="utf-8"))
    floors["floors"]["mean"]["achievements.recall"] = 1.5
    Path("floors.json").write_text(json.dumps(floors), encoding="utf-8")
    for extra in ((), ("--pin",)):
        result = huimou(*command, "--baseline", "floors.json", *extra)
        assert result.exit_code == 1
        assert "below its floor: mean: achievements.recall is 1, at least 1.5 wanted" in result.stderr
    assert huimou(*command, "--baseline", "floors.json", "--pin", "--lower").exit_code == 0
    assert huimou(*command, "--baseline", "floors.json").exit_code == 0
    measured = json.loads(huimou(*command, "--json").stdout)
    assert measured["reports"]["a"]["figures"]["values"] is not None or measured["mean"]["achievements.recall"] == 1.0


def test_eval_refuses_another_text(report: Path) -> None:
    """Offsets into another text would give false scores: refused."""
    for folder in ("out", "gold"):
        Path(folder).mkdir()
    Path("gold/a.json").write_text(gold_of(report, chars=len(TEXT) + 1), encoding="utf-8")
    Path("out/a.json").write_text(to_json(a_digest()), encoding="utf-8")
    result = huimou("eval", "out", "--gold", "gold", "--seeds", "in")
    assert result.exit_code == 2
    assert "not of the same text" in result.stderr


def probe(name: str, *options: str) -> Result:
    """Probe a server that behaves in a known way."""
    with quirky({**HEALTHY, **PROFILES}[name]) as server:
        return huimou("probe", "--base-url", server.url, *options)


def test_probe_tells_what_works() -> None:
    """A finding a line with its evidence, what is chosen and why, and the number of calls: exit 0."""
    result = probe("llama.cpp")
    assert result.exit_code == 0
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert told["model"] == "some-model"
    assert told["context"].startswith("4096 tokens claimed (prompts of up to 3")
    assert told["json_schema"].startswith("constrains (told to write 好, it wrote {")
    assert told["chosen"] == "json_schema: the schema binds the answer even against the prompt"
    assert 15 <= int(told["calls"].split()[0]) <= 30
    assert "to do" not in result.stdout


@pytest.mark.parametrize("options", [(), ("--quick",)])
def test_probe_as_json_is_what_is_kept(options: tuple[str, ...]) -> None:
    """--json prints the record, which is kept for the runs to come."""
    result = probe("ollama: silent truncation", "--json", *options)
    (kept,) = Path("cache/probes").iterdir()
    assert kept.read_text(encoding="utf-8") == result.stdout
    assert json.loads(result.stdout)["quick"] == bool(options)


def test_probe_of_an_unreliable_server_is_exit_4() -> None:
    """What was found, then why nothing is reliable and what to set; no traceback."""
    result = probe("ollama: silent truncation")
    assert result.exit_code == 4
    assert "CUT WITHOUT A WORD at the start" in result.stdout
    error, hint = (line for line in result.stderr.splitlines() if not line.startswith("trying: "))
    assert error.startswith("error: some-model at http://127.0.0.1:")
    assert "only 512 tokens of a prompt are read" in error
    assert hint.startswith("hint: set a longer context: OLLAMA_CONTEXT_LENGTH=16384")


def test_probe_of_no_server_is_exit_4() -> None:
    """Nothing listens there: exit 4, one line and a hint."""
    result = huimou("probe", "--base-url", "http://127.0.0.1:9/v1")
    assert result.exit_code == 4
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == ["error", "hint"]


def test_unknown_kind_is_named_with_those_known() -> None:
    """A kind of report that has no profile is wrong usage, and the hint lists the kinds."""
    done = subprocess.run(
        [sys.executable, "-m", "huimou", "summarise", "x.txt", "-o", "out", "--kind", "novel"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "no such kind of report: novel" in done.stderr
    assert "government" in done.stderr


OWN = """
kind = "trade_union"
title = "工会工作报告"
recognise = ["总工会"]
[[domain]]
key = "skills"
title = "技能竞赛"
cues = {}
"""


def test_profiles_lists_kinds_domains_and_origins() -> None:
    """The shipped kinds, and those of a folder given by option or settings file."""
    assert "court  法院工作报告  (shipped)\n  收结案总量、刑事审判、" in huimou("profiles").stdout
    Path("own").mkdir()
    Path("own/union.toml").write_text(OWN, encoding="utf-8")
    line = "trade_union  工会工作报告  (own/union.toml)\n  技能竞赛、其他\n"
    assert line in huimou("profiles", "--profiles", "own").stdout
    Path("huimou.toml").write_text('profiles = "own"\n', encoding="utf-8")
    assert line in huimou("profiles").stdout


def test_profiles_prints_a_file_to_start_from() -> None:
    """A kind's file, as it stands, makes a profile of one's own."""
    Path("own").mkdir()
    Path("own/mine.toml").write_text(huimou("profiles", "government").stdout, encoding="utf-8")
    assert "government  政府工作报告  (own/mine.toml)" in huimou("profiles", "--profiles", "own").stdout
    assert huimou("profiles", "novel").exit_code == 2


def test_own_profiles_reach_the_work(report: Path, opened: Opened) -> None:
    """--profiles is loaded once and handed down, and --kind may name a kind of it."""
    Path("own").mkdir()
    Path("own/union.toml").write_text(OWN, encoding="utf-8")
    done = huimou("summarise", report, "-o", "out", "--profiles", "own", "--kind", "trade_union")
    assert done.exit_code == 0
    choices = opened[0][1].settings.choices
    assert choices.kind == "trade_union"
    assert choices.profiles is not None
    assert "trade_union" in choices.profiles.kinds()


def test_wrong_profile_stops_before_anything_is_done(report: Path, opened: Opened) -> None:
    """One line that names file and field, exit 2, nothing written."""
    Path("own").mkdir()
    Path("own/union.toml").write_text(OWN.replace("title", "titel", 1), encoding="utf-8")
    done = huimou("summarise", report, "-o", "out", "--profiles", "own")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[0].startswith("error: union.toml: ti")
    assert not opened
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("huimou summ", ["summarise"]),
        ("huimou summarise --form", ["--format"]),
        ("huimou summarise --style ", ["brief", "standard", "full"]),
        ("huimou guide servi", ["service"]),
    ],
)
def test_completion(words: str, offered: list[str]) -> None:
    """A shell is offered commands, options, their values and the guides."""
    typed = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" ")), "_HUIMOU_COMPLETE": "complete_bash"}
    assert as_installed(typed).split() == offered


def test_completion_can_be_installed() -> None:
    """The script for a shell is printed on demand, for who puts it in place by hand."""
    shown = as_installed({"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}, "--show-completion", "bash")
    assert "complete_bash" in shown


def as_installed(variables: dict[str, str], *arguments: str) -> str:
    """What the installed command prints, which is called huimou."""
    code = "import sys; sys.argv[0] = 'huimou'; from huimou.cli import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, **variables}
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, env=environment).stdout


def test_version_has_a_short_name() -> None:
    """-V and --version print the same."""
    assert huimou("-V").stdout == huimou("--version").stdout == f"huimou {__version__}\n"
