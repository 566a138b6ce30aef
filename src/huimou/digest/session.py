"""How digests are made, and the session that makes them: the pipeline with a client, opened when it is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from huimou.digest.pipeline import DigestChoices, digest_report
from huimou.digest.prompt_check import load_checked_prompts
from huimou.digest.questions.effort import EFFORTS, STANDARD_EFFORT
from huimou.digest.questions.prompts import PromptSet
from huimou.digest.steps.overview import STANDARD_STYLE, STYLES
from huimou.errors import UsageError
from huimou.language.profiles.profile import load_profiles
from huimou.language.rules import use_rules
from huimou.language.rules.own_rules import load_rules
from huimou.llm.builtin_model_file import BUILTIN
from huimou.llm.client import Client, open_client
from huimou.model.cost_category import CostPart
from huimou.model.digest import Digest
from huimou.model.events import DigestEmit
from huimou.model.report import Document, Usage
from huimou.settings import NO_MODEL, Endpoint
from huimou.store.answers import Answers


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """Everything that a digest depends on but the report; it can be sent to another process.

    Args:
        endpoint: whom to ask.
        prompts: that were checked.
        choices: kind of report, style of the overviews, profiles, rules, effort.

    """

    endpoint: Endpoint
    prompts: PromptSet
    choices: DigestChoices

    def as_job(self) -> dict[str, Any]:
        """The settings as a journal keeps them; a model whose choice is left to the server has no name yet."""
        endpoint, choices = self.endpoint, self.choices
        own = Path(endpoint.gguf).stem if endpoint.gguf else BUILTIN.name
        return {
            "model": {"builtin": own, NO_MODEL: NO_MODEL}.get(endpoint.kind, endpoint.model),
            "mode": endpoint.mode,
            "extra": dict(endpoint.extra),
            "prompts": self.prompts.labels,
            "kind": choices.kind,
            "style": choices.style.name,
            "effort": choices.effort.name,
            "profiles": choices.profiles.digest if choices.profiles is not None else None,
            **({"rules": choices.rules.digest} if choices.rules.digest else {}),
        }

    def digest(self, document: Document, client: Client, emit: DigestEmit) -> Digest:
        """The digest of one document; what the client knows of its costs is forgotten afterwards.

        Where several processes work on a batch they have the cores already, and no report takes more than one.

        Raises:
            EndpointError: the model server cannot be used.

        """
        one_of_several = self.endpoint.share.of > 1
        choices = replace(self.choices, spread_from=sys.maxsize) if one_of_several else self.choices
        try:
            return digest_report(document, client, self.prompts, emit, choices)
        finally:
            client.forget(document.stem)


def build_digest_settings(  # noqa: PLR0913 (each is an option of huimou summarise)
    endpoint: Endpoint,
    prompts: Path | None = None,
    profiles: Path | None = None,
    rules: Path | None = None,
    *,
    kind: str | None = None,
    style: str = STANDARD_STYLE.name,
    effort: str = STANDARD_EFFORT.name,
    allow_marked: bool = False,
) -> DigestSettings:
    """Settings with the prompts, profiles and rules of these folders, read and checked.

    Args:
        endpoint: whom to ask.
        prompts: folder of prompts; None for huimou's own.
        profiles: folder of profiles that stand beside the shipped ones.
        rules: folder of rules that stand over the shipped ones.
        kind: of the reports; None reads it from each.
        style: of the overviews, by name: brief, standard or full.
        effort: of the wording, by name: low, standard or high.
        allow_marked: whether reports that are marked as secret or internal may go to another machine.

    Raises:
        UsageError: there is no such kind, style or effort, or a profile or rule is wrong.
        PromptError: a prompt is wrong.

    """
    known = load_profiles(profiles)
    if kind is not None and kind not in known.kinds():
        raise UsageError(f"no such kind of report: {kind}", f"known are: {', '.join(known.kinds())}")
    if style not in STYLES:
        raise UsageError(f"no such style of overviews: {style}", f"known are: {', '.join(STYLES)}")
    if effort not in EFFORTS:
        raise UsageError(f"no such effort: {effort}", f"known are: {', '.join(EFFORTS)}")
    choices = DigestChoices(
        kind, STYLES[style], known, rules=load_rules(rules), effort=EFFORTS[effort], allows_marked=allow_marked
    )
    return DigestSettings(endpoint, load_checked_prompts(prompts), choices)


class ClientSession:
    """Makes digests with one client; it is opened, and its server started, when the first document comes.

    Safe in several threads: those of a run, of a worker process, or of a Ray actor.

    Args:
        settings: how digests are made.
        note: told what the user should know, such as that a server is gone and waited for; from several threads.
        answers: where paid answers are kept; None keeps none.
        record: folder to record into.
        replay: folder to answer from; no server is needed then.
        opened: told the client once there is one.

    """

    def __init__(
        self,
        settings: DigestSettings,
        note: Callable[[str], None] = lambda _: None,
        *,
        answers: Answers | None = None,
        record: Path | None = None,
        replay: Path | None = None,
        opened: Callable[[Client], None] = lambda _: None,
    ) -> None:
        self.settings, self.record, self.replay = settings, record, replay
        self._note, self._answers, self._opened = note, answers, opened
        self._lock = Lock()
        self._closing = ExitStack()
        self._stopped = False
        self._client: Client | None = None

    def __enter__(self) -> Self:
        self._closing.enter_context(use_rules(self.settings.choices.rules))  # pages name the rules of their digest
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def digest(self, document: Document, emit: DigestEmit) -> Digest:
        """The digest of one document.

        Raises:
            EndpointError: the model server cannot be used.

        """
        return self.settings.digest(document, self._open(), emit)

    def serve(self) -> DigestSettings:
        """The settings with a server behind their endpoint: the built-in one is started, and ends with the session.

        Raises:
            EndpointError: it does not start.

        """
        endpoint = self.settings.endpoint
        if endpoint.kind != "builtin" or endpoint.base_url or self.replay is not None:
            return self.settings
        from huimou.llm.builtin_server import serve_endpoint  # noqa: PLC0415 (only where it is started)

        self._note("loading the built-in model")
        return replace(self.settings, endpoint=self._closing.enter_context(serve_endpoint(endpoint)))

    def usage_by_part(self) -> Mapping[CostPart, Usage]:
        """What the calls have cost so far, by stage and question; nothing before there is a client."""
        return self._client.usage_by_part() if self._client is not None else {}

    def stop(self) -> None:
        """Begin no further question."""
        self._stopped = True
        if self._client is not None:
            self._client.stop()

    def _open(self) -> Client:
        with self._lock:
            if self._client is None:
                client = open_client(
                    self.serve().endpoint,
                    store=self._answers,
                    record=self.record,
                    replay=self.replay,
                    note=self._note,
                )
                self._client = self._closing.enter_context(client)
                if self._stopped:
                    client.stop()
                self._opened(client)
            return self._client
