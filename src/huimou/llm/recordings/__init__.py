"""Requests and their answers as files that a person reads and reviews, and that answer in place of a server.

Read `files` (the folder and its forms), `manifest` (which endpoint a folder is of), `request_parts` (a request taken
apart), `replay` (answers from recordings, recordings from answers), `staleness` (why a recording no longer answers).
It imports `answerers`, `question` and `tokens`; replaying needs nothing that reaches a network.
"""
