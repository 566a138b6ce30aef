"""One report becomes one digest.

Read `pipeline` first: it is the order of the work and nothing else. `steps/` holds the steps in that order, which do
not know each other; `questions/` holds what a model is asked and how its answers are checked; `prompt_check` loads the
prompts and checks their examples; `choices` is what a caller may choose; `session` keeps the client of a run; `cores`
spreads the work of a very long report over the cores, in processes that `child_process` starts.

May import: `llm`, `language`, `model`, `errors`. Nothing here reaches a network by itself, writes a file or prints.
"""
