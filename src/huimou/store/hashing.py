"""Hashes that identify content, the JSON that they are taken of, and names made fit for files."""

from __future__ import annotations

import hashlib
import json
import re

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u0085\u00a0\u2028\u2029\u3000]+')
# Names with a meaning of their own: to Windows, to the recordings folder, or as the file of a second attempt.
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d|prompts|schemas|endpoint|index)(?:\..*)?|.*\.[ar]\d+")
_MAX_BYTES = 150


def hash_text(text: str) -> str:
    """`sha256:` and the 64 hex digits of the text's hash in UTF-8."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def short_hash(text: str) -> str:
    """First 16 hex digits of the text's sha256: enough to tell that a part changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def to_canonical_json(value: object) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text; nothing is normalised."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_ordered_json(value: object) -> str:
    """JSON with keys in the order given, for schemas."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def safe_name(name: str) -> str:
    """File name for a part of a slot: Chinese stays, bounded in bytes, different names never share one."""
    safe = _UNSAFE.sub("_", name).strip(". ") or "_"
    cut = safe.encode()[:_MAX_BYTES].decode(errors="ignore").rstrip(".")
    if cut == name and not _RESERVED.fullmatch(cut):
        return cut
    return f"{cut}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
