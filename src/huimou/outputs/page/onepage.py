"""The one-page draft as a page that prints on one sheet of A4."""

from __future__ import annotations

from huimou.model.digest import Digest
from huimou.outputs.html.shell import render_template
from huimou.outputs.onepage import build_one_page


def to_onepage_html(digest: Digest) -> str:
    """The one-page draft of a digest as a page that needs no network and no scripts."""
    return render_template("onepage.html", (), {"page": build_one_page(digest)})
