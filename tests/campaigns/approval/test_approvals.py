"""Approval: what is approved is a payload; four eyes hold for everybody; one transition table; audit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ProtectedError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry, Revision

from campaigns import permissions
from campaigns.enums import APPROVAL_TRANSITIONS, ApprovalStatus
from campaigns.models import Approval, ContentEdit
from campaigns.payloads import payload_sha256
from campaigns.selectors import airable_approval, current_approval
from campaigns.services import approvals, hotlines, items
from campaigns.services.items import draft_page, page_of
from campaigns.signals import approval_ended, approval_granted
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.models import Role
from tests.campaigns.approval.steps import change, handed_in
from tests.factories.campaigns import ARTICLE_BODY, SCRIPT_BODY, HotlineFactory, UserFactory, make_campaign, make_script

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def test_the_way_through(editor, approver, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    heard: list[Approval] = []

    def listener(sender, approval, **kwargs):  # type: ignore[no-untyped-def]
        heard.append(approval)

    approval_granted.connect(listener)
    approval = handed_in(editor)
    assert approval.status == ApprovalStatus.PENDING and approval.payload_sha256 == payload_sha256(approval.payload)
    assert current_approval(approval.item, "vi") is None
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(approval, approver, comment="Tốt.", warnings_seen=["bare_phone"])
    approval_granted.disconnect(listener)
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.APPROVED and approval.decided_by == approver and heard == [approval]
    assert airable_approval(approval.item, "vi") == approval
    logged = ModelLogEntry.objects.get(action="campaigns.approval.approved")
    assert logged.user == approver and logged.data["warnings"] == ["bare_phone"]


def test_a_listener_that_fails_stops_nobody(editor, approver, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    def broken(sender, approval, **kwargs):  # type: ignore[no-untyped-def]
        raise FieldDoesNotExist("broken")

    approval_granted.connect(broken)
    with django_capture_on_commit_callbacks(execute=True):
        approvals.approve(handed_in(editor), approver)
    approval_granted.disconnect(broken)


# --- who may: owner, member, stranger ---------------------------------------------------------------------------


@pytest.mark.parametrize("role", [None, Role.CENTRE, Role.TRANSLATOR, Role.REVIEWER, Role.APPROVER, Role.LEADER])
def test_strangers_do_not_hand_in(editor, role) -> None:  # type: ignore[no-untyped-def]
    page = page_of(make_script(user=editor), orthography="vi")
    with pytest.raises(NotAllowed):
        approvals.submit(page, UserFactory(role=role))


@pytest.mark.parametrize("role", [None, Role.CENTRE, Role.EDITOR, Role.ADMINISTRATOR, Role.REVIEWER, Role.LEADER])
def test_strangers_do_not_decide(editor, role) -> None:  # type: ignore[no-untyped-def]
    approval, stranger = handed_in(editor), UserFactory(role=role)
    with pytest.raises(NotAllowed):
        approvals.approve(approval, stranger)
    with pytest.raises(NotAllowed):
        approvals.send_back(approval, stranger, comment="Không")
    assert Approval.objects.get().status == ApprovalStatus.PENDING


def test_four_eyes_for_whoever_handed_it_in(editor) -> None:  # type: ignore[no-untyped-def]
    boss = UserFactory(is_superuser=True)
    item = make_script(user=editor)
    approval = approvals.submit(page_of(item, orthography="vi"), boss)
    with pytest.raises(NotAllowed):
        approvals.approve(approval, boss)
    assert permissions.why_not_approve(boss, approval) == "submitter"


def test_four_eyes_for_whoever_changed_it(editor) -> None:  # type: ignore[no-untyped-def]
    both = UserFactory(role=Role.APPROVER)
    boss = UserFactory(is_superuser=True)
    item = make_script(user=editor)
    draft_page(item, orthography="vi", title="Một", user=both, body=SCRIPT_BODY)
    draft_page(item, orthography="vi", title="Hai", user=boss, body=SCRIPT_BODY)
    approval = approvals.submit(page_of(item, orthography="vi"), editor)
    for person in (both, boss):
        assert permissions.why_not_approve(person, approval) == "edited"
        with pytest.raises(NotAllowed):
            approvals.approve(approval, person)


def test_a_change_between_handing_in_and_approval_counts_next_time(editor, approver) -> None:  # type: ignore[no-untyped-def]
    sly = UserFactory(role=Role.APPROVER)
    with clock.frozen(NOON):
        first = handed_in(editor)
    with clock.frozen(NOON + timedelta(minutes=1)):
        change(first, sly)
    with clock.frozen(NOON + timedelta(minutes=2)):
        approvals.approve(first, approver)
    with clock.frozen(NOON + timedelta(minutes=3)):
        second = approvals.submit(page_of(first.item, orthography="vi"), editor)
        assert permissions.why_not_approve(sly, second) == "edited"


def test_after_an_approval_the_ledger_begins_anew(editor, approver) -> None:  # type: ignore[no-untyped-def]
    other = UserFactory(role=Role.APPROVER)
    with clock.frozen(NOON):
        item = make_script(user=editor)
        draft_page(item, orthography="vi", title="Một", user=other, body=SCRIPT_BODY)
        first = approvals.submit(page_of(item, orthography="vi"), editor)
        approvals.approve(first, approver)
    with clock.frozen(NOON + timedelta(hours=1)):
        change(first, editor)
        second = approvals.submit(page_of(item, orthography="vi"), editor)
        approvals.approve(second, other)
    first.refresh_from_db()
    assert first.status == ApprovalStatus.SUPERSEDED and first.ended_at is not None
    assert current_approval(item, "vi") == second


def test_the_database_keeps_four_eyes_too(editor) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError, transaction

    approval = handed_in(editor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(
            status=ApprovalStatus.APPROVED, decided_by=editor, decided_at=clock.now()
        )


@pytest.mark.parametrize("way", ["save_revision", "overwrite", "revert"])
def test_every_way_of_saving_a_draft_is_in_the_ledger(editor, way: str) -> None:  # type: ignore[no-untyped-def]
    sly = UserFactory(role=Role.APPROVER)
    page = page_of(make_script(user=editor), orthography="vi")
    with clock.frozen(clock.now() + timedelta(hours=1)):
        if way == "save_revision":
            page.save_revision(user=sly)
        elif way == "overwrite":
            own = page.save_revision(user=sly)
            page.refresh_from_db()
            page.save_revision(user=sly, overwrite_revision=own)
        else:
            page.save_revision(user=sly, previous_revision=page.get_latest_revision(), log_action=True)
    assert ContentEdit.objects.filter(item=page.item, user=sly).count() == 1
    approval = approvals.submit(page, editor)
    assert permissions.why_not_approve(sly, approval) == "edited"


# --- handing in -------------------------------------------------------------------------------------------------


def test_the_same_words_twice_are_one_request(editor) -> None:  # type: ignore[no-untyped-def]
    first = handed_in(editor)
    assert approvals.submit(page_of(first.item, orthography="vi"), editor) == first


def test_newer_words_withdraw_the_request_that_waits(editor, approver) -> None:  # type: ignore[no-untyped-def]
    first = handed_in(editor)
    change(first, editor)
    second = approvals.submit(page_of(first.item, orthography="vi"), editor)
    first.refresh_from_db()
    assert first.status == ApprovalStatus.WITHDRAWN and second.status == ApprovalStatus.PENDING
    with pytest.raises(Conflict):
        approvals.approve(first, approver)


def test_what_is_approved_already_is_not_handed_in_again(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = approvals.approve(handed_in(editor), approver)
    with pytest.raises(Conflict):
        approvals.submit(page_of(approval.item, orthography="vi"), editor)


def test_what_is_edited_afterwards_is_not_approved(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = approvals.approve(handed_in(editor), approver)
    change(approval, editor, "Bí mật chưa duyệt.")
    assert "Bí mật" not in str(current_approval(approval.item, "vi").payload)


@pytest.mark.parametrize(
    "body", [[], [("turn", {"voice": "female", "text": "  "})], [("sound", {"description": "", "seconds": 5})]]
)
def test_words_that_are_not_complete_are_refused_with_a_sentence(editor, body) -> None:  # type: ignore[no-untyped-def]
    item = items.create_item(campaign=make_campaign(), kind="script", title="Trống", user=editor, body=body)
    with pytest.raises(BadInput) as caught:
        approvals.submit(page_of(item, orthography="vi"), editor)
    assert caught.value.message and not Approval.objects.exists()


def test_an_article_without_summary_is_refused(editor) -> None:  # type: ignore[no-untyped-def]
    item = items.create_item(
        campaign=make_campaign(), kind="article", title="Bài", user=editor, summary="", body=ARTICLE_BODY
    )
    with pytest.raises(BadInput):
        approvals.submit(page_of(item, orthography="vi"), editor)


def test_a_campaigns_own_page_needs_a_summary_or_a_body(editor, approver) -> None:  # type: ignore[no-untyped-def]
    bare = items.create_item(campaign=make_campaign(), kind="landing", title="Trống", user=editor)
    with pytest.raises(BadInput):
        approvals.submit(page_of(bare, orthography="vi"), editor)
    short = items.create_item(campaign=make_campaign(), kind="landing", title="Ngắn", user=editor, summary="Giữ nhà.")
    approval = approvals.submit(page_of(short, orthography="vi"), editor)
    assert approvals.approve(approval, approver).status == ApprovalStatus.APPROVED


def test_a_room_above_may_refuse(editor) -> None:  # type: ignore[no-untyped-def]
    def refuse(page, payload) -> None:  # type: ignore[no-untyped-def]
        raise NotReady("bản thử, chưa dịch")

    approvals.register_submission_check("test", refuse)
    try:
        with pytest.raises(NotReady):
            handed_in(editor)
    finally:
        approvals._submission_checks.pop("test")


# --- deciding ---------------------------------------------------------------------------------------------------


def test_sending_back_needs_a_comment(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    with pytest.raises(BadInput):
        approvals.send_back(approval, approver, comment="  ")
    approvals.send_back(approval, approver, comment="Thiếu số điện thoại.")
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.RETURNED and approval.comment == "Thiếu số điện thoại."


def test_taking_back(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    with pytest.raises(NotAllowed):
        approvals.withdraw(approval, UserFactory(role=Role.CENTRE))
    approvals.withdraw(approval, editor)
    with pytest.raises(Conflict):
        approvals.approve(approval, approver)


def test_revoking_takes_the_words_off_at_once(editor, approver, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    ended: list[Approval] = []

    def listener(sender, approval, **kwargs):  # type: ignore[no-untyped-def]
        ended.append(approval)

    approval_ended.connect(listener)
    approval = approvals.approve(handed_in(editor), approver)
    for stranger in (editor, UserFactory(role=Role.CENTRE)):
        with pytest.raises(NotAllowed):
            approvals.revoke(approval, stranger, comment="Sai")
    with pytest.raises(BadInput):
        approvals.revoke(approval, approver, comment="")
    with django_capture_on_commit_callbacks(execute=True):
        approvals.revoke(approval, approver, comment="Sai số liệu")
    approval_ended.disconnect(listener)
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.REVOKED and approval.decided_by == approver and ended == [approval]
    assert airable_approval(approval.item, "vi") is None


def test_a_hotline_that_changed_meanwhile_is_not_approved(editor, approver) -> None:  # type: ignore[no-untyped-def]
    line = HotlineFactory()
    approval = handed_in(editor, hotline=line)
    assert approval.payload["hotlines"][0]["number"] == line.number
    hotlines.change_number(line, number="0269 3 111 222", user=editor)
    with pytest.raises(NotReady) as caught:
        approvals.approve(approval, approver)
    assert line.number in caught.value.message


def test_a_request_that_was_tampered_with_is_not_approved(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    Approval.objects.filter(pk=approval.pk).update(payload=approval.payload | {"title": "Khác"})
    with pytest.raises(Conflict):
        approvals.approve(approval, approver)


@pytest.mark.django_db(transaction=True)
def test_its_draft_is_not_purged(editor, approver) -> None:  # type: ignore[no-untyped-def]
    from django.core.management import call_command

    approval = approvals.approve(handed_in(editor), approver)
    change(approval, editor)
    with pytest.raises(ProtectedError):
        Revision.objects.get(pk=approval.revision_id).delete()
    call_command("purge_revisions", verbosity=0)
    assert Revision.objects.filter(pk=approval.revision_id).exists()


# --- the transition table ---------------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["approve", "send_back", "withdraw", "revoke", "submit", "edit"]), max_size=8))
def test_no_order_of_verbs_breaks_the_table(db, steps: list[str]) -> None:
    editor, approver = UserFactory(role=Role.EDITOR), UserFactory(role=Role.APPROVER)
    approval = handed_in(editor)
    item = approval.item
    for number, step in enumerate(steps):
        before = {row.pk: row.status for row in Approval.objects.filter(item=item)}
        try:
            if step == "submit":
                approval = approvals.submit(page_of(item, orthography="vi"), editor)
            elif step == "edit":
                change(approval, editor, f"Lời {number}.")
            elif step == "approve":
                approvals.approve(approval, approver)
            elif step == "withdraw":
                approvals.withdraw(approval, editor)
            else:
                getattr(approvals, step)(approval, approver, comment="Vì sao")
        except (Conflict, BadInput):
            pass
        for row in Approval.objects.filter(item=item):
            was = before.get(row.pk, ApprovalStatus.PENDING)
            assert row.status == was or row.status in APPROVAL_TRANSITIONS[was]
        assert Approval.objects.filter(item=item, status=ApprovalStatus.APPROVED).count() <= 1
        assert Approval.objects.filter(item=item, status=ApprovalStatus.PENDING).count() <= 1
