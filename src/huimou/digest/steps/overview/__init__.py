"""The overview of a report: its shape in one sentence, then its most important matters, joined by the program.

`styles` says how long, `essence` shortens an item to what must be heard of it, `weighing` says how much it counts,
`choice` which items make which sentence, `opening` finds the line of the year, `writing` puts it all together.
"""

from huimou.digest.steps.overview.styles import STANDARD_STYLE, STYLES, OverviewStyle
from huimou.digest.steps.overview.writing import Overviews, OverviewSource, write_overviews

__all__ = ["STANDARD_STYLE", "STYLES", "OverviewSource", "OverviewStyle", "Overviews", "write_overviews"]
