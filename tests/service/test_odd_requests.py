"""Odd requests to every path that /openapi.json names: none is an internal error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handmade import a_digest
from huimou.model.review import compute_item_digests
from huimou.service.settings import ServiceSettings
from served_folder import NAME, a_folder, service

REMARK = {
    "id": "A1",
    "of": compute_item_digests(a_digest())["A1"],
    "checked": True,
    "corrected": None,
    "comment": None,
    "reviewer": None,
    "time": "2026-01-02T03:04:05.000Z",
}
JSON = {"content-type": "application/json"}
ODD = ["\ud800", "\x00", "\u202e", "", ".", "..", "%", "/", "\\", "𠮷", "a" * 3000, "CON", "NaN", "-1", "1e999", "{}"]
words = st.one_of(st.sampled_from(ODD), st.text(max_size=20))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), words),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(words, inner, max_size=3)),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """A service of a folder with one report."""
    with service(ServiceSettings(a_folder(tmp_path_factory.mktemp("odd") / "out"))) as running:
        yield running


def _to_path(word: str) -> str:
    return quote(word.encode("utf-8", "surrogatepass"), safe="")


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(REMARK | {"comment": "\ud800"}),
        json.dumps(REMARK | {"reviewer": "a\udfff"}),
        json.dumps(REMARK | {"checked": float("nan")}),
        json.dumps(REMARK | {"corrected": float("inf")}),
        json.dumps(REMARK | {"\ud800": 1}),
        json.dumps({**REMARK, "time": "2026-02-31T99:99:99.000Z"}),
        json.dumps({**REMARK, "time": "0000-01-01T00:00:00.000Z"}),
        "[" * 100_000,
        '{"id":' * 20_000,
        "1" * 5000,
        "NaN",
        "null",
        "",
        "\ufeff{}",
    ],
)
def test_a_body_that_cannot_be_kept(client: httpx2.Client, body: str) -> None:
    """It is refused as what is wrong with the request, and nothing is kept."""
    path = f"/api/reports/{_to_path(NAME)}/reviews/A1"
    answer = client.put(path, content=body.encode("utf-8", "surrogatepass"), headers=JSON)
    assert answer.status_code in {400, 422}
    assert answer.json()["detail"]
    assert client.get(f"/api/reports/{_to_path(NAME)}").json()["review"] is None


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_request_is_an_internal_error(client: httpx2.Client, data: st.DataObject) -> None:
    """Whatever stands in path, query and body, the answer says what is wrong with it."""
    paths = client.get("/openapi.json").json()["paths"]
    path = data.draw(st.sampled_from(sorted(paths)))
    method = data.draw(st.sampled_from(sorted(paths[path])))
    if path.endswith("/events"):
        return
    for part in ("name", "item", "number"):
        word = data.draw(st.one_of(words, st.sampled_from([NAME, "A1", "1"])))
        path = path.replace(f"{{{part}}}", _to_path(word))
    query = "&".join(f"{_to_path(key)}={_to_path(data.draw(words))}" for key in ("offset", "limit", "replaces"))
    known = data.draw(st.dictionaries(st.sampled_from(sorted(REMARK)), values, max_size=3))
    body = json.dumps(data.draw(st.one_of(values, st.just(REMARK | known)))).encode()
    kind = data.draw(st.sampled_from(["application/json", "multipart/form-data; boundary=x", "text/plain", "x"]))
    answer = client.request(method.upper(), f"{path}?{query}", content=body, headers={"content-type": kind})
    assert answer.status_code < 500, (method, path, query, body)


@pytest.mark.parametrize(
    "file",
    [
        "CON.txt",
        "nul.txt",
        "..txt",
        "../../x.txt",
        "a\x07b.txt",
        "a .txt",
        "a..txt",
        "\u202etxt.exe.txt",
        "长" * 300 + ".txt",
    ],
)
def test_uploads_of_any_name(client: httpx2.Client, file: str) -> None:
    """Each gets a safe name of its own, or one line that says what is wrong."""
    body = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{file}"\r\n\r\n\r\n--x--\r\n'
    head = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/reports", content=body.encode(), headers=head)
    assert answer.status_code in {400, 422}
    assert "empty" in answer.text or "field" in answer.text.lower()
