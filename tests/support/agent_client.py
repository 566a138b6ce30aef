"""Clients of `huimou mcp` by the SDK, as an agent's tool is one: of a process of its own, or of this one."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import anyio
from mcp import Client, StdioServerParameters

from huimou.batch.run_settings import RunSettings
from huimou.digest.session import build_digest_settings
from huimou.model.events import ignore_event
from huimou.service.agents.digesting import AgentDigester
from huimou.service.agents.following import PlanFollower
from huimou.service.agents.server import build_server
from huimou.service.agents.tools import AgentTools
from huimou.service.agents.workplace import Workplace
from huimou.settings import Endpoint
from places import ROOT

_T = TypeVar("_T")
_KEPT = ("PATH", "PYTHONPATH", "HUIMOU_CACHE")


@asynccontextmanager
async def agent(folder: Path, *options: str, mode: Any = "auto") -> AsyncIterator[Client]:
    """A client of a server that works in a folder."""
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "huimou", "mcp", *options], cwd=folder, env=environment
    )
    async with Client(server, mode=mode, read_timeout_seconds=60) as client:
        yield client


@asynccontextmanager
async def inside(folder: Path, recordings: Path = ROOT / "fixtures" / "recordings") -> AsyncIterator[Client]:
    """A client of a server in this process that replays in a folder, into `out` in it."""
    place = Workplace.of([folder], folder / "out")
    run = RunSettings(build_digest_settings(Endpoint("builtin")), replay=recordings)
    follower = PlanFollower(run.digest, place.out, run.replay, ignore_event)
    async with Client(build_server(AgentTools(place, AgentDigester(place.out, run), follower, None))) as client:
        yield client


def talk(conversation: Callable[[], Awaitable[_T]]) -> _T:
    """What comes of a conversation with a server, in a thread of its own: a browser's loop may run in this one."""

    async def limited() -> _T:
        with anyio.fail_after(120):
            return await conversation()

    with ThreadPoolExecutor(1) as threads:
        return threads.submit(anyio.run, limited).result()


async def ask(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured answer of a tool that does its work."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refuse(client: Client, tool: str, **arguments: Any) -> str:
    """The one line of a tool that refuses."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    [content] = result.content
    assert content.type == "text"
    assert "\n" not in content.text
    return content.text
