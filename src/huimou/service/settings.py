"""What a service allows: who may ask, and how much may be uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from huimou.errors import UsageError
from huimou.language.profiles.profile import ProfileSet, load_shipped_profiles
from huimou.settings import is_loopback

SHORTEST_TOKEN = 16
UPLOADS_PATH = "/api/reports"  # where reports are sent to
_LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_MANY = 256 * 1024  # bytes: enough for a remark of three texts of 4,000 characters, however they are escaped
_FRAME = 64 * 1024  # bytes that multipart puts around files


def list_kinds(profiles: ProfileSet) -> dict[str, str]:
    """The kinds of report that can be chosen: their titles by key."""
    return {key: profiles.select(key).title for key in profiles.kinds()}


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """How a folder is served.

    Args:
        out: the folder.
        host: address that is listened on.
        token: that every request must give; None asks for none, which is allowed on an address of this machine only.
        max_bytes: size of one uploaded file at most.
        max_files: number of files of one upload at most.
        max_uploads: number of uploads at once at most.
        max_pending: number of uploaded reports that wait or are worked on at most.
        kinds: titles of the kinds of report by key, which the sender of one may choose.

    Raises:
        UsageError: the address can be reached from the network and there is no token, or the token is too short.

    """

    out: Path
    host: str = "127.0.0.1"
    token: str | None = None
    max_bytes: int = 20 << 20
    max_files: int = 20
    max_uploads: int = 4
    max_pending: int = 100
    kinds: Mapping[str, str] = field(default_factory=lambda: list_kinds(load_shipped_profiles()))

    def __post_init__(self) -> None:
        if self.token is None and not is_loopback(self.host):
            raise UsageError(f"{self.host} can be reached from the network", "give a token")
        if self.token is not None and (len(self.token) < SHORTEST_TOKEN or not self.token.isascii()):
            raise UsageError(
                f"the token is too short or not plain ASCII ({SHORTEST_TOKEN} characters at least)",
                "leave it out, and one is made",
            )

    def body_limit(self, path: str) -> int:
        """How many bytes the body of a request to this path may have."""
        return self.max_files * self.max_bytes + _FRAME if path == UPLOADS_PATH else _MANY

    def knows_host(self, host: str) -> bool:
        """Whether a request may name this host (its header Host).

        Without a token only this machine's own names are known: a page of another name, whose address was turned to
        this machine after it was loaded (DNS rebinding), gets nothing.
        """
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return self.token is not None or name.lower() in {*_LOCAL_NAMES, self.host.lower(), f"[{self.host.lower()}]"}
