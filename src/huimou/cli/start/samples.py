"""The sample reports that come with huimou, and the recorded answers that digest them without a model."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from huimou.errors import UsageError

_CHECKOUT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True, slots=True)
class SampleReports:
    """Folders of the sample reports and of their recordings."""

    reports: Path
    recordings: Path


def find_samples() -> SampleReports:
    """The samples: those inside the installed package, else those of the checkout that this code runs from.

    Raises:
        UsageError: there are none.

    """
    packaged = Path(str(resources.files("huimou") / "_samples"))
    places = (
        SampleReports(packaged / "reports", packaged / "recordings"),
        SampleReports(_CHECKOUT / "seeds", _CHECKOUT / "fixtures" / "recordings"),
    )
    for samples in places:
        if samples.reports.is_dir() and samples.recordings.is_dir():
            return samples
    raise UsageError("the sample reports are not part of this installation", "pip install --force-reinstall huimou")
