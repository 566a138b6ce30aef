"""The briefing and the one-page draft as Word documents in the style of GB/T 9704-2012.

Briefing, in reading order: `briefing` and `annex` (content, as `blocks`), `selection` (what fits on its pages),
`titles`, `document` (writes it, with `letterhead`, `runs` and `template/`). `draft` is the one-page draft,
`layout_check` holds any document against the standard. May import what `outputs.office` may; python-docx (extra
`report`).
"""
