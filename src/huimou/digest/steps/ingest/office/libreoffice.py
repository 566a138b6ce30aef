"""LibreOffice turns documents of other word processors into DOCX.

It works in a folder and with a profile of its own, which vanish afterwards; the profile forbids macros, and that
anything is fetched which a document refers to. The bounds of the process that starts it hold for it, too.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from huimou.digest.steps.ingest.document_errors import build_damage_error
from huimou.errors import InputError

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
# What the file is to be read as, so that a damaged one is not taken for something else; of DOC there are several.
_FILTERS: Mapping[str, str] = MappingProxyType({"rtf": "Rich Text Format", "odt": "writer8"})
_SECONDS = 120.0  # of a start on a busy machine, and a few hundred pages
_SCRIPTING = "/org.openoffice.Office.Common/Security/Scripting"
_FORBIDDEN = (
    ("DisableMacrosExecution", "true"),
    ("MacroSecurityLevel", "3"),
    ("BlockUntrustedRefererLinks", "true"),
    ("DisableActiveContent", "true"),
)


def find_libreoffice() -> Path | None:
    """The program, on the search path or where its installer puts it; None where it is not installed."""
    found = next(filter(None, map(shutil.which, _NAMES)), None) or next(filter(os.path.exists, _PLACES), None)
    return Path(found) if found else None


def convert_to_docx(program: Path, kind: str, data: bytes, name: str, seconds: float = _SECONDS) -> bytes:
    """The same document as DOCX.

    Args:
        program: LibreOffice.
        kind: doc, wps, rtf or odt.
        data: bytes of the file.
        name: of the file, for error messages.
        seconds: that it may take.

    Raises:
        InputError: LibreOffice cannot read the document, or not in that time.

    """
    with TemporaryDirectory(prefix="huimou-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        given, written = folder / f"report.{kind}", folder / "out" / "report.docx"
        given.write_bytes(data)
        _write_profile(folder / "profile")
        filters = [f"--infilter={_FILTERS[kind]}"] if kind in _FILTERS else []
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        task = ["--headless", "--norestore", *filters, "--convert-to", "docx:MS Word 2007 XML"]
        in_time = _run([str(program), profile, *task, "--outdir", str(written.parent), str(given)], seconds)
        if not in_time:
            raise InputError(
                f"LibreOffice has not read {name} within {seconds:g} seconds", "save it as .docx, or its text as .txt"
            )
        if not written.exists():
            raise build_damage_error(name, kind)
        return written.read_bytes()


def _write_profile(folder: Path) -> None:
    settings = "".join(
        f'<item oor:path="{_SCRIPTING}"><prop oor:name="{key}" oor:op="fuse"><value>{value}</value></prop></item>'
        for key, value in _FORBIDDEN
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{settings}</oor:items>',
        encoding="utf-8",
    )


def _run(command: list[str], seconds: float) -> bool:
    """Whether a program ended in time; it and what it started are ended otherwise."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(  # noqa: S603 - the program that was found, and paths of our own
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
            return False
    return True
