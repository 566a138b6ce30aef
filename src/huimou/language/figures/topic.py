"""What a sentence is about and of which time it speaks, as its clauses say it in front of a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from huimou.language.rules import get_rule

_LONGEST_TOPIC = 14
_YEAR = get_rule("figure_words.period_of_a_year")
_PERIOD = get_rule("figure_words.period")
_TOPIC = get_rule("figure_words.topic")
_FIRST = get_rule("figure_words.first_of_a_list")
_BEFORE_NAME = get_rule("figure_words.words_before_a_name")
_BRAND = get_rule("figure_words.brand")
_OCCASION = get_rule("figure_words.occasion")
_WORK = get_rule("figure_words.subject_that_is_work")
_LEAD_OF_TOPIC = get_rule("figure_words.lead_of_a_topic")


def shorten_frame(words: str) -> str:
    """The words with 就甲、乙等 for a longer list."""
    found = _TOPIC.search(words)
    if not found or "、" not in found["about"]:
        return words
    return f"{words[: found.start('about')]}{_name_topic(found['about'], listed=True)}{words[found.end() :]}"


def join_topic(topic: str, core: str) -> str:
    """The topic in front; in the place of the last word where both name the same (参加活动, “四个一”活动)."""
    lead = _LEAD_OF_TOPIC.match(topic)
    about = topic[lead.end() :] if lead else topic
    if about in core:
        return f"{topic}{core.removeprefix(about)}" if core.startswith(about) else core
    return f"{core[:-2]}{topic}" if topic.startswith("“") and topic.endswith(core[-2:]) else f"{topic}{core}"


def list_topics(front: str, earlier: Sequence[str]) -> Iterator[str]:
    """What the sentence is about, the likeliest first."""
    for clause in (front, *earlier):
        if found := _TOPIC.search(clause):
            yield f"{found['lead']}{_name_topic(found['about'], listed=bool(found['etc']))}"
    for clause in earlier:
        if found := _OCCASION.search(clause) or _WORK.match(clause):
            yield found["about"]
    for clause in earlier:
        yield from (found[0] for found in _BRAND.finditer(clause))


def _name_topic(about: str, *, listed: bool) -> str:
    """The first of several topics, without the words that only praise or place it, and 等."""
    first = _FIRST.match(about)
    name = first[0] if first and first[0] else about
    listed = listed or name != about
    if len(name) > _LONGEST_TOPIC and name[:1] in "“《":
        name = re.split(r"[,、]", name.strip("“”《》"))[0]
    if len(name) > _LONGEST_TOPIC or listed:
        name = _BEFORE_NAME.sub("", name)
    return f"{name}等" if listed else name


def find_period(words: str) -> str:
    """The stretch of time that words name (五年来, 疫情期间, 2021年), empty where they name none."""
    found = _YEAR.search(words) or _PERIOD.search(words)
    return found[0] if found else ""
