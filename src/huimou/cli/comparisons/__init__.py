"""Commands that set several reports of one body, or of many, together.

`years` is `huimou follow` with a chain of years; `synthesise` draws the reports of several bodies into one.
"""
