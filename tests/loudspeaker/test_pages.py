"""Pages: who may open them, what they show, that nothing typed is lost."""

import pytest
from django.urls import reverse

from channels.loudspeaker.models import Bulletin, Device, Offer, Station
from channels.loudspeaker.reasons import WORDS
from channels.loudspeaker.resolver import Reason
from channels.loudspeaker.services import compile_due, compiling
from cms.core import clock
from cms.core.models import Role
from tests.factories.campaigns import CampaignFactory, UserFactory
from tests.factories.loudspeaker import (
    WHOLE_DAY,
    make_bulletin,
    make_device,
    make_heard_item,
    make_province,
    make_station,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(compiling, "_last_world", "")


@pytest.fixture
def station():
    return make_station(windows=WHOLE_DAY, freeze_minutes=0)


def login(client, role, **scope):
    user = UserFactory(role=role, **scope)
    client.force_login(user)
    return user


def admin_pages(station, bulletin):
    return [
        reverse("loudspeaker_bulletins"), reverse("loudspeaker_bulletin", args=[bulletin.pk]),
        reverse("loudspeaker_stations"), reverse("loudspeaker_station_day", args=[station.pk]),
    ]  # fmt: skip


def maker_pages(station, bulletin):
    return [
        reverse("loudspeaker_bulletin_new"), reverse("loudspeaker_bulletin_new") + f"?dot={bulletin.campaign_id}",
        reverse("loudspeaker_bulletin_change", args=[bulletin.pk]), reverse("loudspeaker_station_new"),
        reverse("loudspeaker_station_edit", args=[station.pk]), reverse("loudspeaker_devices", args=[station.pk]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("role", "reads", "makes"),
    [
        (Role.EDITOR, True, True), (Role.ADMINISTRATOR, True, True), (Role.APPROVER, True, False),
        (Role.OPERATOR, False, False), (Role.CENTRE, False, False), (Role.TRANSLATOR, False, False),
    ],
)  # fmt: skip
def test_who_opens_the_admin_pages(client, station, role, reads, makes):
    bulletin = make_bulletin(stations=[station], draft=True)
    make_device(station)
    compile_due()
    login(client, role)
    for url in admin_pages(station, bulletin):
        assert (client.get(url).status_code == 200) is reads, url
    for url in maker_pages(station, bulletin):
        assert (client.get(url).status_code == 200) is makes, url
    refused = client.post(reverse("loudspeaker_bulletin_act", args=[bulletin.pk, "len-lich"]))
    bulletin.refresh_from_db()
    assert (bulletin.state == "scheduled") is makes, refused


def test_a_bulletin_is_made_scheduled_and_taken_back(client, station):
    login(client, Role.EDITOR)
    campaign = CampaignFactory()
    first, second = make_heard_item(campaign, "một"), make_heard_item(campaign, "hai")
    form = {
        "title": "Chương trình sáng", "cls": "normal", "starts_on": str(clock.today()), "ends_on": str(clock.today()),
        "weekdays": [1, 2, 3, 4, 5, 6, 7], "stations": [station.pk], f"place_{first.pk}": 2, f"place_{second.pk}": 1,
    }  # fmt: skip
    url = reverse("loudspeaker_bulletin_new") + f"?dot={campaign.pk}"
    wrong = client.post(url, {**form, "hours_from": "9 giờ tối", "stations": []})
    text = wrong.content.decode()
    assert wrong.status_code == 200 and "9 giờ tối" in text and "Chương trình sáng" in text
    assert Bulletin.objects.count() == 0
    client.post(url, form)
    bulletin = Bulletin.objects.get()
    assert [entry.item for entry in bulletin.entries.order_by("order")] == [second, first]
    client.post(reverse("loudspeaker_bulletin_act", args=[bulletin.pk, "len-lich"]))
    bulletin.refresh_from_db()
    assert bulletin.state == "scheduled"
    assert "2:00" in client.get(reverse("loudspeaker_bulletin", args=[bulletin.pk])).content.decode()


def station_form(station, **windows):
    return {
        "name": station.name, "area": station.area_id, "standing_answer": "wait", "freeze_minutes": 10, "active": "on",
        "language_0": "jra", "language_1": "vi", "khung-TOTAL_FORMS": 1, "khung-INITIAL_FORMS": 0,
        "khung-0-weekdays": [1, 7], **{f"khung-0-{name}": value for name, value in windows.items()},
    }  # fmt: skip


def test_a_station_is_set_up(client, station):
    login(client, Role.EDITOR)
    url = reverse("loudspeaker_station_edit", args=[station.pk])
    for windows in ({}, {"starts": "5:00"}, {"starts": "22:00", "ends": "5:00"}, {"starts": "x", "ends": "5:00"}):
        assert client.post(url, station_form(station, **windows)).status_code == 200
    assert client.post(url, station_form(station, starts="5h", ends="06:30")).status_code == 302
    station = Station.objects.get(pk=station.pk)
    assert (station.languages, station.standing_answer) == (["jra", "vi"], "wait")
    assert [(w.starts, w.ends, w.weekday_numbers) for w in station.windows.all()] == [(300, 390, (1, 7))]


def test_a_token_is_shown_once(client, station):
    login(client, Role.ADMINISTRATOR)
    url = reverse("loudspeaker_devices", args=[station.pk])
    answer = client.post(url, {"name": "Chợ"})
    device = Device.objects.get()
    assert "no-store" in answer["Cache-Control"]
    assert "<code" in answer.content.decode() and "<code" not in client.get(url).content.decode()
    before = device.token_sha256
    client.post(url, {"rotate": device.pk})
    device.refresh_from_db()
    assert device.token_sha256 != before
    client.post(reverse("loudspeaker_device_retire", args=[device.pk]))
    device.refresh_from_db()
    assert not device.active


def test_the_day_says_what_is_played_and_why_not_the_rest(client, station):
    make_bulletin(stations=[station], title="Được phát")
    bulletin = make_bulletin(stations=[station], title="Không được phát")
    Offer.objects.filter(bulletin=bulletin).update(state="declined", reason="lễ hội", decided_at=clock.now())
    compile_due()
    login(client, Role.APPROVER)
    tomorrow = clock.today().fromordinal(clock.today().toordinal() + 1)
    text = client.get(reverse("loudspeaker_station_day", args=[station.pk]) + f"?ngay={tomorrow}").content.decode()
    assert "Được phát" in text and "Không được phát" in text and str(WORDS[Reason.DECLINED]) in text
    assert client.get(reverse("loudspeaker_station_day", args=[station.pk]) + "?ngay=hôm-nay").status_code == 200


def test_every_reason_has_words():
    assert set(WORDS) == set(Reason)


def test_operator_answers_and_orders(client, station):
    one, two = make_bulletin(stations=[station], title="Một"), make_bulletin(stations=[station], title="Hai")
    login(client, Role.OPERATOR, role__area=station.area)
    assert client.get(reverse("station:home")).url == reverse("station:day", args=[station.pk])
    page = client.get(reverse("station:day", args=[station.pk]))
    assert page.status_code == 200 and "Một" in page.content.decode()
    client.post(reverse("station:answer", args=[station.pk, one.pk]), {"state": "declined", "reason": ""})
    assert Offer.objects.get(bulletin=one).state == "offered"
    client.post(reverse("station:answer", args=[station.pk, one.pk]), {"state": "declined", "reason": "lễ hội"})
    assert Offer.objects.get(bulletin=one).state == "declined"
    client.post(reverse("station:move", args=[station.pk, two.pk, "len"]))
    assert Offer.objects.get(bulletin=two).position in (1, None)
    client.post(reverse("station:move", args=[station.pk, one.pk, "xuong"]))
    assert Offer.objects.get(bulletin=two).position == 1 and Offer.objects.get(bulletin=one).position == 2


def test_operator_of_another_commune_is_kept_out(client, station):
    bulletin = make_bulletin(stations=[station])
    other = make_station()
    login(client, Role.OPERATOR, role__area=other.area)
    assert client.get(reverse("station:day", args=[station.pk])).status_code == 403
    assert (
        client.post(reverse("station:answer", args=[station.pk, bulletin.pk]), {"state": "accepted"}).status_code == 403
    )
    assert client.post(reverse("station:move", args=[station.pk, bulletin.pk, "len"])).status_code == 403
    client.logout()
    assert client.get(reverse("station:home")).status_code == 302


def test_pages_do_not_grow_with_their_lists(client, django_assert_max_num_queries):
    province, communes = make_province(8)
    for area in communes:
        make_station(area=area)
    for number in range(6):
        make_bulletin(areas=[province], title=f"ct {number}")
    login(client, Role.EDITOR)
    client.get(reverse("loudspeaker_stations"))
    for name in ("loudspeaker_stations", "loudspeaker_bulletins"):
        with django_assert_max_num_queries(30):
            client.get(reverse(name))
