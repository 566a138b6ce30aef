"""What is made of a digest: JSON, Markdown, HTML, workbook, briefing, tables, the terminal.

Start at `formats`, which lists the files of a digest. `labels` has the Chinese word for every code, `phrases` and
`items` what all outputs share, `onepage` the content of the one-page draft. `render` makes text, `html` is the shell of
all pages, `page` the pages of a report and of a batch, `office` the workbook, the briefing and the draft, `tables` the
export; `index_row` is a report's row in the index. May import digest, store, language and
model; knows nothing of batches, comparisons or the service.
"""
