"""Who may connect to a service, ask it and log in, and how much of it one of them may have.

In this order: `connections` (how many there are and how long they may take to ask), `guard` (checks before every
request), `attempts` (wrong tokens make whoever gives them wait). May import: `settings` of the service.
"""
