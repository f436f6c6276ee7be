"""What is given to people is shown as handed over, never as sent: in queues, timeline, matrix, receipts and calendar."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.handed import HANDED_OVER
from channels.delivery.matrix import matrix_of
from channels.delivery.models import Delivery, Endpoint, Receipt
from channels.delivery.selectors import count_by_shown_state
from channels.delivery.services import take_down_delivery
from channels.delivery.services.endpoints import create_endpoint
from channels.delivery.timeline import events_of
from cms.cockpit.calendar import month
from cms.cockpit.states import delivery_counts
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import OrganisationFactory, UserFactory
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, plan

pytestmark = pytest.mark.django_db
WORD, SENT = "đã giao việc", "đã gửi"


@pytest.fixture
def places() -> tuple[Endpoint, Endpoint]:
    """A task for people and a channel of machines, both served."""
    memory_channel()
    item = approved_script()
    config = {"means": "van", "place": "Thôn 1", "due_hours": 24}
    van = create_endpoint(kind="manual", name="Xe 1", organisation=OrganisationFactory(), config=config, user=None)
    machine = EndpointFactory()
    for endpoint in (van, machine):
        plan(item=item, endpoint=endpoint)
    engine.run_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {S.SENT}
    return van, machine


def of(endpoint: Endpoint) -> Delivery:
    return Delivery.objects.select_related("endpoint").get(endpoint=endpoint, action="send")


def test_the_words_of_state_receipt_and_timeline(places: tuple[Endpoint, Endpoint]) -> None:
    van, machine = places
    with override("vi"):
        assert [of(each).get_state_display() for each in places] == [WORD, SENT]
        receipts = {row.endpoint_ref: row.get_kind_display() for row in Receipt.objects.all()}
        assert receipts == {van.pk: WORD, machine.pk: SENT}
        said = [" ".join(event.what for event in events_of(of(each))) for each in places]
    assert (SENT in said[0], said[0].count(WORD)) == (False, 2), "the attempt and its receipt"
    assert (WORD in said[1], said[1].count(SENT)) == (False, 2)


def test_the_matrix(places: tuple[Endpoint, Endpoint]) -> None:
    item = of(places[0]).variant.approval.item
    with override("vi"):
        rows = matrix_of(item, list(places)).rows
    assert [row.cells[0].parts[0].label for row in rows] == [WORD, SENT]


def test_the_counts_of_campaign_and_calendar(places: tuple[Endpoint, Endpoint]) -> None:
    counts = count_by_shown_state(Delivery.objects.all())
    assert counts == {HANDED_OVER: 1, S.SENT: 1}
    today = clock.today()
    with override("vi"):
        assert {str(each.label) for each in delivery_counts(counts)} == {WORD, SENT}
        days = [day for week in month(today.replace(day=1)).weeks for day in week if day.date == today]
        assert {(str(each.label), each.number) for each in days[0].deliveries} == {(WORD, 1), (SENT, 1)}


def test_taking_back_is_handed_over_too(places: tuple[Endpoint, Endpoint]) -> None:
    down = take_down_delivery(of(places[0]), user=UserFactory(role=Role.EDITOR))
    engine.run_due()
    with override("vi"):
        assert Delivery.objects.get(pk=down.pk).get_state_display() == WORD


def test_the_page_of_a_delivery(places: tuple[Endpoint, Endpoint], client: Client) -> None:
    client.force_login(UserFactory(role=Role.EDITOR))
    pages = [client.get(reverse("delivery_detail", args=[of(each).pk])).content.decode() for each in places]
    assert WORD in pages[0]
    assert WORD not in pages[1]
