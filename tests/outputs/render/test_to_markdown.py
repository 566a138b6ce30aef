"""outputs.render.to_markdown, and to_terminal, which shows the same."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console

from handmade import TEXT, a_digest, a_target
from huimou.language.text import to_one_line
from huimou.model.digest import ProblemOut
from huimou.model.report import FigureMode
from huimou.outputs.items import group_by_domain
from huimou.outputs.phrases import describe_mode
from huimou.outputs.render.to_markdown import escape, to_markdown
from huimou.outputs.render.to_terminal import to_terminal

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(
    alphabet="中a1 2.)(-+*_#>|<\\`[]!&;:=~/@\n\t\r\0\x1b{}$^\u202e\u3000，", min_size=1, max_size=40
).filter(lambda text: bool(to_one_line(text)))
ATTACKS = (
    "<script>alert(1)</script>",
    "a | b | c",
    "`code` ``` fence",
    "[x](javascript:alert(1)) ![i](http://x/y)",
    "# heading #",
    "1. one",
    "- list",
    "+ list",
    "> quote",
    "---",
    "===",
    "    indented",
    "*a* _b_ **c** ~~d~~",
    "&lt;b&gt; &amp; &copy;",
    "<http://a.b> www.a.b https://a.b",
    "\\| \\\\| \\`",
    "<!-- comment -->",
    "| --- | --- |",
    "[ref]: http://a.b",
)


def tokens_of(markdown: str) -> Iterator[Token]:
    """All tokens, those inside lines too."""
    for token in PARSER.parse(markdown):
        yield token
        yield from token.children or ()


def shape(markdown: str) -> list[str]:
    """What a page is made of, without its texts."""
    return [token.type for token in PARSER.parse(markdown)]


def shown(markdown: str) -> str:
    """Text that a reader sees; what keeps an address from becoming a link has no width."""
    told = "".join(token.content for token in tokens_of(markdown) if token.type in {"text", "text_special"})
    return told.replace("\u2060", "")


@given(NASTY)
def test_escaped_text_is_one_plain_paragraph(text: str) -> None:
    """Escaped text parses to one paragraph of nothing but text, and shows what was put in."""
    escaped = escape(text)
    assert shape(escaped) == ["paragraph_open", "inline", "paragraph_close"]
    assert {token.type for token in tokens_of(escaped)} <= {
        "paragraph_open", "inline", "paragraph_close", "text", "text_special"}  # fmt: skip
    assert shown(escaped) == to_one_line(text)


@given(NASTY)
def test_escaped_text_stays_in_its_cell(text: str) -> None:
    """A table row with escaped text has as many cells as its head."""
    table = f"| a | b |\n| --- | --- |\n| {escape(text)} | {escape(text)} |"
    assert shape(table).count("td_open") == 2
    assert shown(table) == "ab" + to_one_line(text) * 2


# What the specification of GitHub's Markdown (0.29, section 6.9) takes for an address: at the beginning of a text or
# behind one of a few marks, and for e-mail once every escape is undone.
GITHUB_LINK = re.compile(r"(?:www\.|https?://|ftp://)[^\s<]", re.IGNORECASE)
GITHUB_EMAIL = re.compile(r"[A-Za-z0-9.+_-]+@[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+")
# What linkify (of markdown-it and many editors) takes for a site without any mark.
BARE_SITE = re.compile(r"[\w+-]\.(?:[a-z]{2}|com|edu|gov|net|org|info)(?![a-z0-9])", re.IGNORECASE)
ADDRESSES = (
    "详见http://www.example.cn/a?b=1&c=2。",
    "登录HTTPS://EXAMPLE.GOV.CN查询",
    "ftp://files.example.com/报告",
    "关注www.example.com和Www.Example.Cn",
    "发至zhengxie@example.gov.cn",
    "信箱：a.b+c_d@mail-1.example.com，另有x@y.cn",
    "mailto:office@example.com",
    "xmpp:office@example.com/desk",
    "域名 example.cn、政务.cn、example.org",
    "@example.com, a@b@c.com, (a@b.cn)",
    "http://localhost:8080",
    "http://127.0.0.1/x",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_address_becomes_a_link(address: str) -> None:
    """Neither by the rules of GitHub nor by those of editors; what a reader sees is the same."""
    escaped = escape(address)
    assert not GITHUB_LINK.search(escaped)
    assert not BARE_SITE.search(escaped)
    assert not GITHUB_EMAIL.search(html.unescape(escaped).replace("\\", ""))
    assert shown(escaped) == address


@given(st.lists(st.sampled_from(["http", "://", "www.", "ab", "政", ".", "cn", "com", "@", "-", "_", "+", "/", " "])))
def test_no_parts_of_addresses_make_a_link(parts: list[str]) -> None:
    """However they are put together."""
    escaped = escape("a" + "".join(parts))
    assert not GITHUB_LINK.search(escaped)
    assert not BARE_SITE.search(escaped)
    assert not GITHUB_EMAIL.search(html.unescape(escaped).replace("\\", ""))


@pytest.mark.parametrize(
    "words", ["达3.5亿元", "第2.0版", "v1.2.3", "report-2022.txt", "完成率98.5%。", "截至10:30", "乱码黠@提升"]
)
def test_what_is_no_address_is_left_as_it_is(words: str) -> None:
    """Numbers, versions, names of files and times."""
    assert escape(words) == words


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_hostile_report_leaves_the_page_as_it_is(attack: str) -> None:
    """A page whose every free string is hostile has the shape of an ordinary one, no HTML, no link, no image."""
    page = to_markdown(a_digest(outside=attack), attack)
    assert shape(page) == shape(to_markdown(a_digest(outside="平常"), "平常"))
    assert not {"html_block", "html_inline", "link_open", "image", "code_inline"} & {t.type for t in tokens_of(page)}


@given(NASTY)
def test_no_text_changes_the_shape_of_the_page(text: str) -> None:
    """The same for any text."""
    assert shape(to_markdown(a_digest(outside=text), text)) == shape(to_markdown(a_digest(outside="平常"), "平常"))


def test_the_page_says_who_and_when_and_how_that_is_known() -> None:
    """The head names body and years, with 原文载明 or 推断."""
    page = to_markdown(a_digest(), TEXT)
    assert page.startswith("# 政协临江市委员会：2022年回顾与2023年计划\n")
    assert "- 回顾年份：2022年（原文载明）" in page
    assert "- 计划年份：2023年（推断）" in page


def test_an_achievement_shows_figures_source_and_making() -> None:
    """Domain in Chinese, figures as printed, how it was made, and the quote with sentence and characters."""
    page = to_markdown(a_digest(), TEXT)
    assert "### 基层协商平台（1项）\n\n#### A1　协商活动\n\n开展协商活动400余场。（重问后）\n\n" in page
    assert "- 数字：400余场（协商活动）" in page
    assert "> 〔第3句，字符19–42〕开展协商活动400余场,惠及群众约2—3万人。" in page


def test_a_quote_over_a_line_break_is_one_line() -> None:
    """A line break that layout put into a sentence is not shown."""
    assert "〕推进协商平台建设。" in to_markdown(a_digest(), TEXT)


def test_absent_terms_of_a_task_are_honest_blanks() -> None:
    """Target, deadline and unit that the report does not state are 原文未载明."""
    assert "| T1 | 协商平台建设 | 原文未载明 | 原文未载明 | 原文未载明 |" in to_markdown(a_digest(), TEXT)


def test_targets_of_a_task_are_shown_as_printed() -> None:
    """The table and the entry show target, deadline and lead unit; what is not stated is not filled in."""
    digest = a_digest()
    (task,) = digest.next_year_plan.tasks
    target = a_target("力争*产值*突破60亿元", task.evidence[0]).model_copy(
        update={
            "quote": "突破60亿元",
            "metric": "产值",
            "modifier": "力争…突破",
            "deadline": "10月底前",
            "responsible": None,
        }
    )
    full = task.model_copy(update={"targets": [target], "target": target.text, "deadline": "10月底前"})
    plan = digest.next_year_plan.model_copy(update={"tasks": [full]})
    page = to_markdown(digest.model_copy(update={"next_year_plan": plan}), TEXT)
    assert r"| T1 | 协商平台建设 | 力争\*产值\*突破60亿元 | 10月底前 | 原文未载明 |" in page
    assert r"- 目标：力争\*产值\*突破60亿元（突破60亿元；指标：产值；限定：力争…突破；时限：10月底前）" in page


def test_a_report_without_a_plan_says_so() -> None:
    """No plan: the sentence, no promise in the title, no empty table."""
    page = to_markdown(a_digest(planned=False), TEXT)
    assert "本报告未设下一年计划。" in page
    assert page.startswith("# 政协临江市委员会：2022年回顾\n")
    assert "任务一览" not in page


def test_figures_show_value_range_and_place() -> None:
    """The ledger shows values in base units, ranges with both ends, and figures that no item uses."""
    page = to_markdown(a_digest(), TEXT)
    assert "| F1 | 400余场 | 400 | 场 | 余 | 协商活动 |  | 回顾 | A1 | 25–30 |" in page
    assert "| F2 | 约2—3万人 | 20,000–30,000.5 | 人 | 区间 | 协商活动 |  | 回顾 | 未入条目 | 35–41 |" in page


def test_coverage_adds_up_and_quotes_what_is_uncovered() -> None:
    """Reasons in Chinese (same names joined), and the text of every uncovered sentence."""
    page = to_markdown(a_digest(), TEXT)
    assert "全文7句：引用2句，略去4句，未引用也未说明1句。数字2个，其中1个入条目。" in page
    assert "| 标题 | 3 |\n| 致谢 | 1 |" in page
    assert "> 〔第5句，字符46–55〕办理渠道还不够宽。" in page


def test_an_unknown_reason_and_domain_are_printed_as_they_are() -> None:
    """What is not in the lists of names is shown, not dropped."""
    page = to_markdown(a_digest(outside="新类"), "新类")
    assert "### 新类（1项）" in page
    assert "| 新类 | 1 |" in page


def test_problems_have_places_and_an_incomplete_run_says_so() -> None:
    """Each problem shows its code and place; an incomplete run is marked."""
    page = to_markdown(a_digest(complete=False), TEXT)
    assert "- 疑似缺字（疑似缺字，字符0–76）：“政协临江市委员会" in page
    assert "- 一个单元没有答案（no\\_answer）" in page
    assert "不完整，见“问题”" in page


@pytest.mark.parametrize(("cached", "shown_as"), [(None, "–"), (0, "0"), (1200, "1,200")])
def test_cached_tokens_are_a_dash_where_none_are_told(cached: int | None, shown_as: str) -> None:
    """A nought is a count; what no server told is none."""
    digest = a_digest()
    told = digest.model_copy(update={"run": digest.run.model_copy(update={"cached_tokens": cached})})
    assert f"其中缓存{shown_as}）" in to_markdown(told, TEXT)


def test_what_wants_a_look_is_marked_where_it_stands() -> None:
    """The item says why, the head says how many there are, and an item that is fine says nothing."""
    page = to_markdown(a_digest(), TEXT)
    assert "⚠ 建议核对的条目：1项；最要紧的2处见文末“请先核对”。" in page
    assert "开展协商活动400余场。（重问后）\n\n⚠ 建议核对：模型第一次的概括未过核对\n\n" in page
    assert page.count("⚠") == 2


def test_a_marked_task_shows_in_the_table() -> None:
    """The list of tasks shows which of them want a look."""
    digest = a_digest()
    task = digest.next_year_plan.tasks[0].model_copy(update={"look": "缺主语"})
    plan = digest.next_year_plan.model_copy(update={"tasks": [task]})
    assert "| T1 ⚠ | 协商平台建设 |" in to_markdown(digest.model_copy(update={"next_year_plan": plan}), TEXT)


def test_the_page_ends_with_what_to_check_first() -> None:
    """In their order, with item or 全文, code, place and the words around it."""
    end = to_markdown(a_digest(), TEXT).split("## 七、请先核对\n\n")[1]
    assert end == (
        "1. A1：摘要太长（摘要太长，字符0–9）：“…政协临江市委员会2022年工作回顾开展协商活动400余…”\n"
        "2. 全文：没有计划（无计划部分）\n"
    )
    assert to_markdown(a_digest().model_copy(update={"checks": []}), TEXT).endswith("\n\n没有需要优先核对之处。\n")


def test_domains_come_in_the_order_that_officials_expect() -> None:
    """Known domains in their order, unknown ones after them, 其他 last; items in the order of the report."""
    item = a_digest().year_review.achievements[0]
    domains = ("other", "members", "new", "party_building", "members")
    items = [item.model_copy(update={"id": str(n), "domain": domain}) for n, domain in enumerate(domains)]
    found = [(title, [item.id for item in part]) for title, part in group_by_domain(items, a_digest().report.domains)]
    assert found == [("政治引领与党建", ["3"]), ("委员队伍与履职服务", ["1", "4"]), ("new", ["2"]), ("其他", ["0"])]


def test_the_terminal_shows_sources_and_figures_on_demand() -> None:
    """Items always; quotes and the ledger only when asked for."""
    plain, full = terminal(), terminal(figures=True, sources=True)
    assert "A1 协商活动：开展协商活动400余场。" in plain
    assert "约2—3万人" not in plain
    assert "第3句 19–42 开展协商活动400余场,惠及群众约2—3万人。" in full
    assert "20,000–30,000.5" in full


def test_the_terminal_shows_what_to_check() -> None:
    """The mark under its item, and the list at the end."""
    page = terminal()
    assert "重问后\n    ⚠ 建议核对：模型第一次的概括未过核对" in page.replace(" \n", "\n")
    assert page.rstrip().splitlines()[-2:] == ["  1. A1 摘要太长 0–9", "  2. 全文 没有计划"]


def test_the_terminal_obeys_nothing_in_a_report() -> None:
    """Markup is shown as text and escape codes do not get through."""
    text = terminal("[red]x[/red]\x1b]0;title\x07[/]", figures=True, sources=True)
    assert "[red]x[/red]" in text
    assert "\x1b" not in text
    assert "\x07" not in text


def terminal(outside: str = "", *, figures: bool = False, sources: bool = False) -> str:
    """What the terminal shows, without colours."""
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(to_terminal(a_digest(outside=outside), figures=figures, sources=sources))
    written = console.file
    assert isinstance(written, io.StringIO)
    return written.getvalue()


@pytest.mark.parametrize(
    ("quote", "mode", "shown"),
    [
        ("400余场", "over", "余"),
        ("1200餘萬元", "over", "余"),
        ("60多次", "over", "多"),
        ("超過100萬人次", "over", "超过"),
        ("超100萬人次", "over", "超"),
        ("100件", "over", "超过"),
        ("约3万人", "about", "约"),
        ("近3万余人", "nearly", "近"),
    ],
)
def test_what_is_more_is_named_as_printed(quote: str, mode: FigureMode, shown: str) -> None:
    """余 is not 超; where the quote holds neither, the common name."""
    figure = a_digest().figures[0].model_copy(update={"quote": quote, "mode": mode})
    assert describe_mode(figure) == shown


def test_a_text_that_is_no_report_says_why_at_once() -> None:
    """Before what to check."""
    why = ProblemOut(code="not_a_report", message="不像年度工作报告，未作摘要：是*合同*", start=None, end=None)
    page = to_markdown(a_digest().model_copy(update={"problems": [why]}), TEXT)
    assert "\n\n**不像年度工作报告，未作摘要：是\\*合同\\***\n\n" in page.split("## 一、")[0]


def test_a_doubtful_overview_sentence_says_why() -> None:
    """Beside its items, in Markdown and in the terminal."""
    digest = a_digest()
    line = digest.year_review.overview[0].model_copy(update={"look": "A1：漏了主语"})
    marked = digest.model_copy(update={"year_review": digest.year_review.model_copy(update={"overview": [line]})})
    assert "⚠ 建议核对：A1：漏了主语）" in to_markdown(marked, TEXT)
    assert "建议核对" not in to_markdown(digest, TEXT).split("### 总述")[1].split("###")[0]
