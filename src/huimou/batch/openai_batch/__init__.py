"""Digests by OpenAI batch files: requests are exported, answers imported, in turns until nothing is missing.

Read `run` (what the two commands do with a folder), `exchange` (which requests go out, which answers fit), then
`line_format` (the files). May import what `batch` may; `dry_run` takes from here which questions must wait.
"""
