"""Commands that hold prompts and models against what was accepted, and say how good digests are.

`fixtures` (recordings: make, compare, accept), `regress` with `regress_compare` (the gate; two sides asked live),
`try_` (one question), `eval` (measures against annotations) and `audit` (what persons say of the words); `tables` draws
what the last two print. May import `cli` and, inside commands, `huimou.evaluation` and what is below.
"""
