"""Several reports drawn into one (综述): by domain what many do, what one alone does, and figures like with like.

`synthesis` puts it together by rules from the items' own summaries, on the ground of `compare.cities`; every sentence
has its sources. `blocks` lays it out; `to_html`, `to_markdown` and `to_docx` show it. Nothing here asks a model or
reads a file. May import compare.cities, outputs and language.
"""

from huimou.compare.synthesis.synthesis import (
    ItemSource,
    Practice,
    PracticeSentence,
    Synthesis,
    SynthesisSection,
    synthesise_reports,
)

__all__ = ["ItemSource", "Practice", "PracticeSentence", "Synthesis", "SynthesisSection", "synthesise_reports"]
