"""From rows to manifests: what is in force, what changes it, what it costs."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.enums import ApprovalStatus, CampaignState
from campaigns.models import Approval
from campaigns.services import pauses
from channels.loudspeaker.enums import StandingAnswer
from channels.loudspeaker.models import Manifest, PlannedSlot, Station
from channels.loudspeaker.resolver import Reason
from channels.loudspeaker.services import (
    answer_offer,
    cancel,
    compile_due,
    compile_station,
    compiling,
    save_station,
    take_back,
)
from channels.loudspeaker.services.compiling import plan_of
from cms.core import clock
from cms.core.errors import Conflict
from cms.core.models import Role
from media.library.enums import RecordingKind
from tests.factories.campaigns import CampaignFactory, HotlineFactory, UserFactory
from tests.factories.loudspeaker import (
    approve_text,
    make_bulletin,
    make_heard_item,
    make_item,
    make_province,
    make_station,
    record,
)

from .builders import vn

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NIGHT = vn("2026-11-23 01:00")


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    monkeypatch.setattr(compiling, "_last_world", "")
    with clock.frozen(NIGHT):
        yield


def body_of(manifest):
    return json.loads(manifest.body)


def keys(manifest):
    return [item["key"] for slot in body_of(manifest)["slots"] for item in slot["items"]]


def reasons(station, day="2026-11-23"):
    return {x.reason for x in plan_of(station).losses if x.local_date.isoformat() == day}


def test_a_station_gets_today_and_seven_days():
    station = make_station()
    make_bulletin(stations=[station])
    manifest = compile_station(station)
    body = body_of(manifest)
    assert body["days"] == [f"2026-11-{day}" for day in range(23, 31)]
    assert [slot["starts_at"] for slot in body["slots"]][:2] == ["2026-11-22T22:00:00.000Z", "2026-11-23T22:00:00.000Z"]
    assert len(body["slots"]) == 8
    assert manifest.sha256 == hashlib.sha256(manifest.body.encode()).hexdigest()
    assert PlannedSlot.objects.filter(station=station).count() == 8


def test_nothing_secret_and_no_time_of_compiling_inside():
    station = make_station()
    make_bulletin(stations=[station])
    first = compile_station(station).body
    with clock.frozen(NIGHT + timedelta(minutes=30)):
        assert compile_station(Station.objects.get(pk=station.pk)).body == first
    assert "token" not in first and "http" not in first


def test_a_new_version_only_when_something_changed():
    station = make_station()
    bulletin = make_bulletin(stations=[station])
    assert [manifest.version for manifest in compile_due()] == [1]
    assert compile_due() == []
    assert compile_due(force=True) == []
    with clock.frozen(NIGHT + timedelta(hours=6)):
        assert compile_due() == []
    cancel(bulletin, user=UserFactory(role=Role.EDITOR))
    (second,) = compile_due()
    assert (second.version, keys(second)) == (2, [])
    with clock.frozen(NIGHT + timedelta(days=1)):
        (third,) = compile_due()  # the days moved on
        assert third.version == 3


def test_only_touched_stations_get_a_new_manifest():
    province, communes = make_province(3)
    stations = [make_station(area=area) for area in communes]
    make_bulletin(areas=[province])
    assert len(compile_due()) == 3
    make_bulletin(stations=[stations[1]], title="Riêng một xã")
    assert [manifest.station_id for manifest in compile_due()] == [stations[1].pk]


def test_a_quiet_tick_costs_a_fixed_few_queries():
    station = make_station()
    make_bulletin(stations=[station])
    compile_due()
    with CaptureQueriesContext(connection) as few:
        compile_due()
    assert len(few) <= 10


@pytest.mark.parametrize("size", [1, 12])
def test_queries_do_not_grow_with_items_or_stations(size, django_assert_max_num_queries):
    province, communes = make_province(size)
    for area in communes:
        make_station(area=area, languages=["jra", "vi"])
    campaign = CampaignFactory()
    make_bulletin(
        campaign=campaign, areas=[province], items=[make_heard_item(campaign, f"bài {n}") for n in range(size)]
    )
    from channels.loudspeaker import gathering

    with django_assert_max_num_queries(18):
        found = gathering.inputs_for(gathering.stations_to_compile(), NIGHT)
    assert len(found) == size
    assert all(len(inputs.candidates[0].entries) == size for inputs in found.values())


def test_what_changes_the_programme():
    station = make_station()
    item = make_heard_item(CampaignFactory())
    make_bulletin(items=[item], stations=[station])
    assert keys(compile_station(station))
    approval = Approval.objects.get(item=item)
    approve_text(item, words="lời mới")  # the text changed: the recording speaks other words
    assert reasons(station) == {Reason.NO_SOUND, Reason.NO_VALID_ITEMS}
    record(Approval.objects.get(item=item, status=ApprovalStatus.APPROVED), name="bản mới", seconds=45)
    manifest = compile_station(Station.objects.get(pk=station.pk))
    assert body_of(manifest)["slots"][0]["items"][0]["duration_ms"] == 45_000
    assert approval.text_sha256 not in manifest.body


def test_revoked_text_is_withdrawn_within_the_freeze():
    station = make_station()
    item = make_heard_item(CampaignFactory())
    make_bulletin(items=[item], stations=[station])
    compile_due()
    with clock.frozen(vn("2026-11-23 04:58")):
        Approval.objects.filter(item=item).update(status=ApprovalStatus.REVOKED, ended_at=clock.now())
        (manifest,) = compile_due()
        assert keys(manifest) == []
        assert PlannedSlot.objects.filter(withdrawn_at=clock.now()).count() == 8


def test_freeze_keeps_what_is_about_to_start_and_lets_new_things_in_after_it():
    station = make_station()
    old = make_bulletin(stations=[station], title="Cũ", items=[make_heard_item(CampaignFactory(), seconds=300)])
    compile_due()
    with clock.frozen(vn("2026-11-23 04:55")):
        new = make_bulletin(stations=[station], title="Mới", cls="priority")
        (manifest,) = compile_due()
        today = [slot for slot in body_of(manifest)["slots"] if slot["date"] == "2026-11-23"]
        assert [(slot["bulletin"]["id"], slot["starts_at"]) for slot in today] == [
            (old.pk, "2026-11-22T22:00:00.000Z"),
            (new.pk, "2026-11-22T22:05:00.000Z"),
        ]
        tomorrow = [s["bulletin"]["id"] for s in body_of(manifest)["slots"] if s["date"] == "2026-11-24"]
        assert tomorrow == [new.pk, old.pk]


def test_first_programme_of_a_station_needs_no_freeze():
    with clock.frozen(vn("2026-11-23 05:10")):
        station = make_station()
        make_bulletin(stations=[station])
        body = body_of(compile_station(station))
        assert body["slots"][0]["starts_at"] == "2026-11-22T22:10:30.000Z"


def test_demonstration_station_without_freeze_plays_soon():
    with clock.frozen(vn("2026-11-23 09:00")):
        station = make_station(windows=({"starts": "00:00", "ends": "24:00"},), freeze_minutes=0)
        compile_due()
    with clock.frozen(vn("2026-11-23 09:05")):
        make_bulletin(stations=[station], repeat_minutes=5)
        (manifest,) = compile_due()
        starts = [slot["starts_at"] for slot in body_of(manifest)["slots"]]
        assert starts[0] == "2026-11-23T02:05:30.000Z"
        assert starts[1] == "2026-11-23T02:10:30.000Z"


def test_pause_is_seen_and_ends_by_itself():
    station = make_station()
    bulletin = make_bulletin(stations=[station])
    pauses.pause(
        starts_at=NIGHT,
        ends_at=NIGHT + timedelta(days=2),
        reason="Quốc tang",
        user=UserFactory(),
        campaign=bulletin.campaign,
    )
    days = [slot["date"] for slot in body_of(compile_station(station))["slots"]]
    assert days[0] == "2026-11-25"
    assert Reason.PAUSED in reasons(station)


def test_campaign_that_is_not_active_is_silent():
    station = make_station()
    bulletin = make_bulletin(stations=[station])
    bulletin.campaign.state = CampaignState.CLOSED
    bulletin.campaign.save()
    assert keys(compile_station(station)) == []
    assert Reason.CAMPAIGN_INACTIVE in reasons(station)


def test_hotline_that_changed_takes_the_item_off_the_air():
    station = make_station()
    line = HotlineFactory()
    item = make_item(CampaignFactory())
    approval = approve_text(item, hotlines=[{"id": line.pk, "label": line.label, "number": line.number}])
    record(approval)
    make_bulletin(items=[item], stations=[station])
    assert keys(compile_station(station))
    type(line).objects.filter(pk=line.pk).update(valid_to=clock.today() - timedelta(days=1))
    assert Reason.HOTLINE_CHANGED in reasons(station)


def test_language_by_the_stations_order_with_fallback():
    station = make_station(languages=["jra", "vi"])
    campaign = CampaignFactory()
    both, only_vietnamese = make_heard_item(campaign, "hai tiếng"), make_heard_item(campaign, "một tiếng")
    source = Approval.objects.get(item=both)
    record(approve_text(both, "jra", source_approval=source), name="jra")
    make_bulletin(campaign=campaign, items=[both, only_vietnamese], stations=[station])
    items = body_of(compile_station(station))["slots"][0]["items"]
    assert [(item["language"], item["fallback_from"]) for item in items] == [("jra", None), ("vi", "jra")]


def test_translation_of_an_older_source_is_not_aired():
    station = make_station(languages=["jra"])
    item = make_heard_item(CampaignFactory())
    old_source = Approval.objects.get(item=item)
    record(approve_text(item, "jra", source_approval=old_source), name="jra")
    make_bulletin(items=[item], stations=[station])
    assert reasons(station) == set()
    approve_text(item, words="nguồn mới")
    assert Reason.OUTDATED in reasons(station)


def test_draft_voice_needs_an_approvers_word():
    station = make_station()
    item = make_item(CampaignFactory())
    rendition = record(approve_text(item), kind=RecordingKind.DRAFT_VOICE)
    make_bulletin(items=[item], stations=[station])
    assert Reason.NO_SOUND in reasons(station)
    recording = rendition.recording
    recording.air_allowed_by, recording.air_allowed_at = UserFactory(), clock.now()
    recording.save()
    assert keys(compile_station(station))


def test_commune_declines_and_the_slot_is_free():
    station = make_station(standing_answer=StandingAnswer.WAIT)
    bulletin = make_bulletin(stations=[station])
    assert Reason.AWAITING_ANSWER in reasons(station)
    operator = UserFactory(role=Role.OPERATOR, role__area=station.area)
    answer_offer(bulletin=bulletin, station=station, state="accepted", user=operator)
    assert keys(compile_station(station))
    answer_offer(bulletin=bulletin, station=station, state="declined", reason="Trùng lễ hội", user=operator)
    assert keys(compile_station(Station.objects.get(pk=station.pk))) == []


def test_area_reaches_what_lies_in_it_and_nothing_else():
    province, communes = make_province(2)
    inside, outside = make_station(area=communes[0]), make_station()
    make_bulletin(areas=[province])
    assert keys(compile_station(inside))
    assert keys(compile_station(outside)) == []


def test_taken_back_and_scheduled_again_is_planned_again():
    station = make_station()
    bulletin = make_bulletin(stations=[station])
    compile_due()
    editor = UserFactory(role=Role.EDITOR)
    take_back(bulletin, user=editor)
    compile_due()
    assert PlannedSlot.objects.filter(withdrawn_at__isnull=True).count() == 0
    from channels.loudspeaker.services import schedule

    schedule(bulletin, user=editor)
    compile_due()
    assert PlannedSlot.objects.filter(withdrawn_at__isnull=True).count() == 8
    assert PlannedSlot.objects.count() == 8


def test_manifest_is_immutable_and_unique():
    station = make_station()
    manifest = compile_station(station)
    manifest.body = "{}"
    with pytest.raises(Conflict):
        manifest.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Manifest.objects.create(
            station=station,
            version=manifest.version,
            sha256="0" * 64,
            content_sha256="0" * 64,
            body="{}",
            created_at=NIGHT,
        )


def test_one_bad_station_stops_no_other():
    good, bad = make_station(), make_station()
    Station.objects.filter(pk=bad.pk).update(tz="Không/Có")
    make_bulletin(stations=[good, bad])
    made = compile_due()
    assert [manifest.station_id for manifest in made] == [good.pk]
    assert len(compile_due()) == 0


def test_two_workers_at_once_make_one_version():
    station = make_station()
    make_bulletin(stations=[station])
    from channels.loudspeaker import gathering

    first, second = gathering.stations_to_compile()[0], gathering.stations_to_compile()[0]
    inputs = gathering.inputs_for([first], NIGHT)[station.pk]
    assert compiling.store(first, inputs, NIGHT) is not None
    with pytest.raises(Conflict):
        compiling.store(second, inputs, NIGHT)
    assert Manifest.objects.filter(station=station).count() == 1


def test_station_moved_to_other_windows():
    station = make_station()
    make_bulletin(stations=[station])
    compile_station(station)
    save_station(station, user=UserFactory(), windows=({"starts": "17h", "ends": "17h30"},))
    starts = {
        slot["starts_at"][11:16] for slot in body_of(compile_station(Station.objects.get(pk=station.pk)))["slots"]
    }
    assert starts == {"10:00"}
