"""Commands that serve, or look at a server: `serve` (a folder of digests), `serve_model` (the built-in model), `probe`.

The work is done by `huimou.service` and `huimou.llm`.
"""
