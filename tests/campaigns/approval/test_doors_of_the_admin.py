"""Every screen of the admin that could make words visible is tried by a superuser: a draft or a refusal comes out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse
from wagtail.models import Locale, Page
from wagtail.test.utils.form_data import nested_form_data, streamfield

from campaigns.models import ArticlePage, CampaignPage, HomePage, ScriptPage
from campaigns.services.items import draft_page, home_page
from cms.core import clock
from tests.campaigns.approval.steps import nothing_went_live
from tests.factories.campaigns import SCRIPT_BODY

pytestmark = pytest.mark.django_db


def script_form(title: str, **extra: str) -> dict[str, str]:
    data = {
        "title": title,
        "slug": "dia-chi",
        "body": streamfield([("turn", {"voice": "female", "text": "Lời chưa ai duyệt."})]),
        "comments": {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": ""},
    }
    return nested_form_data(data) | {
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comment_notifications": "on",
        **extra,
    }


# --- other doors: the admin's screens, as a superuser -------------------------------------------------------------


@pytest.mark.parametrize("kind", [HomePage, CampaignPage, ArticlePage, ScriptPage])
def test_the_tester_says_no_to_superusers(boss, kind) -> None:  # type: ignore[no-untyped-def]
    page = kind(title="x", depth=3, path="000100010001", locale=Locale.get_default())
    tester = page.permissions_for_user(boss)
    assert not any(
        (
            tester.can_publish(),
            tester.can_publish_subpage(),
            tester.can_unpublish(),
            tester.can_copy(),
            tester.can_move(),
            tester.can_submit_for_moderation(),
            tester.can_unschedule(),
            tester.can_set_view_restrictions(),
            tester.can_reorder_children(),
        )
    )
    assert tester.can_edit()
    assert "go_live_at" not in kind.get_edit_handler().get_form_class().base_fields
    assert "expire_at" not in kind.get_edit_handler().get_form_class().base_fields


def test_edit_view_with_publish(admin, draft, live) -> None:  # type: ignore[no-untyped-def]
    future = (clock.now() - timedelta(hours=1)).isoformat()
    for page in (draft, live):
        for action in ("action-publish", "action-submit", "action-workflow-action"):
            data = script_form("Đăng chui", **{action: "1", "go_live_at": future})
            admin.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    assert nothing_went_live(live)
    fresh = ScriptPage.objects.get(pk=live.pk)
    assert fresh.live and fresh.title == "Đang lên sóng" and fresh.go_live_at is None
    assert "Lời chưa ai duyệt" not in str(fresh.body.get_prep_value())


def test_editor_has_no_publish_button(admin, draft) -> None:  # type: ignore[no-untyped-def]
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "action-publish" not in html and "/unpublish/" not in html and "/copy/" not in html


def test_create_view_with_publish(admin, draft) -> None:  # type: ignore[no-untyped-def]
    campaign_page = draft.get_parent()
    for kind, parent in (
        ("scriptpage", campaign_page),
        ("articlepage", campaign_page),
        ("campaignpage", home_page("vi")),
        ("homepage", Page.get_first_root_node()),
    ):
        url = reverse("wagtailadmin_pages:add", args=["campaigns", kind, parent.pk])
        response = admin.post(url, script_form("Tạo chui", **{"action-publish": "1"}))
        assert response.status_code in (302, 403, 404)
    assert nothing_went_live() and not Page.objects.filter(title="Tạo chui").exists()


def test_single_actions(admin, draft, live) -> None:  # type: ignore[no-untyped-def]
    for name, page, data in (
        ("unpublish", live, {}),
        ("delete", live, {}),
        (
            "copy",
            live,
            {
                "new_title": "x",
                "new_slug": "x",
                "new_parent_page": live.get_parent().pk,
                "publish_copies": "on",
                "copy_subpages": "on",
            },
        ),
        ("copy", draft, {"new_title": "x", "new_slug": "x", "new_parent_page": draft.get_parent().pk, "alias": "on"}),
    ):
        response = admin.post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]), data)
        assert response.status_code in (302, 403, 404), name
    admin.post(reverse("wagtailadmin_pages:move_confirm", args=[live.pk, home_page("vi").pk]))
    live_now = ScriptPage.objects.get(pk=live.pk)
    assert live_now.live and live_now.path == live.path
    assert nothing_went_live(live) and Page.objects.filter(title="x").count() == 0


def test_bulk_actions(admin, draft, live) -> None:  # type: ignore[no-untyped-def]
    for action in ("publish", "unpublish", "delete", "move"):
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        query = f"?id={draft.pk}&id={live.pk}&next=/admin/"
        data = {"include_descendants": "on", "chooser": home_page("vi").pk}
        response = admin.post(url + query, data)
        assert response.status_code in (200, 302, 403), action
    assert ScriptPage.objects.get(pk=live.pk).live
    assert nothing_went_live(live)


def test_reverting_with_publish(admin, draft, editor) -> None:  # type: ignore[no-untyped-def]
    old = draft.get_latest_revision()
    draft_page(draft.item, orthography="vi", title="Mới hơn", user=editor, body=SCRIPT_BODY)
    data = script_form("Quay lại", **{"action-publish": "1", "revision": str(old.pk)})
    admin.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), data)
    assert nothing_went_live()


def test_unscheduling_and_the_editing_of_privacy(admin, live) -> None:  # type: ignore[no-untyped-def]
    revision = live.get_latest_revision()
    url = reverse("wagtailadmin_pages:revisions_unschedule", args=[live.pk, revision.pk])
    assert admin.post(url).status_code in (302, 403)
    url = reverse("wagtailadmin_pages:set_privacy", args=[live.pk])
    admin.post(url, {"restriction_type": "login"})
    assert not live.view_restrictions.exists()


def test_no_api_is_mounted(admin, draft) -> None:  # type: ignore[no-untyped-def]
    names = {key[0] if isinstance(key, tuple) else key for key in get_resolver().namespace_dict}
    assert not {"wagtailapi", "wagtailapi_v2", "wagtailapi_v3"} & names
    for path in ("/api/v2/pages/", "/api/v3/pages/", f"/api/v3/pages/{draft.pk}/publish/"):
        assert admin.post(path).status_code in (403, 404, 405)
    with pytest.raises(NoReverseMatch):
        reverse("wagtailapi:pages:listing")


def test_a_draft_can_be_deleted_a_live_page_cannot(boss, draft, live) -> None:  # type: ignore[no-untyped-def]
    assert draft.permissions_for_user(boss).can_delete()
    assert not live.permissions_for_user(boss).can_delete()
    assert not live.get_parent().specific.permissions_for_user(boss).can_delete()
