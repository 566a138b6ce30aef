"""The application: its paths, what its errors are answered with, and the guard before them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

from huimou import __version__
from huimou.errors import HuimouError
from huimou.service import api, pages
from huimou.service.access.attempts import Attempts
from huimou.service.access.guard import Guard
from huimou.service.access.upload_gate import UploadGate
from huimou.service.jobs import Digester, JobQueue
from huimou.service.output_folder import OutputFolder
from huimou.service.remarks import RemarkOutdated
from huimou.service.served_folder import ServedFolder
from huimou.service.settings import ServiceSettings
from huimou.service.shared_store import SharedStore

_ABOUT = """Digests of annual work reports in one output folder: read, reviewed, added to.

Where the service has a token, send it as `Authorization: Bearer …`. Errors are `{"detail": "…"}`. Offsets in digests
are code points into the report's text."""
_TAGS = [
    {"name": "reports", "description": "Digests and what became of each report."},
    {"name": "reviews", "description": "What persons check, correct and remark; kept in the folder's store."},
    {"name": "jobs", "description": "Uploaded reports, digested one after another."},
]


def create_app(settings: ServiceSettings, digester: Digester) -> FastAPI:
    """The application that serves a folder; its jobs start when it starts and stop when it stops."""
    store = SharedStore(settings.out)
    attempts = Attempts()
    jobs = JobQueue(settings.out, store, digester, settings.max_pending)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        jobs.start()
        yield
        await run_in_threadpool(jobs.stop)

    # The usual pages of documentation load their scripts from the network; /openapi.json needs none.
    app = FastAPI(
        title="huimou",
        version=__version__,
        description=_ABOUT,
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.served = ServedFolder(settings, OutputFolder(settings.out), store, jobs, attempts)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.add_exception_handler(HuimouError, _answer_error)
    app.add_exception_handler(RemarkOutdated, _answer_outdated)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_middleware(UploadGate, has_room=jobs.has_room, most=settings.max_uploads, most_waiting=settings.max_pending)
    app.add_middleware(Guard, settings=settings, attempts=attempts)
    return app


def _answer_outdated(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RemarkOutdated)  # noqa: S101 (registered for these only)
    present = error.present.model_dump(mode="json") if error.present else None
    return JSONResponse({"detail": str(error), "present": present}, HTTPStatus.CONFLICT)


def _answer_invalid(_: Request, error: Exception) -> Response:
    """What is wrong with a request, without its own words: they may be what no JSON can hold."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 (registered for these only)
    told = [{"type": one["type"], "loc": one["loc"], "msg": one["msg"]} for one in error.errors()]
    body = json.dumps({"detail": told}, ensure_ascii=True, default=str)
    return Response(body, HTTPStatus.UNPROCESSABLE_ENTITY, media_type="application/json")


def _answer_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HuimouError)  # noqa: S101 (registered for these only)
    status = api.find_status(error)
    return JSONResponse({"detail": str(error)}, status)
