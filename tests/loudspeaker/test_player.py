"""The reference player against a server that misbehaves, and against power cuts and wrong clocks."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from channels.loudspeaker.player import Player, PlayerConfig
from channels.loudspeaker.player.clock import DeviceClock
from channels.loudspeaker.player.disk import AudioCache
from channels.loudspeaker.player.programme import BadManifest, read_programme

from .fake_server import FakeServer, HandClock

START = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


@pytest.fixture
def server():
    fake = FakeServer()
    yield fake
    fake.close()


@pytest.fixture
def hands(server):
    clock = HandClock(START)
    server.now = lambda: datetime.fromtimestamp(clock.wall_seconds, UTC)
    return clock


def make(server, folder, hands, **values):
    clock = DeviceClock(wall=hands.wall, mono=hands.mono, sleep=hands.sleep)
    config = PlayerConfig(server.url, "t" * 43, folder, reserve_bytes=0, **values)
    return Player(config, clock=clock)


def work(player, until):
    """Run and switch off properly."""
    player.run(until=until)
    player.close()


def later(seconds):
    return START + timedelta(seconds=seconds)


def test_plays_by_the_clock_and_reports(server, hands, tmp_path):
    server.programme((later(30), 20), (later(50), 10))
    player = make(server, tmp_path, hands)
    work(player, later(90))
    assert [(e["kind"], e["reason"], e["played_ms"] > 8000) for e in server.events] == [
        ("played", "finished", True),
        ("played", "finished", True),
    ]
    assert [e["key"] for e in server.events] == ["k1-x", "k2-x"]
    assert [e["sequence"] for e in server.events] == [1, 2]
    started = datetime.fromisoformat(server.events[0]["started_at"])
    assert abs(started - later(30)) < timedelta(seconds=1)


def test_a_manifest_is_asked_for_with_its_etag(server, hands, tmp_path):
    server.programme((later(3000), 20))
    player = make(server, tmp_path, hands)
    player.sync()
    player.sync()
    asked = [headers.get("If-None-Match") for _m, path, headers in server.log if path.endswith("/manifest")]
    assert asked == [None, f'"{hashlib.sha256(server.body).hexdigest()}"']
    assert all(h["Authorization"] == "Bearer " + "t" * 43 for _m, p, h in server.log if "/stations/" in p)
    assert not any("Authorization" in h for _m, p, h in server.log if p.startswith("/a/"))
    player.close()


def test_a_broken_download_goes_on_where_it_stopped(server, hands, tmp_path):
    (item,) = server.programme((later(3000), 20))
    server.cut_audio_at = 1 << 16
    player = make(server, tmp_path, hands)
    player.sync()
    assert player.missing() == {item["sha256"]}
    player.sync()
    assert player.missing() == set()
    ranges = [h.get("Range") for _m, p, h in server.log if p.startswith("/a/")]
    assert ranges[0] is None and ranges[1].startswith("bytes=") and ranges[1] != "bytes=0-"
    player.close()


def test_wrong_bytes_are_never_kept(server, hands, tmp_path):
    (item,) = server.programme((later(10), 5))
    server.audio[item["sha256"]] = b"x" * item["bytes"]
    player = make(server, tmp_path, hands)
    work(player, later(20))
    assert [(e["kind"], e["reason"]) for e in server.events] == [("skipped", "no_audio")]
    assert list((tmp_path / "audio").glob("*.mp3")) == []


def test_a_file_longer_than_promised_is_cut_off(server, hands, tmp_path):
    (item,) = server.programme((later(3000), 5))
    server.audio[item["sha256"]] = b"x" * (item["bytes"] * 50)
    player = make(server, tmp_path, hands)
    player.sync()
    assert player.cache.used() == 0
    player.close()


def test_a_bad_manifest_leaves_the_last_good_one(server, hands, tmp_path):
    server.programme((later(60), 5))
    player = make(server, tmp_path, hands)
    assert player.sync()
    good = player.programme
    for body in (b"", b"<html>", b'{"schema":1,"version":2}', b'{"schema":9}', server.body[:-5]):
        server.body = body
        assert not player.sync()
        assert player.programme == good
    server.programme((later(60), 5), version=2)
    server.lie_about_etag = True
    assert not player.sync()
    assert player.programme == good
    player.close()
    again = make(server, tmp_path, hands)
    assert again.programme == good
    again.close()


def test_an_address_elsewhere_is_refused(server):
    server.programme((START, 5))
    value = json.loads(server.body)
    value["slots"][0]["items"][0]["audio"] = "http://169.254.169.254/a"
    with pytest.raises(BadManifest):
        read_programme(json.dumps(value).encode())


def test_a_withdrawn_item_falls_silent_at_once(server, hands, tmp_path):
    server.programme((later(5), 600))
    player = make(server, tmp_path, hands, poll_seconds=20)
    while player.on_air is None:
        hands.sleep(player.step())
    server.programme(version=2)
    while player.on_air is not None:
        hands.sleep(player.step())
    player.close()
    assert [(e["kind"], e["reason"]) for e in server.events] == [("partial", "withdrawn")]


def test_reports_survive_a_dead_line_and_a_lost_reply(server, hands, tmp_path):
    server.programme((later(5), 5), (later(20), 5))
    path = "/api/v1/stations/events"
    server.status[path] = 503
    player = make(server, tmp_path, hands)
    work(player, later(40))
    assert server.events == []
    server.status.clear()
    server.drop_event_reply = True
    again = make(server, tmp_path, hands, report_seconds=5)
    work(again, later(60))
    ids = [event["id"] for event in server.events]
    assert len(ids) == 4 and len(set(ids)) == 2  # sent twice under the same ids: the server counts each once
    third = make(server, tmp_path, hands)
    assert third.journal.waiting() == 0
    third.close()


def test_a_power_cut_in_the_middle_is_reported_as_such(server, hands, tmp_path):
    server.programme((later(5), 60))
    player = make(server, tmp_path, hands)
    while player.on_air is None:
        hands.sleep(player.step())
    player.journal.db.close()  # the lamp goes out: nothing is said, nothing is closed
    hands.sleep(10)
    again = make(server, tmp_path, hands)
    assert again.interrupted == 1
    work(again, later(40))
    assert [(e["kind"], e["reason"]) for e in server.events] == [("partial", "power_lost")]


def test_three_dark_days_from_the_cache_and_no_playing_back(server, hands, tmp_path):
    server.programme(*((later(3600 + day * 86400), 30) for day in range(5)))
    slow = {"poll_seconds": 1800, "report_seconds": 1800, "health_seconds": 1800}
    player = make(server, tmp_path, hands, **slow)
    player.sync()
    server.status = {f"/api/v1/stations/{name}": 503 for name in ("manifest", "events", "health")}
    work(player, later(2 * 86400))  # two days without a line: two plays from the cache
    hands.sleep(86400)  # and one day without power
    again = make(server, tmp_path, hands, **slow)
    server.status.clear()
    work(again, later(3 * 86400 + 7200))
    played = [event["key"] for event in server.events if event["kind"] == "played"]
    assert played == ["k1-x", "k2-x", "k4-x"]  # the third day is not made up for


@pytest.mark.parametrize("minutes", [-7, 120, -60 * 24 * 365 * 56])
def test_a_wrong_clock_is_corrected_by_the_server(server, hands, tmp_path, minutes):
    server.programme((later(60), 10))
    true = HandClock(START)
    server.now = lambda: datetime.fromtimestamp(true.wall_seconds, UTC)
    wrong = HandClock(START + timedelta(minutes=minutes))

    def sleep(seconds):
        wrong.sleep(seconds)
        true.sleep(seconds)

    clock = DeviceClock(wall=wrong.wall, mono=wrong.mono, sleep=sleep)
    player = Player(PlayerConfig(server.url, "t" * 43, tmp_path, reserve_bytes=0), clock=clock)
    while true.wall_seconds < later(90).timestamp():
        clock.sleep(player.step())
    player.close()
    (event,) = server.events
    assert event["kind"] == "played"
    raw = datetime.fromisoformat(event["started_at"])
    corrected = raw + timedelta(milliseconds=event["clock_offset_ms"])
    assert abs((corrected - later(60)).total_seconds()) < 2
    assert abs((corrected - raw).total_seconds() + minutes * 60) < 2


def test_a_clock_that_fell_back_plays_nothing_until_the_server_says_the_time(server, hands, tmp_path):
    server.programme((later(30), 5), (later(300), 5))
    player = make(server, tmp_path, hands)
    work(player, later(150))
    lost = HandClock(datetime(1970, 1, 1, tzinfo=UTC))
    server.status = {f"/api/v1/stations/{name}": 503 for name in ("manifest", "events", "health")}
    again = make(server, tmp_path, lost)
    assert not again.trusted
    for _ in range(20):
        lost.sleep(again.step())
    assert again.on_air is None
    server.status.clear()
    server.now = lambda: later(298)
    again.sync()
    assert again.trusted
    again.close()


def test_a_new_disk_goes_on_with_the_servers_numbers(server, hands, tmp_path):
    server.programme((later(5), 5))
    server.last_sequence = 41
    work(make(server, tmp_path, hands), later(30))
    assert [event["sequence"] for event in server.events] == [42]


def test_too_many_requests_are_heeded(server, hands, tmp_path):
    server.status["/api/v1/stations/manifest"] = 429
    player = make(server, tmp_path, hands, poll_seconds=1)
    for _ in range(8):
        player.step()
        hands.sleep(0.5)
    assert sum(path.endswith("/manifest") for _m, path, _h in server.log) == 1
    player.close()


def test_the_disk_cap_drops_what_is_no_longer_needed(tmp_path):
    cache = AudioCache(tmp_path, cap_bytes=1000, reserve_bytes=0)
    for name in ("old", "needed"):
        (tmp_path / f"{name}.mp3").write_bytes(b"x" * 400)
    assert cache.make_room(500, {"needed"})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["needed.mp3"]
    assert not cache.make_room(700, {"needed"})


def test_a_program_plays_the_file(server, hands, tmp_path):
    server.programme((later(5), 0.2))
    marker = tmp_path / "heard"
    command = (sys.executable, "-c", f"import sys; open({str(marker)!r}, 'w').write(sys.argv[1])")
    player = make(server, tmp_path / "player", hands, command=command)
    while player.on_air is None:
        hands.sleep(player.step())
    player.on_air.playing._process.wait(10)
    player.step()
    player.close()
    assert marker.read_text().endswith(".mp3")
    assert [event["kind"] for event in server.events] in (["played"], ["partial"])


def test_play_next_jumps_to_the_next_item(server, hands, tmp_path):
    server.programme((later(3600), 30))
    player = make(server, tmp_path, hands)
    player.sync()
    assert player.play_next().key == "k1-x"
    assert player.play_next() is None
    player.close()
    assert [(e["kind"], e["played_ms"]) for e in server.events] == [("played", 30_000)]


def test_journal_lies_on_disk_with_full_durability(server, hands, tmp_path):
    player = make(server, tmp_path, hands)
    assert player.journal.db.execute("PRAGMA synchronous").fetchone()[0] == 2
    player.close()
    assert sqlite3.connect(tmp_path / "journal.sqlite3").execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_the_player_needs_nothing_but_httpx():
    code = "import sys; import channels.loudspeaker.player; print([m for m in sys.modules if m.split('.')[0] in ('django', 'wagtail')])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
