"""What an output folder keeps beside the outputs, and how files are read and written.

`paths` says where all of it lies and `lock` which process owns it; `database` is the one SQLite file (`hashing` names
what is in it, `group_commit` writes for many threads at once), of which `answers`, `journal` and `remarks` each own
some tables and `rebuild` saves what a damaged one holds. `inputs` is the list of a batch's inputs; `files` writes every
file whole, `stamps` tell whether one is as it was. Read in that order. May import `model`, `settings` and `errors`, and
nothing above the store.
"""
