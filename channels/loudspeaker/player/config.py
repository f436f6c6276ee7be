"""What a player must be told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class PlayerConfig:
    """Where the server is, who we are and what we may use. Times in seconds, sizes in bytes."""

    server: str  # e.g. https://cong.gialai.gov.vn, without a path
    token: str
    folder: Path
    command: tuple[str, ...] = ()  # a program that plays the file named after it; empty: a dry run
    poll_seconds: float = 60.0
    report_seconds: float = 15.0
    health_seconds: float = 300.0
    grace_seconds: float = 5.0  # an item that could not start within this is skipped, never played late
    cap_bytes: int = 8 * GIB
    reserve_bytes: int = GIB // 4  # left free on the disk
    batch: int = 200
    prefix: str = "/api/v1/stations"

    @property
    def jitter_seconds(self) -> float:
        """This device's own place within the polling interval, so that thousands do not call in the same second."""
        spread = int.from_bytes(hashlib.sha256(self.token.encode()).digest()[:4], "big") / 2**32
        return spread * self.poll_seconds
