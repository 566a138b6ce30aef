"""Commands that serve, or look at a server: `serve` (a folder of digests), `serve_model` (the built-in model), `probe`.

May import `cli` and, inside commands, `huimou.service` and what is below.
"""
