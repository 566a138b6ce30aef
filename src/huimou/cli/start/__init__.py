"""Commands of the first hour: what to do next, `demo` (sample digests without a model), `doctor` (what is missing).

`welcome` is what `huimou` alone prints, `samples` finds the reports that come with huimou, `machine` and `readiness`
find out what `doctor` prints. May import `cli` and, inside commands, `huimou.batch` and what is below.
"""
