"""Digests as three flat tables (reports, items, figures), as JSON lines or Parquet: for pandas, DuckDB and others.

Read `export` first; it goes through a folder. `layout` derives the columns from the digest's models, `column_types`
their types, `rows` makes the rows of a digest, `sinks` writes them, `dictionary` explains the columns. May import
`render` and everything below outputs; Parquet needs the extra `tables`.
"""
