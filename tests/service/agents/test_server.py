"""`huimou mcp` by the client of the SDK, over real pipes where it matters: every tool, refusals, progress, stops."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from typer.testing import CliRunner

from agent_client import agent, ask, inside, refuse, talk
from follow_pair import digest_of
from huimou.cli import app
from huimou.outputs.render.to_json import from_json, to_json
from huimou.store.answers import open_store
from huimou.store.paths import STORE
from places import ROOT
from scripted_server import serving
from served_folder import until
from small_suite import REPORT, answer, named
from worker_runs import Crowd

SEED = "xianning-2022"
RECORDINGS = ROOT / "fixtures" / "recordings"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No record of a server of the user's own."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path / "cache"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two seeds in it."""
    made = tmp_path_factory.mktemp("work")
    for name in (SEED, "suizhou-2023"):
        shutil.copy(ROOT / "seeds" / f"{name}.txt", made)
    return made


@pytest.fixture(scope="module")
def out(folder: Path) -> Path:
    """The digests of both, made by an agent; what it was told is in `told.json`."""

    async def digest_both() -> dict[str, Any]:
        told: list[tuple[float, float | None, str | None]] = []

        async def note(done: float, total: float | None, message: str | None) -> None:
            told.append((done, total, message))

        async with agent(folder, "--replay", "--recordings", str(RECORDINGS)) as client:
            first = await client.call_tool("digest_report", {"path": f"{SEED}.txt"}, progress_callback=note)
            await ask(client, "digest_report", path=str(folder / "suizhou-2023.txt"))
        return {"first": first.structured_content, "progress": told}

    (folder / "told.txt").write_text(json.dumps(talk(digest_both)), encoding="utf-8")
    return folder / "out"


def told(out: Path) -> dict[str, Any]:
    """What the agent was told while the first digest was made."""
    found: dict[str, Any] = json.loads((out.parent / "told.txt").read_text(encoding="utf-8"))
    return found


def one(out: Path, tool: str, **arguments: Any) -> dict[str, Any]:
    """The answer of one tool in the folder of both digests."""

    async def conversation() -> dict[str, Any]:
        async with inside(out.parent) as client:
            return await ask(client, tool, **arguments)

    return talk(conversation)


def test_a_digest_is_that_of_summarise(out: Path, tmp_path: Path) -> None:
    """The same files to the byte, and the agent is told where they lie and what is in them."""
    words = ["summarise", str(out.parent / f"{SEED}.txt"), "-o", str(tmp_path / "same"), "--replay", "-q"]
    assert CliRunner().invoke(app, [*words, "--recordings", str(RECORDINGS)]).exit_code == 0
    for file in (f"{SEED}.json", f"{SEED}.md", f"{SEED}.html"):
        assert (out / file).read_bytes() == (tmp_path / "same" / file).read_bytes()
    first = told(out)["first"]
    digest = from_json((out / f"{SEED}.json").read_text(encoding="utf-8"))
    assert first["digest"] == f"out/{SEED}.json"
    assert first["files"] == [f"out/{SEED}.md", f"out/{SEED}.html"]
    assert (first["achievements"], first["tasks"]) == (
        len(digest.year_review.achievements),
        len(digest.next_year_plan.tasks),
    )
    assert [line["text"] for line in first["review"]] == [line.text for line in digest.year_review.overview]


def test_progress_is_told(out: Path) -> None:
    """It never goes back, and ends with all units done."""
    progress = told(out)["progress"]
    done = [one for one, _, _ in progress]
    assert done == sorted(done)
    assert progress[-1][0] == progress[-1][1] > 0
    assert progress[-1][2] == "complete"


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_tools_are_described(out: Path, mode: str) -> None:
    """To clients of the protocol with and without a handshake: what each takes, gives and may change."""

    async def conversation() -> tuple[Any, str | None]:
        async with agent(out.parent, "--replay", mode=mode) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = talk(conversation)
    by_name = {tool.name: tool for tool in tools}
    assert set(by_name) == {
        "digest_report", "list_digests", "get_digest", "list_items", "get_item", "search_items", "follow_plan",
        "compare_digests", "review_item",
    }  # fmt: skip
    for tool in tools:
        assert tool.description
        assert tool.title
        assert tool.output_schema["properties"]
        assert all(value.get("description") for value in tool.input_schema["properties"].values()), tool.name
    changing = {name for name, tool in by_name.items() if not tool.annotations.read_only_hint}
    assert changing == {"digest_report", "follow_plan", "review_item"}
    assert by_name["list_items"].input_schema["required"] == ["digest"]
    assert instructions is not None
    assert "digest_report" in instructions


def test_items_come_in_pages(out: Path) -> None:
    """All of them once, in the digest's order; filters narrow them."""
    digest = from_json((out / f"{SEED}.json").read_text(encoding="utf-8"))

    async def conversation() -> tuple[list[str], list[dict[str, Any]], list[dict[str, Any]]]:
        ids: list[str] = []
        offset: int | None = 0
        async with inside(out.parent) as client:
            while offset is not None:
                page = await ask(client, "list_items", digest=f"out/{SEED}.json", offset=offset, limit=17)
                ids += [item["id"] for item in page["items"]]
                offset = page["next_offset"]
            tasks = await ask(client, "list_items", digest=SEED, kind="task", domain="政治引领与党建", limit=100)
            looks = await ask(client, "list_items", digest=SEED, to_check=True, limit=100)
        return ids, tasks["items"], looks["items"]

    ids, tasks, looks = talk(conversation)
    review, plan = digest.year_review, digest.next_year_plan
    assert ids == [item.id for item in (*review.achievements, *review.shortcomings, *plan.tasks)]
    assert [item["id"] for item in tasks] == [task.id for task in plan.tasks if task.domain == "party_building"] != []
    assert {item["id"] for item in looks} == {
        item.id for item in (*review.achievements, *review.shortcomings, *plan.tasks) if item.look
    }


def test_evidence_is_the_reports_own_text(out: Path) -> None:
    """To the character, at the offsets that are given; figures likewise."""
    text = (ROOT / "seeds" / f"{SEED}.txt").read_text(encoding="utf-8")
    found = one(out, "search_items", query="12.8亿元", limit=1)["hits"][0]
    detail = one(out, "get_item", digest=found["digest"], item=found["item"]["id"])
    assert detail["evidence"]
    for place in (*detail["evidence"], *detail["figures"]):
        assert text[place["start"] : place["end"]] == place["quote"]
    assert 1_280_000_000 in [figure["value"] for figure in detail["figures"]]
    assert len(detail["state"]) == 16


def test_words_are_found(out: Path) -> None:
    """In all digests of the folder, in simplified and traditional script; every word must be there."""

    async def conversation() -> list[list[tuple[str, str]]]:
        async with inside(out.parent) as client:
            pages = [
                await ask(client, "search_items", query=query, limit=100)
                for query in ("提案 办理", "提案 辦理", "提案 无此一词")
            ]
        return [[(hit["digest"], hit["item"]["id"]) for hit in page["hits"]] for page in pages]

    simplified, traditional, nothing = talk(conversation)
    assert simplified == traditional
    assert {digest for digest, _ in simplified} == {f"out/{SEED}.json", "out/suizhou-2023.json"}
    assert nothing == []


def test_reports_are_listed_and_compared(out: Path) -> None:
    """Both stand side by side, each item counted once."""
    page = one(out, "list_digests")
    assert [row["digest"] for row in page["digests"]] == ["out/suizhou-2023.json", f"out/{SEED}.json"]
    sides = one(out, "compare_digests", digests=["out"])
    assert [side["digest"] for side in sides["sides"]] == [row["digest"] for row in page["digests"]]
    assert [sum(row["achievements"][n] for row in sides["domains"]) for n in (0, 1)] == [
        side["achievements"] for side in sides["sides"]
    ]


def test_resources_are_the_digest(out: Path) -> None:
    """Whole as JSON, and as a page of Markdown; one that is not there is a line."""

    async def conversation() -> tuple[str, str, str]:
        async with inside(out.parent) as client:
            [whole] = (await client.read_resource(f"huimou://digest/out/{SEED}.json")).contents
            [page] = (await client.read_resource(f"huimou://onepage/out/{SEED}.json")).contents
            with pytest.raises(MCPError) as missing:
                await client.read_resource("huimou://digest/none")
            return whole.text, page.text, str(missing.value)  # type: ignore[union-attr]

    whole, page, missing = talk(conversation)
    assert whole == (out / f"{SEED}.json").read_text(encoding="utf-8")
    assert page.startswith("# 政协咸宁市委员会")
    assert missing == "no such digest: none: list_digests names those that there are"


def test_what_is_refused_is_told_in_a_line(out: Path, tmp_path: Path) -> None:
    """Wrong arguments, paths that lead out, what is not there; the server goes on."""
    (tmp_path / "secret.txt").write_text(REPORT, encoding="utf-8")
    (out.parent / "link.txt").symlink_to(tmp_path / "secret.txt")
    (out.parent / "broken.json").write_text("{}", encoding="utf-8")
    (out.parent / "empty.txt").write_text("", encoding="utf-8")

    async def conversation() -> list[str]:
        async with agent(out.parent, "--replay") as client:
            lines = [
                await refuse(client, "digest_report", path=str(tmp_path / "secret.txt")),
                await refuse(client, "digest_report", path="link.txt"),
                await refuse(client, "get_digest", digest="../secret.json"),
                await refuse(client, "digest_report", path="none.txt"),
                await refuse(client, "digest_report", path=f"out/{SEED}.md"),
                await refuse(client, "digest_report", path="empty.txt"),
                await refuse(client, "digest_report"),
                await refuse(client, "digest_report", path="a.txt", text="b"),
                await refuse(client, "get_digest", digest="broken.json"),
                await refuse(client, "get_item", digest=SEED, item="A999"),
                await refuse(client, "list_items", digest=SEED, domain="nothing"),
                await refuse(client, "list_items", digest=SEED, limit=1000),
                await refuse(client, "compare_digests", digests=[SEED]),
            ]
            assert (await ask(client, "list_digests"))["total"] == 2
            return lines

    lines = talk(conversation)
    wanted = (
        "outside the folders", "outside the folders", "outside the folders", "no such file: none.txt",
        "holds the input", "empty.txt", "give a path or a text", "give a path or a text", "broken.json: not a digest",
        "no item A999", "no such domain: nothing", "limit: ", "at least two digests",
    )  # fmt: skip
    for line, words in zip(lines, wanted, strict=True):
        assert words in line


def test_a_plan_is_followed_up(tmp_path: Path) -> None:
    """With the recorded answers; pages have each task once, and every quote stands in the later report."""
    folder = ROOT / "fixtures" / "follow"
    texts = {
        year: (folder / "reports" / f"qingsong-{year}-made.txt").read_text(encoding="utf-8") for year in (2023, 2024)
    }
    for year, text in texts.items():
        made = digest_of(text, f"qingsong-{year}-made", tmp_path)
        (tmp_path / f"{year}.json").write_text(to_json(made), encoding="utf-8")

    async def conversation() -> list[dict[str, Any]]:
        pages = []
        offset: int | None = 0
        async with inside(tmp_path, folder / "recordings") as client:
            while offset is not None:
                pages.append(
                    await ask(client, "follow_plan", earlier="2023.json", later="2024.json", offset=offset, limit=5)
                )
                offset = pages[-1]["next_offset"]
        return pages

    pages = talk(conversation)
    tasks = [task for page in pages for task in page["tasks"]]
    assert len(tasks) == pages[0]["counts"]["tasks"] > 5
    assert len({task["task"] for task in tasks}) == len(tasks)
    quotes = [passage["quote"] for task in tasks for point in task["points"] for passage in point["passages"]]
    assert quotes
    assert all(quote in texts[2024] for quote in quotes)
    assert {task["outcome"] for task in tasks} == {"reported", "not_seen"}


def test_a_remark_reaches_the_files(tmp_path: Path) -> None:
    """It is told by the next reading and in JSON and page; a stale one and one over another's are refused."""
    shutil.copy(ROOT / "seeds" / f"{SEED}.txt", tmp_path)

    async def conversation() -> tuple[dict[str, Any], list[str], dict[str, Any]]:
        async with inside(tmp_path) as client:
            await ask(client, "digest_report", path=f"{SEED}.txt")
            state = (await ask(client, "get_item", digest=SEED, item="A1"))["state"]
            said = {"digest": SEED, "item": "A1", "reviewer": "张三"}
            first = await ask(client, "review_item", **said, state=state, checked=True, corrected="建立功能型党支部。")
            refused = [
                await refuse(client, "review_item", **said, state="0" * 16, comment="x"),
                await refuse(client, "review_item", **said, state=state, comment="另一人的话"),
                await refuse(client, "review_item", **{**said, "reviewer": " "}, state=state, comment="x"),
            ]
            return first, refused, await ask(client, "get_item", digest=SEED, item="A1")

    first, refused, after = talk(conversation)
    assert first["written"]
    assert first["notes"] == []
    assert "not as it was read" in refused[0]
    assert "another remark on A1" in refused[1]
    assert "somebody who makes it" in refused[2]
    assert after["review"] == first["review"]
    assert (after["item"]["checked"], after["item"]["corrected"]) == (True, "建立功能型党支部。")
    [kept] = from_json((tmp_path / "out" / f"{SEED}.json").read_text(encoding="utf-8")).review.items  # type: ignore[union-attr]
    assert (kept.reviewer, kept.corrected) == ("张三", "建立功能型党支部。")
    assert "建立功能型党支部。" in (tmp_path / "out" / f"{SEED}.html").read_text(encoding="utf-8")


def test_a_text_is_digested_by_a_server(tmp_path: Path) -> None:
    """Two texts of one name get two digests; the same text again costs nothing."""

    async def conversation(url: str) -> tuple[list[str], list[bool]]:
        async with agent(tmp_path, "--base-url", url, "--model", "m") as client:
            made = [
                await ask(client, "digest_report", text=text, name="年报") for text in (REPORT, named("白杨"), REPORT)
            ]
            return [one["digest"] for one in made], [one["complete"] for one in made]

    with serving(answer) as server:
        digests, complete = talk(lambda: conversation(server.url))
        asked = server.calls
        assert talk(lambda: conversation(server.url)) == (digests, complete)
        assert server.calls == asked
    assert digests == ["out/年报.json", "out/年报-2.json", "out/年报.json"]
    assert complete == [True, True, True]


def test_a_call_that_is_given_up_stops_and_goes_on(tmp_path: Path) -> None:
    """No further question is asked; the next call has what was paid for."""
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    crowd = Crowd(at_once=1)

    async def conversation(url: str) -> bool:
        async with agent(tmp_path, "--base-url", url, "--model", "m", "--concurrency", "1") as client:
            with pytest.raises(MCPError):
                await client.call_tool("digest_report", {"path": "a.txt"}, read_timeout_seconds=4)
            before = server.calls
            await anyio.sleep(0.5)
            assert server.calls == before
            crowd.go_on.set()
            return bool((await ask(client, "digest_report", path="a.txt"))["complete"])

    with serving(crowd) as server:
        assert talk(lambda: conversation(server.url))


def test_an_item_is_reviewed_while_a_report_is_digested(tmp_path: Path) -> None:
    """The store is shared; the digest goes on."""
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(named("白杨"), encoding="utf-8")
    crowd = Crowd()

    async def conversation(url: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        made: list[dict[str, Any]] = []

        async def digest_second(client: Client) -> None:
            made.append(await ask(client, "digest_report", path="b.txt"))

        async with agent(tmp_path, "--base-url", url, "--model", "m") as client:
            assert (await ask(client, "list_digests"))["digests"] == []
            await ask(client, "digest_report", path="a.txt")
            crowd.at_once, asked = 0, server.calls
            async with anyio.create_task_group() as group:
                group.start_soon(digest_second, client)
                await anyio.to_thread.run_sync(until, lambda: server.calls > asked)
                state = (await ask(client, "get_item", digest="a", item="A1"))["state"]
                said = await ask(
                    client, "review_item", digest="a", item="A1", state=state, reviewer="agent", comment="请核"
                )
                assert made == []
                crowd.go_on.set()
            return said, made

    with serving(crowd) as server:
        said, made = talk(lambda: conversation(server.url))
    assert said["written"]
    assert [one["complete"] for one in made] == [True]


@pytest.mark.parametrize("ends", ["input", "signal"])
def test_the_server_ends_with_its_agent(tmp_path: Path, ends: str) -> None:
    """Soon, also while a model server keeps it waiting; what was paid for is there the next time."""
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    crowd = Crowd(at_once=1)
    with serving(crowd) as server:
        command = [sys.executable, "-m", "huimou", "mcp", "--base-url", server.url, "--model", "m"]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, cwd=tmp_path, text=True, **pipes) as process:
            try:
                ask_without_end(process)
                until(lambda: server.calls >= 2)
                if ends == "input":
                    process.stdin.close()  # type: ignore[union-attr]
                else:
                    process.send_signal(signal.SIGTERM)
                assert process.wait(20) == (0 if ends == "input" else 143)
                assert "ended with a report in hand" in process.stderr.read()  # type: ignore[union-attr]
            finally:
                process.kill()
        crowd.go_on.set()
    with open_store(tmp_path / "out" / STORE) as store:
        assert store.count() >= 1


def ask_without_end(process: subprocess.Popen[str]) -> None:
    """Shake hands and ask for a digest, as lines of JSON."""
    assert process.stdin is not None
    assert process.stdout is not None
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    wanted = {"name": "digest_report", "arguments": {"path": "a.txt"}}
    messages = (
        {"id": 1, "method": "initialize", "params": hello},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/call", "params": wanted},
    )
    for message in messages:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
        if message.get("id") == 1:
            assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "huimou"


def test_the_extra_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "huimou.service.agents.server", None)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    result = CliRunner().invoke(app, ["mcp", "--replay"])
    assert result.exit_code == 2
    assert 'hint: pip install "huimou[mcp]"' in result.stderr


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    """Is said before anything is served."""
    result = CliRunner().invoke(app, ["mcp", "--root", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


def test_agents_do_not_get_the_whole_file_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where their tool starts the server there, as some do."""
    monkeypatch.chdir("/")
    result = CliRunner().invoke(app, ["mcp", "--replay"])
    assert result.exit_code == 2
    assert "--root" in result.stderr
