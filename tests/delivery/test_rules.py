"""Planning: bad input is refused with a sentence, changes replace only what has not left."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from channels.delivery import engine
from channels.delivery.enums import DeliveryState as S
from channels.delivery.enums import Misfire
from channels.delivery.models import Delivery, Occurrence, Rule
from channels.delivery.services import (
    RuleInput,
    cancel_delivery,
    cancel_rule,
    change_rule,
    create_rule,
    materialise,
    materialise_due,
    take_down_delivery,
)
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import EndpointFactory, approved_script, memory_channel, once_now, plan

pytestmark = pytest.mark.django_db
VN = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 11, 18)


def daily(**kwargs: object) -> RuleInput:
    fields = {"times": ("05:00", "17:00"), "date_from": TODAY, "date_to": TODAY + timedelta(days=30)}
    return RuleInput(**{**fields, **kwargs})  # type: ignore[arg-type]


BAD = [
    ({"times": ()}, "giờ"),
    ({"times": ("25:00",)}, "25:00"),
    ({"times": ("05:00\x00x",)}, "05:00x"),
    ({"times": ("7 giờ",)}, "7 giờ"),
    ({"times": tuple(f"{h:02d}:00" for h in range(13))}, "12"),
    ({"date_from": TODAY, "date_to": TODAY - timedelta(days=1)}, "trước"),
    ({"date_from": TODAY - timedelta(days=9), "date_to": TODAY - timedelta(days=1)}, "qua"),
    ({"date_to": TODAY, "times": ("05:00",)}, "qua"),
    ({"date_to": TODAY + timedelta(days=4000)}, "năm"),
    ({"weekdays": ()}, "thứ"),
    ({"weekdays": (9,)}, "thứ"),
    ({"weekdays": (0,), "date_to": TODAY}, "ngày"),
    ({"timezone": "Mars/Olympus"}, "Mars"),
    ({"timezone": "../../etc/passwd"}, "giờ"),
    ({"useful_minutes": 0}, "phút"),
]


@pytest.mark.parametrize(("wrong", "word"), BAD)
def test_a_plan_that_cannot_be_carried_out_is_refused(noon: datetime, wrong: dict[str, object], word: str) -> None:
    memory_channel()
    with pytest.raises(BadInput) as caught:
        plan(when=daily(**wrong))
    assert word in caught.value.message
    assert not Rule.objects.exists()


def test_without_a_destination_nothing_is_planned(noon: datetime) -> None:
    with pytest.raises(BadInput, match="nơi"):
        create_rule(
            item=approved_script(), endpoints=[], orthography="vi", when=daily(), user=UserFactory(role=Role.EDITOR)
        )


@pytest.mark.parametrize(
    ("until", "word"),
    [
        (datetime(2026, 11, 18, 17, 0, tzinfo=VN), "cùng"),
        (datetime(2026, 11, 18, 16, 0, tzinfo=VN), "trước"),
        (datetime(2026, 11, 1, 16, 0, tzinfo=VN), "trước"),
    ],
)
def test_what_is_shown_for_a_while_ends_after_it_begins(noon: datetime, until: datetime, word: str) -> None:
    memory_channel(spans=True)
    with pytest.raises(BadInput) as caught:
        plan(when=daily(times=("17:00",), until=until))
    assert word in caught.value.message


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.EDITOR, True), (Role.ADMINISTRATOR, True), (Role.APPROVER, False), (Role.CENTRE, False), (None, False)],
)
def test_who_may_plan(noon: datetime, role: str | None, allowed: bool) -> None:
    memory_channel()
    arguments = {
        "item": approved_script(), "endpoints": [EndpointFactory()], "orthography": "vi", "when": daily(),
        "user": UserFactory(role=role),
    }  # fmt: skip
    if allowed:
        assert create_rule(**arguments)
    else:
        with pytest.raises(NotAllowed):
            create_rule(**arguments)


def test_one_bad_destination_leaves_no_half_plan(noon: datetime) -> None:
    memory_channel()
    with pytest.raises(BadInput, match="Đã tắt"):
        create_rule(
            item=approved_script(), endpoints=[EndpointFactory(), EndpointFactory(name="Đã tắt", active=False)],
            orthography="vi", when=daily(), user=UserFactory(role=Role.EDITOR),
        )  # fmt: skip
    assert not Rule.objects.exists()
    assert not Delivery.objects.exists()


def test_two_days_are_made_and_made_again_without_effect(noon: datetime) -> None:
    memory_channel()
    rule = plan(when=daily())
    # 18/11 17:00, 19/11 05:00 and 17:00, 20/11 05:00; 18/11 05:00 is past.
    starts = [o.starts_at.astimezone(VN).strftime("%d %H:%M") for o in Occurrence.objects.order_by("starts_at")]
    assert starts == ["18 17:00", "19 05:00", "19 17:00", "20 05:00"]
    assert materialise(rule, now=clock.now()) == 0
    assert materialise_due() == 0
    with clock.shifted(timedelta(days=1)):
        assert materialise_due() == 2
    assert Delivery.objects.count() == 6


def test_after_a_standstill_the_missed_are_recorded_and_only_the_latest_goes(noon: datetime) -> None:
    channel = memory_channel()
    plan(when=daily(useful_minutes=60 * 24 * 7))
    with clock.shifted(timedelta(days=5, hours=1)):
        materialise_due()
        engine.run_due()
        states = [d.state for d in Delivery.objects.filter(planned_at__lte=clock.now()).order_by("planned_at")]
    assert len(states) == 10
    assert states == [S.EXPIRED] * 9 + [S.SENT]
    assert len(channel.posted) == 1


def test_a_change_replaces_only_what_has_not_left(noon: datetime) -> None:
    channel = memory_channel()
    rule = plan(when=daily(times=("12:00", "18:00")))
    engine.run_due()
    assert len(channel.posted) == 1
    with clock.shifted(timedelta(hours=1)):
        change_rule(rule, when=daily(times=("18:30",)), user=UserFactory(role=Role.EDITOR))
    rule.refresh_from_db()
    assert rule.version == 2
    states = {d.state: d.planned_at for d in Delivery.objects.exclude(state=S.SUPERSEDED)}
    assert set(states) == {S.SENT, S.SCHEDULED}
    waiting = Delivery.objects.filter(state=S.SCHEDULED)
    assert {d.planned_at.astimezone(VN).strftime("%H:%M") for d in waiting} == {"18:30"}
    with clock.shifted(timedelta(hours=7)):
        engine.run_due()
    assert len(channel.posted) == 2


def test_the_old_plan_never_leaves_although_a_worker_holds_it(noon: datetime) -> None:
    channel = memory_channel()
    rule = plan(when=daily(times=("12:30",)))
    with clock.shifted(timedelta(minutes=31)):
        row = engine.claim(1, owner="w", now=clock.now())[0]
    change_rule(rule, when=daily(times=("12:45",)), user=UserFactory(role=Role.EDITOR))
    with clock.shifted(timedelta(minutes=31)):
        engine.deliver(row)
    assert channel.posted == []
    row.refresh_from_db()
    assert row.state == S.SUPERSEDED


def test_cancelling_stops_what_has_not_left(noon: datetime) -> None:
    channel = memory_channel()
    rule = plan(when=daily(times=("12:00", "18:00")))
    engine.run_due()
    cancel_rule(rule, user=UserFactory(role=Role.EDITOR))
    with clock.shifted(timedelta(days=1)):
        materialise_due()
        engine.run_due()
    assert len(channel.posted) == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {S.SENT, S.CANCELLED}
    with pytest.raises(Conflict):
        cancel_rule(rule, user=UserFactory(role=Role.EDITOR))


def test_what_is_out_is_taken_down_by_a_delivery_of_its_own(noon: datetime) -> None:
    channel = memory_channel()
    plan(when=once_now())
    editor = UserFactory(role=Role.EDITOR)
    sent = Delivery.objects.get()
    cancelled = plan(when=once_now())
    waiting = Delivery.objects.get(occurrence__rule=cancelled)
    cancel_delivery(waiting, user=editor)
    engine.run_due()
    with pytest.raises(Conflict):
        cancel_delivery(sent, user=editor)
    with pytest.raises(Conflict):
        take_down_delivery(waiting, user=editor)
    down = take_down_delivery(sent, user=editor)
    assert take_down_delivery(sent, user=editor) == down
    engine.run_due()
    down.refresh_from_db()
    assert down.state == S.SENT
    assert [p.action for p in channel.posted] == ["send", "take_down"]
    assert channel.posted[1].remote_id == "m1"


def test_shown_until_its_end(noon: datetime) -> None:
    channel = memory_channel(spans=True, repeatable=True)
    until = datetime(2026, 11, 18, 18, 0, tzinfo=VN)
    plan(when=daily(times=("12:00",), until=until, misfire=Misfire.SKIP))
    engine.run_due()
    assert [p.action for p in channel.posted] == ["send"]
    with clock.shifted(timedelta(hours=6)):
        engine.run_due()
    assert [p.action for p in channel.posted] == ["send", "take_down"]


def test_an_end_does_not_take_down_what_another_plan_still_shows(noon: datetime) -> None:
    channel = memory_channel(spans=True, repeatable=True)
    item, endpoint = approved_script(), EndpointFactory()
    early, late = datetime(2026, 11, 18, 18, 0, tzinfo=VN), datetime(2026, 11, 25, 18, 0, tzinfo=VN)
    for until in (early, late):
        plan(item=item, endpoint=endpoint, when=daily(times=("12:00",), until=until))
    engine.run_due()
    with clock.shifted(timedelta(hours=6)):
        engine.run_due()
    assert "take_down" not in {p.action for p in channel.posted}
    with clock.shifted(timedelta(days=8)):
        engine.run_due()
    assert "take_down" in {p.action for p in channel.posted}


def test_a_longer_showing_keeps_it_up(noon: datetime) -> None:
    channel = memory_channel(spans=True, repeatable=True)
    rule = plan(when=daily(times=("12:00",), until=datetime(2026, 11, 18, 18, 0, tzinfo=VN)))
    engine.run_due()
    longer = daily(times=("12:00",), until=datetime(2026, 11, 19, 18, 0, tzinfo=VN))
    with clock.shifted(timedelta(hours=1)):
        change_rule(rule, when=longer, user=UserFactory(role=Role.EDITOR))
    with clock.shifted(timedelta(hours=7)):
        engine.run_due()
    assert "take_down" not in {p.action for p in channel.posted}
    with clock.shifted(timedelta(days=2)):
        engine.run_due()
    assert [p.action for p in channel.posted][-1] == "take_down"
