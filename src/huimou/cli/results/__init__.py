"""Commands that show and rework digests that are there; none asks a model but `follow`.

Any order: `show`, `render`, `apply_review`, `export`, `worksheet`, `compare`, `follow`, `profiles`, `explain`,
`schema`. May import `cli` and, inside commands, `huimou.batch`, `huimou.compare` and what is below.
"""
