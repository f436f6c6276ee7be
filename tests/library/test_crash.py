"""A worker killed in the middle of a recording: nothing half-made is seen, and the next worker finishes it."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from cms.core import clock, jobs
from cms.core.models import Job
from media.library.models import Rendition
from tests.factories.library import SPEECH, approved_script, receive, sound_file

WORKER = """
import django, sys
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = sys.argv[1]
from cms.core import jobs
jobs.run_due(limit=1)
"""


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_converts_leaves_a_recording_that_another_finishes(media_root: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the second process is pointed at the test's SQLite file")
    item, _approval = approved_script()
    recording = receive(item, path=sound_file("long.mp3", source=SPEECH, seconds=400))
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}"}
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(media_root)], env=environment)
    work = media_root / "audio" / "work"
    until = time.monotonic() + 120
    while not (work.exists() and any(path.stat().st_size for path in work.iterdir())):
        assert worker.poll() is None and time.monotonic() < until, "the worker ended before it could be killed"
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait(timeout=30)
    recording.refresh_from_db()
    assert recording.state == "processing"
    assert not Rendition.objects.exists()
    assert not [path for path in (media_root / "audio").rglob("*.mp3") if path.parent != work]
    with clock.shifted(timedelta(minutes=10)):
        assert jobs.reap() == 1
        jobs.run_due()
    recording.refresh_from_db()
    assert (recording.state, Job.objects.get().attempt) == ("ready", 2)
    assert all(row.file.stat().st_size == row.bytes for row in Rendition.objects.all())
