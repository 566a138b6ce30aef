"""What an A/B test measures, in the order of its table, and from which difference on it matters.

Of one unit, a group of sentences or a sentence looked at again: how the first answer was, what became
of it in the digest, and what it cost. Of one report: the digest against its annotation, and what the digest says of
itself. The length of a summary is reported without a verdict, since shorter is neither better nor worse between the
bounds that every summary is held to; tokens and seconds are costs, better when less, but only by a tenth or twentieth,
and seconds by no less than what a busy machine makes of the same call.
"""

from __future__ import annotations

from huimou.evaluation.ab_test.paired_statistics import Measure

OF_UNITS = (
    Measure("valid", "valid at first answer", "higher", 0.05, whole=True),
    Measure("reasks", "further questions a unit", "lower", 0.1, whole=True),
    Measure("stands", "answer stands in the digest", "higher", 0.05, whole=True),
    Measure("said_untrue", "first answer says what is not there", "lower", 0.05, whole=True),
    Measure("said_numbers", "made-up numbers in first answers", "lower", 0.05, whole=True, no_rise=True),
    Measure("said_figures", "figures kept by first answers", "higher", 0.02),
    Measure("said_coverage", "sentences covered by first answers", "higher", 0.03),
    Measure("figures", "figures kept in summaries", "higher", 0.01),
    Measure("coverage", "sentences covered by summaries", "higher", 0.02),
    Measure("gist", "gist shared with the annotation", "higher", 0.03),
    Measure("length", "length of summaries, share of evidence", "neither", 0.05),
    Measure("taken", "sentences taken at the second look", "neither", 0.05, whole=True),
    Measure("flicker", "answer not the same in all repeats", "lower", 0.05, whole=True),
    Measure("prompt_tokens", "prompt tokens a unit", "lower", 0.05, relative=True),
    Measure("completion_tokens", "answer tokens a unit", "lower", 0.1, relative=True),
    Measure("seconds", "seconds a unit", "lower", 0.1, relative=True, least=0.05),
)
OF_REPORTS = (
    Measure("recall", "recall of achievements and tasks", "higher", 0.02),
    Measure("precision", "items in the right place", "higher", 0.02),
    Measure("figure_recall", "recall of figures", "higher", 0.01),
    Measure("figure_values", "figures with the right value", "higher", 0.01),
    Measure("domains", "domain agreement", "higher", 0.02),
    Measure("made_up", "unsupported numbers in the digest", "lower", 0.01, no_rise=True),
    Measure("uncovered", "uncovered sentences", "lower", 0.5),
)
BY_KEY = {measure.key: measure for measure in (*OF_UNITS, *OF_REPORTS)}
NEEDS_GOLD = frozenset({"gist", "recall", "precision", "figure_recall", "figure_values", "domains"})
