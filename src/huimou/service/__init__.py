"""A folder of digests served to browsers and to programs over HTTP: read, checked by persons, added to.

Read in this order: `app` puts it together; `guard` stands before every request; `api` is for programs and `pages` for
browsers; both work on a `served_folder`: an `output_folder` that is read, a `shared_store` that is written, and
`jobs` that digest what is uploaded. `settings` says what is allowed, `models` what the API answers. May import
outputs, batch and everything below; nothing imports it but the command line. Needs the extra `serve`.
"""
