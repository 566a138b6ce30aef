"""Tables: rows of cells as lines of text, and such lines read as sentences.

`grid` writes the cells of a document's table as lines; `rows` finds such lines in any text, `columns` reads what their
header says, `telling` makes a sentence of each row (`sentence`), `view` puts the sentences in the place of the rows.
May import: `language`, `model`.
"""
