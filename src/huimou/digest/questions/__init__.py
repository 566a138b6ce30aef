"""What the model is asked, and how its answers are checked.

Read `registry` first: one row for each question. `prompts` reads the prompt files, `answers` are the models of the
answers, `units` the ids of what is asked about, `asking` builds and asks a question, and `verify` makes a finding of a
claim or refuses it.

May import: `llm`, `language`, `model`, `errors`; no step.
"""
