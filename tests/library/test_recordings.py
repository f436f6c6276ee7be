"""A recording's way: received, checked, bound to its words, aired or not."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import ModelLogEntry

from campaigns.services import approvals, pauses
from cms.core import clock, jobs
from cms.core.errors import BadInput, NotReady
from cms.core.models import Job, Role
from media.library import services
from media.library.audio.refusals import RecordingRefused, Refusal
from media.library.models import Recording
from media.library.selectors import (
    airable_rendition,
    airable_renditions,
    is_stale,
    public_rendition,
    why_no_sound,
)
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
