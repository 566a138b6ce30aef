"""The steps of the pipeline, in its order.

`ingest`, `segment`, `facts`, `genre`, `group`, `merge`, `wording`, `second_look`, `domain`, `shortcomings`, `titles`,
`overview`, `assemble`, `restore`, `checks`. Each takes and returns frozen values of `model.report`.

May import: `digest.questions`, `digest.cores`, `language`, `model`, `errors`. No step imports another; only
`digest.pipeline` knows all.
"""
