"""What changed between two digests of one report.

Read `changes` first, which lists every difference. `alignment` finds which item, figure and sentence of one digest is
which of the other (by `matching`), `fields` flattens their fields to compare and to show, and `text_diff` marks the
characters that differ between two values. May import outputs (labels) and model.
"""
