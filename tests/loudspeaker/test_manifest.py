"""The document devices fetch: canonical, named by its hash, as the published schema says; and its M3U8."""

import copy
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from channels.loudspeaker.resolver import BulletinClass, build_document, canonical_bytes, m3u8, resolve

from .builders import bulletin, entry, inputs, rules, window
from .json_schema import problems

DOC = Path(__file__).parents[2] / "docs" / "device-protocol.md"


@pytest.fixture(scope="module")
def schema():
    blocks = re.findall(r"```json\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(next(block for block in blocks if "$schema" in block))


@pytest.fixture
def document():
    station = rules(window("05:00-06:00"), window("22:00-05:00", id=2), languages=("jra", "vi"))
    one = bulletin(1, entry("Giữ nhà", 64.5, ("jra", "vi")), entry("Giữ xe\nở chợ", 30, order=2))
    two = bulletin(2, cls=BulletinClass.PRIORITY)
    return build_document(resolve(inputs(station, one, two)), station, "Đài truyền thanh xã", 7)


def test_the_schema_of_the_documentation_holds(document, schema):
    assert problems(json.loads(document.body), schema) == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda b: b.pop("version"),
        lambda b: b.update(compiled_at="2026-11-22"),
        lambda b: b["days"].pop(),
        lambda b: b["slots"][0]["items"][0].update(audio="https://elsewhere/a"),
        lambda b: b["slots"][0]["items"][0].update(bytes=0),
        lambda b: b["slots"][0]["items"][0].update(starts_at="2026-11-22 22:00"),
        lambda b: b["slots"][0]["bulletin"].update(issuer=""),
        lambda b: b["slots"][0].update(items=[]),
    ],
)
def test_the_schema_refuses_what_it_must(document, schema, spoil):
    body = copy.deepcopy(json.loads(document.body))
    spoil(body)
    assert problems(body, schema) != []


def test_it_is_canonical_and_named_by_its_hash(document):
    value = json.loads(document.body)
    assert document.body == canonical_bytes(value)
    assert document.sha256 == hashlib.sha256(document.body).hexdigest()
    version = value.pop("version")
    assert (version, document.content_sha256) == (7, hashlib.sha256(canonical_bytes(value)).hexdigest())


def test_keys_name_time_place_and_sound(document):
    items = [item for slot in json.loads(document.body)["slots"] for item in slot["items"]]
    keys = [item["key"] for item in items]
    assert len(set(keys)) == len(keys)
    assert all(item["key"].endswith(item["sha256"][:12]) for item in items)


def test_items_follow_each_other_to_the_millisecond(document):
    for slot in json.loads(document.body)["slots"]:
        ends = [item["ends_at"] for item in slot["items"]]
        assert [item["starts_at"] for item in slot["items"]] == [slot["starts_at"], *ends[:-1]]
        assert slot["ends_at"] == ends[-1]


def test_m3u8_lists_every_file_once_per_airing(document):
    body = json.loads(document.body)
    text = m3u8(body, "https://cong.vi.du")
    lines = text.splitlines()
    files = [line for line in lines if not line.startswith("#")]
    assert files == [f"https://cong.vi.du{item['audio']}" for slot in body["slots"] for item in slot["items"]]
    assert "#EXTINF:30,Giữ xe ở chợ" in lines  # a title never breaks its line
    assert text.endswith("\n") and lines[0] == "#EXTM3U"


@pytest.mark.skipif(shutil.which("mpv") is None, reason="needs Debian's mpv")
def test_m3u8_opens_in_mpv(document, tmp_path):
    """A real player finds every file of the playlist, in order."""
    from imageio_ffmpeg import get_ffmpeg_exe

    body = json.loads(document.body)
    body["slots"] = body["slots"][:2]
    items = [item for slot in body["slots"] for item in slot["items"]]
    (tmp_path / "a").mkdir()
    for sha256 in {item["sha256"] for item in items}:
        sound = tmp_path / "a" / f"{sha256}.mp3"
        make = [get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "sine=440:duration=1", "-ac", "1", str(sound)]
        subprocess.run(make, check=True, timeout=60)
        sound.rename(sound.with_suffix(""))
    (tmp_path / "list.m3u8").write_text(m3u8(body, str(tmp_path)), encoding="utf-8")
    command = ["mpv", "--no-config", "--ao=null", "--vo=null", "--untimed", "--length=0.2", str(tmp_path / "list.m3u8")]
    heard = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert heard.returncode == 0, heard.stdout + heard.stderr
    played = re.findall(r"/a/([0-9a-f]{64})", heard.stdout)
    assert played == [item["sha256"] for item in items]
