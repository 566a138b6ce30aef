"""The one way bytes leave and come: every server is asked through `transport.open_http`.

Read `transport` (an answer is read whole, within bounds of size and time, and the key is hidden in it), `deadline` (the
sockets below it, which end a call in time), `key_mask` (what of a key is hidden), `faults` (faults by name and in
words), `json_object` (an answer as JSON), `model_names` (which models a server offers). It imports `errors` and
`settings`; only `transport` and `deadline` need a library of the network.
"""
