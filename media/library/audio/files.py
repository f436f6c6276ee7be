"""Files that are either whole or not there: temporary name, fsync, rename, and their SHA-256."""

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 256 * 1024


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, as 64 hex digits, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut (POSIX: the folder's own entry must be flushed)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A temporary path beside `target`; when the block ends well it is flushed and renamed, else it is removed.

    The temporary keeps the target's suffix, since programs choose a format by it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
    try:
        yield temporary
        with temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def store_pieces(pieces: Iterable[bytes], target: Path, *, limit: int) -> tuple[str, int] | None:
    """Write pieces to `target` without holding them in memory; gives (sha256, bytes), or None when over `limit` bytes.

    Over the limit nothing is kept.
    """
    digest = hashlib.sha256()
    size = 0
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{uuid.uuid4().hex}{target.suffix}")
    try:
        with temporary.open("wb") as stream:
            for piece in pieces:
                size += len(piece)
                if size > limit:
                    return None
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return digest.hexdigest(), size
