"""One thing that kills its worker, or cannot be rendered, and everything behind it goes on."""

import pytest

from channels.delivery.models import Delivery
from channels.delivery.reaper import MAX_CRASHES
from tests.crash.conftest import LEASE, Field, wait_for
from tests.crash.worker import DEADLY
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, plan

pytestmark = pytest.mark.crash


@pytest.mark.slow
def test_what_kills_each_worker_is_given_up(field: Field) -> None:
    """The renderer ends the process (as a fault in a C library would); it stands first in the queue."""
    memory_channel()  # the plan needs the kind here; the worker has its own
    organisation_places = [EndpointFactory() for _number in range(3)]
    plan(item=approved_script(title=f"Bài {DEADLY}"), endpoint=organisation_places[0], priority=9)
    for number, place in enumerate(organisation_places[1:]):
        plan(item=approved_script(title=f"Bài lành {number}"), endpoint=place)
    # What was rendered at planning time is rendered again by the worker.
    Delivery.objects.update(variant=None)
    for _death in range(MAX_CRASHES + 1):
        with field.worker(CONG_TEST_DEADLY="1") as process:
            wait_for(
                lambda: not process.is_alive() or not Delivery.objects.exclude(state__in=["sent", "failed"]).exists(),
                seconds=LEASE * 4,
            )
    assert field.states() == {"sent": 2, "failed": 1}
    assert Delivery.objects.get(state="failed").crashes == MAX_CRASHES


ODD = [
    "Chữ Thái Đen ꪼꪕ ꪀꪺꪉ ꪹꪀꪱ",
    "Chữ Khmer សូមប្រុងប្រយ័ត្ន",
    "Dấu chồng: ẫ ễ ộ ữ a\u0323\u0302 o\u031b\u0323",
    "H'Mông: Tsis txhob ntseeg",
    "Thực thể hỏng &amp &#xD800; &notanentity; <b>",
    "Hình 🙏🏽 và cờ 🇻🇳" * 20,
    "Dài " * 60,
]


def test_odd_letters_arrive_whole(field: Field) -> None:
    places = [field.rig.endpoint(EndpointFactory().organisation, number) for number in range(len(ODD))]
    for title, place in zip(ODD, places, strict=True):
        plan(item=approved_script(title=title[:250].strip()), endpoint=place)
    field.settle()
    assert field.states() == {"sent": len(ODD)}
    titles = set(field.rig.copies())
    assert {Delivery.objects.get(endpoint=place).variant.approval.payload["title"] for place in places} == titles
