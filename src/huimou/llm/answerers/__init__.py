"""The layers between a question and a server: each takes a `WireRequest` and gives a `WireAnswer`, plain values.

From the top: `completion` (usable answers, errors in our words), `listening` (tells a listener), `recordings.replay`
(answers from recordings), `storing` (answers that were paid for), `alternation` (two sides in turn),
`balancing.retrying` (which server, how often), `asking.LiveAnswerer` (the network); `collecting` stands in place of all
below the store, `silent` in place of all where no model is asked. `client` builds the stack. Read `wire` first; nothing
here imports a library of the network.
"""
