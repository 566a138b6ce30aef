"""The report that a mail brings: what is attached to it, else the mail itself."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage

from huimou.digest.steps.ingest.document_errors import build_damage_error
from huimou.digest.steps.ingest.files.formats import find_format
from huimou.errors import InputError
from huimou.language.rules import get_rule
from huimou.model.report import Problem

_TITLED = get_rule("genre.titled")
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class MailedReport:
    """A file that a mail brings.

    Args:
        name: of the file.
        format: as `find_format` gives it; never eml.
        data: bytes of the file; of a web page as they are.
        problem: says that it came by mail, and what else the mail brings.

    """

    name: str
    format: str
    data: bytes
    problem: Problem


def open_mail(data: bytes, name: str) -> MailedReport:
    """The report of a mail: of several files that can be read the one that is called a report, else the largest.

    Args:
        data: bytes of the mail.
        name: of its file, for error messages.

    Raises:
        InputError: it is no mail, or neither it nor what is attached to it can be read.

    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        if not isinstance(message, EmailMessage) or not message.keys():
            raise build_damage_error(name, "eml")
        subject = " ".join(str(message.get("subject", "")).split())
        attached = list(_list_attachments(message))
        body = _read_body(message)
    except (ValueError, LookupError, RecursionError, TypeError, AttributeError) as error:
        raise build_damage_error(name, "eml") from error
    readable = [(file, found) for file in attached if (found := _find_readable_format(*file))]
    if not readable:
        return _take_body(body, name, subject, [file for file, _ in attached])
    (file, content), found = max(readable, key=lambda one: (bool(_TITLED.search(one[0][0])), len(one[0][1])))
    left = [other for other, _ in attached if other != file]
    return MailedReport(file, found, content, _tell_mail(subject, f"附件“{file}”", left))


def _list_attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for part in message.iter_attachments():
        name, content = part.get_filename(), part.get_payload(decode=True)
        if name and isinstance(content, bytes) and content.strip():
            yield name, content


def _read_body(message: EmailMessage) -> tuple[str, str]:
    """Subtype (plain or html) and text of the mail itself."""
    part = message.get_body(preferencelist=("plain", "html"))
    return (part.get_content_subtype(), str(part.get_content())) if part is not None else ("plain", "")


def _find_readable_format(name: str, content: bytes) -> str | None:
    try:
        found = find_format(name, content)
    except InputError:
        return None
    return None if found == "eml" else found


def _take_body(body: tuple[str, str], name: str, subject: str, left: list[str]) -> MailedReport:
    subtype, text = body
    if not text.strip():
        hint = "save what is attached to it as a file of its own"
        raise InputError(f"{name} is a mail without text, and nothing attached to it can be read", hint)
    kind = "html" if subtype == "html" else "text"
    return MailedReport(name, kind, text.encode("utf-8", "replace"), _tell_mail(subject, "正文", left))


def _tell_mail(subject: str, what: str, left: list[str]) -> Problem:
    rest = f"，附件{'、'.join(left[:_SHOWN])}{'等' if len(left) > _SHOWN else ''}未读" if left else ""
    return Problem("mail", f"邮件“{subject}”，读的是{what}{rest}")
