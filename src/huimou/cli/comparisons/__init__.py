"""Commands that set several reports together.

`years` is `huimou follow` with a chain of years; `synthesise` draws the reports of several bodies into one. May import
`cli` and, inside commands, `huimou.compare` and what is below.
"""
