"""A recording's way: received, checked, bound to its words, aired or not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from campaigns.services import approvals, pauses
from cms.core import claims, clock, jobs
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.models import Job, Role
from media.library import services
from media.library.audio.refusals import RecordingRefused, Refusal
from media.library.enums import TRANSITIONS, RecordingState
from media.library.models import Recording, Rendition
from media.library.selectors import (
    airable_rendition,
    airable_renditions,
    is_stale,
    public_rendition,
    texts_to_record,
    why_no_sound,
    why_no_sound_in_words,
)
from media.library.services.processing import process_recording
from media.library.services.recordings import move
from media.library.signals import sound_changed
from tests.factories.campaigns import HotlineFactory, UserFactory, make_script
from tests.factories.library import (
    approved_script,
    approved_translation,
    change_words,
    ready_draft,
    ready_recording,
    receive,
    sound_file,
    upload,
)

pytestmark = pytest.mark.django_db
LOUD = "sine=300:d={seconds},volume=20dB,aformat=sample_fmts=s16"


def files_below(root: Path) -> list[Path]:
    """Every file that is there."""
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


# ---- the good way ---------------------------------------------------------------------------------------------------


def test_a_recording_is_checked_by_a_job_and_may_then_be_aired(media_root: Path) -> None:
    item, approval = approved_script()
    recording = receive(item)
    assert (recording.state, recording.text_sha256, recording.language) == ("received", approval.text_sha256, "vi")
    assert airable_rendition(item, "vi") is None
    jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "ready"
    assert recording.measured["duration"] == pytest.approx(6, abs=0.1)
    device, download = airable_rendition(item, "vi"), airable_rendition(item, "vi", "download")
    assert device is not None and download is not None and device.sha256 != download.sha256
    assert device.file.is_file() and device.loudness == pytest.approx(-23, abs=1)
    assert recording.file.read_bytes() == sound_file().read_bytes()
    assert not files_below(media_root / "audio" / "work")
    actions = set(ModelLogEntry.objects.filter(content_type__model="recording").values_list("action", flat=True))
    assert actions == {"library.recording.receive", "library.recording.ready"}


def test_the_same_file_twice_is_one_recording_and_one_file(media_root: Path) -> None:
    item, _approval = approved_script()
    user = UserFactory(role=Role.EDITOR)
    first, second = receive(item, user=user), receive(item, user=user)
    assert first.pk == second.pk
    assert len(files_below(media_root / "recordings")) == 1
    assert Job.objects.count() == 1


def test_one_recording_serves_every_way_its_language_is_written() -> None:
    from cms.core.languages import ORTHOGRAPHIES, get_orthography

    item, source = approved_script()
    approved_translation(source, "blt-tavt", get_orthography("blt-tavt").sample)
    recording = ready_recording(item, orthography="blt-tavt")
    assert recording.language == ORTHOGRAPHIES["blt-tavt"].language == "blt"
    assert airable_rendition(item, "blt").recording == recording
    assert airable_rendition(item, "vi") is None


def test_a_recording_made_before_the_approval_is_aired_only_after_it() -> None:
    from campaigns.services import items

    item = make_script()
    request = approvals.submit(items.page_of(item, orthography="vi"), UserFactory(role=Role.EDITOR))
    recording = ready_recording(item)
    assert recording.approval == request
    assert airable_rendition(item, "vi") is None
    approvals.approve(request, UserFactory(role=Role.APPROVER))
    assert airable_rendition(item, "vi").recording == recording


# ---- bad input ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("noise.mp3", None, Refusal.NOT_AUDIO),
        ("silent.wav", {"source": "anullsrc=d={seconds}"}, Refusal.SILENT),
        ("clipped.wav", {"source": LOUD}, Refusal.CLIPPED),
        ("short.mp3", {"seconds": 1}, Refusal.TOO_SHORT),
        ("cut.mp3", "cut", Refusal.TRUNCATED),
    ],
)
def test_a_bad_recording_is_refused_with_its_reason_and_kept(
    tmp_path: Path, name: str, options: Any, reason: Refusal
) -> None:
    item, _approval = approved_script()
    path = tmp_path / name
    if options is None:
        path.write_bytes(bytes(range(256)) * 200)
    elif options == "cut":
        path.write_bytes(sound_file().read_bytes()[:30_000])
    else:
        path = sound_file(name, **options)
    recording = receive(item, path=path)
    jobs.run_due()
    recording.refresh_from_db()
    assert (recording.state, recording.refusal_reason) == ("refused", reason.value)
    assert recording.refusal_text == str(reason.label)
    assert recording.file.read_bytes() == path.read_bytes()
    assert Job.objects.get().state == "done"
    assert airable_rendition(item, "vi") is None
    assert why_no_sound(item, "vi") == "refused"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"\xff\xd8\xff\xe0" + b"\0" * 200, Refusal.NOT_AUDIO),
        (b"%PDF-1.7\n" + b"x" * 200, Refusal.NOT_AUDIO),
        ("Xin chào bà con\n".encode() * 20, Refusal.NOT_AUDIO),
    ],
)
def test_what_is_certainly_no_sound_is_refused_at_the_door(media_root: Path, content: bytes, reason: Refusal) -> None:
    item, _approval = approved_script()
    with pytest.raises(RecordingRefused) as caught:
        services.receive_recording(
            item=item, orthography="vi", file=SimpleUploadedFile("a.mp3", content), user=UserFactory(role=Role.EDITOR)
        )
    assert caught.value.reason == reason
    assert not Recording.objects.exists() and not files_below(media_root)


def test_a_file_over_the_limit_is_stopped_while_it_streams(media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from media.library.audio.profiles import Limits

    monkeypatch.setattr("media.library.services.recordings.LIMITS", Limits(bytes=1000))
    item, _approval = approved_script()
    with pytest.raises(RecordingRefused) as caught:
        receive(item)
    assert caught.value.reason == Refusal.TOO_BIG
    assert not files_below(media_root)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a b;rm -rf.mp3", "ghi âm.MP3", "x." + "y" * 300, "", "-i.mp3"])
def test_the_senders_file_name_never_reaches_the_disk(media_root: Path, name: str) -> None:
    item, _approval = approved_script()
    recording = services.receive_recording(
        item=item, orthography="vi", file=upload(sound_file(), name or "x"), user=UserFactory(role=Role.EDITOR)
    )
    assert recording.file.resolve().is_relative_to((media_root / "recordings").resolve())
    assert "passwd" not in recording.path and len(recording.path) < 60
    jobs.run_due()
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_without_a_text_or_a_known_language_nothing_is_taken() -> None:
    item = make_script()
    editor = UserFactory(role=Role.EDITOR)
    with pytest.raises(NotReady):
        receive(item, user=editor)
    with pytest.raises(BadInput):
        receive(item, user=editor, orthography="xx")


# ---- stale ----------------------------------------------------------------------------------------------------------


def test_other_words_make_the_recording_stale_and_it_is_not_aired() -> None:
    item, _approval = approved_script()
    recording = ready_recording(item)
    sha256 = airable_rendition(item, "vi").sha256
    assert public_rendition(sha256) is not None
    change_words(item)
    assert is_stale(recording)
    assert airable_rendition(item, "vi") is None
    assert public_rendition(sha256) is None
    assert why_no_sound(item, "vi") == "stale"


def test_the_old_words_approved_again_give_the_recording_its_voice_back() -> None:
    from campaigns.services import items
    from tests.factories.campaigns import SCRIPT_BODY
    from tests.factories.library import approve_words

    item, _approval = approved_script()
    recording = ready_recording(item)
    change_words(item)
    items.draft_page(item, orthography="vi", title=item.title, user=UserFactory(role=Role.EDITOR), body=SCRIPT_BODY)
    approve_words(item)
    assert airable_rendition(item, "vi").recording == recording


def test_a_new_hotline_number_makes_the_recording_stale_but_a_new_summary_does_not() -> None:
    from campaigns.services import hotlines

    line = HotlineFactory()
    item, _approval = approved_script(hotline=line)
    ready_recording(item)
    assert airable_rendition(item, "vi") is not None
    hotlines.change_number(line, number="0269 3 111 222", user=UserFactory(role=Role.EDITOR))
    assert airable_rendition(item, "vi") is None
    assert why_no_sound(item, "vi") == "text_not_airable"


def test_revoking_pausing_and_expiring_take_it_off_the_air() -> None:
    item, approval = approved_script(expires_at=clock.now() + timedelta(days=30))
    ready_recording(item)
    assert airable_rendition(item, "vi", at=clock.now() + timedelta(days=31)) is None
    pauses.pause(
        campaign=item.campaign,
        starts_at=clock.now(),
        ends_at=clock.now() + timedelta(days=1),
        reason="bão",
        user=UserFactory(role=Role.EDITOR),
    )
    assert airable_rendition(item, "vi") is None
    later = clock.now() + timedelta(days=2)
    assert airable_rendition(item, "vi", at=later) is not None
    approvals.revoke(approval, UserFactory(role=Role.APPROVER), comment="sai số")
    assert airable_rendition(item, "vi", at=later) is None


def test_a_newer_recording_goes_before_an_older_and_a_person_before_a_machine() -> None:
    item, approval = approved_script()
    draft = ready_draft(approval)
    services.allow_draft_on_air(recording=draft, approver=UserFactory(role=Role.APPROVER))
    assert airable_rendition(item, "vi").recording == draft
    first = ready_recording(item)
    assert airable_rendition(item, "vi").recording == first
    with clock.shifted(timedelta(hours=1)):
        second = ready_recording(item, path=sound_file("second.wav", seconds=5))
    assert airable_rendition(item, "vi").recording == second
    services.withdraw_recording(recording=second, user=UserFactory(role=Role.EDITOR))
    assert airable_rendition(item, "vi").recording == first
    assert airable_renditions([item])[item.pk, "vi"] == airable_rendition(item, "vi")


# ---- draft voice ----------------------------------------------------------------------------------------------------


def test_a_draft_voice_is_aired_only_by_an_approvers_word() -> None:
    item, approval = approved_script()
    editor, approver = UserFactory(role=Role.EDITOR), UserFactory(role=Role.APPROVER)
    draft = ready_draft(approval, user=editor)
    assert draft.is_draft and draft.sha256 and draft.renditions.count() == 2
    assert airable_rendition(item, "vi") is None
    assert public_rendition(draft.renditions.first().sha256) is None
    assert why_no_sound(item, "vi") == "draft_waits"
    with pytest.raises(NotAllowed):
        services.allow_draft_on_air(recording=draft, approver=editor)
    assert airable_rendition(item, "vi") is None
    services.allow_draft_on_air(recording=draft, approver=approver)
    assert airable_rendition(item, "vi").recording == draft
    services.forbid_draft_on_air(recording=draft, approver=approver)
    draft.refresh_from_db()
    assert airable_rendition(item, "vi") is None and draft.air_allowed_by is None


def test_asking_twice_for_a_draft_voice_gives_the_same_one() -> None:
    _item, approval = approved_script()
    editor = UserFactory(role=Role.EDITOR)
    first = services.make_draft_voice(approval=approval, user=editor)
    assert services.make_draft_voice(approval=approval, user=editor) == first
    assert Job.objects.filter(kind="library.draft_voice").count() == 1


def test_a_draft_of_older_words_cannot_be_allowed() -> None:
    item, approval = approved_script()
    draft = ready_draft(approval)
    change_words(item)
    with pytest.raises(Conflict):
        services.allow_draft_on_air(recording=draft, approver=UserFactory(role=Role.APPROVER))


def test_an_uploaded_recording_and_one_in_work_cannot_be_allowed_as_drafts() -> None:
    item, approval = approved_script()
    approver = UserFactory(role=Role.APPROVER)
    for recording in (receive(item), services.make_draft_voice(approval=approval, user=UserFactory(role=Role.EDITOR))):
        with pytest.raises(Conflict):
            services.allow_draft_on_air(recording=recording, approver=approver)


def test_other_languages_have_no_draft_voice() -> None:
    _item, source = approved_script()
    translation = approved_translation(source, "jra")
    with pytest.raises(BadInput):
        services.make_draft_voice(approval=translation, user=UserFactory(role=Role.EDITOR))


def test_a_voice_that_fails_refuses_the_draft_and_tells_the_job(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("media.library.speech.draft.PROGRAM", tmp_path / "gone.py")
    item, approval = approved_script()
    draft = services.make_draft_voice(approval=approval, user=UserFactory(role=Role.EDITOR))
    jobs.run_due()
    draft.refresh_from_db()
    assert (draft.state, draft.refusal_reason) == ("refused", "voice_failed")
    assert Job.objects.get().state == "failed"
    assert why_no_sound(item, "vi") == "refused"


# ---- rights ---------------------------------------------------------------------------------------------------------


def test_who_may_send_a_recording() -> None:
    _item, source = approved_script()
    item = source.item
    approved_translation(source, "jra")
    for role, scope, allowed in (
        (Role.EDITOR, "", True),
        (Role.ADMINISTRATOR, "", True),
        (Role.CENTRE, "", True),
        (Role.TRANSLATOR, "jra", True),
        (Role.REVIEWER, "jra", True),
        (Role.TRANSLATOR, "bdq", False),
        (Role.CENTRE, "bdq", False),
        (Role.MONITOR, "", False),
        (Role.LEADER, "", False),
        (Role.OPERATOR, "", False),
        (None, "", False),
    ):
        user = UserFactory(role=role, role__orthography=scope) if role else UserFactory()
        if allowed:
            assert receive(item, orthography="jra", user=user).pk
        else:
            with pytest.raises(NotAllowed):
                receive(item, orthography="jra", user=user)


def test_who_may_withdraw_a_recording() -> None:
    item, _approval = approved_script()
    owner, other = (UserFactory(role=Role.CENTRE) for _ in range(2))
    recording = receive(item, user=owner)
    for stranger in (other, UserFactory(), UserFactory(role=Role.MONITOR)):
        with pytest.raises(NotAllowed):
            services.withdraw_recording(recording=recording, user=stranger)
        with pytest.raises(NotAllowed):
            services.process_again(recording=recording, user=stranger)
    services.withdraw_recording(recording=recording, user=owner)
    recording.refresh_from_db()
    assert recording.state == "withdrawn" and recording.file.is_file()
    with pytest.raises(Conflict):
        services.withdraw_recording(recording=recording, user=owner)


def test_strangers_cannot_use_the_draft_voice() -> None:
    _item, approval = approved_script()
    for user in (UserFactory(), UserFactory(role=Role.CENTRE), UserFactory(role=Role.TRANSLATOR)):
        with pytest.raises(NotAllowed):
            services.make_draft_voice(approval=approval, user=user)


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
