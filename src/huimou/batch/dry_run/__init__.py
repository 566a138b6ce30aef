"""What a run would ask and cost, before it starts; nothing is asked of the model and nothing is written.

Read `forecast` first: how questions are made and counted. `run_forecast` wires it to the folder, its store and the
server whose tokenizer counts. May import what `batch` may; is imported by the command line alone.
"""
