"""The paths for browsers: index, pages of reports, uploading, logging in. All in Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from huimou import __version__
from huimou.digest.steps.overview import STANDARD_STYLE
from huimou.errors import InputError, UsageError
from huimou.outputs.formats import find_present_formats
from huimou.outputs.html.shell import build_policy, render_template, to_script_data
from huimou.outputs.labels import JOB_STATUSES
from huimou.outputs.page.index import SCRIPTS as INDEX_SCRIPTS
from huimou.outputs.page.index import IndexEntry, to_index
from huimou.outputs.page.report import SCRIPTS, SERVED_SCRIPTS, to_page
from huimou.service.access.guard import COOKIE, LOGIN, find_address, is_same_secret, make_cookie
from huimou.service.api import Here
from huimou.service.served_folder import ServedFolder
from huimou.service.upload_choice import READ_FROM_TEXT
from huimou.store.files import SUFFIXES
from huimou.store.journal import read_journal
from huimou.store.remarks import merge_remarks

router = APIRouter(include_in_schema=False)
_UPLOAD_SCRIPTS = ("upload.js",)
_KINDS = {READ_FROM_TEXT: "自动识别"}
_STYLES = {"brief": "简短", "standard": "标准", "full": "详细，分领域写"}
_REFUSALS = {
    400: "文件是空的",
    401: "登录已失效，请刷新本页重新登录",
    409: "另一个程序正在使用这个文件夹，请稍后再传",
    413: "文件太大，每份不超过{most}MB",
    415: "不是能读的格式（{suffixes}）",
    422: "请求不对，请刷新本页再传",
    429: "等候的报告太多，请稍后再传",
}
_REASONS = {
    "unreadable": "文件读不出正文",
    "unanswered": "模型有未答或不合用的回答",
    "server": "模型服务用不了，请查看服务后重传",
    "busy": "另一个程序正在使用这个文件夹，等它完成",
    "internal": "程序出错",
}
_MIB = 1 << 20


@router.get("/")
def show_index(here: Here) -> Response:
    """The index of the folder's reports."""
    names = here.folder.list_names()
    rows = [IndexEntry(one, f"reports/{one.name}" if one.name in names else "") for one in here.folder.list_results()]
    return _answer_page(to_index(rows, served=True), INDEX_SCRIPTS)


@router.get("/reports/{file}")
def show_report(here: Here, file: str) -> Response:
    """The page of a report; or one of its files, to be saved."""
    if file in here.folder.list_names():
        return _answer_report(here, file)
    path = here.folder.find_file(file)
    return Response(
        path.read_bytes(),
        media_type="application/octet-stream",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(file, safe='', errors='replace')}"},
    )


def _answer_report(here: ServedFolder, name: str) -> Response:
    """The page of a report, drawn anew; where its text is gone, the page in the folder, which takes no remarks."""
    digest = here.folder.read_digest(name)
    try:
        text = here.folder.read_source(name, digest)
    except InputError as error:
        if "html" not in find_present_formats(here.folder.out, name):
            return _answer_page(render_template("gone.html", (), {"name": name, "why": error.message}, served=True), ())
        html = here.folder.find_file(f"{name}.html").read_text(encoding="utf-8")
        return _answer_page(html, SCRIPTS, served=False)
    shown = merge_remarks(here.store.path, name, digest).digest
    return _answer_page(
        to_page(shown, text, name, service=f"../api/reports/{quote(name, safe='')}/reviews"), SERVED_SCRIPTS
    )


@router.get("/upload")
def show_upload(here: Here) -> Response:
    """The form to upload reports, and the table of those that were uploaded."""
    most, last = here.settings.max_bytes // _MIB, _find_last_job(here)
    words = {"most": most, "suffixes": " ".join(SUFFIXES)}
    data = {
        "states": dict(JOB_STATUSES),
        "reasons": _REASONS,
        "refusals": {status: said.format(**words) for status, said in _REFUSALS.items()},
        "suffixes": list(SUFFIXES),
        "most": here.settings.max_bytes,
    }
    values = {
        "suffixes": SUFFIXES,
        "most": most,
        "kinds": {**_KINDS, **here.settings.kinds},
        "chosen_kind": last.get("kind") or READ_FROM_TEXT,
        "styles": _STYLES,
        "chosen_style": last.get("style") or STANDARD_STYLE.name,
        "version": __version__,
        "data": to_script_data(data),
    }
    return _answer_page(render_template("upload.html", _UPLOAD_SCRIPTS, values, served=True), _UPLOAD_SCRIPTS)


def _find_last_job(here: ServedFolder) -> Mapping[str, Any]:
    """The settings of the last run in the folder; empty where there was none."""
    try:
        last = read_journal(here.store.path)[0]
    except UsageError:
        return {}
    return last.job if last is not None else {}


@router.get(LOGIN)
def show_login_form() -> Response:
    """The form that asks for the token."""
    return _answer_login(HTTPStatus.OK, "")


@router.post(LOGIN)
async def log_in(request: Request, here: Here, token: Annotated[str, Form(max_length=1000)]) -> Response:
    """Set the cookie of a browser that gave the right token; after several wrong ones, the next has to wait."""
    right, address = here.settings.token, find_address(request.scope)
    if not await here.attempts.wait_turn(address):
        return _answer_login(HTTPStatus.TOO_MANY_REQUESTS, "口令错得太多，请过十秒再试。")
    if right is None or not is_same_secret(token.strip(), right):
        here.attempts.note_wrong(address)
        return _answer_login(HTTPStatus.FORBIDDEN, "口令不对。")
    here.attempts.note_right(address)
    done = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    done.set_cookie(COOKIE, make_cookie(right), httponly=True, samesite="strict", path="/")
    return done


def _answer_login(status: HTTPStatus, wrong: str) -> Response:
    return _answer_page(render_template("login.html", (), {"wrong": wrong}, served=True), (), status=status)


def _answer_page(
    html: str, scripts: tuple[str, ...], *, served: bool = True, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """A page whose header holds the same policy as its head."""
    allowed = f"{build_policy(scripts, served=served)}; frame-ancestors 'none'"
    return HTMLResponse(html, status, headers={"content-security-policy": allowed})
