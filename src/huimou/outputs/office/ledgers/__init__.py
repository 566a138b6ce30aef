"""The ledgers of the office (台账): a workbook (XLSX) that is filled anew without losing what a person typed.

In reading order: `workbook`, `layout` (columns), `records` (rows of a digest), `book` (writes them), `sheet` (a new
worksheet), `places` and `rowkeys` (find columns and rows again), `cells`, `work_forms`, `csv_files`. May import what
`outputs.office` may; openpyxl (extra `report`).
"""
