"""Removing what a worker that was killed left half-written. Nothing that a row names is ever touched."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from cms.core import clock
from media.library.models import Recording

logger = logging.getLogger(__name__)

# Longer than any upload or conversion takes.
OLD = timedelta(days=1)


def tidy() -> int:
    """Remove files of at least a day's age that no row names: unfinished renditions, uploads whose request died.

    Looks at the work folder and at this and last month's uploads; returns how many were removed.
    """
    now = clock.now()
    removed = 0
    for path in leftovers(Path(settings.MEDIA_ROOT), now):
        path.unlink(missing_ok=True)
        removed += 1
    if removed:
        logger.info("leftovers removed", extra={"event": "library_tidied", "files": removed})
    return removed


def leftovers(root: Path, now: datetime) -> Iterator[Path]:
    """The files that may go."""
    yield from (path for path in files_of(root / "audio" / "work") if is_old(path, now))
    last_month = now.replace(day=1) - timedelta(days=1)
    for month in (now, last_month):
        name = f"{month:%Y/%m}"
        old = [path for path in files_of(root / "recordings" / name) if is_old(path, now)]
        if not old:
            continue
        named = set(Recording.objects.filter(path__startswith=f"{name}/").values_list("path", flat=True))
        yield from (path for path in old if f"{name}/{path.name}" not in named)


def files_of(folder: Path) -> list[Path]:
    """The files directly inside a folder; none when it does not exist."""
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def is_old(path: Path, now: datetime) -> bool:
    """True when nobody has written to it for a day (a file that vanished meanwhile is not)."""
    try:
        return now.timestamp() - path.stat().st_mtime > OLD.total_seconds()
    except FileNotFoundError:
        return False
