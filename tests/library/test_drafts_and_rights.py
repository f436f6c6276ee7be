"""Draft voices and an approver's word; who may send, make, allow and withdraw."""

from pathlib import Path

import pytest

from cms.core import jobs
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Job, Role
from media.library import services
from media.library.selectors import (
    airable_rendition,
    public_rendition,
    why_no_sound,
)
from tests.factories.campaigns import UserFactory
from tests.factories.library import (
    approved_script,
    approved_translation,
    change_words,
    ready_draft,
    receive,
)

pytestmark = pytest.mark.django_db
LOUD = "sine=300:d={seconds},volume=20dB,aformat=sample_fmts=s16"


def files_below(root: Path) -> list[Path]:
    """Every file that is there."""
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


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
