"""Record what the variants of two seeds ask beyond the seeds themselves, with the built-in model; run by hand.

python tests/support/record_variants.py

What the seeds ask too stands in their own recordings and is not asked for again.
"""

from __future__ import annotations

import dataclasses
import sys

from huimou.digest.pipeline import digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.llm.builtin_server import serve_builtin
from huimou.llm.client import open_client
from huimou.llm.recordings.files import RecordSettings
from huimou.llm.recordings.replay import Replay, is_not_fresh
from huimou.model.events import ignore_event
from huimou.settings import Endpoint
from variants import RECORDED, RECORDINGS, documents


def main() -> None:
    """Digest every variant; only requests that are new are recorded."""
    recording = RecordSettings(RECORDINGS, also="../recordings")
    replay = Replay((RECORDINGS,), ask=is_not_fresh)
    with serve_builtin() as server:
        endpoint = Endpoint("builtin", base_url=server.base_url, model=server.model)
        with open_client(endpoint, record=recording, replay=replay) as client:
            for stem in RECORDED:
                for name, document in documents(stem).items():
                    named = dataclasses.replace(document, stem=f"{stem}.{name}")
                    digest = digest_report(named, client, load_checked_prompts(), ignore_event)
                    items = len(digest.year_review.achievements) + len(digest.next_year_plan.tasks)
                    sys.stdout.write(f"{named.stem}: {items} items, {digest.run.calls} calls\n")


if __name__ == "__main__":
    main()
