"""The one-page draft as Markdown."""

from __future__ import annotations

from huimou.model.digest import Digest
from huimou.outputs.onepage import build_one_page
from huimou.outputs.render.to_markdown import escape


def to_onepage_markdown(digest: Digest) -> str:
    """The one-page draft of a digest as Markdown: a title, at most three paragraphs with headings, a foot line."""
    page = build_one_page(digest)
    blocks = [f"# {escape(page.title)}"]
    for heading, text in page.parts:
        blocks += [f"## {escape(heading)}", escape(text)]
    return "\n\n".join([*blocks, f"*{escape(page.foot)}*"]) + "\n"
