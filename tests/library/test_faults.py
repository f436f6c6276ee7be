"""Faults: work done twice, a lost job, a full disk; and the states a recording may take."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cms.core import claims, clock, jobs
from cms.core.errors import Conflict, NotReady
from cms.core.models import Job, Role
from media.library import services
from media.library.audio.refusals import RecordingRefused, Refusal
from media.library.enums import TRANSITIONS, RecordingState
from media.library.models import Recording, Rendition
from media.library.selectors import (
    texts_to_record,
    why_no_sound,
    why_no_sound_in_words,
)
from media.library.services.processing import process_recording
from media.library.services.recordings import move
from media.library.signals import sound_changed
from tests.factories.campaigns import UserFactory
from tests.factories.library import (
    approved_script,
    ready_recording,
    receive,
)

pytestmark = pytest.mark.django_db
LOUD = "sine=300:d={seconds},volume=20dB,aformat=sample_fmts=s16"


def files_below(root: Path) -> list[Path]:
    """Every file that is there."""
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


# ---- faults ---------------------------------------------------------------------------------------------------------


def test_processing_twice_gives_the_same_files_and_rows() -> None:
    item, _approval = approved_script()
    recording = ready_recording(item)
    before = list(Rendition.objects.values_list("pk", "sha256"))
    Recording.objects.filter(pk=recording.pk).update(state=RecordingState.PROCESSING)
    process_recording(recording_id=recording.pk, progress=lambda done, total: None)
    assert list(Rendition.objects.values_list("pk", "sha256")) == before


def test_a_worker_that_lost_its_job_writes_nothing() -> None:
    item, _approval = approved_script()
    recording = receive(item)
    job = claims.claim_due(Job, now=clock.now(), limit=1, owner="a", due_states=["due"], claimed_state="running")[0]

    def lost_at_the_end(done: int, total: int) -> None:
        if done == total:
            Job.objects.filter(pk=job.pk).update(owner="b", attempt=2)
        jobs.Progress(job)(done, total)

    with pytest.raises(Conflict):
        process_recording(recording_id=recording.pk, progress=lost_at_the_end)
    recording.refresh_from_db()
    assert recording.state == "processing" and not recording.renditions.exists()
    process_recording(recording_id=recording.pk, progress=lambda done, total: None)
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_a_withdrawn_recording_is_not_brought_back_by_a_late_job() -> None:
    item, _approval = approved_script()
    recording = receive(item)
    services.withdraw_recording(recording=recording, user=UserFactory(role=Role.EDITOR))
    jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "withdrawn" and not recording.renditions.exists()


def test_a_refused_recording_can_be_checked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from media.library.audio.profiles import Limits

    item, _approval = approved_script()
    with monkeypatch.context() as strict:
        strict.setattr("media.library.services.processing.accept", lambda measured: _too_long())
        recording = receive(item)
        jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "refused" and Limits().longest > 6
    services.process_again(recording=recording, user=recording.uploaded_by)
    jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "ready" and recording.refusal_reason == ""


def _too_long() -> None:
    raise RecordingRefused(Refusal.TOO_LONG)


@pytest.mark.parametrize("before", RecordingState.values)
@pytest.mark.parametrize("after", RecordingState.values)
def test_states_change_only_by_the_table(before: str, after: str) -> None:
    item, _approval = approved_script()
    recording = receive(item)
    Recording.objects.filter(pk=recording.pk).update(state=before, refusal_reason="silent")
    if after in TRANSITIONS[before]:
        move(recording, after)
    else:
        with pytest.raises(Conflict):
            move(recording, after)
    recording = Recording.objects.get(pk=recording.pk)
    assert recording.state == (after if after in TRANSITIONS[before] else before)


def test_rooms_above_are_told_when_what_may_be_aired_changes(django_capture_on_commit_callbacks: Any) -> None:
    heard: list[tuple[int, str]] = []

    def listen(sender: Any, item_id: int, language: str, **kwargs: Any) -> None:
        heard.append((item_id, language))

    sound_changed.connect(listen)
    try:
        item, _approval = approved_script()
        with django_capture_on_commit_callbacks(execute=True):
            recording = ready_recording(item)
        with django_capture_on_commit_callbacks(execute=True):
            services.withdraw_recording(recording=recording, user=UserFactory(role=Role.EDITOR))
    finally:
        sound_changed.disconnect(listen)
    assert heard == [(item.pk, "vi")] * 2


def test_scripts_without_a_voice_stand_first() -> None:
    with_voice, _approval = approved_script()
    ready_recording(with_voice)
    without, _approval = approved_script()
    assert [text.item for text in texts_to_record(["vi"])] == [without, with_voice]
    assert texts_to_record(["jra"]) == []


@pytest.mark.parametrize("code", ["text_not_airable", "no_recording", "in_work", "stale", "refused", "draft_waits"])
def test_every_reason_for_silence_has_words(code: str) -> None:
    assert why_no_sound_in_words(code).endswith(".")


def test_silence_says_why() -> None:
    item, _approval = approved_script()
    assert why_no_sound(item, "vi") == "no_recording"
    receive(item)
    assert why_no_sound(item, "vi") == "in_work"
    jobs.run_due()
    assert why_no_sound(item, "vi") is None


def test_a_fault_of_the_machine_refuses_nothing_and_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from media.library.audio.render import RenderFailed

    def disk_full(*args: Any) -> None:
        raise RenderFailed("No space left on device")

    item, _approval = approved_script()
    recording = receive(item)
    with monkeypatch.context() as full:
        full.setattr("media.library.services.processing.render", disk_full)
        jobs.run_due(limit=1)
    recording.refresh_from_db()
    job = Job.objects.get()
    assert (recording.state, recording.refusal_reason, job.state) == ("processing", "", "due")
    with clock.shifted(timedelta(hours=1)):
        jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_a_disk_that_is_full_is_said_and_nothing_is_half_kept(media_root: Path) -> None:
    class Full:
        name = "a.mp3"

        def chunks(self) -> Any:
            yield b"ID3"
            raise OSError(28, "No space left on device")

    item, _approval = approved_script()
    with pytest.raises(NotReady):
        services.receive_recording(item=item, orthography="vi", file=Full(), user=UserFactory(role=Role.EDITOR))
    assert not Recording.objects.exists() and not files_below(media_root)
