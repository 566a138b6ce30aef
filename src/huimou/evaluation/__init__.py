"""How good digests are, and what a change of prompt, model or program does to them.

`evaluate` measures a digest against a person's annotation, `words` its sentences (`scores` are the values, `baseline`
the floors under them); `blind_reading` lets persons judge the sentences. `changes` finds what differs between two
digests of one report; on it rest `regression`, which holds replayed digests against the accepted ones, and `ab_test`,
which runs two prompts or models on the same units. `rule_coverage` says which rules of the language reports exercise.
`labels` has the Chinese words, `pytest_plugin` is the gate for other projects. May import batch, outputs and everything
below.
"""
