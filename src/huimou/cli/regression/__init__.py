"""Commands that hold prompts and models against what was accepted.

`fixtures` (recordings: make, compare, accept), `regress` with `regress_compare` (the gate; two sides asked live),
`try_` (one question) and `eval` (measures against annotations). May import `cli` and, inside commands,
`huimou.evaluation` and what is below.
"""
