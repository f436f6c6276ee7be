"""The pages on which recordings are sent, heard, allowed and taken back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cms.core import jobs
from cms.core.models import Role
from media.library.models import Recording
from tests.factories.campaigns import UserFactory
from tests.factories.library import (
    approved_script,
    approved_translation,
    change_words,
    ready_recording,
    sound_file,
    upload,
)

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.library.urls")]


def where(recording: Recording, verb: str) -> str:
    """The address of something that is done with a recording."""
    return f"/ghi-am/ban-ghi/{recording.pk}/{verb}"


def test_a_translator_finds_the_script_and_sends_a_recording(client: Client) -> None:
    _item, source = approved_script()
    approved_translation(source, "jra", "Ƀuôn sang")
    client.force_login(UserFactory(role=Role.TRANSLATOR, role__orthography="jra"))
    listed = client.get("/ghi-am/").content.decode()
    page = f"/ghi-am/{source.item_id}/jra/"
    assert page in listed and f"/ghi-am/{source.item_id}/vi/" not in listed
    assert "Ƀuôn sang" in client.get(page).content.decode()
    answer = client.post(page, {"file": upload(sound_file()), "speaker": "Rơ Châm H'Yen", "consent": "on"})
    assert answer.status_code == 302
    recording = Recording.objects.get()
    assert (recording.speaker, recording.consent, recording.language) == ("Rơ Châm H'Yen", True, "jra")
    assert 'http-equiv="refresh"' in client.get(page).content.decode()
    jobs.run_due()
    seen = client.get(page).content.decode()
    assert "<audio" in seen and 'http-equiv="refresh"' not in seen


def test_a_bad_file_is_explained_and_what_was_typed_is_kept(client: Client) -> None:
    item, _approval = approved_script()
    client.force_login(UserFactory(role=Role.EDITOR))
    page = f"/ghi-am/{item.pk}/vi/"
    picture = SimpleUploadedFile("anh.mp3", b"\xff\xd8\xff\xe0" + b"\0" * 100)
    answer = client.post(page, {"file": picture, "speaker": "Nguyễn Thị Lan", "consent": "on"})
    assert answer.status_code == 422
    assert "Nguyễn Thị Lan" in answer.content.decode()
    empty = client.post(page, {"file": SimpleUploadedFile("a.mp3", b""), "speaker": "Lan", "consent": "on"})
    assert empty.status_code == 422
    assert not Recording.objects.exists()


def test_without_the_readers_agreement_nothing_is_taken(client: Client) -> None:
    item, _approval = approved_script()
    client.force_login(UserFactory(role=Role.EDITOR))
    answer = client.post(f"/ghi-am/{item.pk}/vi/", {"file": upload(sound_file()), "speaker": "Lan"})
    assert answer.status_code == 422 and not Recording.objects.exists()


def test_a_refused_recording_says_why(client: Client) -> None:
    from media.library.audio.refusals import Refusal
    from tests.factories.library import receive

    item, _approval = approved_script()
    recording = receive(item, path=sound_file("silent.wav", source="anullsrc=d={seconds}"))
    jobs.run_due()
    client.force_login(recording.uploaded_by)
    assert str(Refusal.SILENT.label) in client.get(f"/ghi-am/{item.pk}/vi/").content.decode()
    assert client.post(where(recording, "kiem-tra-lai/")).status_code == 302
    assert client.post(where(recording, "rut/")).status_code == 302
    recording.refresh_from_db()
    assert recording.state == "withdrawn"


def test_an_editor_hears_a_draft_and_an_approver_allows_it(client: Client) -> None:
    item, _approval = approved_script()
    client.force_login(UserFactory(role=Role.EDITOR))
    assert client.post(f"/ghi-am/{item.pk}/vi/doc-thu/").status_code == 302
    jobs.run_due()
    draft = Recording.objects.get()
    page = client.get(f"/ghi-am/{item.pk}/vi/").content.decode()
    assert "<audio" in page and where(draft, "cho-phat/") not in page
    client.post(where(draft, "cho-phat/"))
    draft.refresh_from_db()
    assert draft.air_allowed_at is None
    client.force_login(UserFactory(role=Role.APPROVER))
    assert where(draft, "cho-phat/") in client.get(f"/ghi-am/{item.pk}/vi/").content.decode()
    client.post(where(draft, "cho-phat/"))
    draft.refresh_from_db()
    assert draft.air_allowed_at is not None
    client.post(where(draft, "thoi-phat/"))
    draft.refresh_from_db()
    assert draft.air_allowed_at is None


def test_an_older_recording_is_marked(client: Client) -> None:
    item, _approval = approved_script()
    ready_recording(item)
    change_words(item)
    client.force_login(UserFactory(role=Role.EDITOR))
    assert "chip-stale" in client.get(f"/ghi-am/{item.pk}/vi/").content.decode()


@pytest.mark.parametrize("role", [Role.MONITOR, Role.LEADER, Role.OPERATOR, None])
def test_strangers_find_nothing(client: Client, role: str | None) -> None:
    item, _approval = approved_script()
    recording = ready_recording(item)
    paths = ["/ghi-am/", f"/ghi-am/{item.pk}/vi/"]
    for path in paths:
        assert client.get(path).status_code == 302
    client.force_login(UserFactory(role=role) if role else UserFactory())
    for path in paths:
        assert client.get(path).status_code == 404
    for verb in ("rut/", "kiem-tra-lai/", "cho-phat/", "thoi-phat/"):
        assert client.post(where(recording, verb)).status_code == 404
        assert client.get(where(recording, verb)).status_code == 405
    recording.refresh_from_db()
    assert recording.state == "ready"


def test_the_original_goes_to_those_with_the_right_as_a_download(client: Client) -> None:
    item, _approval = approved_script()
    recording = ready_recording(item)
    address = where(recording, "ban-goc")
    assert client.get(address).status_code == 404
    client.force_login(UserFactory(role=Role.MONITOR))
    assert client.get(address).status_code == 404
    client.force_login(UserFactory(role=Role.CENTRE))
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == sound_file().read_bytes()
    assert (
        answer["Content-Disposition"].startswith("attachment") and answer["Content-Type"] == "application/octet-stream"
    )


def test_the_pages_need_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    for _number in range(4):
        item, _approval = approved_script()
        ready_recording(item)
    client.force_login(UserFactory(role=Role.EDITOR))
    client.get("/ghi-am/")
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        client.get("/ghi-am/")


def test_a_recording_is_bound_to_the_text_its_speaker_saw_and_not_to_a_newer_one(client: Client) -> None:
    item, seen = approved_script()
    newest = change_words(item)
    client.force_login(UserFactory(role=Role.EDITOR))
    form = {"file": upload(sound_file()), "speaker": "Lan", "consent": "on", "text": seen.pk}
    answer = client.post(f"/ghi-am/{item.pk}/vi/", form, follow=True)
    recording = Recording.objects.get()
    assert recording.text_sha256 == seen.text_sha256 != newest.text_sha256
    assert "notice-warning" in answer.content.decode()


def test_the_text_of_another_script_cannot_be_claimed(client: Client) -> None:
    item, newest = approved_script()
    _other, foreign = approved_script()
    client.force_login(UserFactory(role=Role.EDITOR))
    form = {"file": upload(sound_file()), "speaker": "Lan", "consent": "on", "text": foreign.pk}
    client.post(f"/ghi-am/{item.pk}/vi/", form)
    assert Recording.objects.get().approval == newest
