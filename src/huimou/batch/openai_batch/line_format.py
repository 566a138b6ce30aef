"""The OpenAI batch format: request files within its limits, and lines of output and error files.

Format and limits are those of the OpenAI Batch API (OpenAPI specification 2.3.0, `BatchRequestInput`,
`BatchRequestOutput`): 50,000 requests and 200 MB a file. vLLM's `run-batch` reads and writes the same lines. The 64
characters of a custom_id are Together's limit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from huimou.errors import UsageError

MOST_LINES = 50_000
MOST_BYTES = 190_000_000  # 200 MB minus a margin, since not every service says which megabyte it means
LONGEST_ID = 64
_PREFIX = "huimou-"
_UNFINISHED = ".part"
_OK = 200
_EXCERPT = 120


def build_custom_id(digest: str) -> str:
    """Id of a request by its digest: 64 characters, of which 57 hex digits (228 bits) are the digest's."""
    return (_PREFIX + digest.removeprefix("sha256:"))[:LONGEST_ID]


def build_request_line(digest: str, body: Mapping[str, Any]) -> bytes:
    """One line of a request file, with its line end."""
    line = {"custom_id": build_custom_id(digest), "method": "POST", "url": "/v1/chat/completions", "body": body}
    return encode_json_line(line)


def encode_json_line(value: Mapping[str, Any]) -> bytes:
    """JSON in one line of UTF-8; no character of a text can end it early."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Shards:
    """Numbered files `<stem>-0001.jsonl` … in a folder, which take the place of earlier ones only when all are whole.

    Args:
        folder: where; made if missing.
        stem: what their names begin with.
        most_lines: lines a file.
        most_bytes: bytes a file; a single longer line has a file of its own.
        even_empty: there is a first file even if there is no line.

    Raises:
        UsageError: the folder or the disk does not take them.

    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        *,
        most_lines: int = MOST_LINES,
        most_bytes: int = MOST_BYTES,
        even_empty: bool = False,
    ) -> None:
        self.lines = 0
        self._folder = folder
        self._stem = stem
        self._limits = most_lines, most_bytes
        self._even_empty = even_empty
        self._room = 0, 0
        self._file: BinaryIO | None = None
        self._paths: list[Path] = []

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for left in self._folder.glob(f"{self._stem}-*.jsonl{_UNFINISHED}"):
                left.unlink()
            if self._even_empty:
                self._next()
        except OSError as error:
            raise self._build_error(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        for path in self._paths:
            _part_path(path).unlink(missing_ok=True)

    def add(self, line: bytes) -> None:
        """Append a line, to a new file where the present one has no room."""
        lines, size = self._room
        try:
            if self._file is None or lines < 1 or size < len(line):
                self._next()
            lines, size = self._room
            if self._file is not None:
                self._file.write(line)
        except OSError as error:
            raise self._build_error(error) from error
        self._room = lines - 1, size - len(line)
        self.lines += 1

    def publish(self) -> tuple[Path, ...]:
        """Put the files in place, and remove those of an earlier time that are not replaced."""
        try:
            self._finish()
            for path in self._paths:
                _part_path(path).replace(path)
            for old in set(self._folder.glob(f"{self._stem}-[0-9][0-9][0-9][0-9].jsonl")) - set(self._paths):
                old.unlink()
        except OSError as error:
            raise self._build_error(error) from error
        return tuple(self._paths)

    def _next(self) -> None:
        self._finish()
        path = self._folder / f"{self._stem}-{len(self._paths) + 1:04}.jsonl"
        self._paths.append(path)
        self._file = _part_path(path).open("xb")
        self._room = self._limits

    def _finish(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _build_error(self, error: OSError) -> UsageError:
        return UsageError(f"cannot write {self._folder}: {error.strerror or error}", "choose another folder with --to")


def _part_path(path: Path) -> Path:
    return path.with_name(path.name + _UNFINISHED)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line of an output or error file.

    Args:
        custom_id: None where the line cannot be read.
        body: of the answer; None where there is none.
        reason: why there is none; None where there is one.
        start: offset of the line in its file, in bytes.
        size: of the line, in bytes.

    """

    custom_id: str | None
    body: dict[str, Any] | None
    reason: str | None
    start: int = 0
    size: int = 0


def read_result_lines(path: Path) -> Iterator[ResultLine]:
    """The lines of a file that are not blank, broken ones too.

    Raises:
        UsageError: it cannot be read.

    """
    try:
        with path.open("rb") as file:
            yield from _parse_result_lines(file)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}", "name output and error files") from error


def _parse_result_lines(file: Iterable[bytes]) -> Iterator[ResultLine]:
    start = 0
    for raw in file:
        if raw.strip():
            found = parse_result_line(raw)
            yield ResultLine(found.custom_id, found.body, found.reason, start, len(raw))
        start += len(raw)


def parse_result_line(raw: bytes) -> ResultLine:
    """The result in a line; of a line that is torn, a result without id and body."""
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        return ResultLine(None, None, "not a whole line of JSON")
    if not isinstance(line, dict) or not isinstance(line.get("custom_id"), str):
        return ResultLine(None, None, "no custom_id")
    response = line.get("response")
    status = response.get("status_code") if isinstance(response, dict) else None
    body = response.get("body") if isinstance(response, dict) else None
    if line.get("error"):
        return ResultLine(line["custom_id"], None, f"error {_describe_error(line['error'])}")
    if status != _OK:
        said = f"status {status}: {_describe_error(body)}" if status is not None else "no response"
        return ResultLine(line["custom_id"], None, said)
    if not isinstance(body, dict):
        return ResultLine(line["custom_id"], None, "no body")
    return ResultLine(line["custom_id"], body, None)


def _describe_error(error: object) -> str:
    """An error in one word if possible: its code, else its type, else its message."""
    inner = error.get("error", error) if isinstance(error, dict) else error
    if isinstance(inner, dict):
        named = [inner.get(name) for name in ("code", "type", "message")]
        inner = next((value for value in named if isinstance(value, (str, int)) and value), "unknown")
    return " ".join(str(inner or "unknown").split())[:_EXCERPT]
