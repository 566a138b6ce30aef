"""Titles of items: what an achievement or a task is called in lists, in a few characters.

Candidates are drawn from the words of each item (`candidates`), shortened without cutting a word, a name, a number or a
list (`phrases`), and for each item the best one that no other item has is taken (`choosing`).
May import: `digest.cores`, `language` and `model`.
"""

from huimou.digest.steps.titles.choosing import write_titles

__all__ = ["write_titles"]
