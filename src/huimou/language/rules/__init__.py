"""What huimou knows of the language of reports, as data: `*.toml`, one file for each thing that is decided.

A rule has an id (`file.name`), a pattern or a list of words, exceptions, examples and a reason; `lexicon.toml` holds
the classes of words that patterns name as `{class}`. `get_rule` hands out a rule by its id, `rows` reads and checks the
files, `rulebook` puts a user's own rules over the shipped ones, `checking` tries every example, `sources` shows rules
as they stand. `huimou guide rules` says how to write one. May import: `errors` and `model`.
"""

from huimou.language.rules.rule import Rule, RuleList, get_rule, get_rules, remember, remember_more, use_rules

__all__ = ["Rule", "RuleList", "get_rule", "get_rules", "remember", "remember_more", "use_rules"]
