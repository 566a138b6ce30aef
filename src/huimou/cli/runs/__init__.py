"""Commands that digest reports into a folder, and say how far that is.

`summarise` first (`gather` finds its inputs, `outcome` runs and prints, `summary_table` and `cost_table` draw,
`dry_run` foretells costs), then `status` with retry, `openai_batch` and `store`. May import `cli` and, inside commands,
`huimou.batch` and what is below.
"""
