"""Which models a server offers, and which of them is asked."""

from __future__ import annotations

import pytest

from huimou.errors import EndpointError, UsageError
from huimou.llm.network.model_names import choose_model, list_names
from huimou.settings import Endpoint
from scripted_server import Reply, serving


def test_only_model_is_chosen() -> None:
    """One model on the server is taken; several are listed for the user to choose from; a key is used."""
    with serving([], {"/v1/models": Reply({"data": [{"id": "qwen"}]})}) as server:
        assert choose_model(Endpoint("openai", server.url, api_key="k")) == "qwen"
        assert server.asked[0].headers["authorization"] == "Bearer k"
    with serving([], {"/v1/models": Reply({"data": [{"id": "a"}, {"id": "b"}]})}) as server:
        with pytest.raises(UsageError, match="a, b"):
            choose_model(Endpoint("openai", server.url))
        assert choose_model(Endpoint("openai", server.url, "b")) == "b"
    with serving([], {"/v1/models": Reply({"data": []})}) as server, pytest.raises(UsageError, match="offers no model"):
        choose_model(Endpoint("openai", server.url))


def test_server_that_cannot_be_asked() -> None:
    """No list of models: the error names the address and what to do."""
    with serving([]) as server, pytest.raises(EndpointError, match=r"status 404.*--model"):
        choose_model(Endpoint("openai", server.url))


def test_a_long_list_of_models_is_cut() -> None:
    """Of fifty thousand names a few are shown, and how many more there are; a name of a page is cut, too."""
    listed = Reply({"data": [{"id": f"model-{number}"} for number in range(50_000)]})
    shown = r"model-0, model-1, .*model-7 … and 49992 more: choose one"
    with serving([], {"/v1/models": listed}) as server, pytest.raises(UsageError, match=shown) as caught:
        choose_model(Endpoint("openai", server.url))
    assert len(str(caught.value)) < 300
    assert len(list_names(["x" * 10_000, "y"])) < 200
    assert list_names(["a", "b"]) == "a, b"


def test_a_list_that_is_none() -> None:
    """Whatever stands in place of a name is passed over; a list nested without end is no list."""
    odd = Reply('{"data": [3, null, {"id": 4}, {"id": "\\ud800"}, {"id": "good"}]}')
    with serving([], {"/v1/models": odd}) as server:
        assert choose_model(Endpoint("openai", server.url)) == "good"
    deep = Reply('{"data": ' + "[" * 200_000 + "]" * 200_000 + "}")
    with serving([], {"/v1/models": deep}) as server, pytest.raises(EndpointError, match="no list"):
        choose_model(Endpoint("openai", server.url))


def test_a_server_that_is_not_there() -> None:
    """The error says that nobody answers, not that the key may be wrong."""
    with serving([]) as server:
        url = server.url
    with pytest.raises(EndpointError, match="cannot reach the model server at"):
        choose_model(Endpoint("openai", url))
