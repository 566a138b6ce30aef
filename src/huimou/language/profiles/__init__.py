"""Kinds of report as data: one TOML file a kind; `profile` reads them, with the `domains` of each.

`tables` says what a file may hold, `faults` what is wrong with one.

A profile says how a kind is recognised, which headings open its sections, its domains with their cue words, and the
columns of its ledger, and by which words its sentences name the body and its members. A user's folder adds kinds or
replaces shipped ones. May import: `language.text`, `language.rules`, `model` and `errors`.
"""
