"""Files that are whole or absent: temporary name, fsync, rename."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

CHUNK = 1 << 16


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path` so that a power cut leaves the old file or the new one."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(data)
    promote(temporary, path)


def promote(temporary: Path, path: Path) -> None:
    """Give a complete file its name and make both durable."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


class AudioCache:
    """Audio by its hash. A file under its final name has been verified."""

    def __init__(self, folder: Path, cap_bytes: int, reserve_bytes: int) -> None:
        self.folder, self.cap_bytes, self.reserve_bytes = folder, cap_bytes, reserve_bytes
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, sha256: str) -> Path:
        """Where the verified file is or will be."""
        return self.folder / f"{sha256}.mp3"

    def partial(self, sha256: str) -> Path:
        """Where an unfinished download waits for the rest."""
        return self.folder / f"{sha256}.part"

    def has(self, sha256: str, size: int) -> bool:
        """True when the verified file is there with its full size."""
        path = self.path(sha256)
        return path.is_file() and path.stat().st_size == size

    def used(self) -> int:
        """Bytes taken by finished and unfinished files."""
        return sum(file.stat().st_size for file in self.folder.iterdir() if file.is_file())

    def make_room(self, size: int, keep: set[str]) -> bool:
        """Free space for `size` bytes, oldest unneeded files first; False when even that is not enough."""
        free = shutil.disk_usage(self.folder).free
        files = sorted((file.stat().st_mtime, file) for file in self.folder.iterdir() if file.is_file())
        used = self.used()
        for _, file in files:
            if used + size <= self.cap_bytes and free - size >= self.reserve_bytes:
                return True
            if file.stem not in keep:
                length = file.stat().st_size
                file.unlink()
                used, free = used - length, free + length
        return used + size <= self.cap_bytes and free - size >= self.reserve_bytes
