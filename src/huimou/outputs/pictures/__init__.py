"""Pictures as files of their own: a sheet of charts as SVG with its own style, and the same as PNG.

`sheet` lays charts out under a title, `year` has those of one report, `to_png` draws it in pixels. The charts are
those of the pages (`outputs/page`). May import the other outputs.
"""

from huimou.outputs.pictures.sheet import PictureSheet, to_svg
from huimou.outputs.pictures.to_png import to_png
from huimou.outputs.pictures.year import build_year_sheet

__all__ = ["PictureSheet", "build_year_sheet", "to_png", "to_svg"]
