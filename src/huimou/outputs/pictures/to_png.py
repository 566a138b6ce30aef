"""A drawing in pixels, by resvg."""

from __future__ import annotations

from huimou.errors import UsageError
from huimou.outputs.pictures.sheet import FONTS

_LINE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="16" {}>{}</text></svg>'


def to_png(svg: str, zoom: float = 2.0) -> bytes:
    """The PNG of an SVG document, in the fonts of this machine.

    Args:
        svg: the document.
        zoom: pixels for each of the document's.

    Raises:
        UsageError: the extra is not installed, or this machine has no Chinese font.

    """
    try:
        import resvg_py  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise UsageError("PNG needs resvg_py, which is not installed", 'pip install "huimou[pictures]"') from error
    style = f"style='font: 16px {FONTS}'"
    one, other = (resvg_py.svg_to_bytes(svg_string=_LINE.format(style, sign)) for sign in "永回")
    if one == other:  # a sign that no font has is drawn as nothing, or as the same box
        raise UsageError("no font of this machine has Chinese characters", "install one, or write .svg instead")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom))
