"""Ways to break a text that leave its words alone: what is read of the broken text must be the text."""

from __future__ import annotations

import re
from collections.abc import Callable

_PINYIN = {"政": "zhèng", "协": "xié", "會": "huì", "会": "huì", "工": "gōng", "作": "zuò", "市": "shì", "民": "mín"}
_ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "—": "&mdash;", "·": "&middot;", "…": "&hellip;"}
_ENGLISH = "The committee held 12 meetings and made new progress in its work this year."


def _by_line(text: str, change: Callable[[str], str]) -> str:
    return "\n".join(change(line) if line.strip() else line for line in text.split("\n"))


def _every(text: str, lines: int, extra: Callable[[int], str]) -> str:
    rows = text.split("\n")
    return "\n".join(row + (f"\n{extra(n // lines)}" if n % lines == 0 else "") for n, row in enumerate(rows, 1))


def wrapped(text: str, width: int = 30) -> str:
    """Every line cut at a width."""
    return _by_line(text, lambda line: "\n".join(line[i : i + width] for i in range(0, len(line), width)))


def with_pinyin(text: str) -> str:
    """Pinyin with tone marks behind every third character that has one here."""
    marks = iter(range(10**6))
    return re.sub(
        f"[{''.join(_PINYIN)}]", lambda m: m[0] + (f"({_PINYIN[m[0]]})" if next(marks) % 3 == 0 else ""), text
    )


def with_plain_pinyin(text: str) -> str:
    """Pinyin of whole words without tone marks, and with tone numbers."""
    return (
        text.replace("政协", "政协（zheng xie）").replace("工作", "工作(gong1 zuo4)").replace("委员", "委员[weiyuan]")
    )


def spaced_titles(text: str) -> str:
    """A space between all characters of short lines."""
    return _by_line(
        text, lambda line: " ".join(line.strip()) if 5 <= len(line.strip()) <= 20 and line[0] not in "-#*" else line
    )


def spaced_out(text: str) -> str:
    """A space between all characters of every line that has no Markdown mark."""
    return _by_line(text, lambda line: line if line[0] in "-#*" else " ".join("".join(line.split())))


def spaced_digits(text: str) -> str:
    """A space between the digits of every number that has a unit."""
    return re.sub(
        r"(?<![\d,])\d{1,3}(?:,\d{3})+(?=余)|(?<![\d,])\d{2,}(?:\.\d+)?(?=[万亿元件次个项人场条篇名余多])",
        lambda m: " ".join(m[0]) + " ",
        text,
    )


def with_page_numbers(text: str) -> str:
    """A page number after every 40 lines."""
    return _every(text, 40, "— {} —".format)


def with_pages(text: str) -> str:
    """第 3 页 共 20 页 after every 9 lines."""
    return _every(text, 9, "第 {} 页 共 20 页".format)


def with_running_heads(text: str) -> str:
    """Wrapped, and a head that counts the pages after every 30 lines."""
    return _every(wrapped(text), 30, "临江市政协工作报告汇编    {}".format)


def with_bare_numbers(text: str) -> str:
    """Wrapped, and nothing but the number of the page after every 30 lines."""
    return _every(wrapped(text), 30, str)


def with_watermark_lines(text: str) -> str:
    """An advertisement and a stamp between the lines."""
    return _every(_every(text, 12, lambda _: "微信公众号：临江发布"), 7, lambda _: "仅供内部使用")


def with_watermarks_inside(text: str) -> str:
    """An advertisement behind every other full stop inside a line."""
    marks = iter(range(10**6))
    mark = "本文来自临江信息网（www.example.com）。"
    return re.sub(r"。(?=[^\n”’])", lambda m: m[0] + (mark if next(marks) % 2 == 0 else ""), text)


def with_entities(text: str) -> str:
    """Indents, quotation marks and dashes as character references, a break at each line's end."""
    marks = re.compile("|".join(_ENTITIES))
    return _by_line(
        text, lambda line: "&nbsp;&#12288;" + marks.sub(lambda m: _ENTITIES[m[0]], line.replace("&", "&amp;")) + "<br/>"
    )


def as_web_page(text: str) -> str:
    """Paragraph tags with styles and not one line break."""
    body = "".join(f'<p style="text-indent: 2em"><span>{line}</span></p>' for line in text.split("\n") if line.strip())
    return f'<div class="editor">{body}</div><script>var page = 1;</script>'


def with_escapes(text: str) -> str:
    """Backslashes before marks, line breaks written out."""
    return re.sub(r"([.\-#*()+])", r"\\\1", text).replace("\n", "\\n")


def with_hidden_characters(text: str) -> str:
    """Zero-width spaces, soft hyphens and byte order marks in the middle of words and numbers."""
    return "".join(char + {0: "\u200b", 3: "\u00ad", 5: "\ufeff"}.get(n % 9, "") for n, char in enumerate(text))


def doubled(text: str) -> str:
    """Every third mark of a pause printed twice."""
    marks = iter(range(10**6))
    return re.sub(r"[，,、。；;](?![”’」』\d])", lambda m: m[0] * (2 if next(marks) % 3 == 0 else 1), text)


def bilingual(text: str) -> str:
    """The English of each paragraph below it."""
    return _by_line(text, lambda line: f"{line}\n{_ENGLISH}" if len(line) > 20 else line)


def bilingual_inside(text: str) -> str:
    """English behind paragraphs and headings, on the same line."""
    return _by_line(text, lambda line: f"{line} {_ENGLISH}" if line.endswith("。") else line)


BREAKS: dict[str, tuple[Callable[[str], str], str]] = {
    "pinyin": (with_pinyin, "pinyin"),
    "plain pinyin": (with_plain_pinyin, "pinyin"),
    "spaced titles": (spaced_titles, "spaced_text"),
    "spaced out": (spaced_out, "spaced_text"),
    "spaced digits": (spaced_digits, "spaced_text"),
    "page numbers": (with_page_numbers, "page_number"),
    "pages": (with_pages, "page_number"),
    "bare numbers": (with_bare_numbers, "page_number"),
    "running heads": (with_running_heads, "running_head"),
    "watermark lines": (with_watermark_lines, "watermark"),
    "watermarks inside": (with_watermarks_inside, "watermark"),
    "entities": (with_entities, "html_residue"),
    "web page": (as_web_page, "html_residue"),
    "escapes": (with_escapes, "escape_residue"),
    "hidden characters": (with_hidden_characters, "hidden_character"),
    "doubled punctuation": (doubled, "doubled_punctuation"),
    "bilingual": (bilingual, "translation"),
    "bilingual inside": (bilingual_inside, "translation"),
}
WRAPPED = frozenset({"bare numbers", "running heads"})
