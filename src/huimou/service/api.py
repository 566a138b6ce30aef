"""The paths for programs: reports, remarks and jobs as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, HTTPException, Path, Query, Request, UploadFile
from fastapi.responses import StreamingResponse

from huimou.batch.index_page import redraw_index
from huimou.batch.report_run import write_reviewed_report
from huimou.errors import HuimouError, StoreInUse, UsageError
from huimou.model.digest import Digest
from huimou.model.review import Remark, compute_item_digests
from huimou.outputs.index_row import count_checked_items
from huimou.service.jobs import OPEN, Upload, UploadRefused
from huimou.service.models import Applied, ErrorDetail, JobOut, RemarkConflict, ReportRow, ReportRows
from huimou.service.output_folder import NotInFolder
from huimou.service.remarks import keep_remark
from huimou.service.served_folder import ServedFolder
from huimou.service.upload_choice import UploadChoice, check_choice
from huimou.store.journal import Journal
from huimou.store.remarks import merge_remarks

_Responses = dict[int | str, dict[str, Any]]
_GONE: _Responses = {404: {"model": ErrorDetail, "description": "No such report, item or job."}}
_BUSY: _Responses = {
    409: {"model": ErrorDetail, "description": "Another process has the folder, or the item has changed."}
}
_STALE: _Responses = {
    409: {
        "model": RemarkConflict,
        "description": "Another remark has come, another process has the folder, or the item has changed.",
    }
}
_LIMITS: _Responses = {
    400: {"model": ErrorDetail, "description": "A file is empty."},
    413: {"model": ErrorDetail, "description": "A file is too large, or there are too many."},
    415: {"model": ErrorDetail, "description": "A file is of no kind that is read."},
    429: {"model": ErrorDetail, "description": "Too many reports are waiting, or too many uploads on their way."},
}

_BEAT = 0.2  # seconds

router = APIRouter(prefix="/api")


def get_served_folder(request: Request) -> ServedFolder:
    """The folder that the application serves."""
    found: ServedFolder = request.app.state.served
    return found


Here = Annotated[ServedFolder, Depends(get_served_folder)]
Name = Annotated[str, Path(description="Name of a report's outputs.")]


@router.get("/reports", tags=["reports"], summary="List the reports")
def list_reports(
    here: Here,
    offset: Annotated[int, Query(ge=0, description="How many to pass over.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000, description="How many to give at most.")] = 100,
) -> ReportRows:
    """How each report of the folder came out, by name."""
    results = here.folder.list_results()
    return ReportRows(
        total=len(results), reports=[ReportRow.from_result(one) for one in results[offset : offset + limit]]
    )


@router.get("/reports/{name}", tags=["reports"], summary="Get a digest", responses={**_GONE})
def get_report(here: Here, name: Name) -> Digest:
    """The digest of a report, with all remarks of persons on its items."""
    return merge_remarks(here.store.path, name, here.folder.read_digest(name)).digest


@router.put("/reports/{name}/reviews/{item}", tags=["reviews"], summary="Review an item", responses={**_GONE, **_STALE})
def put_review(
    here: Here,
    name: Name,
    item: Annotated[str, Path(description="Id of an item.")],
    remark: Remark,
    replaces: Annotated[
        str | None, Query(description="`time` of the remark on the item that the person saw; left out for none.")
    ] = None,
) -> Remark:
    """Keep a person's remark on an item; the last one counts, but all are kept, each with the time of its receipt.

    `of` is the digest of the item as the person saw it; a remark on an item that has changed since is refused. So is
    one that does not name the last remark in `replaces`: the answer holds that one as `present`.
    """
    with here.writing:
        digest = here.folder.read_digest(name)
        now = compute_item_digests(digest)
        if item not in now or remark.id != item:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"no item {item!r} in {name!r}")
        if now[item] != remark.of:
            raise HTTPException(HTTPStatus.CONFLICT, f"{item} has changed since it was read: load the page again")
        return keep_remark(here.store, name, digest, remark, replaces)


@router.post(
    "/reports/{name}/reviews/apply", tags=["reviews"], summary="Write reviews into files", responses={**_GONE, **_BUSY}
)
def apply_reviews(here: Here, name: Name) -> Applied:
    """Merge the remarks into the digest and write the report's files again, as `huimou apply-review` does."""
    with here.writing, here.store.open() as store:
        before = here.folder.read_digest(name)
        merged = merge_remarks(here.store.path, name, before)
        text = here.folder.read_source(name, before)
        out, sources, journal = here.folder.out, here.folder.find_sources(), Journal(store.database)
        notes = write_reviewed_report(out, name, text, merged.digest, journal, sources)
        redraw_index(here.folder.out)
    return Applied(
        taken=merged.taken, checked=count_checked_items(merged.digest), skipped=list(merged.skipped), notes=list(notes)
    )


@router.post(
    "/reports",
    tags=["jobs"],
    summary="Upload reports",
    status_code=HTTPStatus.ACCEPTED,
    responses={**_BUSY, **_LIMITS},
)
def upload(
    here: Here,
    files: Annotated[list[UploadFile], File(description="Reports: .txt .md .html .docx .pdf.")],
    kind: Annotated[str | None, Form(description="Kind of report, or auto; left out as in the last run.")] = None,
    style: Annotated[str | None, Form(description="Style of the overviews; left out as in the last run.")] = None,
) -> list[JobOut]:
    """Queue files to be digested, one after another; either all of them are taken or none."""
    choice = UploadChoice(kind or None, style or None)
    try:
        check_choice(choice, frozenset(here.settings.kinds))
    except UsageError as error:
        raise UploadRefused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
    most, many = here.settings.max_bytes, here.settings.max_files
    if len(files) > many:
        raise UploadRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {many} files at once")
    uploads = []
    for one in files:
        size = one.size or 0
        if size > most:
            raise UploadRefused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{one.filename}: the file has more than {most} bytes"
            )
        uploads.append(Upload(one.filename or "", size, one.file))
    return list(here.jobs.add(uploads, choice))


@router.get("/jobs", tags=["jobs"], summary="List uploads")
def list_jobs(here: Here) -> list[JobOut]:
    """Uploaded reports since the service started, the newest first."""
    return list(here.jobs.list_jobs())


@router.get("/jobs/{number}", tags=["jobs"], summary="Watch an upload", responses={**_GONE})
def get_job(here: Here, number: Annotated[int, Path(description="Id of a job.")]) -> JobOut:
    """The state of an uploaded report: whether it waits, how many units are done, how it ended."""
    job = here.jobs.find_job(number)
    if job is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no job {number}")
    return job


@router.get(
    "/jobs/{number}/events",
    tags=["jobs"],
    summary="Follow an upload",
    response_class=StreamingResponse,
    responses={**_GONE, 200: {"content": {"text/event-stream": {}}, "description": "A job, each time it changes."}},
)
def follow_job(here: Here, number: Annotated[int, Path(description="Id of a job.")]) -> StreamingResponse:
    """The job as a server-sent event each time it changes, until it has ended."""
    get_job(here, number)
    return StreamingResponse(_events(here, number), media_type="text/event-stream")


async def _events(here: ServedFolder, number: int) -> AsyncIterator[str]:
    """A job as lines of an event stream, each time it differs from before; too many at once are told to come later."""
    if not here.streams.acquire(blocking=False):
        yield "retry: 10000\n\n"
        return
    try:
        before = None
        while (job := here.jobs.find_job(number)) is not None and (before is None or before.status in OPEN):
            if job != before:
                yield f"data: {job.model_dump_json()}\n\n"
            before = job
            await asyncio.sleep(_BEAT)
    finally:
        here.streams.release()


def find_status(error: HuimouError) -> int:
    """The HTTP status that an error is answered with."""
    if isinstance(error, UploadRefused):
        return error.status
    known = {NotInFolder: HTTPStatus.NOT_FOUND, StoreInUse: HTTPStatus.CONFLICT}
    return known.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE)
