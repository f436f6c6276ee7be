"""What a killed worker left behind goes; what a row names stays."""

import os
from pathlib import Path

import pytest

from cms.core import clock
from media.library.services.tidying import tidy
from tests.factories.library import approved_script, ready_recording

pytestmark = pytest.mark.django_db


def leave(path: Path, *, hours: float) -> Path:
    """A file last written so many hours ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    then = clock.now().timestamp() - hours * 3600
    os.utime(path, (then, then))
    return path


def test_old_leftovers_go_and_all_else_stays(media_root: Path) -> None:
    item, _approval = approved_script()
    recording = ready_recording(item)
    os.utime(recording.file, (1, 1))
    month = recording.file.parent
    old = [leave(media_root / "audio" / "work" / ".a.mp3", hours=30), leave(month / ".b.mp3", hours=30)]
    old.append(leave(month / "orphan.mp3", hours=30))
    young = [leave(media_root / "audio" / "work" / ".c.mp3", hours=2), leave(month / "fresh.mp3", hours=2)]
    assert tidy() == 3
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in young) and recording.file.exists()
    assert all(row.file.exists() for row in recording.renditions.all())
    assert tidy() == 0
