"""The device API over HTTP, and the reference player against it."""

import hashlib
import json

import httpx
import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command

from channels.loudspeaker.models import Device, PlayEvent, SlotOutcome
from channels.loudspeaker.player import Player, PlayerConfig
from channels.loudspeaker.services import cancel, compile_due, compiling, rotate_token
from cms.core.models import Role
from tests.factories.campaigns import UserFactory
from tests.factories.loudspeaker import WHOLE_DAY, event, make_bulletin, make_device, make_station

pytestmark = [pytest.mark.urls("tests.loudspeaker.urls"), pytest.mark.both_databases]
MANIFEST = "/api/v1/stations/manifest"


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    cache.clear()
    monkeypatch.setattr(compiling, "_last_world", "")


@pytest.fixture
def station(db):
    station = make_station(windows=WHOLE_DAY, freeze_minutes=0, is_demonstration=True)
    make_bulletin(stations=[station], repeat_minutes=10)
    compile_due()
    station.refresh_from_db()
    return station


@pytest.fixture
def asked(station, client):
    device, token = make_device(station)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client, device


def test_manifest_with_etag_and_server_time(asked, station):
    client, _device = asked
    answer = client.get(MANIFEST)
    assert answer.status_code == 200
    assert answer["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert answer["X-Server-Time"].endswith("Z")
    assert answer.json()["station"]["id"] == station.pk


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_unchanged_is_304_after_one_read(asked, form, django_assert_num_queries):
    client, _device = asked
    etag = client.get(MANIFEST)["ETag"]
    with django_assert_num_queries(1):
        answer = client.get(MANIFEST, headers={"If-None-Match": form.format(etag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer["ETag"] == etag and "X-Server-Time" in answer


def test_changed_is_sent_whole(asked, station):
    client, _device = asked
    etag = client.get(MANIFEST)["ETag"]
    cancel(station.offers.get().bulletin, user=UserFactory(role=Role.EDITOR))
    compile_due()
    answer = client.get(MANIFEST, headers={"If-None-Match": etag})
    assert answer.status_code == 200 and answer.json()["version"] == 2


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", "Basic abc", "Bearer " + "x" * 5000])
def test_strangers_are_refused(station, client, header):
    answer = client.get(MANIFEST, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "unauthorized"
    assert "WWW-Authenticate" in answer


def test_token_in_the_address_opens_nothing(station, client):
    _device, token = make_device(station)
    assert client.get(MANIFEST, {"token": token}).status_code == 401


def test_only_the_hash_of_a_token_is_kept(station):
    device, token = make_device(station)
    assert device.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in json.dumps(list(Device.objects.values()), default=str)
    assert len(token) >= 43


def test_rotation_and_retirement_close_the_door(asked):
    client, device = asked
    rotate_token(device, user=UserFactory())
    assert client.get(MANIFEST).status_code == 401


def test_a_device_sees_its_own_station_only(asked, station):
    client, _device = asked
    other = make_station(windows=WHOLE_DAY)
    compile_due()
    _other_device, token = make_device(other)
    assert client.get(MANIFEST).json()["station"]["id"] == station.pk
    answer = client.get(MANIFEST, headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["station"]["id"] == other.pk


def test_a_station_without_a_manifest_says_when_to_ask_again(db, client):
    _device, token = make_device(make_station())
    answer = client.get(MANIFEST, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_asking_too_often(asked):
    client, _device = asked
    seen = [client.get(MANIFEST).status_code for _ in range(70)]
    assert seen[:30] == [200] * 30 and 429 in seen
    last = client.get(MANIFEST)
    assert last.status_code in (200, 429)


def test_playlist(asked, station):
    client, _device = asked
    text = client.get(MANIFEST + ".m3u8").content.decode()
    lines = text.splitlines()
    assert lines[0] == "#EXTM3U"
    audio = [line for line in lines if not line.startswith("#")]
    assert audio and all(line.startswith("http") and "/a/" in line for line in audio)
    assert text.count("#EXTINF:60,") == len(audio)


def test_events_and_their_errors(asked, station):
    client, _device = asked
    slot = station.slots.first()
    good, bad = event(slot, 1), {**event(slot, 2), "kind": "?"}
    url = "/api/v1/stations/events"
    answer = client.post(url, {"events": [good, bad]}, content_type="application/json")
    assert answer.json() == {
        "acknowledged": [good["id"]], "duplicates": 0, "refused": [{"id": bad["id"], "code": "bad_kind"}],
    }  # fmt: skip
    for body in ("{", "[]", '"x"', "[" * 100_000):
        refused = client.post(url, body, content_type="application/json")
        assert (refused.status_code, refused.json()["error"]["code"]) == (400, "bad_json")
    huge = client.post(url, b"x" * (1024 * 1024 + 1), content_type="application/json")
    assert huge.status_code == 413
    assert client.post(url, {"events": 5}, content_type="application/json").status_code == 400
    assert client.get(url).status_code == 405


def test_health(asked):
    client, device = asked
    etag = client.get(MANIFEST)["ETag"].strip('"')
    body = {"manifest_sha256": etag, "audio_missing": 2, "evil": "x" * 1000, "cache_bytes": -1}
    answer = client.post("/api/v1/stations/health", body, content_type="application/json")
    assert answer.json() == {"last_sequence": 0, "clock_offset_ms": None}
    device.refresh_from_db()
    assert device.health == {"audio_missing": 2}
    assert device.last_manifest.sha256 == etag and device.last_seen is not None


@pytest.mark.django_db(transaction=True)
def test_the_player_against_the_real_views(live_server, tmp_path):
    station = make_station(windows=WHOLE_DAY, freeze_minutes=0)
    make_bulletin(stations=[station], repeat_minutes=10)
    compile_due()
    _device, token = make_device(station)
    player = Player(PlayerConfig(live_server.url, token, tmp_path, reserve_bytes=0))
    assert player.sync()
    assert player.missing() == set()
    item = player.play_next()
    player.close()
    assert PlayEvent.objects.get().slot.key == item.key
    assert SlotOutcome.objects.get().state == "played"


@pytest.mark.django_db(transaction=True)
def test_station_player_once(live_server, tmp_path, capsys):
    station = make_station(windows=WHOLE_DAY, freeze_minutes=0)
    make_bulletin(stations=[station], repeat_minutes=10)
    compile_due()
    _device, token = make_device(station)
    (tmp_path / "token").write_text(token + "\n")
    options = {"server": live_server.url, "folder": tmp_path / "player", "once": True}
    call_command("station_player", token_file=tmp_path / "token", **options)
    assert SlotOutcome.objects.get().state == "played"
    with pytest.raises(CommandError):
        call_command("station_player", token="wrong", **options)
    with pytest.raises(CommandError):
        call_command("station_player", **options)


@pytest.mark.django_db(transaction=True)
def test_audio_is_served_in_parts_by_its_hash(live_server, tmp_path):
    station = make_station(windows=WHOLE_DAY)
    make_bulletin(stations=[station])
    compile_due()
    slot = station.slots.first()
    url = f"{live_server.url}/a/{slot.rendition_sha256}"
    whole = httpx.get(url)
    assert hashlib.sha256(whole.content).hexdigest() == slot.rendition_sha256
    part = httpx.get(url, headers={"Range": "bytes=4-", "If-Range": f'"{slot.rendition_sha256}"'})
    assert (part.status_code, part.content) == (206, whole.content[4:])
