"""One report becomes one digest.

Read `pipeline` first: it is the order of the work and nothing else. `steps/` holds the steps in that order, which do
not know each other; `questions/` holds what a model is asked and how its answers are checked; `prompt_check` loads the
prompts and checks their examples; `choices` and `events` are what a caller gives and hears.

May import: `llm`, `language`, `model`, `errors`. Nothing here reaches a network by itself, writes a file or prints.
"""
