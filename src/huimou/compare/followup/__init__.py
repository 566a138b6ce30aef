"""An earlier plan against the later review of the same body: what is reported on, not seen, or was not planned.

`follow` puts it together: `pairs` finds candidates by likeness (`terms`), `decide` decides by program or asks the
model, `targets` sets figures beside targets. `result` has the values, `phrases` the headings; `to_html`, `to_json`
and `to_markdown` show the result. May import outputs, digest (prompts) and llm.
"""
