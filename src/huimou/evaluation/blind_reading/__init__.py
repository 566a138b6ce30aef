"""What persons say of the words of digests, read blind: a sample of sentences, their answers, the rates.

`sample` draws the sentences; `to_html` shows them as one page, `sheet` as a table to fill in by hand; `answers` reads
both back; `rates` counts what was answered, by `statistics`, beside what the program says of the same sentences.
May import the rest of `evaluation`, outputs and everything below.
"""
