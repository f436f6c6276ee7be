"""The queues: who may do what at which address, lists that say what they hold, deeds on many of which none stops another."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from campaigns.models import Pause
from channels.delivery import engine
from channels.delivery.contract import Outgoing
from channels.delivery.deeds import DEEDS, FOR_MANY, deeds_for
from channels.delivery.enums import DeliveryState as S
from channels.delivery.errors import Permanent
from channels.delivery.models import Correction, Delivery, OfficialAccount, Receipt
from channels.delivery.services import bulk, corrections, readback, resolve_unconfirmed
from channels.delivery.worklists import QUEUES
from cms.core import clock
from cms.core.errors import Conflict, NotAllowed
from cms.core.models import Role
from tests.factories.campaigns import AreaFactory, HotlineFactory, OrganisationFactory, UserFactory, make_script
from tests.factories.delivery import EndpointFactory, approve, approved_script, memory_channel, plan
from tests.factories.looking import LookingChannel, looking_channel, lose_reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> LookingChannel:
    return looking_channel()


def client_of(role: str | None) -> Client:
    client = Client()
    if role != "nobody":
        client.force_login(UserFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def unconfirmed(channel: LookingChannel, count: int = 1, *, arrived: bool = False, **kwargs: Any) -> list[Delivery]:
    channel.after, channel.behave = (lose_reply, _fine) if arrived else (_fine, lose_reply)
    before = set(Delivery.objects.values_list("pk", flat=True))
    item = kwargs.pop("item", None) or approved_script()
    endpoints = [kwargs["endpoint"]] if "endpoint" in kwargs else [EndpointFactory() for _n in range(count)]
    for endpoint in endpoints:
        plan(item=item, endpoint=endpoint)
    engine.run_due()
    channel.after = channel.behave = _fine
    return list(Delivery.objects.exclude(pk__in=before).order_by("pk"))


def _fine(outgoing: Outgoing) -> None:
    return


def chosen(rows: list[Delivery]) -> list[str]:
    return [f"{row.pk}:{row.attempt}" for row in rows]


def listed(name: str) -> str:
    return reverse("delivery_queue", args=[name])


def do(name: str) -> str:
    return reverse("delivery_bulk", args=[name])


# Rights -------------------------------------------------------------------------------------------------------------


def addresses() -> list[tuple[str, str]]:
    """Every address of the desk with its method; rows exist for all of them."""
    row = Delivery.objects.order_by("pk").first()
    correction = Correction.objects.get()
    place = correction.deliveries.get()
    gets = [listed(name) for name in QUEUES]
    gets += [reverse("delivery_detail", args=[row.pk]), reverse("delivery_corrections")]
    gets += [reverse("delivery_correction", args=[correction.pk]), reverse("delivery_correction_new")]
    posts = [do(name) for name in QUEUES] + [reverse("delivery_act", args=[row.pk, deed]) for deed in DEEDS]
    posts += [reverse("delivery_correction_new")]
    posts += [reverse("delivery_place", args=[correction.pk, place.pk, each]) for each in ("bang-tay", "thu-lai")]
    return [("get", url) for url in gets] + [("post", url) for url in posts]


@pytest.mark.parametrize(
    "role", ["nobody", None, Role.TRANSLATOR, Role.CENTRE, Role.OPERATOR, Role.MONITOR, Role.LEADER]
)
def test_strangers_see_and_change_nothing(channel: LookingChannel, role: str | None) -> None:
    unconfirmed(channel)
    item = approved_script()
    plan(item=item)
    engine.run_due()
    corrections.report_wrong(item, reason="Sai", user=UserFactory(role=Role.EDITOR))
    before = list(Delivery.objects.order_by("pk").values_list("state", "attempt"))
    client = client_of(role)
    for method, url in addresses():
        answer = getattr(client, method)(url, {"chon": "1:1", "viec": "da-co", "xac-nhan": "1"})
        assert answer.status_code in {302, 403}, url
        assert answer.status_code == 403 or "/luot-gui/" not in answer.url or "next=" in answer.url, url
    assert list(Delivery.objects.order_by("pk").values_list("state", "attempt")) == before


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR])
def test_those_who_work_here_see_every_page(channel: LookingChannel, role: str) -> None:
    unconfirmed(channel)
    item = approved_script()
    plan(item=item)
    engine.run_due()
    corrections.report_wrong(item, reason="Sai", user=UserFactory(role=Role.EDITOR))
    client = client_of(role)
    for method, url in addresses():
        if method == "get":
            assert client.get(url).status_code == 200, url
            assert client.post(url).status_code == 405 or "moi" in url, url
        else:
            assert client.get(url).status_code == 405 or "moi" in url, url


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_the_verbs_themselves_refuse_strangers(channel: LookingChannel, deed: str) -> None:
    row = unconfirmed(channel)[0]
    with pytest.raises(NotAllowed):
        DEEDS[deed].act(row, user=UserFactory(role=Role.TRANSLATOR))
    with pytest.raises(NotAllowed):
        bulk.act_on_many([(row.pk, row.attempt)], act=DEEDS[deed].act, user=UserFactory())


# Lists --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(QUEUES))
def test_an_empty_list_says_what_that_means(name: str) -> None:
    memory_channel()
    page = client_of(Role.EDITOR).get(listed(name)).content.decode()
    assert str(QUEUES[name][3]) in page


def test_a_line_says_what_is_known_and_where_to_look(channel: LookingChannel) -> None:
    endpoint = EndpointFactory(name="Kênh Công an tỉnh")
    OfficialAccount.objects.create(
        platform="telegram_channel", name="Kênh", address="https://t.me/congantinh", organisation=endpoint.organisation,
        endpoint=endpoint, created_at=clock.now(),
    )  # fmt: skip
    row = unconfirmed(channel, item=approved_script(title="Khóa cửa <b>kỹ</b>"), endpoint=endpoint)[0]
    client = client_of(Role.EDITOR)
    page = client.get(listed("chua-ro")).content.decode()
    assert "Khóa cửa &lt;b&gt;kỹ&lt;/b&gt;" in page
    assert "https://t.me/congantinh" in page
    assert "1 lượt gửi" in page
    assert [deed.name for deed in deeds_for(row)][:2] == ["xem-lai", "da-co"]
    readback.look_now(row, user=None)
    page = client.get(listed("chua-ro")).content.decode()
    assert "không có ở đó" in page
    assert [deed.name for deed in deeds_for(row, absent=True)][0] == "gui-lai", "not there: sending again comes first"
    assert page.index(f'value="{row.pk}:1:gui-lai"') < page.index(f'value="{row.pk}:1:da-co"')


def test_lists_are_sifted_and_say_so(channel: LookingChannel) -> None:
    commune = AreaFactory(full_name="Xã Ia Grai", parent=AreaFactory(province=True, full_name="Tỉnh Gia Lai"))
    near = EndpointFactory(name="Nơi gần", organisation=OrganisationFactory(area=commune))
    far = EndpointFactory(name="Nơi xa")
    mine = unconfirmed(channel, endpoint=near)[0]
    unconfirmed(channel, endpoint=far)
    client = client_of(Role.EDITOR)
    today = f"{clock.today():%Y-%m-%d}"
    tomorrow = f"{clock.today() + timedelta(days=1):%Y-%m-%d}"

    def shown(**sieve: object) -> str:
        page = client.get(listed("chua-ro"), sieve).content.decode()
        return page[page.index("<h2>") :]

    for sieve in (
        {"dia_ban": commune.pk}, {"dia_ban": commune.parent.pk}, {"noi_nhan": near.pk},
        {"dot": mine.occurrence.rule.item.campaign_id},
    ):  # fmt: skip
        page = shown(**sieve)
        assert "1 lượt gửi" in page, sieve
        assert f'value="{mine.pk}:1"' in page
    assert "Xã Ia Grai" in shown(dia_ban=commune.pk)[:300]
    assert "2 lượt gửi" in shown(kenh="memory", tieng="vi", tu=today, den=today)
    for sieve in ({"tu": tomorrow}, {"tieng": "jra"}, {"kenh": "telegram"}):
        assert "Không có lượt nào khớp bộ lọc" in shown(**sieve), sieve
    assert "2 lượt gửi" in shown(kenh="no such", tu="gestern", dia_ban="1; drop", dot="99999999999999999999")


@pytest.mark.parametrize("name", ["chua-ro", "giu-lai"])
def test_a_list_of_fifty_asks_no_more_than_a_list_of_three(channel: LookingChannel, name: str) -> None:
    client = client_of(Role.EDITOR)
    area = AreaFactory(parent=AreaFactory(province=True))
    item = approved_script()
    Pause.objects.create(
        scope="area", area=area, starts_at=clock.now() - timedelta(hours=1), ends_at=clock.now() + timedelta(hours=2),
        reason="Bão", created_by=UserFactory(),
    )  # fmt: skip

    def fill(count: int) -> None:
        organisation = OrganisationFactory(area=area if name == "giu-lai" else None)
        channel.behave = lose_reply
        for _n in range(count):
            plan(item=item, endpoint=EndpointFactory(organisation=organisation))
        engine.run_due()

    def asked() -> int:
        client.get(listed(name))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(listed(name)).status_code == 200
        return len(queries)

    fill(3)
    three = asked()
    fill(47)
    assert asked() <= three + 1
    assert Delivery.objects.filter(state=QUEUES[name][0]).count() == 50


def test_a_pause_is_named_with_its_end_overlaps_together(channel: LookingChannel) -> None:
    province = AreaFactory(province=True)
    area = AreaFactory(parent=province)
    now = clock.now()
    for start, hours, where in ((-1, 2, province), (1, 5, area), (9, 20, area)):
        Pause.objects.create(
            scope="area", area=where, starts_at=now + timedelta(hours=start), ends_at=now + timedelta(hours=hours),
            reason="Bão", created_by=UserFactory(),
        )  # fmt: skip
    plan(endpoint=EndpointFactory(organisation=OrganisationFactory(area=area)))
    engine.run_due()
    end = (now + timedelta(hours=5)).astimezone(clock.local_zone())
    assert f"Tạm dừng đến {end:%H:%M %d/%m/%Y}" in client_of(Role.EDITOR).get(listed("giu-lai")).content.decode()


# Deeds on many ------------------------------------------------------------------------------------------------------


def test_many_at_once_in_two_steps(channel: LookingChannel) -> None:
    rows = unconfirmed(channel, 4)
    client = client_of(Role.APPROVER)
    step = client.post(do("chua-ro"), {"chon": chosen(rows[:3]), "viec": "gui-lai", "pham-vi": "chon"})
    page = step.content.decode()
    assert "3 lượt gửi" in page
    assert "bà con sẽ thấy hai lần" in page, "says what will happen"
    assert "Muốn làm lại" in page, "and how to take it back"
    assert set(Delivery.objects.values_list("state", flat=True)) == {S.UNCONFIRMED}, "nothing is done yet"
    confirm = {"chon": ",".join(chosen(rows[:3])), "viec": "gui-lai", "pham-vi": "chon", "xac-nhan": "1"}
    done = client.post(do("chua-ro"), confirm).content.decode()
    assert "3 lượt gửi sẽ được gửi lại" in done
    assert Delivery.objects.filter(state=S.SCHEDULED).count() == 3
    entries = ModelLogEntry.objects.filter(action="delivery.delivery.resend")
    assert entries.count() == 3, "one line of the audit for each"
    # The same form again, after they were sent and lost once more: nothing is sent a third time.
    channel.behave = lose_reply
    engine.run_due()
    again = client.post(do("chua-ro"), confirm).content.decode()
    assert "3 lượt chưa làm được" in again
    assert not Delivery.objects.filter(state=S.SCHEDULED).exists()


def test_one_that_cannot_be_done_stops_none_of_the_others(channel: LookingChannel) -> None:
    rows = unconfirmed(channel, 3)
    resolve_unconfirmed(rows[0], decision="there", user=UserFactory(role=Role.EDITOR))
    parts = [*chosen(rows), "999999:1", "kẻ gian", "1:2:3"]
    done = client_of(Role.EDITOR).post(
        do("chua-ro"), {"chon": ",".join(parts), "viec": "da-co", "pham-vi": "chon", "xac-nhan": "1"}
    )
    page = done.content.decode()
    assert "2 lượt gửi" in page
    assert "nay là “đã gửi”" in page, "a colleague was quicker, and the page says so"
    assert Receipt.objects.filter(kind="confirmed").count() == 3


def test_a_fault_in_one_deed_is_shown_and_stops_nobody(channel: LookingChannel) -> None:
    rows = unconfirmed(channel, 3)

    def act(row: Delivery, **more: Any) -> None:
        if row.pk == rows[1].pk:
            raise RuntimeError("a fault")

    results = bulk.act_on_many([(row.pk, row.attempt) for row in rows], act=act, user=UserFactory(role=Role.EDITOR))
    assert [each.done for each in results] == [True, False, True]


def test_all_of_a_sifted_list_and_only_those(channel: LookingChannel) -> None:
    mine = EndpointFactory()
    unconfirmed(channel, 2)
    wanted = unconfirmed(channel, endpoint=mine)
    client = client_of(Role.EDITOR)
    step = client.post(do("chua-ro") + f"?noi_nhan={mine.pk}", {"viec": "da-co", "pham-vi": "tat-ca"}).content.decode()
    assert f'value="{wanted[0].pk}:1"' in step
    assert "1 lượt gửi" in step
    page = client.post(do("chua-ro"), {"viec": "da-co", "pham-vi": "trang", "trang-nay": chosen(wanted)})
    assert "1 lượt gửi" in page.content.decode()


def test_nothing_chosen_is_said_and_unknown_deeds_are_not_done(channel: LookingChannel) -> None:
    row = unconfirmed(channel)[0]
    client = client_of(Role.EDITOR)
    assert "Chưa chọn lượt nào" in client.post(do("chua-ro"), {"viec": "da-co"}, follow=True).content.decode()
    assert client.post(do("chua-ro"), {"viec": "huy", "chon": chosen([row])}).status_code == 404
    assert client.post(do("chua-ro"), {"viec": "", "chon": chosen([row])}).status_code == 404
    assert client.post(do("hong"), {"mot": f"{row.pk}:1:bay"}).status_code == 404
    assert client.post("/admin/luot-gui/hang-cho/khong-co/lam/").status_code == 404


@pytest.mark.parametrize(
    ("name", "deed", "state"),
    [("hong", "bo-qua", S.CANCELLED), ("hong", "thu-lai", S.SCHEDULED), ("giu-lai", "tha", S.SCHEDULED),
     ("giu-lai", "huy", S.CANCELLED), ("chua-ro", "xem-lai", S.UNCONFIRMED)],
)  # fmt: skip
def test_each_deed_of_each_list(channel: LookingChannel, name: str, deed: str, state: str) -> None:
    assert deed in FOR_MANY[name]
    if name == "hong":

        def refuse(outgoing: Outgoing) -> None:
            raise Permanent("refused")

        channel.behave = refuse
        plan()
        engine.run_due()
    elif name == "giu-lai":
        plan(item=make_script())
        engine.run_due()
    else:
        unconfirmed(channel)
    row = Delivery.objects.get()
    form = {"chon": chosen([row])[0], "viec": deed, "pham-vi": "chon", "xac-nhan": "1"}
    assert client_of(Role.EDITOR).post(do(name), form).status_code == 200
    row.refresh_from_db()
    assert row.state == state
    assert ModelLogEntry.objects.filter(object_id=str(row.pk), user__isnull=False).exists()


# One delivery -------------------------------------------------------------------------------------------------------


def test_one_delivery_from_beginning_to_end(channel: LookingChannel) -> None:
    row = unconfirmed(channel)[0]
    client = client_of(Role.EDITOR)
    act = reverse("delivery_act", args=[row.pk, "xem-lai"])
    assert "Không thấy bài ở đó" in client.post(act, follow=True).content.decode()
    there = reverse("delivery_act", args=[row.pk, "da-co"])
    wrong = client.post(there, {"luot": "1", "remote_url": "javascript:alert(1)"}, follow=True).content.decode()
    assert "https://" in wrong
    assert "javascript:alert" not in wrong
    answer = client.post(there, {"luot": "1", "remote_url": "https://t.me/x/7", "remote_id": "7", "note": "Đã xem"})
    assert answer.status_code == 302
    page = client.get(reverse("delivery_detail", args=[row.pk])).content.decode()
    for words in ("lần thử 1", "Xem lại ở nơi nhận: không có ở đó", "https://t.me/x/7", "Đã xem", "biên nhận"):
        assert words in page, words
    assert "Lượt này vừa thay đổi" in client.post(there, {"luot": "1"}, follow=True).content.decode()
    assert Receipt.objects.count() == 1


def test_a_page_older_than_the_last_attempt_decides_nothing(channel: LookingChannel) -> None:
    row = unconfirmed(channel)[0]
    editor = UserFactory(role=Role.EDITOR)
    resolve_unconfirmed(row, decision="send_again", user=editor, seen=1)
    channel.behave = lose_reply
    engine.run_due()
    row.refresh_from_db()
    assert (row.state, row.attempt) == (S.UNCONFIRMED, 2)
    with pytest.raises(Conflict):
        resolve_unconfirmed(row, decision="send_again", user=editor, seen=1)


# Corrections on screen ----------------------------------------------------------------------------------------------


def test_a_correction_shows_every_place_and_is_settled_by_hand(channel: LookingChannel) -> None:
    from campaigns.services import hotlines

    hotline = HotlineFactory()
    item = make_script(hotline=hotline)
    approve(item)
    channel.actions = frozenset({"send"})
    plan(item=item, endpoint=EndpointFactory(name="Bảng tin nhà rông"))
    engine.run_due()
    hotlines.change_number(hotline, number="0269 3 868 686", user=UserFactory(role=Role.EDITOR))
    corrections.work_all()
    correction = Correction.objects.get()
    client = client_of(Role.APPROVER)
    page = client.get(reverse("delivery_correction", args=[correction.pk])).content.decode()
    for words in ("0269 3 869 999", "0269 3 868 686", "Bảng tin nhà rông", "1 nơi cần người xử lý", "Tiếng Việt"):
        assert words in page, words
    assert "1 nơi cần người xử lý" in client.get(reverse("delivery_corrections")).content.decode()
    point = correction.deliveries.get()
    by_hand = reverse("delivery_place", args=[correction.pk, point.pk, "bang-tay"])
    assert "Hãy cho biết" in client.post(by_hand, {"ket-qua": "quên"}, follow=True).content.decode()
    page = client.post(by_hand, {"ket-qua": "taken_down", "note": "Đã bóc xuống"}, follow=True).content.decode()
    assert "đã xử lý tại chỗ" in page
    correction.refresh_from_db()
    assert correction.closed_at is not None
    assert "Đính chính" in client.get(reverse("delivery_corrections") + "?da-xong=1").content.decode()


def test_reporting_wrong_content_says_what_will_happen_first(channel: LookingChannel) -> None:
    item = approved_script(title="Họp dân")
    plan(item=item)
    engine.run_due()
    client = client_of(Role.EDITOR)
    new = reverse("delivery_correction_new")
    assert "Hãy chọn văn bản" in client.post(new, {"item": "x", "ly-do": "Sai"}).content.decode()
    page = client.post(new, {"item": item.pk, "ly-do": ""}).content.decode()
    assert "Hãy ghi rõ sai ở đâu" in page
    page = client.post(new, {"item": item.pk, "ly-do": "Sai tên xã"}).content.decode()
    assert "1 bài được sửa hoặc gỡ ngay" in page
    assert "Sai tên xã" in page
    assert not Correction.objects.exists()
    form = {"item": item.pk, "ly-do": "Sai tên xã", "xac-nhan": "1"}
    assert client.post(new, form).status_code == 302
    assert "đang được đính chính" in client.post(new, form).content.decode(), "a second click begins nothing new"
    assert Correction.objects.count() == 1
