"""Which models a server offers, and which of them is asked."""

from __future__ import annotations

from collections.abc import Sequence

from huimou.errors import EndpointError, UsageError, to_inert
from huimou.llm.network.faults import explain_by_name, explain_unreached
from huimou.llm.network.json_object import read_object
from huimou.settings import Endpoint

_PATIENCE = 10.0  # seconds
_NAMES_SHOWN = 8
_LONGEST_NAME = 80
_OK = 200


def choose_model(endpoint: Endpoint, offered: Sequence[str] | None = None) -> str:
    """The endpoint's model, or else the only one its server offers (`offered`, if it has been asked already).

    Raises:
        UsageError: the server offers several models, or none.
        EndpointError: the server cannot be asked.

    """
    if endpoint.model:
        return endpoint.model
    names = fetch_model_names(endpoint) if offered is None else offered
    if len(names) == 1:
        return names[0]
    if not names:
        raise UsageError(f"{endpoint.base_url} offers no model", "load one there, or name it with --model")
    raise UsageError(f"{endpoint.base_url} offers several models: {list_names(names)}", "choose one with --model")


def list_names(names: Sequence[str]) -> str:
    """Names for an error message: the first few, and how many more there are."""
    shown = ", ".join(name[:_LONGEST_NAME] for name in names[:_NAMES_SHOWN])
    more = len(names) - _NAMES_SHOWN
    return f"{shown} … and {more} more" if more > 0 else shown


def fetch_model_names(endpoint: Endpoint) -> list[str]:
    """Names of the models that a server offers; what holds control characters is no name.

    Raises:
        EndpointError: it cannot be asked.

    """
    import httpx2  # noqa: PLC0415 (not where nobody is asked)

    from huimou.llm.network.transport import name_fault, open_http  # noqa: PLC0415 (with it)

    try:
        with open_http(min(_PATIENCE, endpoint.timeout), endpoint.api_key) as http:
            response = http.get(f"{endpoint.base_url}/models")
    except httpx2.TransportError as error:
        raise _explain_fault(name_fault(error), endpoint) from error
    listed = (read_object(response.content) or {}).get("data")
    if response.status_code != _OK or not isinstance(listed, list):
        raise _explain_no_list(f"status {response.status_code}" if response.status_code != _OK else "no list", endpoint)
    names = [entry.get("id") for entry in listed if isinstance(entry, dict)]
    return [name for name in names if isinstance(name, str) and name and to_inert(name) == name]


def _explain_fault(fault: str, endpoint: Endpoint) -> EndpointError:
    named = explain_by_name(fault, endpoint.base_url)
    if isinstance(named, EndpointError):
        return named
    if named is not None:
        return _explain_no_list(named.message, endpoint)
    return explain_unreached(endpoint.base_url, fault)


def _explain_no_list(reason: str, endpoint: Endpoint) -> EndpointError:
    return EndpointError(
        f"cannot ask {endpoint.base_url}/models for the model's name ({reason})",
        "check --base-url and HUIMOU_API_KEY, or name the model with --model",
    )
