"""The admin's screens: who may see and do what, nothing typed is lost, the preview is what leaves."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Ambiguous
from channels.delivery.models import Delivery, Endpoint, Rule
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import OrganisationFactory, UserFactory
from tests.factories.delivery import TOKEN, EndpointFactory, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db


def client_of(role: str | None) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**kwargs: object) -> dict[str, object]:
    tomorrow = clock.today() + timedelta(days=1)
    fields = {
        "item": approved_script(title="Khóa cửa khi đi rẫy").pk, "orthography": "vi",
        "endpoints": [EndpointFactory().pk], "times": "06:00, 17:30", "date_from": tomorrow.strftime("%d/%m/%Y"),
        "date_to": "", "weekdays": ["0", "1", "2", "3", "4", "5", "6"], "exceptions": "", "until": "",
        "misfire": "send_late", "useful_hours": "6",
    }  # fmt: skip
    return {**fields, **kwargs}


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.EDITOR, 200), (Role.ADMINISTRATOR, 200), (Role.APPROVER, 200), (Role.CENTRE, 302), (None, 302)],
)
def test_who_sees_the_plans(role: str | None, status: int) -> None:
    answer = client_of(role).get(reverse("delivery_plans"))
    assert answer.status_code in ({200} if status == 200 else {302, 403, 404})


def test_preview_shows_what_would_leave_and_plans_nothing() -> None:
    memory_channel()
    page = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**typed(), "preview": ""}).content.decode()
    assert "Khóa cửa khi đi rẫy" in page
    assert "06:00" in page
    assert not Rule.objects.exists()


def test_planning() -> None:
    memory_channel()
    answer = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**typed(), "plan": ""})
    assert answer.status_code == 302
    assert Delivery.objects.count() == 2


def test_a_mistake_is_named_and_nothing_typed_is_lost() -> None:
    memory_channel()
    page = (
        client_of(Role.EDITOR)
        .post(reverse("delivery_plan_new"), {**typed(times="7 giờ sáng"), "plan": ""})
        .content.decode()
    )
    assert "không phải là giờ" in page
    assert "7 giờ sáng" in page
    none_chosen = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**typed(endpoints=[]), "plan": ""})
    assert "ít nhất một nơi nhận" in none_chosen.content.decode()
    nul = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**typed(times="06:00\x00"), "plan": ""})
    assert nul.status_code == 200
    assert not Rule.objects.exists()


def test_changing_and_cancelling() -> None:
    memory_channel()
    rule = plan()
    editor = client_of(Role.EDITOR)
    shown = editor.get(reverse("delivery_plan_change", args=[rule.pk]))
    assert rule.times[0] in shown.content.decode()
    data = {k: v for k, v in typed(times="18:00").items() if k not in {"item", "orthography", "endpoints"}}
    assert editor.post(reverse("delivery_plan_change", args=[rule.pk]), {**data, "plan": ""}).status_code == 302
    rule.refresh_from_db()
    assert (rule.version, rule.times) == (2, ["18:00"])
    assert editor.post(reverse("delivery_plan_cancel", args=[rule.pk])).status_code == 302
    rule.refresh_from_db()
    assert rule.state == "cancelled"


def test_who_settles_a_delivery_without_an_answer() -> None:
    channel = memory_channel()

    def lose(outgoing: object) -> None:
        raise Ambiguous("reply_lost")

    channel.after = lose
    plan()
    engine.run_due()
    delivery = Delivery.objects.get()
    approver, editor, stranger = client_of(Role.APPROVER), client_of(Role.EDITOR), client_of(Role.TRANSLATOR)
    queue, act = reverse("delivery_queue", args=["chua-ro"]), reverse("delivery_act", args=[delivery.pk, "da-co"])
    assert "Giữ nhà khi đi rẫy" in approver.get(queue).content.decode()
    assert approver.get(reverse("delivery_detail", args=[delivery.pk])).status_code == 200
    assert stranger.post(act).status_code in {302, 403}
    delivery.refresh_from_db()
    assert delivery.state == S.UNCONFIRMED
    assert editor.get(act).status_code == 405
    assert editor.post(act, {"back": "https://evil.example/"}).url.startswith("/admin/")
    delivery.refresh_from_db()
    assert delivery.state == S.SENT


@pytest.mark.parametrize("name", ["chua-ro", "hong", "giu-lai", "muon", "qua-han"])
def test_every_queue_opens(name: str) -> None:
    memory_channel()
    plan()
    with clock.shifted(timedelta(hours=2)):
        assert client_of(Role.EDITOR).get(reverse("delivery_queue", args=[name])).status_code == 200


def test_destinations_are_for_administrators_and_keys_are_never_shown() -> None:
    new = reverse("delivery_destination_new", args=["telegram"])
    assert client_of(Role.EDITOR).get(new).url == "/admin/"
    administrator = client_of(Role.ADMINISTRATOR)
    data = {
        "name": "Kênh tỉnh", "organisation": OrganisationFactory().pk, "secret": TOKEN, "config-chat_id": "-100123",
        "config-audio": "never",
    }  # fmt: skip
    assert "dấu trừ" in administrator.post(new, {**data, "config-chat_id": "123"}).content.decode()
    assert "khóa" in administrator.post(new, {**data, "secret": ""}).content.decode()
    assert administrator.post(new, data).status_code == 302
    endpoint = Endpoint.objects.get()
    assert endpoint.config == {"chat_id": -100123, "audio": "never"}
    assert endpoint.credential.secret == TOKEN
    change = reverse("delivery_destination_change", args=[endpoint.pk])
    assert TOKEN not in administrator.get(change).content.decode()
    assert administrator.post(change, {**data, "secret": "", "name": "Kênh mới"}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.credential.secret) == ("Kênh mới", TOKEN)
    assert TOKEN not in administrator.get(reverse("delivery_destinations")).content.decode()
