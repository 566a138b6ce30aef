"""A folder of digests served to browsers and to programs over HTTP: read, checked by persons, added to.

Read in this order: `app` puts it together; `guard` stands before every request; `api` is for programs and `pages` for
browsers; both work on a `served_folder`: an `output_folder` that is read, a `shared_store` that is written, and
`jobs` that digest what is uploaded. `settings` says what is allowed, `models` what the API answers. `agents` has
another door to such folders, for agents over MCP (extra `mcp`). May import outputs, batch and everything below, and
`agents` compare as well; nothing imports it but the command line. Needs the extra `serve`.
"""
