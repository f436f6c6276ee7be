"""The small screens of the admin: new item, a hotline's number, pauses. Editors may, approvers read, others stay out."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.forms import PauseForm
from campaigns.models import ContentItem, Hotline, Pause
from campaigns.services import items
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import HotlineFactory, UserFactory, make_campaign, make_script

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(role=Role.EDITOR)
    client.force_login(user)
    return user


def test_writing_begins_with_campaign_kind_and_title(client, editor):
    campaign = make_campaign()
    answer = client.post(
        reverse("campaigns_new_item"), {"campaign": campaign.pk, "kind": "script", "title": "Lời nhắc khóa cửa"}
    )
    item = ContentItem.objects.get(kind="script")
    page = items.page_of(item, orthography="vi")
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert client.get(answer.url).status_code == 200


def test_an_empty_title_is_said_beside_the_field_and_nothing_typed_is_lost(client, editor):
    campaign = make_campaign()
    answer = client.post(
        reverse("campaigns_new_item"), {"campaign": campaign.pk, "kind": "script", "purpose": "Nhắc bà con"}
    )
    assert answer.status_code == 200 and "Nhắc bà con" in answer.content.decode()
    assert not ContentItem.objects.filter(kind="script").exists()


@pytest.mark.parametrize(("role", "status"), [(Role.APPROVER, 302), (Role.CENTRE, 403)])
def test_only_editors_begin_items(client, role, status):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("campaigns_new_item")).status_code == status


def test_changing_a_number_makes_a_new_row_that_waits_for_verification(client, editor):
    line = HotlineFactory()
    client.post(reverse("campaigns_hotline_change", args=[line.pk]), {"number": "0269 111 2222"})
    new = Hotline.objects.get(number="0269 111 2222")
    assert Hotline.objects.get(pk=line.pk).replaced_by == new and not new.is_current
    client.post(reverse("campaigns_hotline_verify", args=[new.pk]))
    new.refresh_from_db()
    assert new.is_current and new.verified_by == editor


@pytest.mark.parametrize("number", ["gọi công an", "", "1"])
def test_what_is_no_number_is_refused(client, editor, number):
    line = HotlineFactory()
    answer = client.post(reverse("campaigns_hotline_change", args=[line.pk]), {"number": number})
    assert answer.status_code == 200 and Hotline.objects.count() == 1


def test_a_pause_is_ordered_seen_and_ended(client, editor):
    now = clock.local_now()
    answer = client.post(
        reverse("campaigns_pauses"),
        {"starts_at": (now - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M"),
         "ends_at": (now + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M"), "reason": "Bão số 9"},
        follow=True,
    )  # fmt: skip
    assert "Bão số 9" in answer.content.decode()
    client.post(reverse("campaigns_pause_end", args=[Pause.objects.get().pk]))
    assert Pause.objects.get().ends_at <= clock.now()


def test_a_pause_that_ends_before_it_begins_is_refused_in_words(client, editor):
    now = clock.local_now()
    stamp = now.strftime("%Y-%m-%d %H:%M")
    answer = client.post(reverse("campaigns_pauses"), {"starts_at": stamp, "ends_at": stamp, "reason": "Bão"})
    assert answer.status_code == 200 and not Pause.objects.exists()


@pytest.mark.parametrize(
    "name", ["campaigns_campaign", "campaigns_contentitem", "campaigns_hotline", "campaigns_organisation",
             "campaigns_observance", "campaigns_topic", "campaigns_audience"]
)  # fmt: skip
def test_every_register_opens_for_an_editor(client, editor, name):
    assert client.get(reverse(f"wagtailsnippets_{name}:list")).status_code == 200
    if name != "campaigns_contentitem":
        assert client.get(reverse(f"wagtailsnippets_{name}:add")).status_code == 200


def test_an_item_is_not_added_without_its_page(client, editor):
    assert client.get(reverse("wagtailsnippets_campaigns_contentitem:add")).status_code in (302, 403)


def test_an_editor_starts_closes_and_begins_next_years_campaign(client, editor):
    campaign = make_campaign(draft=True, title="Đợt thử 2026")
    url = reverse("campaigns_steps", args=[campaign.pk])
    assert client.get(url).status_code == 200
    client.post(url, {"step": "active"})
    campaign.refresh_from_db()
    assert campaign.state == "active"
    client.post(url, {"step": "draft"})  # the table does not allow it: said, not done
    campaign.refresh_from_db()
    assert campaign.state == "active"
    client.post(url, {"step": "next_year"})
    assert type(campaign).objects.get(previous=campaign).state == "draft"


def test_only_editors_take_a_campaigns_steps(client):
    campaign = make_campaign(draft=True)
    client.force_login(UserFactory(role=Role.APPROVER))
    assert client.post(reverse("campaigns_steps", args=[campaign.pk]), {"step": "active"}).status_code in (302, 403)
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_the_script_editor_shows_the_reading_time(client, editor):
    item = make_script(user=editor)
    page = items.page_of(item, orthography="vi")
    assert page.reading_seconds > 10
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert f"{round(page.get_latest_revision_as_object().reading_seconds)} giây" in answer.content.decode()


def test_a_hotline_is_verified_after_being_asked(client, editor):
    line = HotlineFactory(unverified=True)
    url = reverse("campaigns_hotline_verify", args=[line.pk])
    assert client.get(url).status_code == 200
    line.refresh_from_db()
    assert line.verified_at is None
    client.post(url)
    line.refresh_from_db()
    assert line.is_current


def test_pickers_write_moments_as_people_here_type_them() -> None:
    """A picker that knows another form takes what was typed for a mistake and puts the present moment there."""
    options = PauseForm().fields["ends_at"].widget.render("ends_at", None)
    assert "d/m/Y H:i" in options
