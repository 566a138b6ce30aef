"""The sample as one page: each sentence with its sources, three choices and a reason; no network, no server.

It is blind: nothing in it says how a sentence was made, whether it is marked to be checked, or what the program thinks.
"""

from __future__ import annotations

from huimou import __version__
from huimou.evaluation.blind_reading.answers import FORMAT, VERSION
from huimou.evaluation.blind_reading.sample import LineSample
from huimou.evaluation.labels import LINE_KINDS, READER_CHOICES
from huimou.outputs.html.shell import render_template, to_script_data

SCRIPTS = ("theme.js", "audit.js")


def to_html(sample: LineSample) -> str:
    """HTML text of the page."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "sample": sample.token,
        "numbers": [line.number for line in sample.lines],
    }
    values = {
        "lines": sample.lines,
        "reports": len({line.report for line in sample.lines}),
        "kinds": LINE_KINDS,
        "choices": READER_CHOICES,
        "token": sample.token,
        "version": __version__,
        "data": to_script_data(data),
    }
    return render_template("audit.html", SCRIPTS, values)
