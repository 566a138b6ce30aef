"""What is known of the Chinese of work reports: rules on texts, without model, files or network.

Read `text` first (views that keep the way back to the text), then `markers`, `clauses`, `abridging`, `overlap`,
`punctuation`, `shortcomings`, `plan_details` and `reading`. `figures/` reads every quantity; `profiles/` holds what
differs between kinds of report.

May import: `model` and `errors`.
"""
