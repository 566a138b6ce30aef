"""The page of a follow-up: complete, inert, self-contained, read in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from follow_pair import a_pair
from huimou.compare.followup.follow import MatchingChoices, follow_plan
from huimou.compare.followup.phrases import format_tally
from huimou.compare.followup.result import FollowUp
from huimou.compare.followup.to_html import PageLinks, mark_numbers, to_html
from huimou.compare.followup.to_json import to_json
from huimou.compare.followup.to_markdown import to_markdown
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.client import open_client
from huimou.settings import Endpoint
from scripted_server import Reply, completion, serving

EVIL = '<script>document.title="x"</script>"\'&=HYPERLINK(1)'


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> FollowUp:
    """The short pair, followed up by a model that finds nothing in what it is shown."""
    folder: Path = tmp_path_factory.mktemp("pair")

    def nothing(body: Any) -> Reply:
        lines = str(body["messages"][-1]["content"]).partition("今年的句子:\n")[2].splitlines()
        said = ", ".join(f'"{n}": "无"' for n in range(1, len(lines) + 1))
        return completion(f"{{{said}}}", prompt_tokens=900)

    with serving(nothing) as server, open_client(Endpoint("openai", server.url, "m")) as client:
        return follow_plan(*a_pair(folder), client, load_checked_prompts(), MatchingChoices(floor=0.02))


def hostile(found: FollowUp) -> FollowUp:
    """The same with every word of the reports replaced."""
    text = re.sub(
        r'("(?:quote|title|metric|file|organisation|region|text|message)": )"[^"]*"',
        lambda match: f'{match[1]}"{EVIL.replace(chr(92), "").replace(chr(34), chr(92) + chr(34))}"',
        to_json(found),
    )
    return FollowUp.model_validate_json(text)


def test_every_sentence_is_on_the_page(found: FollowUp) -> None:
    """Each quote, each target and result, the caution; never a word of failure."""
    page, text = re.sub("</?b>", "", to_html(found)), to_markdown(found)
    quotes = [p.evidence.quote for task in found.tasks for p in task.points]
    quotes += [one.evidence.quote for one in found.new_work]
    assert all(quote in page and quote in text for quote in quotes)
    for words in (
        "6%左右",
        "5.8%",
        "有对应表述",
        "未见对应表述",
        "不等于没有做",
        "程序判定",
        "模型判定",
        "把握",
        "未达到：",
    ):
        assert words in page
        assert words in text
    assert "未完成" not in page + text


def test_points_are_counted_before_tasks(found: FollowUp) -> None:
    """The first line: points, then tasks wholly, partly and not reported on; a mixed task is not shown as reported."""
    points = [point.outcome for task in found.tasks for point in task.points]
    mixed = [task for task in found.tasks if len({point.outcome for point in task.points}) == 2]
    assert mixed
    line = format_tally(found)
    assert line.startswith(
        f"计划{len(points)}点中{points.count('reported')}点有对应表述，{points.count('not_seen')}点未见；"
    )
    whole = found.counts.reported - len(mixed)
    unseen = f"{found.counts.not_seen}项未见对应表述"
    assert f"{len(found.tasks)}项任务中{whole}项全部有对应表述、{len(mixed)}项部分有对应表述、{unseen}" in line
    assert line in to_html(found)
    assert line in to_markdown(found)
    one = mixed[0]
    share = f"{sum(point.outcome == 'reported' for point in one.points)}/{len(one.points)}点"
    assert to_html(found).count(f' id="{one.task}"') == 1
    assert f'<span class="outcome">部分有对应表述（{share}）</span>' in to_html(found)
    assert f"**：部分有对应表述（{share}）" in to_markdown(found)


def test_what_the_model_decided_is_marked(found: FollowUp) -> None:
    """On every point that it decided, and in the Markdown on its task; on no other."""
    points = [point for task in found.tasks for point in task.points]
    asked = [point for point in points if point.made == "model"]
    assert 0 < len(asked) < len(points)
    tasks = [task for task in found.tasks if any(point.made == "model" for point in task.points)]
    assert to_html(found).count('<span class="judged">模型判定') == len(asked)
    assert to_markdown(found).count("模型判定") == len(asked) + len(tasks)


def test_one_table_the_unseen_first(found: FollowUp) -> None:
    """A row for each point: the target, its result with the numbers first, its places; what was not seen on top."""
    page = to_html(found)
    heads = re.findall(r'<th scope="col">(.*?)</th>', page)
    assert heads[:3] == ["目标", "结果", "出处"]
    outcomes = re.findall(r'<tbody class="(\w+)">', page)
    assert outcomes == ["not_seen", "reported"]
    points = [point for task in found.tasks for point in task.points]
    assert page.count('<tr class="point ') == len(points)
    assert "<p>地区生产总值增长<b>6%左右</b></p>" in page
    assert '<p><b>5.8%</b> <span class="attained">无法比较：约数相近，是否算达到原文未说</span></p>' in page
    assert '<b>4.9%</b> <span class="dim">固定资产投资增长</span> <span class="attained not_reached"' in page


def test_numbers_of_targets_are_marked(found: FollowUp) -> None:
    """The pieces are the sentence; those marked are the targets' numbers."""
    for point in (point for task in found.tasks for point in task.points):
        pieces = list(mark_numbers(point))
        assert "".join(words for words, _ in pieces) == point.evidence.quote
        assert [words for words, number in pieces if number] == [target.quote for target in point.targets]


def test_json_reads_back(found: FollowUp) -> None:
    """What is written is what was found."""
    assert FollowUp.model_validate_json(to_json(found)) == found


def test_hostile_words_are_inert(found: FollowUp) -> None:
    """No tag, no attribute of a report's own; no script and no address at all."""
    page = to_html(hostile(found), PageLinks("a b.html", 'x".html'))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'href="x%22.html#s' in page
    assert not re.search(r'(?:src|href)="(?!#|a%20b\.html#s\d+"|x%22\.html#s\d+")', page)
    assert "<script" not in to_markdown(hostile(found))


def test_sources_are_links_only_where_there_is_a_page(found: FollowUp) -> None:
    """Without the report's page its place is words."""
    assert "html#s" not in to_html(found)
    assert re.search(r'<a href="qs-2024\.html#s\d+">第\d+句</a>', to_html(found, PageLinks(None, "qs-2024.html")))


@pytest.mark.enable_socket
def test_in_a_browser(browser: Any, found: FollowUp, tmp_path: Path) -> None:
    """The filters show one outcome, one domain, or both, by keyboard too; nothing overflows on a phone."""
    path = tmp_path / "follow.html"
    path.write_text(to_html(found), encoding="utf-8")
    page = browser.new_page(viewport={"width": 390, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path.as_uri())
    shown = page.locator(".point:visible")
    assert shown.count() == found.counts.points
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    page.check("#show-not_seen")
    assert shown.count() == found.counts.points - found.counts.points_reported
    page.focus("#show-not_seen")
    page.keyboard.press("ArrowDown")
    assert shown.count() == found.counts.points_reported
    assert page.locator(".group:visible").all_inner_texts()[0].startswith("有对应表述")
    page.check("#show-all")
    domain = found.tasks[0].domain
    page.get_by_label("领域").select_option(label=found.domains[domain])
    assert shown.count() == sum(len(task.points) for task in found.tasks if task.domain == domain)
    page.check("#show-numbers")
    assert shown.count() == sum(bool(p.targets) for task in found.tasks for p in task.points if task.domain == domain)
    page.emulate_media(media="print")
    assert not page.locator(".filter").is_visible()
    assert said == []


@pytest.mark.enable_socket
def test_eight_targets_take_no_more_than_a_screen(browser: Any, found: FollowUp, tmp_path: Path) -> None:
    """A point that fits on a line takes at most 75 px of a wide screen, so that eight stand on one."""
    path = tmp_path / "follow.html"
    path.write_text(to_html(found), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(path.as_uri())
    heights = page.locator(".point").evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().height)")
    assert max(sorted(heights)[:8]) <= 75


@pytest.mark.enable_socket
def test_hostile_page_in_a_browser(browser: Any, found: FollowUp, tmp_path: Path) -> None:
    """A script in a report does not run."""
    path = tmp_path / "follow.html"
    path.write_text(to_html(hostile(found)), encoding="utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.title() != "x"
    assert page.evaluate("document.scripts.length") == 0
