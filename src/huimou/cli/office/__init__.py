"""Commands that write and check files for the office: ledgers, briefings.

May import what `cli` may. Heavy modules are imported inside commands, so that `--help` is quick.
"""
