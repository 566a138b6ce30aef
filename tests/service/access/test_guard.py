"""Who may ask a service, from where and how much; all over a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huimou.errors import UsageError
from huimou.service.access.guard import COOKIE, is_same_secret, make_cookie
from huimou.service.settings import ServiceSettings, is_loopback
from served_folder import a_folder, service

TOKEN = "a-token-of-some-length"  # noqa: S105 (of the tests)
READ = "/api/reports"
WRITE = "/api/reports/x/reviews/apply"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one report."""
    return a_folder(tmp_path_factory.mktemp("guard") / "out", "x")


@pytest.fixture(scope="module")
def client(out: Path) -> Iterator[httpx2.Client]:
    """A service for this machine, without a token."""
    with service(ServiceSettings(out)) as running:
        yield running


@pytest.fixture(scope="module")
def locked(out: Path) -> Iterator[httpx2.Client]:
    """A service with a token."""
    with service(ServiceSettings(out, token=TOKEN)) as running:
        yield running


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "localhost.evil"])
def test_other_names_are_not_known(client: httpx2.Client, host: str) -> None:
    """A name that was turned to this machine (DNS rebinding) reads nothing and writes nothing."""
    assert client.get(READ, headers={"host": host}).status_code == 421
    assert client.post(WRITE, headers={"host": host}).status_code == 421


def test_own_names_are_known(client: httpx2.Client) -> None:
    """By address or name, with any port."""
    for host in ("127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:8765", "[::1]"):
        assert client.get(READ, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "null"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_other_sites_change_nothing(client: httpx2.Client, headers: dict[str, str]) -> None:
    """A form or script of another page, or of another port of this machine, is refused."""
    assert client.post(WRITE, headers=headers).status_code == 403
    assert client.post(READ, headers=headers, files={"files": ("a.txt", b"x")}).status_code == 403
    assert client.post("/login", headers=headers, data={"token": "x"}).json()["detail"].startswith("a page of another")


def test_own_pages_and_programs_may(client: httpx2.Client) -> None:
    """The same origin, and requests of no page at all."""
    own = str(client.base_url).rstrip("/")
    for headers in ({"origin": own, "sec-fetch-site": "same-origin"}, {"origin": own}, {}):
        assert client.post(WRITE, headers=headers).status_code == 200


def test_without_the_token_there_is_nothing(locked: httpx2.Client) -> None:
    """Programs are told how, people are led to the form; every path but that of the form is shut."""
    for path in ("/", READ, "/reports/x", "/reports/x.json", "/openapi.json", "/upload", "/none"):
        answer = locked.get(path)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert TOKEN not in answer.text
    asked = locked.get("/reports/x", headers={"accept": "text/html"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/login")
    for wrong in ("Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", TOKEN):
        assert locked.get(READ, headers={"authorization": wrong}).status_code == 401
    for wrong in (TOKEN, "", make_cookie("another-token-of-length")):
        assert locked.get(READ, headers={"cookie": f"{COOKIE}={wrong}"}).status_code == 401
    assert locked.post(WRITE).status_code == 401


def test_the_token_opens(locked: httpx2.Client) -> None:
    """As a bearer; by any host name, since a page of another site has neither token nor cookie."""
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert locked.get(READ, headers=headers).status_code == 200
    assert locked.get(READ, headers=headers | {"host": "reports.example"}).status_code == 200


def test_logging_in(locked: httpx2.Client) -> None:
    """The form gives a cookie that scripts cannot read, other sites cannot send, and that is not the token."""
    form = locked.get("/login")
    assert form.status_code == 200
    assert "script-src 'none'" in form.headers["content-security-policy"]
    assert locked.post("/login", data={"token": "wrong"}).status_code == 403
    done = locked.post("/login", data={"token": TOKEN})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    cookie = done.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    value = cookie.partition(";")[0]
    locked.cookies.clear()
    assert locked.get(READ, headers={"cookie": value}).status_code == 200
    evil = {"cookie": value, "origin": "http://evil.example"}
    assert locked.post(WRITE, headers=evil).status_code == 403


def test_a_service_without_a_token_takes_none(client: httpx2.Client) -> None:
    """There is nothing to log in to."""
    assert client.post("/login", data={"token": ""}).status_code in {403, 422}


def test_bodies_have_a_limit(client: httpx2.Client) -> None:
    """By the announced length, and by what comes where none is announced."""
    most = ServiceSettings(Path()).body_limit(WRITE)
    assert client.put("/api/reports/x/reviews/A1", content=b"x" * (most + 1)).status_code == 413
    pieces = (b"x" * 10_000 for _ in range(most // 10_000 + 2))
    answer = client.put("/api/reports/x/reviews/A1", content=pieces)
    assert answer.status_code == 413
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_network_needs_a_token() -> None:
    """Settings that would give a folder to anybody cannot be made."""
    for host in ("0.0.0.0", "192.168.1.2", "::", "myhost"):  # noqa: S104 (that is what is refused)
        with pytest.raises(UsageError, match="network"):
            ServiceSettings(Path(), host)
        assert ServiceSettings(Path(), host, TOKEN).token == TOKEN
    with pytest.raises(UsageError, match="too short"):
        ServiceSettings(Path(), "::1", "short")
    with pytest.raises(UsageError, match="ASCII"):
        ServiceSettings(Path(), "::1", "口令口令口令口令口令口令口令口令")
    assert is_loopback("127.0.0.2")
    assert is_loopback("::1")
    assert not is_loopback("localhost.example")


@given(st.text(), st.text())
def test_secrets_are_compared(one: str, other: str) -> None:
    """Equal or not, whatever characters they have."""
    assert is_same_secret(one, other) == (one == other)
