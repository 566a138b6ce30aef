"""Commands that digest reports into a folder, and say how far that is.

`summarise` first (`gather` finds its inputs, `outcome` runs and prints, `dry_run` and `cost_table` are for costs), then
`status` with retry, `openai_batch` and `store`. May import `cli` and, inside commands, `huimou.batch`
and what is below.
"""
