"""One door to going live. Every other way in is tried, by a superuser, and leads to a draft or to a refusal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Locale, PageLogEntry, Workflow, WorkflowTask

from campaigns.doors import DoorShut, is_open, open_door
from campaigns.enums import CampaignState
from campaigns.models import ArticlePage, ScriptPage
from campaigns.services import approvals, items, pauses, publishing
from campaigns.services.items import draft_page, home_page, page_of
from cms.core import clock
from cms.core.errors import Conflict, NotReady
from cms.core.models import Role
from tests.campaigns.approval.steps import nothing_went_live
from tests.factories.campaigns import SCRIPT_BODY, UserFactory, make_article, make_script

pytestmark = pytest.mark.django_db


# --- the door ---------------------------------------------------------------------------------------------------


def test_publishing_shows_exactly_what_was_approved(editor) -> None:  # type: ignore[no-untyped-def]
    item = make_script(user=editor)
    approval = approvals.submit(page_of(item, orthography="vi"), editor)
    draft_page(item, orthography="vi", title="Sửa sau", user=editor, body=[("turn", {"voice": "male", "text": "Mới"})])
    approvals.approve(approval, UserFactory(role=Role.APPROVER))
    page = publishing.publish(approval)
    assert page.live and page.live_revision_id == approval.revision_id and page.title == approval.payload["title"]
    assert page.has_unpublished_changes and "Mới" not in str(page.body.get_prep_value())
    assert home_page("vi").live and not is_open(page.pk)
    assert publishing.publish(approval).last_published_at == page.last_published_at
    assert PageLogEntry.objects.filter(action="wagtail.publish", page=page.pk).count() == 1


def test_unpublishing_keeps_the_words(live) -> None:  # type: ignore[no-untyped-def]
    assert publishing.unpublish(live.item, "vi", reason="thử")
    live.refresh_from_db()
    assert not live.live and len(live.body) == len(SCRIPT_BODY)
    assert not publishing.unpublish(live.item, "vi")


def test_revoking_takes_the_page_off(live) -> None:  # type: ignore[no-untyped-def]
    approvals.revoke(live.item.approvals.get(), UserFactory(role=Role.APPROVER), comment="Sai")
    live.refresh_from_db()
    assert not live.live


def test_what_may_not_leave_does_not(editor) -> None:  # type: ignore[no-untyped-def]
    approver = UserFactory(role=Role.APPROVER)
    item = make_script(user=editor)
    approval = approvals.submit(page_of(item, orthography="vi"), editor)
    with pytest.raises(Conflict):
        publishing.publish(approval)
    approvals.approve(approval, approver)
    now = clock.now()
    pause = pauses.pause(starts_at=now, ends_at=now + timedelta(hours=1), reason="Quốc tang", user=approver)
    with pytest.raises(NotReady):
        publishing.publish(approval)
    pauses.end_now(pause, user=approver)
    item.campaign.state = CampaignState.DRAFT
    item.campaign.save()
    with pytest.raises(NotReady):
        publishing.publish(approval)
    item.campaign.state = CampaignState.ACTIVE
    item.campaign.save()
    item.expires_at = now - timedelta(hours=1)
    item.save()
    with pytest.raises(Conflict):
        publishing.publish(approval)
    item.expires_at = None
    item.save()
    with clock.shifted(timedelta(hours=2)):
        assert publishing.publish(approval).live


def test_what_no_longer_gives_the_approved_fingerprint_does_not_go_live(editor) -> None:  # type: ignore[no-untyped-def]
    item = make_script(user=editor)
    approval = approvals.submit(page_of(item, orthography="vi"), editor)
    approvals.approve(approval, UserFactory(role=Role.APPROVER))
    issuer = item.campaign.issuer
    issuer.name = "Đơn vị khác"
    issuer.save()
    with pytest.raises(Conflict):
        publishing.publish(approval)
    assert nothing_went_live()


def test_one_bad_item_does_not_stop_the_next(editor) -> None:  # type: ignore[no-untyped-def]
    approver = UserFactory(role=Role.APPROVER)
    good, bad = (approvals.submit(page_of(make_script(user=editor), orthography="vi"), editor) for _ in range(2))
    for approval in (good, bad):
        approvals.approve(approval, approver)
    bad.payload_sha256 = "0" * 64
    bad.save(update_fields=["payload_sha256"])
    with pytest.raises(Conflict):
        publishing.publish(bad)
    assert publishing.publish(good).live


def test_the_door_is_open_for_one_page_only(draft, live) -> None:  # type: ignore[no-untyped-def]
    with open_door(live.pk):
        draft.live = True
        with pytest.raises(DoorShut):
            draft.save()


# --- other doors: code that never asks for permissions ------------------------------------------------------------


@pytest.mark.parametrize("user_is", ["boss", "nobody"])
def test_publishing_a_revision_directly(draft, boss, user_is) -> None:  # type: ignore[no-untyped-def]
    user = boss if user_is == "boss" else None
    revision = draft.save_revision(user=user)
    for attempt in (
        lambda: revision.publish(user=user),
        lambda: draft.publish(revision, user=user),
        lambda: revision.publish(user=user, skip_permission_checks=True),
        lambda: PublishPageRevisionAction(revision, user=user).execute(skip_permission_checks=True),
    ):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            attempt()
        assert type(caught.value).__name__ in ("DoorShut", "PublishPagePermissionError")
    assert nothing_went_live()


def test_saving_a_page_as_live(draft) -> None:  # type: ignore[no-untyped-def]
    draft.live = True
    for options in ({}, {"clean": False}, {"update_fields": ["live"]}):
        with pytest.raises(DoorShut):
            draft.save(**options)
    home = home_page("vi")
    home.live = True
    with pytest.raises(DoorShut):
        home.save()
    assert nothing_went_live()


def test_being_born_live(draft, editor) -> None:  # type: ignore[no-untyped-def]
    other = make_article(user=editor, campaign=draft.item.campaign)
    page_of(other, orthography="vi").delete()
    page = ArticlePage(title="Sinh ra đã hiện", summary="x", item=other, live=True, locale=draft.locale)
    with pytest.raises(DoorShut):
        draft.get_parent().add_child(instance=page)
    assert nothing_went_live()


def test_a_live_page_keeps_its_words(live) -> None:  # type: ignore[no-untyped-def]
    live.title = "Đổi thẳng"
    for options in ({}, {"update_fields": ["title"]}, {"update_fields": ["body", "draft_title"]}):
        with pytest.raises(DoorShut):
            live.save(**options)
    with pytest.raises(DoorShut):
        live.unpublish()
    with pytest.raises(DoorShut):
        live.delete()
    with pytest.raises(DoorShut):
        live.get_parent().specific.delete()
    fresh = ScriptPage.objects.get(pk=live.pk)
    assert fresh.live and fresh.title != "Đổi thẳng"


def test_saving_a_draft_of_a_live_page_is_free(live, editor) -> None:  # type: ignore[no-untyped-def]
    live.title = "Bản nháp mới"
    live.save_revision(user=editor, log_action=True)
    fresh = ScriptPage.objects.get(pk=live.pk)
    assert fresh.title == "Đang lên sóng" and fresh.has_unpublished_changes and fresh.draft_title == "Bản nháp mới"


@pytest.mark.parametrize("keep_live", [True, False])
def test_copying(live, boss, keep_live) -> None:  # type: ignore[no-untyped-def]
    attributes = {"slug": "ban-sao", "item": make_script(campaign=live.item.campaign)}
    page_of(attributes["item"], orthography="vi").delete()
    with pytest.raises(Exception) as caught:  # noqa: PT011
        CopyPageAction(live, update_attrs=attributes, keep_live=keep_live, user=boss).execute()
    assert type(caught.value).__name__ in ("CopyPagePermissionError", "DoorShut")
    if keep_live:
        with pytest.raises(DoorShut):
            live.copy(update_attrs=attributes, keep_live=True)
    else:
        assert not live.copy(update_attrs=attributes, keep_live=False).live
    assert nothing_went_live(live)


def test_aliases(live, boss) -> None:  # type: ignore[no-untyped-def]
    target = home_page("vi")
    for user, skip in ((boss, False), (None, True)):
        with pytest.raises(Exception) as caught:  # noqa: PT011
            CreatePageAliasAction(live, parent=target, update_slug="bi-danh", user=user).execute(
                skip_permission_checks=skip
            )
        assert type(caught.value).__name__ in ("CreatePageAliasPermissionError", "DoorShut")
    assert nothing_went_live(live)


def test_copying_for_translation(live, boss) -> None:  # type: ignore[no-untyped-def]
    locale = Locale.objects.get_or_create(language_code="jra")[0]
    home_page("jra")
    items.parent_of(live.item, orthography="jra", user=boss)
    # The database allows one page of an item in a language, so even code without a user is stopped.
    with pytest.raises(IntegrityError), transaction.atomic():
        CopyPageForTranslationAction(live, locale, copy_parents=True, user=boss).execute(skip_permission_checks=True)
    assert nothing_went_live(live)
    from django.apps import apps

    assert not apps.is_installed("wagtail.contrib.simple_translation")
    assert not apps.is_installed("wagtail_localize")


def test_moving(live, boss) -> None:  # type: ignore[no-untyped-def]
    other = page_of(make_script(), orthography="vi").get_parent()
    with pytest.raises(Exception) as caught:  # noqa: PT011
        live.move(other, pos="last-child", user=boss)
    assert type(caught.value).__name__ in ("MovePagePermissionError", "DoorShut")


def test_wagtails_command_is_replaced(draft) -> None:  # type: ignore[no-untyped-def]
    past = clock.now() - timedelta(hours=1)
    draft.go_live_at = past
    draft.save_revision(approved_go_live_at=past)
    with pytest.raises(CommandError):
        call_command("publish_scheduled")
    assert nothing_went_live()


def test_finishing_a_workflow(draft, boss, settings) -> None:  # type: ignore[no-untyped-def]
    from wagtail.models import GroupApprovalTask

    settings.WAGTAIL_WORKFLOW_ENABLED = True
    workflow = Workflow.objects.create(name="Cửa sau")
    task = GroupApprovalTask.objects.create(name="Ai cũng được")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=1)
    state = workflow.start(draft, boss)
    with pytest.raises(Exception) as caught:  # noqa: PT011
        state.current_task_state.approve(user=boss)
    assert type(caught.value).__name__ in ("DoorShut", "PublishPagePermissionError")
    assert nothing_went_live()
