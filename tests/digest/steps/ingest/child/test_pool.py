"""Documents read in a process of their own: bombs, crashes and damage cost that process and nothing else."""

from __future__ import annotations

import random
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docx_files import build_docx, write_paragraph
from huimou.digest import child_process
from huimou.digest.steps.ingest import read_report
from huimou.digest.steps.ingest.child import Bounds, ReaderPool
from huimou.errors import InputError

_LINKS = b"<div>" * 200 + b"<a href=x>y</a>" * 60_000 + b"</div>" * 200
_SOUND = build_docx(write_paragraph("召开会议12次。"))


@pytest.fixture
def pool() -> Iterator[ReaderPool]:
    """A pool with bounds that a sound document keeps to and a small bomb breaks."""
    made = ReaderPool(Bounds(memory=160 * 2**20, cpu_seconds=2.0, characters=100_000))
    yield made
    made.close()


def _read(pool: ReaderPool, data: bytes, kind: str = "docx") -> str:
    return pool.extract(kind, data, f"r.{kind}").text


def _build_pdf(content: bytes) -> bytes:
    """A PDF of one page whose packed content unpacks to `content`."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data = b"%PDF-1.5\n"
    offsets = []
    for number, inner in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj%s\nendobj\n" % (number, inner)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\n"
    return data + b"startxref\n%d\n%%%%EOF" % start


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("docx", build_docx(write_paragraph("会。") * 400_000), "needs more than 160 MB of memory"),
        ("docx", build_docx(write_paragraph("会。") * 1_200_000), "unpacks to more than 50 MB"),
        ("docx", build_docx(write_paragraph("会议。" * 40_000)), "holds more than 100000 characters"),
        ("docx", build_docx("<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000), "damaged DOCX"),
        (
            "pdf",
            _build_pdf(b"BT /F1 12 Tf " + b"(x) Tj " * 2_000_000 + b"ET"),
            "needs more than|takes more than|holds more than|no text layer",
        ),
        (
            "pdf",
            _build_pdf(b"0 0 1 1 re f " * 3_000_000),
            "needs more than|takes more than|holds more than|no text layer",
        ),
        (
            "html",
            b"<div>" * 200 + b"<a href=x>y</a>" * 60_000 + b"</div>" * 200,
            "takes more than 2 seconds|needs more",
        ),
    ],
    ids=["xml", "part", "text", "depth", "glyphs", "shapes", "links"],
)
def test_bombs_break_a_bound(pool: ReaderPool, kind: str, data: bytes, says: str) -> None:
    """A small file that unpacks to much, or takes for ever, is refused in one line, and the next one is read."""
    assert len(data) < 2**20
    with pytest.raises(InputError, match=says) as caught:
        _read(pool, data, kind)
    assert "\n" not in str(caught.value)
    assert _read(pool, _SOUND) == "召开会议12次。"


def test_others_go_on_beside_a_bomb() -> None:
    """While one file is being refused, the others are read."""
    pool = ReaderPool(Bounds(cpu_seconds=6.0))
    with ThreadPoolExecutor(4) as threads:
        refused = threads.submit(_read, pool, _LINKS, "html")
        assert [one.result() for one in [threads.submit(_read, pool, _SOUND) for _ in range(6)]] == [
            "召开会议12次。"
        ] * 6
        assert not refused.done()
        with pytest.raises(InputError, match="takes more than 6 seconds"):
            refused.result()
    pool.close()


def test_a_process_is_used_again(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sound documents one after another need one process; a process that ended meanwhile is replaced."""
    begun: list[object] = []
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **more: begun.append(args) or popen(*args, **more))
    for _ in range(5):
        _read(pool, _SOUND)
    assert len(begun) == 1
    pool._idle[0]._process.kill()
    pool._idle[0]._process.wait()
    assert _read(pool, _SOUND) == "召开会议12次。"
    assert len(begun) == 2


def test_a_process_that_hangs_is_given_up() -> None:
    """What neither computes nor answers is ended after a while."""
    pool = ReaderPool(Bounds(seconds=0.01))
    began = time.monotonic()
    with pytest.raises(InputError, match="takes more than"):
        _read(pool, _SOUND)
    assert time.monotonic() - began < 30


def test_interrupted_reading_leaves_no_process(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while a document is read ends its process."""
    from huimou.digest.steps.ingest.child import pool as module  # noqa: PLC0415 - what is looked into

    def interrupt(_: object) -> bytes:
        raise KeyboardInterrupt

    kept: list[object] = []
    take = pool._take
    monkeypatch.setattr(pool, "_take", lambda: kept.append(found := take()) or found)
    monkeypatch.setattr(module, "receive", interrupt)
    monkeypatch.setattr(child_process, "_PATIENCE", 0.1)
    with pytest.raises(KeyboardInterrupt):
        _read(pool, _SOUND)
    assert not kept[0][0].is_alive()  # type: ignore[index]


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_damaged_files_are_refused_or_read(tmp_path: Path, kind: str) -> None:
    """A file that is cut, with bytes turned, emptied, doubled or lost, is read or refused in one line."""
    chance = random.Random(15)  # noqa: S311 - the same damage every time
    sound = _SOUND if kind == "docx" else _build_pdf(b"BT /F1 12 Tf 72 700 Td (Work report) Tj ET")
    path = tmp_path / f"r.{kind}"
    said: list[str] = []
    for _ in range(40):
        path.write_bytes(_damage(sound, chance))
        try:
            said.append(read_report(path).format)
        except InputError as error:
            said.append(str(error))
    assert not any("\n" in line for line in said)
    assert sum(line != kind for line in said) > (20 if kind == "docx" else 10)  # PDFium repairs many a PDF


def _damage(sound: bytes, chance: random.Random) -> bytes:
    data = bytearray(sound)
    place = chance.randrange(len(data))
    how = chance.randrange(5)
    if how == 0:
        return bytes(data[:place])
    if how == 1:
        for _ in range(chance.choice([1, 5, 50])):
            data[chance.randrange(len(data))] = chance.randrange(256)
    elif how == 2:
        data[place : place + 64] = bytes(len(data[place : place + 64]))
    elif how == 3:
        data[place:place] = data[place : place + 100]
    else:
        del data[place : place + chance.choice([1, 20])]
    return bytes(data)


def test_whose_declared_size_lies(tmp_path: Path) -> None:
    """A member that says it is small and is not is damaged, not trusted."""
    data = bytearray(build_docx(write_paragraph("会。") * 50_000))
    entry = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/document.xml"))
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path = tmp_path / "r.docx"
    path.write_bytes(bytes(data))
    with pytest.raises(InputError, match="damaged DOCX"):
        read_report(path)


def test_safe_with_threads(pool: ReaderPool) -> None:
    """Many threads at once each get the text of their own document."""
    wrong: list[str] = []

    def read(number: int) -> None:
        text = f"召开会议{number}次。"
        if _read(pool, build_docx(write_paragraph(text))) != text:
            wrong.append(text)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_keys_do_not_reach_the_process(pool: ReaderPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens a model server is no business of a process that reads documents of others."""
    seen: list[dict[str, str]] = []
    popen = subprocess.Popen

    def begin(*args: object, **more: object) -> object:
        seen.append(more["env"])  # type: ignore[arg-type]
        return popen(*args, **more)  # type: ignore[call-overload]

    monkeypatch.setenv("HUIMOU_API_KEY", "sk-secret")
    monkeypatch.setattr(subprocess, "Popen", begin)
    _read(pool, _SOUND)
    assert "sk-secret" not in seen[0].values()
