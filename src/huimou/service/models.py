"""What the API answers besides digests, as models of pydantic; their descriptions are those of /openapi.json."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from huimou.model.digest import ItemReview
from huimou.model.outcome import ReportResult, Status
from huimou.store.inputs import to_printable

JobStatus = Literal["waiting", "running", "complete", "partial", "failed", "stopped"]
JobReason = Literal["unreadable", "unanswered", "server", "busy", "internal"]


class _ServiceModel(BaseModel):
    model_config = ConfigDict(frozen=True)


class ReportRow(_ServiceModel):
    """One report of the folder; counts are 0 where it failed."""

    name: str = Field(description="Name of its outputs; what the other paths call it.")
    file: str = Field(description="Name of the file that it was read from.")
    status: Status = Field(description="complete, partial (some answer is missing) or failed (there is no digest).")
    reason: str | None = Field(description="Why it is not complete.")
    organisation: str | None = Field(description="Who reports, as printed.")
    region: str | None = None
    kind: str | None = Field(description="What such a report is called.")
    review: str | None = Field(description="Period of the review, as a reader is told it.")
    plan: str | None = Field(description="Period of the plan.")
    items: int = Field(description="Achievements and shortcomings.")
    tasks: int
    figures: int
    uncovered: int = Field(description="Sentences that nothing disposes of.")
    checks: int = Field(description="Things to check first.")
    checked: int = Field(description="Items that a person has checked.")

    @classmethod
    def from_result(cls, result: ReportResult) -> ReportRow:
        """The row for the result of a report in a batch."""
        listed = result.listed
        return cls(
            name=to_printable(result.name),
            file=result.file,
            status=result.status,
            reason=result.reason,
            organisation=listed.organisation if listed else None,
            region=listed.region if listed else None,
            kind=listed.kind if listed else None,
            review=listed.review if listed else None,
            plan=listed.plan if listed else None,
            items=result.items,
            tasks=result.tasks,
            figures=result.figures,
            uncovered=result.uncovered,
            checks=listed.checks if listed else 0,
            checked=listed.checked if listed else 0,
        )


class ReportRows(_ServiceModel):
    """Some of the reports, by name."""

    total: int = Field(description="How many there are in all.")
    reports: list[ReportRow]


class Applied(_ServiceModel):
    """What became of the remarks of a report when its files were written."""

    taken: int = Field(description="Remarks that fit the digest, older ones on the same item included.")
    checked: int = Field(description="Items that a person has checked.")
    skipped: list[str] = Field(description="One line for each remark whose item is gone or has changed.")
    notes: list[str] = Field(description="One line for each file that a person has edited: it is left as it is.")


class JobOut(_ServiceModel):
    """One uploaded report and how far it is."""

    id: int
    name: str = Field(description="Name that its outputs have or will have.")
    file: str = Field(description="Name of the file as it was uploaded.")
    status: JobStatus = Field(description="stopped: the service ended before it was done; it goes on when it starts.")
    message: str | None = Field(description="Why it failed, is partial or waits.", default=None)
    reason: JobReason | None = Field(
        description="What `message` is about: the file, the model's answers, the model server, the folder, a fault.",
        default=None,
    )
    units: int = Field(description="Questions' units in all, 0 until they are known.", default=0)
    units_done: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    notes: list[str] = Field(description="What the user should know, in order.", default_factory=list)


class ErrorDetail(BaseModel):
    """Why something was not done."""

    detail: str


class RemarkConflict(ErrorDetail):
    """Why a remark was not kept."""

    present: ItemReview | None = Field(
        description="The last remark on the item, where the one that was sent does not replace it.", default=None
    )
