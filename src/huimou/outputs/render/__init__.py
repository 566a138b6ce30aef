"""A digest as text: JSON (`to_json`), Markdown (`to_markdown`) and the terminal (`to_terminal`).

`to_json` is the digest itself, and `from_json` reads it back. The other two are for persons; what comes from a report
or a model is escaped in them. Each module can be read alone. May import `labels`, `phrases` and `items`.
"""
