"""batch: many reports, with a stand-in for the pipeline."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from batch_stand_in import read, work
from handmade import TEXT, a_digest
from huimou.batch.engines.engine import LoopOptions
from huimou.batch.engines.thread_engine import run_in_threads
from huimou.batch.events import BatchStarted, Emit, Event, Noted, ReportFailed, ReportFinished, Warned
from huimou.batch.planning import PlannedReport, name_outputs
from huimou.batch.report_run import build_result
from huimou.cli.progress import Pace, ProgressBars, ProgressLines
from huimou.cli.runs.summary_table import build_summary
from huimou.errors import AnswerInvalid, EndpointError, HuimouError, InputError, UsageError
from huimou.llm.cpu_turn import releasing_cpu
from huimou.model.digest import Digest, ItemReview, ProblemOut, Review
from huimou.model.events import TokensSpent, UnitDone, UnitsPlanned, ignore_event
from huimou.model.report import Document
from huimou.model.review import read_review
from huimou.outputs.render.to_json import from_json, to_json
from huimou.outputs.render.to_markdown import to_markdown
from huimou.store.answers import open_store
from huimou.store.journal import Journal
from places import SUPPORT

Work = Callable[[Document, Emit], Digest]


class Heard:
    """Events written down."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def hear(self, event: Event) -> None:
        """Keep what is said, and of a report its name with its status or why it failed."""
        match event:
            case Noted(line) | Warned(line):
                self.lines.append(line)
            case ReportFinished(outcome):
                self.lines.append(f"{outcome.name} {outcome.status}")
            case ReportFailed(outcome):
                self.lines.append(f"{outcome.name} failed: {outcome.reason}")


def failing(name: str, error: BaseException) -> Work:
    """Work that fails for one report."""

    def fail(document: Document, emit: Emit) -> Digest:
        if document.stem == name:
            raise error
        return work(document, emit)

    return fail


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    """Three reports in a folder of their own."""
    (tmp_path / "in").mkdir()
    paths = [tmp_path / "in" / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_bytes(TEXT.encode())
    return paths


def written(out: Path) -> list[str]:
    """Names in the output folder."""
    return sorted(path.name for path in out.iterdir())


def test_every_report_gets_its_files(inputs: list[Path], tmp_path: Path) -> None:
    """JSON and Markdown for each, exactly as rendered; all complete is exit 0."""
    out = tmp_path / "out"
    result = run_in_threads(inputs, out, work, ignore_event, read)
    assert result.exit_status == 0
    assert written(out) == ["a.json", "a.md", "b.json", "b.md", "c.json", "c.md"]
    assert (out / "a.json").read_bytes() == to_json(a_digest()).encode()
    assert (out / "a.md").read_bytes() == to_markdown(a_digest(), TEXT).encode()
    first = result.reports[0]
    assert (first.name, first.file, first.status, first.reason) == ("a", "a.txt", "complete", None)
    assert (first.items, first.tasks, first.figures, first.uncovered) == (2, 1, 2, 1)


def test_extracted_text_is_kept_exactly(tmp_path: Path) -> None:
    """Where offsets refer to extracted text, that text is written with its own line ends."""
    path = tmp_path / "a.docx"
    text = TEXT.replace("\n推进", "\r\n推进")
    path.write_bytes(text.encode())
    run_in_threads([path], tmp_path / "out", work, ignore_event, read)
    assert (tmp_path / "out" / "a.source.txt").read_bytes() == text.encode()


@pytest.mark.parametrize("error", [InputError("不能读", "转成文本"), AnswerInvalid("no answer")])
def test_one_bad_report_does_not_cost_the_others(inputs: list[Path], tmp_path: Path, error: HuimouError) -> None:
    """An error of one report is its result; the others are done; exit 3."""
    heard = Heard()
    result = run_in_threads(inputs, tmp_path / "out", failing("b", error), heard.hear, read)
    assert [report.status for report in result.reports] == ["complete", "failed", "complete"]
    assert heard.lines == ["a complete", f"b failed: {error}", "c complete"]
    assert result.exit_status == 3
    assert not (tmp_path / "out" / "b.json").exists()


def test_an_incomplete_digest_is_partial(inputs: list[Path], tmp_path: Path) -> None:
    """A digest that says it is incomplete is written, named partial, and gives exit 3."""
    result = run_in_threads(inputs[:1], tmp_path / "out", lambda *_: a_digest(complete=False), ignore_event, read)
    assert result.reports[0].status == "partial"
    assert "a.json" in str(result.reports[0].reason)
    assert (tmp_path / "out" / "a.json").exists()
    assert result.exit_status == 3


def test_a_text_that_is_no_report_says_so_and_not_that_it_is_incomplete() -> None:
    """The reason in every list is the one that the digest gives."""
    why = ProblemOut(code="not_a_report", message="不像年度工作报告，未作摘要：合同", start=None, end=None)
    refused = a_digest(complete=False).model_copy(update={"problems": [why]})
    result = build_result("a", "a.txt", refused, 1.0)
    assert (result.status, result.reason, result.retryable) == ("partial", why.message, False)
    plain = build_result("a", "a.txt", refused.model_copy(update={"problems": []}), 1.0)
    assert plain.reason == "incomplete, see problems in a.json"


@pytest.mark.parametrize(("error", "status"), [(EndpointError("gone"), 4), (UsageError("disk full"), 2)])
def test_what_no_report_can_survive_stops_the_batch(
    inputs: list[Path], tmp_path: Path, error: HuimouError, status: int
) -> None:
    """A dead endpoint or a full disk stops the batch with its own status; what is done stays."""
    result = run_in_threads(inputs, tmp_path / "out", failing("b", error), ignore_event, read)
    assert [report.name for report in result.reports] == ["a"]
    assert result.stopped is error
    assert (result.exit_status, result.planned) == (status, 3)
    assert written(tmp_path / "out") == ["a.json", "a.md"]


def test_ctrl_c_keeps_what_is_done(inputs: list[Path], tmp_path: Path) -> None:
    """An interrupt ends the batch in order, and the next run does the rest."""
    out = tmp_path / "out"
    result = run_in_threads(inputs, out, failing("b", KeyboardInterrupt()), ignore_event, read)
    assert result.interrupted
    assert result.exit_status == 130
    assert written(out) == ["a.json", "a.md"]
    assert run_in_threads(inputs, out, work, ignore_event, read).exit_status == 0


def test_a_bug_costs_one_report_and_is_not_hidden(inputs: list[Path], tmp_path: Path) -> None:
    """A fault of the program fails its report by name, with the traceback in a file; the others are done."""
    result = run_in_threads(inputs, tmp_path / "out", failing("b", ZeroDivisionError("oh")), ignore_event, read)
    assert [report.status for report in result.reports] == ["complete", "failed", "complete"]
    assert "internal error (ZeroDivisionError)" in (result.reports[1].reason or "")
    trace = (tmp_path / "out" / ".huimou" / "errors" / "b.txt").read_text(encoding="utf-8")
    assert "ZeroDivisionError: oh" in trace
    assert result.exit_status == 3


def test_reports_of_one_stem_get_names_of_their_own(tmp_path: Path) -> None:
    """Same stem: a number is added, the user is told, and the document carries the name of its outputs."""
    paths = []
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        paths.append(tmp_path / folder / "a.txt")
        paths[-1].write_bytes(TEXT.encode())
    stems: list[str] = []

    def note_stem(document: Document, emit: Emit) -> Digest:
        stems.append(document.stem)
        return work(document, emit)

    heard = Heard()
    run_in_threads(paths, tmp_path / "out", note_stem, heard.hear, read)
    assert stems == ["a", "a-2"]
    assert heard.lines[0] == f"{paths[1]} is written as a-2"
    assert written(tmp_path / "out") == ["a-2.json", "a-2.md", "a.json", "a.md"]


def test_names_do_not_depend_on_the_order_of_inputs() -> None:
    """Names are given by path, avoid a real `a-2`, and tell no two by letter case alone."""
    paths = [Path(name) for name in ("x/a.txt", "y/A.md", "x/a-2.txt", "z/a.pdf")]
    expected = {paths[0]: "a", paths[1]: "A-3", paths[2]: "a-2", paths[3]: "a-4"}
    assert name_outputs(paths) == expected
    assert name_outputs(paths[::-1]) == expected


def test_a_very_long_name_is_shortened() -> None:
    """The longest names that file systems allow still leave room for the suffixes."""
    paths = [Path("政" * 83 + ".txt"), Path("政" * 84 + ".md")]
    names = list(name_outputs(paths).values())
    assert len(set(names)) == 2
    assert all(len(f"{name}.source.txt".encode()) <= 255 for name in names)


def test_outputs_never_overwrite_inputs(inputs: list[Path]) -> None:
    """The folder of the inputs is refused as output folder."""
    with pytest.raises(UsageError, match=r"holds the input a\.txt"):
        run_in_threads(inputs, inputs[0].parent, work, ignore_event, read)


CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from batch_stand_in import read, work
from huimou.batch.engines.thread_engine import run_in_threads
from huimou.model.events import ignore_event
def slow(document, emit):
    time.sleep(0.3)
    return work(document, emit)
folder = Path(sys.argv[2])
run_in_threads(sorted((folder / "in").iterdir()), folder / "out", slow, ignore_event, read)
"""


def test_a_killed_batch_leaves_whole_files_and_goes_on(inputs: list[Path], tmp_path: Path) -> None:
    """SIGKILL in mid-batch: every file there is whole; the same run again gives what an undisturbed one gives."""
    out = tmp_path / "out"
    process = subprocess.Popen([sys.executable, "-c", CHILD, str(SUPPORT), str(tmp_path)])
    deadline = time.monotonic() + 60
    while not (out / "a.json").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    found = sorted(path.name for path in out.glob("*.json"))
    assert "a.json" in found
    assert "c.json" not in found
    for name in found:
        from_json((out / name).read_text(encoding="utf-8"))
    run_in_threads(inputs, out, work, ignore_event, read)
    run_in_threads(inputs, tmp_path / "undisturbed", work, ignore_event, read)
    for path in (tmp_path / "undisturbed").iterdir():
        assert (out / path.name).read_bytes() == path.read_bytes()


def test_time_left_comes_from_tokens() -> None:
    """One of 2 units of the first of two equal reports for 100 tokens in 10 s: 300 tokens, 30 s to go."""
    assert Pace(started=0.0, size=2000, begun=1000).seconds_left(10.0) is None
    pace = Pace(0.0, size=2000, begun=1000, units=2, units_done=1, tokens=100)
    assert pace.rate(10.0) == pytest.approx(10.0)
    assert pace.seconds_left(10.0) == pytest.approx(30.0)
    assert replace(pace, begun=2000, units=4, units_done=4).seconds_left(10.0) == pytest.approx(0.0)


def test_progress_without_a_terminal_is_one_line_a_report(inputs: list[Path], tmp_path: Path) -> None:
    """Each report's line has its place in the batch; a file name cannot hold markup or escape codes."""
    console = Console(file=io.StringIO(), width=60)
    hostile = inputs[0].with_name("[red]\x1b[1m.txt")
    inputs[0].rename(hostile)
    run_in_threads(
        [hostile, *inputs[1:]], tmp_path / "out", failing("b", InputError("empty")), ProgressLines(console).show, read
    )
    named, *lines = console.file.getvalue().splitlines()
    assert named.endswith("is written as [red]_[1m")
    assert len(lines) == 3
    assert lines[0].startswith(
        "[1/3] [red]\ufffd[1m.txt: complete: 2 items of the review, 1 of the plan, 2 figures, 1 uncovered, "
    )
    assert lines[1] == "[2/3] b.txt: failed: empty"


def test_bars_follow_reports_and_units(inputs: list[Path], tmp_path: Path) -> None:
    """After a batch the first bar is full, and the second shows the units of all reports begun."""

    def asking(document: Document, emit: Emit) -> Digest:
        emit(UnitsPlanned(4))
        emit(UnitDone())
        emit(TokensSpent(90, 10))
        return a_digest(text=document.text)

    progress = Progress(disable=True)
    run_in_threads(inputs, tmp_path / "out", asking, ProgressBars(progress).show, read)
    reports, units, step = progress.tasks
    assert not step.visible
    assert (reports.completed, reports.total) == (3, 3)
    assert (units.completed, units.total) == (3, 12)
    assert "tokens/s, about" in reports.fields["detail"]()


def test_the_summary_has_a_row_a_report(inputs: list[Path], tmp_path: Path) -> None:
    """Name, status and counts; counts stay blank for a failed report."""
    result = run_in_threads(inputs, tmp_path / "out", failing("b", InputError("empty")), ignore_event, read)
    console = Console(file=io.StringIO(), width=100)
    console.print(build_summary(result))
    rows = [line.split() for line in console.file.getvalue().splitlines() if line.strip()]
    assert rows[0] == ["report", "status", "review", "plan", "figures", "uncovered", "seconds"]
    assert rows[2][:6] == ["a", "complete", "2", "1", "2", "1"]
    assert rows[3][:2] == ["b", "failed"]
    assert len(rows[3]) == 3


def test_planned_inputs_are_announced(inputs: list[Path], tmp_path: Path) -> None:
    """The batch tells its inputs with sizes before it starts."""
    told: list[PlannedReport] = []

    def hear(event: Event) -> None:
        if isinstance(event, BatchStarted):
            told.extend(event.reports)

    run_in_threads(inputs, tmp_path / "out", work, hear, read)
    assert [(report.name, report.size) for report in told] == [(name, len(TEXT.encode())) for name in "abc"]


def test_a_report_that_cannot_be_written_stops_the_batch(inputs: list[Path], tmp_path: Path) -> None:
    """JSON is written last, so where it fails the rest is there; no scrap is left; exit 2."""
    out = tmp_path / "out"
    (out / "b.json").mkdir(parents=True)
    result = run_in_threads(inputs, out, work, ignore_event, read)
    assert result.exit_status == 2
    assert "b.json" in str(result.stopped)
    assert written(out) == ["a.json", "a.md", "b.json", "b.md"]


def test_reports_are_in_hand_side_by_side(inputs: list[Path], tmp_path: Path) -> None:
    """With `parallel` 3 all three are begun before any ends; results keep the order of the inputs."""
    together = threading.Barrier(3, timeout=20)

    def meeting(document: Document, emit: Emit) -> Digest:
        with releasing_cpu():  # as one that waits for answers
            together.wait()
        return work(document, emit)

    result = run_in_threads(inputs, tmp_path / "out", meeting, ignore_event, read, LoopOptions(parallel=3))
    assert [report.name for report in result.reports] == ["a", "b", "c"]
    assert result.exit_status == 0


def test_no_more_reports_are_in_hand_than_asked_for(inputs: list[Path], tmp_path: Path) -> None:
    """Ten thousand reports must not all be begun at once."""
    lock, now, most = threading.Lock(), [0], [0]

    def counting(document: Document, emit: Emit) -> Digest:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        with releasing_cpu():
            time.sleep(0.05)
        with lock:
            now[0] -= 1
        return work(document, emit)

    run_in_threads(inputs, tmp_path / "out", counting, ignore_event, read, LoopOptions(parallel=2))
    assert most[0] == 2


def test_what_is_done_is_passed_over(inputs: list[Path], tmp_path: Path) -> None:
    """The same job again makes nothing; a changed input, a lost output, another job and what failed are made."""
    made: list[str] = []
    out = tmp_path / "out"
    bad = {"b"}

    def noting(document: Document, emit: Emit) -> Digest:
        made.append(document.stem)
        if document.stem in bad:
            raise AnswerInvalid("no answer")
        return work(document, emit)

    def again(job: str = "job") -> list[str]:
        made.clear()
        with open_store(out / ".huimou" / "ledger.sqlite") as ledger:
            result = run_in_threads(inputs, out, noting, ignore_event, read, LoopOptions(Journal(ledger.database), job))
        assert len(result.reports) == 3
        return sorted(made)

    assert again() == ["a", "b", "c"]
    assert again() == ["b"]
    bad.clear()
    assert again() == ["b"]
    assert again() == []
    inputs[0].write_text(inputs[0].read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (out / "c.json").unlink()
    assert again() == ["a", "c"]
    assert again("other job") == ["a", "b", "c"]


def test_an_endpoint_that_fails_stops_the_batch_but_loses_nothing(inputs: list[Path], tmp_path: Path) -> None:
    """What was in hand is not half written, what was done stays done, and the run is told to stop asking."""
    stopped: list[bool] = []
    with open_store(tmp_path / "out" / ".huimou" / "ledger.sqlite") as ledger:
        running = LoopOptions(Journal(ledger.database), "job", stop=lambda: stopped.append(True))
        broken = failing("b", EndpointError("gone"))
        result = run_in_threads(inputs, tmp_path / "out", broken, ignore_event, read, running)
        assert list(Journal(ledger.database).entries()) == ["a"]
    assert (result.exit_status, stopped) == (4, [True])
    assert not (tmp_path / "out" / "b.json").exists()


def test_a_review_that_fits_no_more_is_kept_beside(tmp_path: Path) -> None:
    """It is said as a warning, stands in a file of its own, and a second such does not write over the first."""
    out = tmp_path / "out"
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    for when in ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"):
        said = ItemReview(id="A1", checked=True, corrected=None, comment="注", reviewer=None, time=when)
        digest = a_digest()
        achievement = digest.year_review.achievements[0].model_copy(update={"summary": "旧说法。"})
        review = digest.year_review.model_copy(update={"achievements": [achievement]})
        before = digest.model_copy(update={"year_review": review, "review": Review(items=[said])})
        out.mkdir(exist_ok=True)
        (out / "a.json").write_text(to_json(before), encoding="utf-8")
        heard = Heard()
        run_in_threads([path], out, work, heard.hear, read)
        assert any("their review is kept in a.unfitting" in line for line in heard.lines)
    kept = [read_review((out / f"a.unfitting{n}.review.json").read_text(encoding="utf-8")) for n in ("", "1")]
    assert [file.items[0].time[:10] for file in kept] == ["2026-01-01", "2026-01-02"]


def test_a_review_that_still_fits_is_counted(tmp_path: Path) -> None:
    """The report made anew is listed with what is checked of it."""
    path, out = tmp_path / "a.txt", tmp_path / "out"
    path.write_text(TEXT, encoding="utf-8")
    out.mkdir()
    said = ItemReview(id="A1", checked=True, corrected=None, comment=None, reviewer=None, time="2026-01-01T00:00:00Z")
    before = a_digest().model_copy(update={"review": Review(items=[said])})
    (out / "a.json").write_text(to_json(before), encoding="utf-8")
    (result,) = run_in_threads([path], out, work, ignore_event, read).reports
    assert result.listed is not None
    assert result.listed.checked == 1
