"""Commands that show and rework digests that are there; none asks a model but `follow`.

Any order: `show`, `render`, `apply_review`, `export`, `worksheet`, `compare`, `follow`, `profiles`, `rules`, `explain`,
`schema`. May import `cli` and, inside commands, `huimou.batch`, `huimou.compare`, `huimou.evaluation` and what is
below.
"""
