"""The classes that make up the output contract."""

from __future__ import annotations

from pydantic import BaseModel

from huimou.model import digest as contract

MODELS = [
    value
    for value in vars(contract).values()
    if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == contract.__name__
]
