"""The shell of every page: a template, the one style sheet, scripts, and a policy that forbids all else.

Whatever a template is given is escaped. Templates have `labels` for the names of codes, and the filter `line`, which
makes text from outside one inert line.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from huimou.language.text import to_one_line
from huimou.outputs import labels

_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LONE_CR = re.compile(r"\r(?!\n)")
SHOWN = "\ufffd"
STYLE = "style.css"


def build_policy(scripts: tuple[str, ...], *, served: bool = False, images: bool = False) -> str:
    """The content security policy: the style sheet and these scripts by hash.

    A served page may ask its own server; a page with images shows those that it holds itself, and no others.
    """
    style = _hash_source(read_asset(STYLE))
    code = " ".join(_hash_source(read_script(name)) for name in scripts) or "'none'"
    asks = "connect-src 'self'; form-action 'self'" if served else "form-action 'none'"
    shown = "img-src data:; " if images else ""
    return f"default-src 'none'; style-src {style}; script-src {code}; {shown}base-uri 'none'; {asks}"


def render_template(
    template: str, scripts: tuple[str, ...], values: dict[str, Any], *, served: bool = False, images: bool = False
) -> str:
    """HTML of a page: its template, the style sheet and scripts inside it, and a policy that names them by hash.

    Nothing in it is a control or direction character or half of a surrogate pair; they are shown as U+FFFD.

    Args:
        template: name of the template.
        scripts: names of the script files, in the order in which they run.
        values: what the template needs; whatever is not `Markup` is escaped.
        served: whether `huimou serve` shows the page, which may then ask that server.
        images: whether the page holds images as data.

    """
    style, code = read_asset(STYLE), tuple(map(read_script, scripts))
    shared = {
        "policy": build_policy(scripts, served=served, images=images),
        "served": served,
        "style": Markup(style),  # noqa: S704 (a file of ours)
        "scripts": tuple(map(Markup, code)),
    }
    return _UNSEEN.sub(SHOWN, _load_environment().get_template(template).render(shared | values))


def render_part(template: str, values: dict[str, Any]) -> Markup:
    """A part of a page, or a drawing, from its template; whatever is not `Markup` is escaped."""
    text = _load_environment().get_template(template).render(values)
    return Markup(_UNSEEN.sub(SHOWN, text))  # noqa: S704 (escaped by the template)


def to_page_text(text: str) -> Markup:
    """The text of a report as HTML with one character for each code point, so that offsets hold in the page.

    Line ends of all kinds break the line. Control and direction characters and halves of surrogate pairs, which a page
    cannot hold or which would turn it about, are shown as U+FFFD.
    """
    shown = _UNSEEN.sub(SHOWN, _LONE_CR.sub("\n", text).translate(_LINE_ENDS))
    return Markup(escape(shown).replace("\r", "&#13;"))  # noqa: S704 (escaped here; a bare CR would be dropped)


def count_unseen(text: str) -> int:
    """How many characters of a text `to_page_text` shows as U+FFFD."""
    return len(_UNSEEN.findall(text))


def to_script_data(value: Any) -> Markup:
    """JSON that may stand in a script element: it holds no `<` and only ASCII."""
    return Markup(json.dumps(value, separators=(",", ":")).replace("<", "\\u003c"))  # noqa: S704 (no markup left)


def read_script(name: str) -> str:
    """The code of a script file, as it stands in a page."""
    return read_asset(f"scripts/{name}")


@cache
def read_asset(path: str) -> str:
    """The text of a file of this package."""
    return resources.files(__package__).joinpath(path).read_text(encoding="utf-8")


@cache
def _hash_source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _load_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("huimou.outputs.html", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["labels"] = labels
    environment.filters["line"] = to_one_line
    return environment
