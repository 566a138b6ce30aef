"""What a change of a prompt, a model or the program changes, measured without a model as judge."""
