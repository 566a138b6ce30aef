"""The page of a report (`report`) and the index page of a batch (`index`).

`report` puts the page together: `view` prepares items, figures and checks, `tints` the text with its colours and the
legend, `pictures` the charts. `index` prepares the rows of a batch and the matrix of reports by domains. May import
`html`, `labels`, `phrases` and `items`.
"""
