"""Digests as three flat tables, for pandas, DuckDB, polars and whatever else reads JSON lines or Parquet."""
