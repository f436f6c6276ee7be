"""Where the sound goes: nowhere (a dry run) or to a program such as mpv or ffplay."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Protocol

from .clock import DeviceClock

ENDS_EARLY_MS = 1500  # a program may leave this much before the end and still have played it all


class Playing(Protocol):
    """A file on its way to the loudspeaker."""

    def finished(self) -> str | None:
        """None while it plays; then "finished" or "output_failed"."""

    def stop(self) -> None:
        """Be silent now."""


class DryRun:
    """Nothing is heard; the file "plays" for as long as it is."""

    def __init__(self, clock: DeviceClock, duration_ms: int) -> None:
        self._clock, self._until = clock, clock.monotonic() + duration_ms / 1000

    def finished(self) -> str | None:
        return "finished" if self._clock.monotonic() >= self._until - 0.001 else None

    def stop(self) -> None:
        self._until = 0.0


class Program:
    """A program that plays one file and ends."""

    def __init__(self, command: tuple[str, ...], path: Path) -> None:
        self._process = subprocess.Popen(
            [*command, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def finished(self) -> str | None:
        code = self._process.poll()
        if code is None:
            return None
        return "finished" if code == 0 else "output_failed"

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
