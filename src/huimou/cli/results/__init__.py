"""Commands that show and rework digests that are there; none asks a model but `follow`.

Any order: `show`, `render`, `apply_review`, `export`, `worksheet`, `compare`, `follow`, `profiles`, `schema`. The work
is done by `huimou.outputs`, `huimou.compare` and `huimou.batch`.
"""
