"""What a file is, and the text of one that is text.

`formats` tells it by content and name together, `decoding` finds the encoding of a text, `mail` the report that a mail
brings. May import: `ingest.characters`, `language`, `model`, `errors`.
"""
