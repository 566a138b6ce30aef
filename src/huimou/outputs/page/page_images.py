"""Images of the pages of a PDF, to stand beside a report's text with a box around each sentence."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huimou.errors import InputError, UsageError
from huimou.model.digest import Digest

MOST_PAGES = 120
MOST_BYTES = 12_000_000  # of all images of a report together
_WIDTH = 1000  # pixels
_QUALITY = 55
_PDF = b"%PDF-"
_FIGURE = 'id="leaf"'  # of the template's element that they are drawn in


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: its size in points, as boxes of sentences have it, and the bytes of a WebP image of it."""

    width: float
    height: float
    webp: bytes


def draw_page_images(data: bytes, digest: Digest) -> Mapping[int, PageImage]:
    """Images of the pages that the digest's sentences stand on, by number, counted from 1, the first ones first.

    Pages beyond `MOST_PAGES`, and those that would make all images together larger than `MOST_BYTES`, are left out.

    Args:
        data: bytes of the PDF that the digest was made of.
        digest: its sentences have boxes.

    Raises:
        InputError: the report is no PDF, or it is damaged.
        UsageError: the libraries of the extra `[docs]` are not installed.

    """
    if not data.startswith(_PDF):
        raise InputError(f"{digest.source.file} is no PDF", "only the pages of a PDF can be drawn")
    numbers = sorted({box.page for one in digest.sentences for box in one.boxes or ()})[:MOST_PAGES]
    found: dict[int, PageImage] = {}
    left = MOST_BYTES
    for number, image in zip(numbers, _draw_pages(data, numbers, digest.source.file), strict=True):
        left -= len(image.webp)
        if left < 0:
            break
        found[number] = image
    return found


def _draw_pages(data: bytes, numbers: Sequence[int], name: str) -> list[PageImage]:
    try:
        import PIL  # noqa: F401, PLC0415 (an extra; the PDF library draws into its images)
        import pypdfium2  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("drawing the pages needs pypdfium2 and pillow", "pip install 'huimou[docs]'") from error
    try:
        document = pypdfium2.PdfDocument(data)
        try:
            return [_draw_page(document[number - 1]) for number in numbers]
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise InputError(f"the pages of {name} cannot be drawn: {error}", "give the file that was read") from error


def _draw_page(page: Any) -> PageImage:
    """A page as it is shown, in shades of grey."""
    width, height = page.get_size()
    drawn = page.render(scale=_WIDTH / width, grayscale=True).to_pil()
    file = io.BytesIO()
    drawn.save(file, "WEBP", quality=_QUALITY, method=4)
    return PageImage(width, height, file.getvalue())


def shows_page_images(html: str) -> bool:
    """Whether a report's page has been written with such images."""
    return _FIGURE in html


def build_image_data(images: Mapping[int, PageImage], digest: Digest) -> dict[str, Any]:
    """What the page's script draws from: width, height and data URI of each page, and the boxes of each sentence."""
    boxes = {one.n: [[box.page, *box.box] for box in one.boxes or () if box.page in images] for one in digest.sentences}
    pages = {
        number: [one.width, one.height, f"data:image/webp;base64,{base64.b64encode(one.webp).decode()}"]
        for number, one in images.items()
    }
    return {"pages": pages, "boxes": {n: found for n, found in boxes.items() if found}}
