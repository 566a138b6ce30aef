"""huimou as a Python library: the public names, what they do, and the examples of their documentation."""

from __future__ import annotations

import builtins
import doctest
import re
import subprocess
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import huimou
from handmade import a_digest
from huimou.batch import library
from huimou.outputs import report_digest
from places import ROOT
from scripted_server import Reply, ScriptedServer, serving
from small_suite import REPORT, answer

RECORDINGS = ROOT / "fixtures" / "recordings"
GUIDE = ROOT / "src" / "huimou" / "cli" / "guides" / "python.md"
HEAVY = {"pydantic", "openai", "instructor", "ray", "pandas", "rich", "typer", "jinja2", "httpx2", "opencc"}


@pytest.fixture(autouse=True)
def _own_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the user's own."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))
    for name in ("HUIMOU_BASE_URL", "HUIMOU_MODEL", "HUIMOU_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> typing.Iterator[ScriptedServer]:
    """A server that answers in the report's own words."""
    with serving(answer) as running:
        yield running


def xianning() -> huimou.ReportDigest:
    """The digest of one seed."""
    return huimou.digest_report(ROOT / "seeds" / "xianning-2022.txt", recordings=RECORDINGS)


def documented() -> list[doctest.DocTest]:
    """Everything in the library whose docstring has an example."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [one for module in (library, report_digest) for one in finder.find(module)]
    return [one for one in found if one.examples]


@pytest.mark.parametrize("example", documented(), ids=lambda one: one.name)
def test_examples_of_docstrings(example: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They give what they say, in huimou's own folder, without a model."""
    monkeypatch.chdir(ROOT)
    example.globs = {"tmp_path": tmp_path}
    told: list[str] = []
    assert doctest.DocTestRunner().run(example, out=told.append).failed == 0, "".join(told)


def test_every_function_has_an_example() -> None:
    """But for the one that another's example shows."""
    named = {one.name.rpartition(".")[2] for one in documented()}
    assert {"read_report", "digest_report", "summarise"} <= named


@pytest.mark.skipif(not GUIDE.is_file(), reason="the guide is not there")
def test_examples_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks run one after another, in a copy of what they name."""
    for name in ("seeds", "fixtures", "prompts"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "print", lambda *_: None)
    blocks = re.findall(r"^```python\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, str(GUIDE), "exec"), names)  # noqa: S102 (our own guide)


def test_import_loads_nothing_heavy() -> None:
    """Nor does reading a version; what is public is found by name, and nothing else is."""
    code = (
        "import sys, huimou; huimou.__version__; dir(huimou)\n"
        f"print(sorted({HEAVY!r} & set(sys.modules)), [m for m in sys.modules if m.startswith('huimou.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[] []\n"
    assert set(huimou.__all__) <= set(dir(huimou))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = huimou.nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", huimou.__all__)
def test_public_names_are_what_type_checkers_see(name: str) -> None:
    """Each is there, documented, and named in the imports for type checkers."""
    found = getattr(huimou, name)
    assert name == "Event" or (found.__doc__ and found.__name__ == name)
    text = Path(huimou.__file__).read_text(encoding="utf-8")
    assert re.search(rf"\b{name}\b", text.partition("if TYPE_CHECKING:")[2].partition("__version__")[0])


def test_a_path_a_report_and_a_text_are_the_same(tmp_path: Path, server: ScriptedServer) -> None:
    """Whichever is given; settings of the endpoint are keywords, and the same questions are asked."""
    path = tmp_path / "report.txt"
    path.write_text(REPORT, encoding="utf-8")
    digest: Callable[..., huimou.ReportDigest] = huimou.digest_report
    found = [digest(one, base_url=server.url, model="m") for one in (path, str(path), huimou.read_report(path), REPORT)]
    assert found[0].run.model == "m"
    assert found[0].year_review.achievements
    assert [one.year_review for one in found] == [found[0].year_review] * 4
    assert [one.source.file for one in found] == ["report.txt"] * 3 + ["text"]
    assert found[0].text == REPORT


def test_paid_answers_are_kept(tmp_path: Path, server: ScriptedServer) -> None:
    """With a store the same digest costs nothing the second time."""
    for _ in range(2):
        huimou.digest_report(REPORT, base_url=server.url, model="m", store=tmp_path / "answers")
        calls = server.calls
    assert calls == server.calls
    assert len({str(one.body) for one in server.chats}) == server.calls


def test_many_go_on_where_they_stopped(tmp_path: Path, server: ScriptedServer) -> None:
    """Events are values; the second call finds everything done; what is written is what is returned."""
    (tmp_path / "in").mkdir()
    for name, city in (("a", "青松"), ("b", "白杨")):
        (tmp_path / "in" / f"{name}.txt").write_text(REPORT.replace("青松", city), encoding="utf-8")
    events: list[huimou.Event] = []
    where = {"base_url": server.url, "model": "m"}
    result = huimou.summarise(tmp_path / "in", tmp_path / "out", **where, emit=events.append)
    assert (result.exit_status, result.planned, result.kept) == (0, 2, 0)
    assert result.bill is not None
    assert result.bill.paid.calls == server.calls
    done = [event.outcome.name for event in events if isinstance(event, huimou.ReportFinished)]
    assert sorted(done) == ["a", "b"]
    again = huimou.summarise([tmp_path / "in" / "a.txt", str(tmp_path / "in" / "b.txt")], tmp_path / "out", **where)
    assert (again.kept, [one.name for one in again.reports]) == (2, ["a", "b"])
    assert huimou.load_digest(tmp_path / "out" / "a.json").report.kind is not None
    assert (tmp_path / "out" / "run.json").is_file()
    assert (tmp_path / "out" / "a.html").is_file()


def test_what_ends_a_run_early_is_in_its_result(tmp_path: Path) -> None:
    """A server that refuses: nothing is raised, and the result says why."""
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    with serving([Reply({"error": "no"}, 401)]) as closed:
        result = huimou.summarise(tmp_path / "a.txt", tmp_path / "out", base_url=closed.url, model="m")
    assert isinstance(result.stopped, huimou.EndpointError)
    assert (result.reports, result.exit_status) == ((), 4)


def test_errors_are_raised(tmp_path: Path) -> None:
    """One line and what to do, each of its own class."""
    with pytest.raises(huimou.InputError):
        huimou.read_report(tmp_path / "nothing.txt")
    with pytest.raises(huimou.InputError, match="the text is empty"):
        huimou.digest_report("\n \n", recordings=RECORDINGS)
    with pytest.raises(huimou.ReplayMiss):
        huimou.digest_report(REPORT, recordings=RECORDINGS)
    with pytest.raises(huimou.UsageError, match="no such kind"):
        huimou.digest_report(REPORT, recordings=RECORDINGS, kind="weather")
    with pytest.raises(huimou.UsageError, match="no such style"):
        huimou.digest_report(REPORT, recordings=RECORDINGS, style="long")
    with pytest.raises(huimou.UsageError, match="no such effort"):
        huimou.digest_report(REPORT, recordings=RECORDINGS, effort="heroic")
    with pytest.raises(huimou.PromptError):
        huimou.digest_report(REPORT, recordings=RECORDINGS, prompts=tmp_path)
    with pytest.raises(huimou.UsageError, match="one process only"):
        huimou.summarise(ROOT / "seeds", tmp_path / "out", recordings=RECORDINGS, workers=2)
    with pytest.raises(huimou.UsageError, match="not JSON"):
        huimou.load_digest(ROOT / "README.md")
    assert not (tmp_path / "out").exists()


def test_a_digest_loaded_is_the_digest_made() -> None:
    """To the last field; only the text is not at hand."""
    made = xianning()
    loaded = huimou.load_digest(ROOT / "fixtures" / "accepted" / "xianning-2022.json")
    assert loaded == made
    assert loaded.text is None
    assert isinstance(loaded, huimou.Digest)
    assert {row["text"] for row in loaded.rows("sentences")} == {None}


def test_tables_have_a_row_for_each() -> None:
    """Of every kind; frames have the same rows, and their columns where there is none."""
    digest = xianning()
    review, plan = digest.year_review, digest.next_year_plan
    sizes: dict[report_digest.TableName, int] = {
        "items": len(digest.items()),
        "achievements": len(review.achievements),
        "shortcomings": len(review.shortcomings),
        "tasks": len(plan.tasks),
        "figures": len(digest.figures),
        "sentences": len(digest.sentences),
    }
    pandas = pytest.importorskip("pandas")
    for name, size in sizes.items():
        rows = digest.rows(name)
        frame = digest.to_frame(name)
        assert isinstance(frame, pandas.DataFrame)
        assert len(rows) == len(frame) == size
        assert all(list(row) == list(frame.columns) for row in rows)
    task = digest.rows("tasks")[0]
    assert task["evidence_text"] == digest.evidence_text(plan.tasks[0])
    assert all(
        row["text"] == digest.text[row["start_char"] : row["end_char"]]
        for row in digest.rows("sentences")
        if digest.text
    )
    empty = huimou.ReportDigest.of(digest.model_copy(update={"figures": []}))
    assert "quote" in empty.to_frame("figures").columns
    with pytest.raises(huimou.UsageError, match="no such table: weather"):
        digest.rows("weather")  # type: ignore[arg-type]


def test_pandas_is_not_required(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without it `to_frame` says what to install."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(huimou.UsageError, match="pip install pandas"):
        xianning().to_frame()


def test_jupyter_shows_a_digest_and_no_markup_of_it() -> None:
    """Items, plan and what to check; a report's text is data, not Markdown or HTML."""
    digest = xianning()
    shown = digest._repr_markdown_()
    for item in (*digest.year_review.achievements, *digest.next_year_plan.tasks):
        assert item.id in shown
    assert "请先核对" in shown
    hostile = "<script>alert(1)</script> **粗** [链](http://x.example) $x$"
    made = a_digest()
    first = made.year_review.achievements[0].model_copy(update={"summary": hostile})
    review = made.year_review.model_copy(update={"achievements": [first]})
    shown = huimou.ReportDigest.of(made.model_copy(update={"year_review": review}))._repr_markdown_()
    assert "&lt;script&gt;" in shown
    for markup in ("<script", "**粗**", "[链](", " $x$"):
        assert markup not in shown
