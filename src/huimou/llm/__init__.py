"""The way to a model, and what is known of it.

`client` is the door: `open_client(...)`, then `client.ask(question)`. Read on in the order of a question: `question`,
`answer_format` (what binds an answer), `answerers` (the layers, from the top), `recordings`, `balancing` (servers and
retries), `asking` (the only module that knows instructor and openai), `network` (how bytes leave and come). `probing`
finds out what a server can do, `tokens` and `tally` count. It may import store, language, model, settings and errors.
"""
