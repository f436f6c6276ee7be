"""A changed hotline on every real channel: nothing of the old number stays where people can see it, and a receipt says so.

Each channel talks to its own simulator over real HTTP. The place ends either with the corrected words or without any.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from campaigns.models import ContentItem, Hotline
from campaigns.services import hotlines
from campaigns.services.items import page_of
from channels.delivery import engine, reaper
from channels.delivery.enums import Action
from channels.delivery.models import Correction, Delivery, Receipt
from channels.delivery.services import corrections
from channels.manual.enums import TaskState
from channels.manual.models import ManualTask
from channels.manual.services.handing import latest_pack
from cms.core import clock
from cms.core.models import Role
from tests.crash.rigs import RIGS, Rig
from tests.delivery.test_corrections import correct_text, told
from tests.factories.campaigns import HotlineFactory, OrganisationFactory, UserFactory
from tests.factories.delivery import plan

pytestmark = pytest.mark.django_db
OLD, NEW = "0269 3 869 999", "0269 3 868 686"


@pytest.fixture(params=sorted(RIGS))
def rig(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Rig]:
    """One kind of channel with its other side."""
    with RIGS[request.param]() as running:
        for name, value in running.settings.items():
            setattr(settings, name, value)
        yield running


def shown(rig: Rig, item: ContentItem) -> str:
    """Everything that the public (or whoever carries it out) has before them at the other side, digits together."""
    if rig.kind == "website":
        page = page_of(item, orthography="vi")
        assert page is not None
        words: Any = Client().get(page.get_url()).content.decode()
    else:
        words = json.dumps(_SEEN[rig.kind](rig), ensure_ascii=False, default=str)
    return "".join(words.split()).replace(".", "")


def _manual(rig: Rig) -> Any:
    return [latest_pack(task).payload for task in ManualTask.objects.exclude(state=TaskState.CANCELLED)]


_SEEN = {
    "telegram": lambda rig: [each.text for each in rig.simulator.world.snapshot() if not each.deleted],
    "facebook": lambda rig: [each.message for each in rig.simulator.world.snapshot() if not each.deleted],
    "zalo": lambda rig: [each.content for each in rig.simulator.world.standing()],
    "wordpress": lambda rig: [each.fields for each in rig._posts() if each.status == "publish"],
    "webhook": lambda rig: [each["content"] for each in rig.simulator.receiver.objects.values()],
    "manual": _manual,
}


def has(words: str, number: str) -> bool:
    return number.replace(" ", "") in words


def work(rounds: int = 3) -> None:
    """What the worker does in the minutes that follow."""
    for _minute in range(rounds):
        corrections.work_all()
        reaper.recheck_held()
        with clock.shifted(timedelta(minutes=1)):  # one message a second in one chat
            engine.run_due()
            corrections.work_all()


def out(rig: Rig, hotline: Hotline) -> ContentItem:
    """A text with the hotline, at the channel."""
    item = told(hotline)
    plan(item=item, endpoint=rig.endpoint(OrganisationFactory(), 1))
    engine.run_due()
    assert Receipt.objects.get().kind == "sent"
    assert has(shown(rig, item), OLD)
    return item


def change(hotline: Hotline) -> Hotline:
    editor = UserFactory(role=Role.EDITOR)
    new = hotlines.change_number(hotline, number=NEW, user=editor)
    hotlines.verify(new, user=editor)
    return new


def nothing_more_happens() -> None:
    before = list(Delivery.objects.order_by("pk").values_list("pk", "state")), Receipt.objects.count()
    assert corrections.work_all() == 0
    engine.run_due()
    after = list(Delivery.objects.order_by("pk").values_list("pk", "state")), Receipt.objects.count()
    assert after == before


def test_without_a_corrected_text_the_old_number_goes(rig: Rig) -> None:
    hotline = HotlineFactory(number=OLD)
    item = out(rig, hotline)
    new = change(hotline)
    work()
    assert not has(shown(rig, item), OLD)
    assert not has(shown(rig, item), NEW), "nobody has approved it"
    correction = Correction.objects.get()
    if rig.kind == "website":
        # Our own page stands, masked, and waits for the corrected words.
        assert correction.deliveries.get().last_error == "masked_until_corrected"
        assert correction.closed_at is None
        correct_text(item, new)
        work()
        assert has(shown(rig, item), NEW)
        correction.refresh_from_db()
        assert Receipt.objects.filter(kind="corrected", channel=rig.kind).count() == 1
    else:
        assert list(correction.deliveries.values_list("action", "state")) == [(Action.TAKE_DOWN, "sent")]
        assert Receipt.objects.filter(kind="taken_down", channel=rig.kind).count() == 1
    assert correction.closed_at is not None
    nothing_more_happens()


def test_with_a_corrected_text_the_new_number_stands_there(rig: Rig) -> None:
    hotline = HotlineFactory(number=OLD)
    item = out(rig, hotline)
    correct_text(item, change(hotline))
    work()
    assert has(shown(rig, item), NEW)
    assert not has(shown(rig, item), OLD)
    correction = Correction.objects.get()
    assert list(correction.deliveries.values_list("action", "state")) == [(Action.CORRECT, "sent")]
    assert Receipt.objects.filter(kind="corrected", channel=rig.kind).count() == 1
    assert not Receipt.objects.filter(kind="taken_down").exists()
    assert correction.closed_at is not None
    nothing_more_happens()
