"""An A/B test: two prompts, models or endpoints on the same units, and whether the difference can be told from chance.

`result` runs and judges it: `lockstep` digests each report on both sides, whose calls alternate
(`llm.answerers.alternation`), `observations` measures units, `measures` says what is measured, `paired_statistics`
judges. `versions` finds the versions of a prompt, and `trial` asks about a single unit. May import `changes`,
`regression`, batch, outputs and everything below.
"""
