"""Planning: refused before it is too late, shown as it will leave, several languages and destinations at once, moved."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.services.pauses import pause
from channels.delivery import engine
from channels.delivery.enums import CredentialState
from channels.delivery.enums import DeliveryState as S
from channels.delivery.holidays import holiday_on, holidays_between
from channels.delivery.models import Delivery, Endpoint, Rule
from channels.delivery.preview import preview
from channels.delivery.services import planning
from channels.delivery.services import variants as verbs
from channels.delivery.services.rules import RuleInput
from channels.delivery.week import week_of
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.delivery import (
    CredentialFactory,
    EndpointFactory,
    MemoryChannel,
    approved_script,
    memory_channel,
    once_now,
    plan,
)

pytestmark = pytest.mark.django_db
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


class NightChannel(MemoryChannel):
    """Closed from 22:00 to 06:00 local time, as Zalo's broadcasts are."""

    def closed_until(self, endpoint: Endpoint, payload: dict[str, object], at: datetime) -> datetime | None:
        local = at.astimezone(LOCAL)
        if 6 <= local.hour < 22:
            return None
        opens = local.replace(hour=6, minute=0, second=0)
        return opens if local.hour < 6 else opens + timedelta(days=1)


@pytest.fixture
def channel() -> MemoryChannel:
    return memory_channel()


def client_of(role: str | None) -> Client:
    client = Client()
    client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(**kwargs: object) -> dict[str, object]:
    tomorrow = clock.today() + timedelta(days=1)
    fields = {
        "item": approved_script(title="Khóa cửa khi đi rẫy").pk, "orthography": ["vi"],
        "endpoints": [EndpointFactory().pk], "times": "06:00, 17:30", "date_from": tomorrow.strftime("%d/%m/%Y"),
        "date_to": "", "weekdays": ["0", "1", "2", "3", "4", "5", "6"], "exceptions": "", "until": "",
        "misfire": "send_late", "useful_hours": "6",
    } if "item" not in kwargs else {
        "orthography": ["vi"], "times": "06:00, 17:30", "date_from": tomorrow.strftime("%d/%m/%Y"), "date_to": "",
        "weekdays": ["0", "1", "2", "3", "4", "5", "6"], "exceptions": "", "until": "", "misfire": "send_late",
        "useful_hours": "6",
    }  # fmt: skip
    return {**fields, **kwargs}


def daily(days: int = 7, times: tuple[str, ...] = ("06:00",), **kwargs: object) -> RuleInput:
    tomorrow = clock.today() + timedelta(days=1)
    return RuleInput(times=times, date_from=tomorrow, date_to=tomorrow + timedelta(days=days - 1), **kwargs)


def test_several_languages_times_several_destinations_all_or_none(channel: MemoryChannel) -> None:
    item, places = approved_script(), [EndpointFactory(), EndpointFactory()]
    answer = client_of(Role.EDITOR).post(
        reverse("delivery_plan_new"),
        {**typed(item=item.pk, endpoints=[p.pk for p in places], orthography=["vi", "km"]), "plan": ""},
    )
    assert answer.status_code == 302
    assert set(Rule.objects.values_list("endpoint", "orthography")) == {(p.pk, c) for p in places for c in ("vi", "km")}
    with pytest.raises(BadInput):
        planning.plan_all(
            item=item, endpoints=[places[0], EndpointFactory(active=False)], orthographies=["vi"], when=daily(),
            user=UserFactory(role=Role.EDITOR),
        )  # fmt: skip
    assert Rule.objects.count() == 4


def test_a_text_that_is_too_long_is_refused_before_it_is_planned(channel: MemoryChannel) -> None:
    item = approved_script(title="Khóa cửa")
    endpoint = EndpointFactory(name="Kênh ngắn")
    data = typed(item=item.pk, endpoints=[endpoint.pk])

    def too_long(approval: object) -> None:
        raise BadInput("dài quá 4096")

    channel.render = too_long
    page = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**data, "plan": ""}).content.decode()
    assert "Kênh ngắn, Tiếng Việt: dài quá 4096" in page
    assert "06:00, 17:30" in page
    assert not Rule.objects.exists()
    channel.reset()
    channel.counters = lambda payload: [
        type("C", (), {"label": "Chữ", "used": 600, "limit": 500, "unit": "characters"})
    ]
    page = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**data, "plan": ""}).content.decode()
    assert "Chữ: 600" in page
    assert not Rule.objects.exists()


def test_what_is_missing_yet_may_be_planned_and_is_said(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()

    def missing(approval: object) -> None:
        raise NotReady("chưa có bản ghi")

    channel.render = missing
    data = typed(item=item.pk, endpoints=[endpoint.pk])
    editor = client_of(Role.EDITOR)
    assert "chưa có bản ghi" in editor.post(reverse("delivery_plan_new"), {**data, "preview": ""}).content.decode()
    assert editor.post(reverse("delivery_plan_new"), {**data, "plan": ""}).status_code == 302


def test_the_preview_shows_the_edited_words_and_that_they_wait(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    variant = verbs.ensure_variant(item.approvals.get(), endpoint)
    verbs.edit_variant(variant, text="Lời riêng cho kênh", user=UserFactory(role=Role.EDITOR))
    shown = preview(item=item, endpoint=endpoint, orthography="vi", when=daily(), now=clock.now())
    assert "Lời riêng cho kênh" in shown.html
    assert shown.edited and any("người thứ hai" in said or "second person" in said for said in shown.warnings)
    assert not verbs.Variant.objects.exclude(pk=variant.pk).exists(), "looking stores nothing"


def test_the_preview_names_night_pause_holiday_and_what_ends_before(noon: datetime) -> None:
    from channels.delivery.contract import register

    register(NightChannel())
    item = approved_script()
    item.expires_at = noon + timedelta(days=20)
    item.save()
    credential = CredentialFactory(expires_at=noon + timedelta(days=10))
    endpoint = EndpointFactory(credential=credential)
    today = noon.astimezone(LOCAL).date()
    pause(
        starts_at=noon + timedelta(days=1), ends_at=noon + timedelta(days=2), reason="Quốc tang",
        user=UserFactory(role=Role.EDITOR),
    )  # fmt: skip
    when = RuleInput(times=("05:30", "23:00"), date_from=today, date_to=today + timedelta(days=44), useful_minutes=120)
    shown = preview(item=item, endpoint=endpoint, orthography="vi", when=when, now=noon)
    assert shown.count == 89, "today's 05:30 is over"
    tonight, morning = shown.moments[0], shown.moments[1]
    assert (f"{tonight.at:%H:%M}", tonight.too_late) == ("23:00", True), "useful for two hours only"
    assert (f"{morning.at:%H:%M}", f"{morning.goes_at:%H:%M}", morning.too_late) == ("05:30", "06:00", False)
    assert any("Quốc tang" in note for note in shown.moments[2].notes)
    told = "\n".join(shown.warnings)
    for each in ("89", "12:00 08/12/2026", "12:00 28/11/2026"):
        assert each in told
    credential.state = CredentialState.REAUTH_NEEDED
    credential.save()
    endpoint.refresh_from_db()
    refused = preview(item=item, endpoint=endpoint, orthography="vi", when=when, now=noon)
    assert "12:00 28/11/2026" not in "\n".join(refused.warnings)
    new_year = RuleInput(times=("07:00",), date_from=today, date_to=today.replace(year=2027, month=1), weekdays=(4,))
    shown = preview(item=item, endpoint=EndpointFactory(), orthography="vi", when=new_year, now=noon)
    assert shown.count
    only = RuleInput(times=("07:00",), date_from=datetime(2027, 2, 6).date(), date_to=datetime(2027, 2, 6).date())
    shown = preview(item=item, endpoint=EndpointFactory(), orthography="vi", when=only, now=noon)
    assert any("Tết" in note or "Lunar" in note for note in shown.moments[0].notes)


def test_holidays() -> None:
    day = datetime(2027, 2, 4).date()
    names = [bool(holiday_on(day + timedelta(days=n))) for n in range(8)]
    assert names == [False, True, True, True, True, True, False, False]
    assert len(holidays_between(datetime(2027, 1, 1).date(), datetime(2027, 12, 31).date())) == 10


def test_the_same_words_twice_are_warned_about_never_forbidden(channel: MemoryChannel) -> None:
    item = approved_script(title="Bà con nhớ khóa cửa khi đi rẫy nhé, đừng quên gửi nhà cho hàng xóm")
    one, same = EndpointFactory(config={"chat_id": 7}), EndpointFactory(config={"chat_id": 7, "audio": "never"})
    other = EndpointFactory(config={"chat_id": 8})
    plan(item=item, endpoint=one)
    engine.run_due()
    again = approved_script(title="BÀ CON nhớ khóa cửa khi đi rẫy nhé, đừng quên gửi nhà cho hàng xóm! #AnNinh 113")
    nearly = approved_script(title="Bà con nhớ khóa cửa khi đi rẫy nhé, đừng quên gửi nhà cho láng giềng")
    issuer = item.campaign.issuer
    for each in (again, nearly):
        approval = each.approvals.get()
        approval.payload["issuer"] = {"id": issuer.pk, "name": issuer.name}
        approval.save()

    def told(what: object, where: Endpoint) -> str:
        shown = preview(item=what, endpoint=where, orthography="vi", when=once_now(), now=clock.now())
        return "\n".join(said for said in shown.warnings if one.name in said)

    assert clock.local_now().strftime("%d/%m/%Y") in told(again, one)
    assert told(again, same) and told(nearly, one)
    assert not told(again, other)
    assert not told(approved_script(title="Xe máy cần khóa cổ, khóa phanh đĩa"), one)
    with clock.shifted(timedelta(days=31)):
        assert not told(again, one)
    data = {**typed(item=again.pk, endpoints=[one.pk, same.pk]), "preview": ""}
    page = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), data).content.decode()
    assert page.count(one.name) >= 3
    planned = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), {**data, "plan": ""})
    assert planned.status_code == 302


def test_changing_says_what_is_replaced_and_refuses_a_plan_that_changed_meanwhile(channel: MemoryChannel) -> None:
    rule = plan(when=daily(3, ("06:00", "17:30")))
    editor = client_of(Role.EDITOR)
    page = editor.get(reverse("delivery_plan_change", args=[rule.pk])).content.decode()
    waiting = Delivery.objects.filter(state=S.SCHEDULED).count()
    assert planning.what_is_replaced(rule, now=clock.now()).waiting == waiting > 0
    assert f"{waiting} lượt" in page or f"{waiting} deliver" in page
    data = {k: v for k, v in typed(times="18:00").items() if k not in {"item", "orthography", "endpoints"}}
    late = editor.post(reverse("delivery_plan_change", args=[rule.pk]), {**data, "version": "7", "plan": ""})
    assert late.status_code == 200
    assert "18:00" in late.content.decode()
    rule.refresh_from_db()
    assert rule.version == 1
    assert (
        editor.post(reverse("delivery_plan_change", args=[rule.pk]), {**data, "version": "1", "plan": ""}).status_code
        == 302
    )
    rule.refresh_from_db()
    assert (rule.version, rule.times) == (2, ["18:00"])


def test_moving_keeps_the_time_on_the_clock(channel: MemoryChannel, noon: datetime) -> None:
    day = (noon + timedelta(days=2)).astimezone(LOCAL).date()
    rule = plan(when=RuleInput(times=("05:00", "17:00"), date_from=day, date_to=day))
    editor = client_of(Role.EDITOR)
    move = reverse("delivery_plan_move", args=[rule.pk])
    target = day + timedelta(days=1)
    page = editor.get(f"{move}?slot=05:00&day={target.isoformat()}").content.decode()
    assert "05:00" in page and target.strftime("%d/%m/%Y") in page
    data = {"slot": "05:00", "time": "05:00", "day": target.strftime("%d/%m/%Y"), "version": "1"}
    assert editor.post(move, {**data, "preview": ""}).status_code == 200
    rule.refresh_from_db()
    assert rule.version == 1, "a question changes nothing"
    assert editor.post(move, {**data, "plan": ""}).status_code == 302
    rule.refresh_from_db()
    assert (rule.date_from, rule.times, rule.version) == (target, ["05:00", "17:00"], 2)
    week = week_of(target)
    found = [(each.date, entry.slot, entry.at.strftime("%H:%M")) for each in week.days for entry in each.entries]
    assert found == [(target, "05:00", "05:00"), (target, "17:00", "17:00")]
    assert editor.post(move, {**data, "version": "1", "plan": ""}).status_code == 200, (
        "the version on the screen is old"
    )
    wrong = editor.post(move, {**data, "time": "5 giờ", "version": "2", "plan": ""})
    assert "07:30" in wrong.content.decode()
    assert editor.post(move, {**data, "time": "05:00\x00", "version": "2", "plan": ""}).status_code == 200


def test_a_plan_of_many_days_moves_its_time_only(channel: MemoryChannel) -> None:
    rule = plan(when=daily(5, ("06:00", "17:30")))
    when = planning.moved(rule, slot="06:00", to_time="06:45")
    assert (when.times, when.date_to) == (("06:45", "17:30"), rule.date_to)
    with pytest.raises(BadInput):
        planning.moved(rule, slot="06:00", to_time="06:00", to_day=rule.date_to)
    with pytest.raises(BadInput):
        planning.moved(rule, slot="07:00", to_time="08:00")
    planning.change_seen(rule, when=when, user=UserFactory(role=Role.EDITOR), seen=1)
    with pytest.raises(Conflict):
        planning.change_seen(rule, when=when, user=UserFactory(role=Role.EDITOR), seen=1)


def test_the_week_reads_its_plans_once(channel: MemoryChannel, django_assert_num_queries: object) -> None:
    item = approved_script()
    plan(item=item, when=daily(10, ("06:00", "17:30")))
    with django_assert_num_queries(1):
        few = week_of(clock.today() + timedelta(days=7))
    for _each in range(5):
        plan(item=item, when=daily(10, ("06:00",)))
    with django_assert_num_queries(1):
        week_of(clock.today() + timedelta(days=7))
    assert sum(len(day.entries) for day in few.days) > 0


def test_the_list_says_what_comes_next_beyond_what_is_planned_out(channel: MemoryChannel) -> None:
    day = clock.local_now().date() + timedelta(days=20)
    far = plan(when=RuleInput(times=("06:00",), date_from=day, date_to=day))
    over = plan()
    Delivery.objects.filter(occurrence__rule=over).update(state=S.CANCELLED)
    page = client_of(Role.EDITOR).get(reverse("delivery_plans"))
    shown = {rule.pk: rule for rule in page.context["rules"]}
    assert shown[far.pk].next_at.astimezone(LOCAL) == datetime(day.year, day.month, day.day, 6, tzinfo=LOCAL)
    with clock.shifted(timedelta(minutes=2)):
        page = client_of(Role.EDITOR).get(reverse("delivery_plans") + "?tat-ca=1")
    shown = {rule.pk: rule for rule in page.context["rules"]}
    assert shown[over.pk].next_at is None and shown[over.pk].over


@pytest.mark.parametrize(
    ("name", "editor", "approver"),
    [("delivery_plans", 200, 200), ("delivery_week", 200, 200), ("delivery_plan_new", 200, 302)],
)
def test_who_opens_the_planning_pages(channel: MemoryChannel, name: str, editor: int, approver: int) -> None:
    address = reverse(name)
    assert client_of(Role.EDITOR).get(address).status_code == editor
    assert client_of(Role.APPROVER).get(address).status_code == approver
    for role in (Role.LEADER, Role.TRANSLATOR, None):
        assert client_of(role).get(address).status_code in {302, 403}
    assert Client().get(address).status_code == 302


def test_only_planners_change_move_and_cancel(channel: MemoryChannel) -> None:
    rule = plan(when=daily())
    data = {**typed(), "slot": "06:00", "time": "07:00", "version": "1", "plan": ""}
    for name in ("delivery_plan_change", "delivery_plan_move", "delivery_plan_cancel"):
        for role in (Role.APPROVER, Role.LEADER, None):
            assert client_of(role).post(reverse(name, args=[rule.pk]), data).status_code in {302, 403}
    rule.refresh_from_db()
    assert (rule.version, rule.state) == (1, "active")
    with pytest.raises(NotAllowed):
        planning.plan_all(
            item=rule.item, endpoints=[rule.endpoint], orthographies=["vi"], when=daily(),
            user=UserFactory(role=Role.APPROVER),
        )  # fmt: skip


def test_a_link_fills_the_form_in(channel: MemoryChannel) -> None:
    item, endpoint = approved_script(), EndpointFactory()
    page = client_of(Role.EDITOR).get(
        f"{reverse('delivery_plan_new')}?item={item.pk}&orthography=vi&orthography=km&endpoints={endpoint.pk}&endpoints=x"
    )
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count("checked") >= 10


def test_cancelling_says_first_how_much_it_stops(channel: MemoryChannel) -> None:
    rule = plan(when=daily(3, ("06:00", "17:30")))
    editor, cancel = client_of(Role.EDITOR), reverse("delivery_plan_cancel", args=[rule.pk])
    waiting = Delivery.objects.filter(state=S.SCHEDULED).count()
    assert f"{waiting} lượt đang chờ" in editor.get(cancel).content.decode()
    rule.refresh_from_db()
    assert rule.state == "active", "asking stops nothing"
    assert editor.post(cancel).status_code == 302
    rule.refresh_from_db()
    assert rule.state == "cancelled"
    assert client_of(Role.APPROVER).get(cancel).status_code in {302, 403}


def test_nobody_plans_thousands_by_mistake(channel: MemoryChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MAX_AT_ONCE", 3)
    item, places = approved_script(), [EndpointFactory() for _each in range(2)]
    data = {**typed(item=item.pk, endpoints=[p.pk for p in places], orthography=["vi", "km"]), "plan": ""}
    page = client_of(Role.EDITOR).post(reverse("delivery_plan_new"), data).content.decode()
    assert "4 lịch một lúc" in page and not Rule.objects.exists()
