"""Prompts and models under regression test: what changed, what the gate found, and its reports."""
