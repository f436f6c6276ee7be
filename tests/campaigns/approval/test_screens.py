"""The screens of approval: who sees which button, what each does, and that nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, streamfield

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ApprovalDelegation
from campaigns.services import approvals, publishing
from campaigns.services.items import draft_page, page_of
from cms.core import clock
from cms.core.models import Role
from tests.campaigns.approval.steps import handed_in
from tests.factories.campaigns import SCRIPT_BODY, HotlineFactory, UserFactory, make_campaign, make_script

pytestmark = pytest.mark.django_db
GRAVE_BODY = [("turn", {"voice": "female", "text": "Cháu Nguyễn Thị Lan bị lạc. Gọi 0905 123 456."})]


def signed_in(user) -> Client:  # type: ignore[no-untyped-def]
    client = Client()
    client.force_login(user)
    return client


def decide(user, approval: Approval, **data: str):  # type: ignore[no-untyped-def]
    return signed_in(user).post(reverse("campaigns_approval_decide", args=[approval.pk]), data)


SCREENS = ["campaigns_approvals", "campaigns_approval", "campaigns_delegations"]


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.EDITOR, True),
        (Role.APPROVER, True),
        (Role.ADMINISTRATOR, True),
        (Role.CENTRE, False),
        (Role.TRANSLATOR, False),
        (None, False),
    ],
)
def test_only_the_editing_desk_sees_them(editor, name, role, may) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    args = [approval.pk] if name == "campaigns_approval" else []
    response = signed_in(UserFactory(role=role)).get(reverse(name, args=args))
    assert response.status_code == (200 if may else 403)
    assert Client().get(reverse(name, args=args)).status_code == 302


def test_the_queue_says_what_waits_and_for_whom(editor, approver) -> None:  # type: ignore[no-untyped-def]
    handed_in(editor, title="Kịch bản có cảnh báo", body=GRAVE_BODY)
    html = signed_in(approver).get(reverse("campaigns_approvals")).content.decode()
    assert "Kịch bản có cảnh báo" in html and "▲" in html and "Rơ Châm Hà" in html
    own = signed_in(editor).get(reverse("campaigns_approvals")).content.decode()
    assert "Kịch bản có cảnh báo" in own and "approvals-note" in own


def test_an_approver_approves(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor, hotline=HotlineFactory())
    html = signed_in(approver).get(reverse("campaigns_approval", args=[approval.pk])).content.decode()
    assert 'value="approve"' in html and "0269 3 869 999" in html and "lợi dụng lúc vắng nhà" in html
    assert decide(approver, approval, verb="approve", comment="Tốt").status_code == 302
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.APPROVED


def test_grave_warnings_must_be_confirmed(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor, body=GRAVE_BODY)
    response = decide(approver, approval, verb="approve", comment="Đã đọc kỹ")
    assert response.status_code == 400 and "Đã đọc kỹ" in response.content.decode()
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.PENDING
    assert decide(approver, approval, verb="approve", warnings_read="yes").status_code == 302
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.APPROVED


def test_the_writer_has_no_button_and_no_way_round_it(editor) -> None:  # type: ignore[no-untyped-def]
    both = UserFactory(role=Role.APPROVER)
    both.memberships.create(role=Role.EDITOR, valid_from=clock.today())
    approval = handed_in(both)
    html = signed_in(both).get(reverse("campaigns_approval", args=[approval.pk])).content.decode()
    assert 'value="approve"' not in html and 'value="withdraw"' in html
    assert decide(both, approval, verb="approve").status_code == 403
    boss = UserFactory(is_superuser=True)
    draft_page(approval.item, orthography="vi", title="x", user=boss, body=SCRIPT_BODY)
    assert decide(boss, approval, verb="approve").status_code == 403
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.PENDING


@pytest.mark.parametrize("verb", ["approve", "send_back", "revoke"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMINISTRATOR, Role.CENTRE, None])
def test_others_do_not_decide(editor, role, verb) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    assert decide(UserFactory(role=role), approval, verb=verb, comment="x").status_code in (403, 409)
    approval.refresh_from_db()
    assert approval.status == ApprovalStatus.PENDING


def test_sending_back(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    assert decide(approver, approval, verb="send_back", comment="").status_code == 400
    assert decide(approver, approval, verb="send_back", comment="Bổ sung nguồn.").status_code == 302
    html = signed_in(editor).get(reverse("campaigns_approval", args=[approval.pk])).content.decode()
    assert "Bổ sung nguồn." in html


def test_the_editor_reads_why_it_came_back(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = handed_in(editor)
    url = reverse("wagtailadmin_pages:edit", args=[page_of(approval.item, orthography="vi").pk])
    assert "Bổ sung nguồn." not in signed_in(editor).get(url).content.decode()
    approvals.send_back(approval, approver, comment="Bổ sung nguồn.")
    assert "Bổ sung nguồn." in signed_in(editor).get(url).content.decode()


def test_a_new_request_is_shown_against_the_last_approved_words(editor, approver) -> None:  # type: ignore[no-untyped-def]
    first = approvals.approve(handed_in(editor), approver)
    page = page_of(first.item, orthography="vi").get_latest_revision_as_object()
    page.body[1].value["text"] = page.body[1].value["text"].replace("khóa cửa", "khóa kỹ cửa")
    with clock.shifted(timedelta(minutes=1)):
        page.save_revision(user=editor)
        second = approvals.submit(page_of(first.item, orthography="vi"), editor)
    html = signed_in(approver).get(reverse("campaigns_approval", args=[second.pk])).content.decode()
    assert "<ins>" in html and "is-changed" in html and html.count("is-same") == 4


def test_what_people_typed_is_escaped(editor, approver) -> None:  # type: ignore[no-untyped-def]
    body = [("turn", {"voice": "female", "text": "<script>alert(1)</script>"})]
    approval = handed_in(editor, title="<img src=x onerror=alert(1)>", body=body)
    html = signed_in(approver).get(reverse("campaigns_approval", args=[approval.pk])).content.decode()
    assert "<script>alert(1)" not in html and "<img src=x" not in html


def test_revoking_on_screen(editor, approver) -> None:  # type: ignore[no-untyped-def]
    approval = approvals.approve(handed_in(editor), approver)
    page = publishing.publish(approval)
    assert 'value="revoke"' not in signed_in(editor).get(
        reverse("campaigns_approval", args=[approval.pk])
    ).content.decode().replace("button no", "")
    assert decide(approver, approval, verb="revoke", comment="Số liệu sai").status_code == 302
    page.refresh_from_db()
    assert not page.live


def test_the_hand_in_button_saves_and_hands_in(editor) -> None:  # type: ignore[no-untyped-def]
    page = page_of(make_script(user=editor), orthography="vi")
    client, url = signed_in(editor), reverse("wagtailadmin_pages:edit", args=[page.pk])
    html = client.get(url).content.decode()
    assert 'name="action-hand-in"' in html and 'name="action-publish"' not in html
    form = nested_form_data(
        {"title": "Tên mới", "slug": page.slug, "body": streamfield([("turn", {"voice": "male", "text": "Lời mới."})])}
    )
    management = {
        f"comments-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    response = client.post(url, form | management | {"action-hand-in": "1"})
    approval = Approval.objects.get()
    assert response.url == reverse("campaigns_approval", args=[approval.pk])
    assert approval.payload["title"] == "Tên mới" and approval.submitted_by == editor
    page.refresh_from_db()
    assert not page.live


def test_what_is_not_complete_is_saved_and_comes_back_with_the_reason(editor) -> None:  # type: ignore[no-untyped-def]
    page = page_of(make_script(user=editor), orthography="vi")
    client, url = signed_in(editor), reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = nested_form_data({"title": "Giữ lại", "slug": page.slug, "body": streamfield([])})
    management = {
        f"comments-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    }
    response = client.post(url, form | management | {"action-hand-in": "1"}, follow=True)
    assert not Approval.objects.exists()
    assert "Giữ lại" in response.content.decode()


def test_delegating_on_screen(approver) -> None:  # type: ignore[no-untyped-def]
    other, stranger = UserFactory(role=Role.EDITOR), UserFactory(role=Role.CENTRE)
    url = reverse("campaigns_delegations")
    day = clock.today().isoformat()
    signed_in(approver).post(url, {"to": stranger.pk, "valid_from": day, "valid_to": day})
    signed_in(other).post(url, {"to": approver.pk, "valid_from": day, "valid_to": day})
    assert not ApprovalDelegation.objects.exists()
    assert signed_in(approver).post(url, {"to": other.pk, "valid_from": day, "valid_to": day}).status_code == 302
    row = ApprovalDelegation.objects.get()
    end = reverse("campaigns_delegation_end", args=[row.pk])
    signed_in(UserFactory(role=Role.EDITOR)).post(end)
    assert ApprovalDelegation.objects.exists()
    signed_in(other).post(end)
    assert not ApprovalDelegation.objects.exists()


def test_the_first_page_shows_what_waits_for_me(editor, approver) -> None:  # type: ignore[no-untyped-def]
    handed_in(editor, title="Đang chờ bà Thu")
    assert "Đang chờ bà Thu" in signed_in(approver).get(reverse("wagtailadmin_home")).content.decode()
    assert signed_in(editor).get(reverse("wagtailadmin_home")).status_code == 200


def test_the_queue_takes_few_queries(editor, approver, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    campaign = make_campaign()
    for _ in range(12):
        handed_in(editor, campaign=campaign)
    client = signed_in(approver)
    client.get(reverse("campaigns_approvals"))
    with django_assert_max_num_queries(62):
        client.get(reverse("campaigns_approvals"))
