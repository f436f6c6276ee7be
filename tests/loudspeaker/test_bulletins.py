"""Bulletins, offers, stations: bad input in words, who may, what the database refuses, audit."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from wagtail.models import ModelLogEntry

from channels.loudspeaker.enums import BULLETIN_TRANSITIONS, BulletinState, OfferState
from channels.loudspeaker.models import Bulletin, Offer, Station, StationWindow
from channels.loudspeaker.selectors import forecast, lengths
from channels.loudspeaker.services import (
    answer_offer,
    cancel,
    change_bulletin,
    create_bulletin,
    order_offers,
    register_device,
    save_station,
    schedule,
    take_back,
)
from cms.core import clock
from cms.core.errors import BadInput, Conflict, NotAllowed, NotReady
from cms.core.models import Role
from tests.factories.campaigns import AreaFactory, CampaignFactory, OrganisationFactory, UserFactory
from tests.factories.loudspeaker import make_bulletin, make_heard_item, make_item, make_province, make_station

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def editor():
    return UserFactory(role=Role.EDITOR)


@pytest.fixture
def station():
    return make_station()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hours_from": 300, "hours_until": 300}, "when it begins"),
        ({"hours_from": 300, "hours_until": 200}, "before the beginning"),
        ({"hours_from": 200, "hours_until": 300, "overnight": True}, "same day"),
        ({"hours_from": 300}, "both times"),
        ({"overnight": True}, "no night"),
        ({"ends_on": date(2020, 1, 1)}, "before the first"),
        ({"planned_minutes": 0}, "length"),
        ({"stations": [], "areas": []}, "station or area"),
        ({"items": []}, "one script"),
        ({"title": "  "}, "title"),
        ({"cls": "emergency"}, "two approvers"),
    ],
)
def test_bad_input_is_said_in_words_and_nothing_is_made(station, editor, values, words):
    campaign = CampaignFactory()
    given = {
        "campaign": campaign, "title": "Bản tin", "items": [make_item(campaign)], "stations": [station],
        "user": editor, **values,
    }  # fmt: skip
    with translation.override("en"), pytest.raises(BadInput, match=words):
        create_bulletin(**given)
    assert Bulletin.objects.count() == 0


def test_scripts_of_another_campaign_or_kind_are_refused(station, editor):
    campaign = CampaignFactory()
    other = make_item(CampaignFactory())
    for items in ([other], [make_item(campaign)] * 2):
        with pytest.raises(BadInput):
            create_bulletin(campaign=campaign, title="x", items=items, stations=[station], user=editor)
    article = make_item(campaign)
    type(article).objects.filter(pk=article.pk).update(kind="article")
    article.refresh_from_db()
    with pytest.raises(BadInput):
        create_bulletin(campaign=campaign, title="x", items=[article], stations=[station], user=editor)


def test_overnight_hours_when_they_are_meant(station, editor):
    bulletin = make_bulletin(stations=[station], hours_from=22 * 60, hours_until=5 * 60, overnight=True)
    assert bulletin.state == BulletinState.SCHEDULED


def test_one_table_of_transitions(station, editor):
    verbs = {BulletinState.SCHEDULED: schedule, BulletinState.DRAFT: take_back, BulletinState.CANCELLED: cancel}
    for before in BulletinState.values:
        for after, verb in verbs.items():
            bulletin = make_bulletin(stations=[station], draft=True)
            Bulletin.objects.filter(pk=bulletin.pk).update(state=before)
            if after in BULLETIN_TRANSITIONS[before]:
                assert verb(bulletin, user=editor).state == after
            else:
                with pytest.raises(Conflict):
                    verb(bulletin, user=editor)


def test_nothing_is_scheduled_without_a_station_or_after_its_end(editor):
    empty = AreaFactory()
    with pytest.raises(NotReady):
        make_bulletin(areas=[empty])
    station = make_station()
    campaign = CampaignFactory(starts_on=clock.today() - timedelta(days=30))
    bulletin = make_bulletin(
        campaign=campaign, stations=[station], draft=True, starts_on=clock.today() - timedelta(days=9),
        ends_on=clock.today() - timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(BadInput):
        schedule(bulletin, user=editor)


def test_only_a_draft_is_changed(station, editor):
    bulletin = make_bulletin(stations=[station])
    with pytest.raises(Conflict):
        change_bulletin(bulletin, user=editor, title="Khác")
    take_back(bulletin, user=editor)
    other = make_station()
    changed = change_bulletin(bulletin, user=editor, title="Khác", stations=[other])
    assert changed.title == "Khác"
    assert [target.station for target in changed.targets.all()] == [other]


def test_scheduling_offers_to_every_station_reached(editor):
    province, communes = make_province(3)
    stations = [make_station(area=area) for area in communes]
    Station.objects.filter(pk=stations[2].pk).update(active=False)
    bulletin = make_bulletin(areas=[province])
    assert set(Offer.objects.values_list("station", "state")) == {
        (stations[0].pk, OfferState.OFFERED), (stations[1].pk, OfferState.OFFERED),
    }  # fmt: skip
    assert bulletin.offers.count() == 2


def test_operator_member_and_stranger(station):
    bulletin = make_bulletin(stations=[station])
    body = OrganisationFactory()
    Station.objects.filter(pk=station.pk).update(organisation=body)
    station.refresh_from_db()
    allowed = [
        UserFactory(role=Role.OPERATOR, role__area=station.area),
        UserFactory(role=Role.OPERATOR, role__area=station.area.parent),
        UserFactory(role=Role.OPERATOR, role__organisation=body),
        UserFactory(role=Role.ADMINISTRATOR),
        UserFactory(is_superuser=True),
    ]
    refused = [
        UserFactory(role=Role.OPERATOR, role__area=AreaFactory()),
        UserFactory(role=Role.OPERATOR, role__organisation=OrganisationFactory()),
        UserFactory(role=Role.OPERATOR, role__area=station.area, role__organisation=OrganisationFactory()),
        UserFactory(role=Role.OPERATOR),
        UserFactory(role=Role.EDITOR),
        UserFactory(role=Role.OPERATOR, role__area=station.area, role__valid_to=clock.today() - timedelta(days=1)),
        UserFactory(),
    ]
    for user in allowed:
        assert answer_offer(bulletin=bulletin, station=station, state="accepted", user=user).decided_by == user
    for user in refused:
        with pytest.raises(NotAllowed):
            answer_offer(bulletin=bulletin, station=station, state="accepted", user=user)
        with pytest.raises(NotAllowed):
            order_offers(station=station, bulletins=[bulletin], user=user)


def test_declining_needs_a_reason_and_priority_cannot_be_declined(station):
    operator = UserFactory(role=Role.OPERATOR, role__area=station.area)
    normal = make_bulletin(stations=[station])
    priority = make_bulletin(stations=[station], cls="priority")
    with pytest.raises(BadInput):
        answer_offer(bulletin=normal, station=station, state="declined", user=operator, reason="  ")
    with pytest.raises(Conflict):
        answer_offer(bulletin=priority, station=station, state="declined", user=operator, reason="x")
    with pytest.raises(BadInput):
        answer_offer(bulletin=normal, station=station, state="maybe", user=operator)
    with pytest.raises(BadInput):
        answer_offer(
            bulletin=make_bulletin(stations=[make_station()]), station=station, state="accepted", user=operator
        )
    cancel(normal, user=UserFactory(role=Role.EDITOR))
    normal.refresh_from_db()
    with pytest.raises(Conflict):
        answer_offer(bulletin=normal, station=station, state="accepted", user=operator)


def test_length_in_each_language_with_what_is_missing(editor):
    station = make_station(languages=["jra", "vi"])
    campaign = CampaignFactory()
    items = [make_heard_item(campaign, "một", seconds=400), make_heard_item(campaign, "hai", seconds=230)]
    found = {x.language: x for x in lengths(make_bulletin(items=items, stations=[station], planned_minutes=10))}
    assert found["vi"].milliseconds == 630_000 and found["vi"].over_ms == 12_000
    assert found["jra"].missing == tuple(items)


def test_a_look_ahead_at_a_draft_uses_the_real_resolver(station):
    from channels.loudspeaker.services import compile_station

    waiting = make_station(standing_answer="wait")
    draft = make_bulletin(stations=[station, waiting], draft=True)
    rows = {row.station.pk: row for row in forecast(draft)}
    assert rows[station.pk].airings >= 7 and rows[station.pk].reasons == ()
    assert rows[waiting.pk].airings == 0 and len(rows[waiting.pk].reasons) == 1
    assert '"slots":[]' in compile_station(station).body  # looking ahead schedules nothing


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ({"starts": "05:00", "ends": "05:00"}, "when it begins"),
        ({"starts": "22:00", "ends": "05:00"}, "before the beginning"),
        ({"starts": "05:00", "ends": "06:00", "overnight": True}, "same day"),
        ({"starts": "25:00", "ends": "26:00"}, "time of day"),
        ({"starts": "sáng", "ends": "06:00"}, "time of day"),
    ],
)
def test_windows_that_make_no_sense(window, words):
    with translation.override("en"), pytest.raises(BadInput, match=words):
        make_station(windows=(window,))
    assert Station.objects.count() == 0


def test_a_station_needs_a_window_and_known_languages():
    with pytest.raises(BadInput):
        make_station(windows=())
    for languages in ([], ["vi", "vi"], ["xx"], "vi"):
        with pytest.raises(BadInput):
            make_station(languages=languages)
    with pytest.raises(BadInput):
        make_station(tz="Không/Có")
    with pytest.raises(BadInput):
        make_station(quiet_starts=300)


def test_the_database_refuses_what_forms_would(station):
    for values in (
        {"starts": 300, "ends": 300}, {"starts": 300, "ends": 200}, {"starts": 300, "ends": 1500},
        {"starts": 300, "ends": 400, "weekdays": 0}, {"starts": 300, "ends": 400, "weekdays": 128},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            StationWindow.objects.create(station=station, **values)


def test_a_stale_form_never_undoes_what_was_compiled(station):
    from channels.loudspeaker.services import compile_station

    stale = Station.objects.get(pk=station.pk)
    manifest = compile_station(station)
    save_station(stale, user=UserFactory(), name="Tên mới")
    station.refresh_from_db()
    assert station.current_manifest == manifest and station.name == "Tên mới"


def test_verbs_are_audited(station, editor):
    device, token = register_device(station=station, name="Chợ", user=editor)
    bulletin = make_bulletin(stations=[station], user=editor)
    cancel(bulletin, user=editor)
    actions = set(ModelLogEntry.objects.values_list("action", flat=True))
    assert {
        "loudspeaker.station.save", "loudspeaker.device.register", "loudspeaker.bulletin.create",
        "loudspeaker.bulletin.schedule", "loudspeaker.bulletin.cancel",
    } <= actions  # fmt: skip
    assert token not in str(list(ModelLogEntry.objects.values_list("data", flat=True)))
