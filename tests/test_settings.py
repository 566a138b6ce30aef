"""Where settings come from, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from huimou.errors import UsageError
from huimou.settings import Endpoint, EndpointOptions, FolderOptions, resolve_endpoint, resolve_folders

URL = "http://10.0.0.5:8080"


def test_nothing_given_means_builtin(tmp_path: Path) -> None:
    """Without a base URL the built-in model serves, and a model name meant for another server is dropped."""
    assert resolve_endpoint(
        EndpointOptions(base_url=None), environment={"HUIMOU_MODEL": "qwen"}, folder=tmp_path
    ) == Endpoint("builtin")


def test_precedence(tmp_path: Path) -> None:
    """Options, then environment, then huimou.toml, then pyproject.toml, one setting at a time."""
    (tmp_path / "pyproject.toml").write_text(f'[tool.huimou]\nbase_url = "{URL}/py"\nmodel = "py"\n', encoding="utf-8")
    assert resolve_endpoint(environment={}, folder=tmp_path).model == "py"
    (tmp_path / "huimou.toml").write_text(
        f'base_url = "{URL}/own"\nmodel = "own"\ntimeout = 30\nconcurrency = 3\n', encoding="utf-8"
    )
    environment = {"HUIMOU_MODEL": "env", "HUIMOU_API_KEY": "key", "HUIMOU_BASE_URL": ""}
    endpoint = resolve_endpoint(EndpointOptions(concurrency=5, mode="tools"), environment=environment, folder=tmp_path)
    assert endpoint == Endpoint("openai", f"{URL}/own", "env", "", "tools", 5, 30)
    assert resolve_endpoint(EndpointOptions(model="opt"), environment=environment, folder=tmp_path).model == "opt"


def test_extra_and_what_was_chosen(tmp_path: Path) -> None:
    """A table of additions to the body; what the user set is told apart from what is a default."""
    text = f'base_url = "{URL}"\nmode = "json_schema"\n[extra]\nreasoning_effort = "none"\n'
    (tmp_path / "huimou.toml").write_text(text, encoding="utf-8")
    endpoint = resolve_endpoint(environment={}, folder=tmp_path)
    assert endpoint.extra == {"reasoning_effort": "none"}
    assert (endpoint.is_chosen("mode"), endpoint.is_chosen("extra"), endpoint.is_chosen("concurrency")) == (
        True,
        True,
        False,
    )
    assert Endpoint("openai", mode="tools").is_chosen("mode")
    assert {endpoint: 1}[endpoint] == 1


@pytest.mark.parametrize(
    ("urls", "remote"),
    [
        ("http://127.0.0.1:8000", ()),
        ("http://localhost:8000 http://[::1]:9000 http://127.8.9.1:80", ()),
        ("http://10.0.0.7:8000", ("http://10.0.0.7:8000/v1",)),
        ("http://localhost:8000 https://far.example", ("https://far.example/v1",)),
        ("http://localhost.far.example", ("http://localhost.far.example/v1",)),
        ("http://0.0.0.0:8000", ("http://0.0.0.0:8000/v1",)),
    ],
)
def test_which_servers_are_elsewhere(urls: str, remote: tuple[str, ...], tmp_path: Path) -> None:
    """An address of the machine itself is not; a name that only begins like one is."""
    endpoint = resolve_endpoint(EndpointOptions(base_url=urls.split()), environment={}, folder=tmp_path)
    assert endpoint.list_remote() == remote


def test_gguf_means_builtin(tmp_path: Path) -> None:
    """A model file on the command line wins over a server in the environment, and excludes one beside it."""
    endpoint = resolve_endpoint(
        EndpointOptions(gguf=Path("/m/x.gguf")), environment={"HUIMOU_BASE_URL": URL}, folder=tmp_path
    )
    assert endpoint == Endpoint("builtin", gguf="/m/x.gguf")
    with pytest.raises(UsageError, match="exclude each other"):
        resolve_endpoint(EndpointOptions(gguf="x.gguf", base_url=URL), environment={}, folder=tmp_path)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        (URL, f"{URL}/v1"),
        (f"{URL}/", f"{URL}/v1"),
        (f"{URL}/v1/", f"{URL}/v1"),
        (f"{URL}/v1/chat/completions", f"{URL}/v1"),
        ("https://host/llm/api", "https://host/llm/api"),
    ],
)
def test_base_url_forms(given: str, url: str, tmp_path: Path) -> None:
    """The forms in which people write the address come to one."""
    assert resolve_endpoint(EndpointOptions(base_url=given), environment={}, folder=tmp_path).base_url == url


def test_several_base_urls(tmp_path: Path) -> None:
    """Options and file give a list, the environment spaces; each address counts once; key and settings are shared."""
    one, two = f"{URL}/v1", "http://10.0.0.6:8080/v1"
    (tmp_path / "huimou.toml").write_text(f'base_url = ["{URL}", "{two}"]\npatience = 5\n', encoding="utf-8")
    written = resolve_endpoint(EndpointOptions(api_key="key"), environment={}, folder=tmp_path)
    assert (written.base_url, written.others, written.patience) == (one, (two,), 5)
    assert [(each.base_url, each.others, each.api_key) for each in written.each()] == [
        (one, (), "key"),
        (two, (), "key"),
    ]
    named = resolve_endpoint(environment={"HUIMOU_BASE_URL": f"{two}  {URL}/ {two}/"}, folder=tmp_path)
    assert (named.base_url, named.others) == (two, (one,))
    assert resolve_endpoint(EndpointOptions(base_url=[two]), environment={}, folder=tmp_path).others == ()


@pytest.mark.parametrize("bad", ["[3]", '["http://host", ""]', '" "', "3", '["ftp://host"]'])
def test_bad_lists_of_base_urls(bad: str, tmp_path: Path) -> None:
    """Whatever is no list of addresses is refused in one line."""
    (tmp_path / "huimou.toml").write_text(f"base_url = {bad}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"base URL|base_url"):
        resolve_endpoint(environment={}, folder=tmp_path)


@pytest.mark.parametrize(
    "bad", ["localhost:8080", "ftp://host", "http://", "http://user:s3cret@host/v1", "http://host:port"]
)
def test_bad_base_url(bad: str, tmp_path: Path) -> None:
    """What is no address of a server is refused, and a key in it is not repeated."""
    with pytest.raises(UsageError) as caught:
        resolve_endpoint(EndpointOptions(base_url=bad), environment={}, folder=tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('modell = "x"', "unknown setting modell"),
        ('timeout = "60"', "timeout has the wrong type"),
        ("concurrency = true", "concurrency has the wrong type"),
        ("concurrency = 0", "greater than 0"),
        ("patience = -1", "less than 0"),
        ('mode = "xml"', "json_schema, md_json, tools, json"),
        ("extra = 3", "extra has the wrong type"),
        ("[extra]\nmessages = []\nmodel = 'x'", "extra may not set messages, model"),
        ("mode = ", "cannot read huimou.toml"),
    ],
)
def test_bad_settings_file(text: str, said: str, tmp_path: Path) -> None:
    """A wrong settings file is refused with its name and the setting."""
    (tmp_path / "huimou.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said) as caught:
        resolve_endpoint(environment={}, folder=tmp_path)
    assert "huimou.toml" in str(caught.value)


def test_folder_of_profiles(tmp_path: Path) -> None:
    """The option, else the settings file, whose path is relative to it; it is no setting of the endpoint."""
    assert resolve_folders(folder=tmp_path).profiles is None
    (tmp_path / "huimou.toml").write_text('profiles = "own"\n', encoding="utf-8")
    assert resolve_folders(folder=tmp_path).profiles == tmp_path / "own"
    assert resolve_folders(FolderOptions(profiles=Path("x")), folder=tmp_path).profiles == Path("x")
    assert resolve_endpoint(environment={}, folder=tmp_path) == Endpoint("builtin")


def test_key_is_not_shown() -> None:
    """`repr` hides the key."""
    assert "s3cret" not in repr(Endpoint("openai", URL, "m", "s3cret"))


FILES = {"huimou.toml": "", "pyproject.toml": "[tool.huimou]\n"}


@pytest.mark.parametrize("name", FILES)
def test_key_of_the_environment_goes_to_no_address_of_a_file(name: str, tmp_path: Path) -> None:
    """A settings file may lie in a folder that came from elsewhere; who wrote it need not be meant to have the key."""
    (tmp_path / name).write_text(f'{FILES[name]}base_url = "{URL}"\n', encoding="utf-8")
    endpoint = resolve_endpoint(environment={"HUIMOU_API_KEY": "mine"}, folder=tmp_path)
    assert (endpoint.base_url, endpoint.api_key, endpoint.key_withheld) == (f"{URL}/v1", "", True)
    assert endpoint.origin == str(tmp_path / name)
    assert all(each.api_key == "" for each in endpoint.each())


def test_key_that_goes_to_an_address_of_a_file(tmp_path: Path) -> None:
    """One from the same file, or one that the user gives to the command."""
    (tmp_path / "huimou.toml").write_text(f'base_url = "{URL}"\napi_key = "theirs"\n', encoding="utf-8")
    environment = {"HUIMOU_API_KEY": "mine"}
    endpoint = resolve_endpoint(environment=environment, folder=tmp_path)
    assert (endpoint.api_key, endpoint.key_withheld) == ("theirs", True)
    given = resolve_endpoint(EndpointOptions(api_key="given"), environment=environment, folder=tmp_path)
    assert (given.api_key, given.key_withheld, given.origin) == ("given", False, str(tmp_path / "huimou.toml"))


def test_key_of_the_environment_goes_to_an_address_of_the_user(tmp_path: Path) -> None:
    """Named by an option or in the environment, whatever a file says besides."""
    (tmp_path / "huimou.toml").write_text('base_url = "http://10.0.0.9/v1"\n', encoding="utf-8")
    environment = {"HUIMOU_API_KEY": "mine"}
    by_option = resolve_endpoint(EndpointOptions(base_url=URL), environment=environment, folder=tmp_path)
    by_environment = resolve_endpoint(environment={**environment, "HUIMOU_BASE_URL": URL}, folder=tmp_path)
    for endpoint in (by_option, by_environment):
        assert (endpoint.base_url, endpoint.api_key) == (f"{URL}/v1", "mine")
        assert (endpoint.origin, endpoint.key_withheld) == ("", False)


@pytest.mark.parametrize("key", ["sk 123", "sk-123\n", "sk-密钥", "“sk-123”", "sk-\u200b123", "sk-\x7f", "ｓｋ", "\t"])
def test_key_that_cannot_be_sent(key: str, tmp_path: Path) -> None:
    """It is refused at once, wherever it comes from, and not repeated."""
    for options, environment in (
        (EndpointOptions(base_url=URL, api_key=key), {}),
        (EndpointOptions(base_url=URL), {"HUIMOU_API_KEY": key}),
    ):
        with pytest.raises(UsageError, match="the key cannot be sent") as caught:
            resolve_endpoint(options, environment=environment, folder=tmp_path)
        assert "123" not in str(caught.value)


@pytest.mark.parametrize("key", ["sk-proj-a_B9", "!~", "a+b/c==", "k"])
def test_key_that_can_be_sent(key: str, tmp_path: Path) -> None:
    """Any visible ASCII character may stand in it."""
    assert resolve_endpoint(EndpointOptions(base_url=URL, api_key=key), environment={}, folder=tmp_path).api_key == key
