"""Words that decide whether two figures count the same thing; a word that is missing here is never compared.

They stand in `comparison.toml` among the rules, with what each is for and where it comes from.
"""

from __future__ import annotations

from huimou.language.rules import get_rule

# What was done: verbs of meetings, and verbs that are a status of their own (立案 is not 办复).
HELD = get_rule("comparison.held")
CHAIN = get_rule("comparison.chained_status")
HELD_START = get_rule("comparison.held_in_front")
STATUS_START = get_rule("comparison.status_in_front")
STATUS_END = get_rule("comparison.status_behind")
SAME_STATUS = get_rule("comparison.same_status")
STATUS_ALONE = get_rule("comparison.status_alone")
STATUS_BEHIND = get_rule("comparison.status_behind_number")
DOER = get_rule("comparison.doer_before_status")
VERB_BEFORE = get_rule("comparison.verb_before_number")

# What is counted.
ACTIVITY = get_rule("comparison.activity")
THIN = get_rule("comparison.too_general")
ALIASES = get_rule("comparison.same_thing")
INDICATORS = get_rule("comparison.indicator")
AREA_IN_FRONT = get_rule("comparison.area_in_front")
LOCAL_RATE = get_rule("comparison.local_rate")
RATES = get_rule("comparison.unit_of_rates")
COUNTED_AT_LARGE = get_rule("comparison.counted_at_large")

# What stands around its name.
SELF = get_rule("comparison.own_words_in_front")
REST = get_rule("comparison.rest")
EVERY = get_rule("comparison.every")
CHANGE = get_rule("comparison.change")
SAME_PERIOD = get_rule("comparison.against_last_year")

# Whose it is, and which span of time the number covers.
REACH = get_rule("comparison.reach")
PLACE = get_rule("comparison.place")
WHOLE_YEAR = get_rule("comparison.whole_year")
WHOLE_TERM = get_rule("comparison.whole_term")
OTHER_TIME = get_rule("comparison.other_time")
SUMMED_UP = get_rule("comparison.summed_up")
YEAR = get_rule("comparison.year")

# Why it is no total.
WISHED = get_rule("comparison.wished")
TOPIC = get_rule("comparison.topic")
