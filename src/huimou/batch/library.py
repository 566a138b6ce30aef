"""What `import huimou` offers: one report, or many into a folder, digested by the code that the command line uses."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from huimou.batch.engines.engine import RunResult
from huimou.batch.events import Emit, Noted
from huimou.batch.planning import plan_reports
from huimou.batch.report_run import name_document
from huimou.batch.run import run_batch
from huimou.batch.run_settings import RunSettings
from huimou.digest.session import ClientSession, DigestSettings, build_digest_settings
from huimou.digest.steps import ingest
from huimou.errors import InputError
from huimou.model.events import ignore_event
from huimou.model.report import Document
from huimou.outputs.formats import select_formats
from huimou.outputs.render.to_json import from_json
from huimou.outputs.report_digest import ReportDigest
from huimou.settings import EndpointOptions, FolderOptions, resolve_endpoint, resolve_folders
from huimou.store.answers import open_store
from huimou.store.files import find_inputs, read_text
from huimou.store.paths import STORE

_Path = str | Path


def read_report(path: str | Path) -> Document:
    """Read a report; its text is decoded strictly and never changed.

    Args:
        path: a `.txt` or `.md` file in any usual Chinese encoding, or `.html`, `.docx`, `.pdf` (extra `docs`).

    Returns:
        The report: `text`, which all offsets refer to, `encoding`, `format`, `sha256` of the file.

    Raises:
        InputError: it cannot be read as a report.

    >>> import huimou
    >>> report = huimou.read_report("seeds/xianning-2022.txt")
    >>> report.stem, report.encoding, len(report.text)
    ('xianning-2022', 'utf-8', 5674)
    """
    return ingest.read_report(Path(path))


def digest_report(  # noqa: PLR0913 (each is an option of huimou summarise)
    report: Document | str | Path,
    *,
    base_url: str | Sequence[str] | None = None,
    model: str | None = None,
    api_key: str | None = None,
    gguf: str | Path | None = None,
    recordings: str | Path | None = None,
    prompts: str | Path | None = None,
    profiles: str | Path | None = None,
    rules: str | Path | None = None,
    kind: str | None = None,
    style: str = "standard",
    effort: str = "standard",
    allow_marked: bool = False,
    store: str | Path | None = None,
    emit: Emit = ignore_event,
) -> ReportDigest:
    r"""Digest one report: by a server, by the built-in model where none is named, or from recordings.

    What is not given is taken from `HUIMOU_BASE_URL`, `HUIMOU_MODEL`, `HUIMOU_API_KEY`, then from `huimou.toml` or
    `[tool.huimou]` of `pyproject.toml` in the working directory, as on the command line.

    Args:
        report: what `read_report` returned, a path, or a text (a string with a line break in it).
        base_url: an OpenAI-compatible server such as `http://127.0.0.1:8000/v1`, or several of the same model.
        model: as the server names it.
        api_key: of the server.
        gguf: a model file for the built-in server to load.
        recordings: folder of recordings to answer from; nothing is asked of a model.
        prompts: folder of prompts instead of huimou's own.
        profiles: folder of kinds of report of your own.
        rules: folder of rules of your own, over the shipped ones.
        kind: of the report; None reads it from the text.
        style: length of the overviews: brief, standard or full.
        effort: how often to ask again for a better sentence: low (never), standard (once) or high (four times).
        allow_marked: whether a report that is marked as secret or internal may go to a server on another machine.
        store: folder that keeps paid answers, so that the same question is not asked twice.
        emit: told what happens, as values (`huimou.UnitDone` …), from several threads.

    Raises:
        InputError: the report cannot be read, or is marked as secret or internal and would leave this machine.
        UsageError: an argument or a settings file is wrong.
        PromptError: a prompt is wrong.
        EndpointError: the model server cannot be used (`ReplayMiss`: there is no recording for a request).

    >>> import huimou
    >>> digest = huimou.digest_report("seeds/xianning-2022.txt", recordings="fixtures/recordings")
    >>> len(digest.year_review.achievements), len(digest.next_year_plan.tasks), digest.run.complete
    (26, 21, True)
    >>> events = []
    >>> report = huimou.read_report("seeds/suizhou-2023.txt")
    >>> _ = huimou.digest_report(report, recordings="fixtures/recordings", emit=events.append)
    >>> sum(isinstance(event, huimou.UnitDone) for event in events) > 10
    True
    """
    server = EndpointOptions(base_url=base_url, model=model, api_key=api_key, gguf=gguf)
    choices = {"kind": kind, "style": style, "effort": effort, "allow_marked": allow_marked}
    settings = _build_settings(server, _name_folders(prompts, profiles, rules), choices)
    document = _to_document(report)
    with ExitStack() as closing:
        kept = closing.enter_context(open_store(Path(store) / STORE)) if store is not None else None
        session = closing.enter_context(
            ClientSession(
                settings,
                lambda line: emit(Noted(line)),
                answers=kept,
                replay=Path(recordings) if recordings is not None else None,
            )
        )
        return ReportDigest.of(session.digest(document, emit), document.text)


def summarise(  # noqa: PLR0913 (each is an option of huimou summarise)
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    base_url: str | Sequence[str] | None = None,
    model: str | None = None,
    api_key: str | None = None,
    gguf: str | Path | None = None,
    recordings: str | Path | None = None,
    prompts: str | Path | None = None,
    profiles: str | Path | None = None,
    rules: str | Path | None = None,
    kind: str | None = None,
    style: str = "standard",
    effort: str = "standard",
    allow_marked: bool = False,
    recursive: bool = False,
    formats: Sequence[str] = ("html",),
    workers: int = 1,
    emit: Emit = ignore_event,
) -> RunResult:
    """Digest many reports into a folder, as `huimou summarise` does; called again it goes on where it stopped.

    Args:
        inputs: files, folders or globs.
        out: folder of `<stem>.json`, `.md` and the other formats; made where it is missing.
        base_url: as of `digest_report`, like `model`, `api_key`, `gguf`, `recordings`, `prompts`, `profiles`,
            `rules`, `kind`, `style`, `effort` and `allow_marked`.
        model: see there.
        api_key: see there.
        gguf: see there.
        recordings: see there.
        prompts: see there.
        profiles: see there.
        rules: see there.
        kind: see there.
        style: see there.
        effort: see there.
        allow_marked: see there.
        recursive: whether a folder stands for the reports in the folders within it, too.
        formats: html, xlsx, docx, onepage.md, onepage.html, onepage.docx; JSON and Markdown are always written.
        workers: processes that work on reports.
        emit: told what happens, as values (`huimou.ReportFinished` …), from several threads.

    Returns:
        What became of each report. A report that fails costs no other; what ends the whole run early, such as a server
        that is gone, is in `stopped` and not raised.

    Raises:
        UsageError: an argument or a settings file is wrong, a name stands for nothing, or another run has the folder.
        PromptError: a prompt is wrong.
        KeyboardInterrupt: Ctrl-C; what was done is kept.

    >>> import huimou
    >>> result = huimou.summarise("seeds/xianning-2022.txt", tmp_path / "out", recordings="fixtures/recordings")
    >>> [(report.name, report.status) for report in result.reports]
    [('xianning-2022', 'complete')]
    >>> huimou.load_digest(tmp_path / "out" / "xianning-2022.json").report.region
    '咸宁市'
    """
    server = EndpointOptions(base_url=base_url, model=model, api_key=api_key, gguf=gguf)
    choices = {"kind": kind, "style": style, "effort": effort, "allow_marked": allow_marked}
    settings = RunSettings(
        _build_settings(server, _name_folders(prompts, profiles, rules), choices),
        formats=select_formats(formats),
        workers=workers,
        replay=Path(recordings) if recordings is not None else None,
    )
    named = [inputs] if isinstance(inputs, str | Path) else inputs
    planned = plan_reports(find_inputs([str(one) for one in named], recursive=recursive), Path(out))
    result = run_batch(planned, Path(out), settings, emit)
    if result.interrupted:
        raise KeyboardInterrupt
    return result


def load_digest(path: str | Path) -> ReportDigest:
    """Load a digest that `summarise` or the command line wrote.

    Args:
        path: of the `.json` file.

    Raises:
        UsageError: it cannot be read, is no digest, or one of a newer huimou.

    """
    return ReportDigest.of(from_json(read_text(Path(path))))


def _name_folders(prompts: _Path | None, profiles: _Path | None, rules: _Path | None) -> FolderOptions:
    given = {"prompts": prompts, "profiles": profiles, "rules": rules}
    return FolderOptions(**{name: Path(folder) for name, folder in given.items() if folder})


def _build_settings(server: EndpointOptions, named: FolderOptions, choices: Mapping[str, Any]) -> DigestSettings:
    folders = resolve_folders(named)
    return build_digest_settings(resolve_endpoint(server), folders.prompts, folders.profiles, folders.rules, **choices)


def _to_document(report: Document | str | Path) -> Document:
    if isinstance(report, str) and "\n" in report:
        if not report.strip():
            raise InputError("the text is empty", "give the text of a report")
        sha256 = hashlib.sha256(report.encode(errors="surrogatepass")).hexdigest()
        return Document("text", "text", report, sha256, "utf-8", "text")
    document = report if isinstance(report, Document) else read_report(report)
    return name_document(document, document.stem)
