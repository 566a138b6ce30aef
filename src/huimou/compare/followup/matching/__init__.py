"""Which sentence of a later review reports on which point of an earlier plan, and how likely that is.

`points` cuts the plan into points and the review into sentences, `terms` finds the words that tell matters apart,
`signs` measures a point against a sentence, `chance` turns the measures into a probability, `meaning` compares meanings
by an embedding model on the CPU, `candidates` puts it together, `continued` finds tasks that are planned again.
May import language, model and `huimou.compare.followup.targets`.
"""
