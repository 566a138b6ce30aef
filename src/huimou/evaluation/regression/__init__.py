"""Prompts and models under regression test: are the digests still the accepted ones?

`suite` says what is tested, `audit` digests a report from its recordings, `gate` holds it against what is accepted,
and `lifecycle` makes, accepts and trims recordings. `outcome` has the values; `summary_lines`, `to_html` and
`to_junit` report them. `new_project` writes the files of a project that starts with it. May import `changes`,
`scores`, batch, outputs and everything below.
"""
