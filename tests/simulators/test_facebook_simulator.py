"""The simulated Graph API answers as the documentation says, plays ordered faults, and forgets old pictures."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cms.ops.simulators import facebook_world
from cms.ops.simulators.facebook import FacebookSimulator
from cms.ops.simulators.facebook_world import Fault, World

PAGE, TOKEN = "100200300400", "EAAtest"
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 60


@pytest.fixture
def simulator() -> Iterator[FacebookSimulator]:
    with FacebookSimulator() as running:
        yield running


def call(simulator: FacebookSimulator, method: str, path: str, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.request(method, f"{simulator.url}/v25.0/{path}", headers=headers, trust_env=False, **options)


REFUSED = [
    ({}, 100, "message, link"),
    ({"message": "x" * 63_207}, 100, "too long"),
    ({"message": "a", "link": "tinh.example"}, 100, "not properly formatted"),
    ({"message": "a", "attached_media[0]": '{"media_fbid": "7"}'}, 100, "media_fbid"),
    ({"message": "a", "attached_media[0]": "7"}, 100, "attached_media"),
]


@pytest.mark.parametrize(("data", "code", "words"), REFUSED)
def test_what_the_real_one_refuses(simulator: FacebookSimulator, data: dict[str, str], code: int, words: str) -> None:
    reply = call(simulator, "POST", f"{PAGE}/feed", data=data)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, code)
    assert words in reply.json()["error"]["message"]
    assert simulator.world.accepted == 0


def test_no_key_and_a_key_in_the_address(simulator: FacebookSimulator) -> None:
    bare = httpx.get(f"{simulator.url}/v25.0/me", trust_env=False)
    assert bare.json()["error"]["code"] == 104
    httpx.get(f"{simulator.url}/v25.0/me?access_token=x", trust_env=False)
    assert simulator.world.secrets_in_addresses == 1
    assert call(simulator, "GET", f"{PAGE}/somewhere").status_code == 404


def test_the_same_words_twice_in_a_row(simulator: FacebookSimulator) -> None:
    assert call(simulator, "POST", f"{PAGE}/feed", data={"message": "a"}).status_code == 200
    assert call(simulator, "POST", f"{PAGE}/feed", data={"message": "a"}).json()["error"]["code"] == 506
    assert call(simulator, "POST", f"{PAGE}/feed", data={"message": "b"}).status_code == 200
    assert call(simulator, "POST", f"{PAGE}/feed", data={"message": "a"}).status_code == 200


def test_pictures(simulator: FacebookSimulator) -> None:
    def upload(content: bytes, **fields: str) -> dict[str, Any]:
        files = {"source": ("a.jpg", content, "image/jpeg")}
        return call(simulator, "POST", f"{PAGE}/photos", data=fields, files=files).json()

    one = upload(JPEG, message="Ảnh")
    assert one["post_id"] == f"{PAGE}_{one['id']}"
    hidden = upload(JPEG + b"2", published="false")
    assert set(hidden) == {"id"} and simulator.world.accepted == 1
    media = {"message": "b", "attached_media[0]": f'{{"media_fbid": "{hidden["id"]}"}}'}
    assert call(simulator, "POST", f"{PAGE}/feed", data=media).status_code == 200
    assert call(simulator, "POST", f"{PAGE}/feed", data=media | {"message": "c"}).status_code == 400, "used already"
    assert upload(b"not a picture")["error"]["code"] == 324
    assert httpx.get(f"{simulator.url}/anh/{hidden['id']}", trust_env=False).content.startswith(b"\xff\xd8")


def test_listing_since_and_page_after_page(simulator: FacebookSimulator) -> None:
    now = [1_000_000.0]
    simulator.world.clock = lambda: now[0]
    for n in range(5):
        now[0] += 100
        simulator.world.store_post(PAGE, message=f"Tin {n}", link="", photos=())
    params: dict[str, Any] = {"fields": "id,message", "limit": 2, "since": 1_000_200}
    first = call(simulator, "GET", f"{PAGE}/published_posts", params=params).json()
    assert [row["message"] for row in first["data"]] == ["Tin 4", "Tin 3"] and first["paging"]["next"]
    params["after"] = first["paging"]["cursors"]["after"]
    last = call(simulator, "GET", f"{PAGE}/published_posts", params=params).json()
    assert [row["message"] for row in last["data"]] == ["Tin 2", "Tin 1"] and "next" not in last["paging"]


def test_control_and_the_page(simulator: FacebookSimulator) -> None:
    fault = {"kind": "error", "code": 4, "times": 2, "path": "feed"}
    assert httpx.post(f"{simulator.url}/control/fault", json=fault, trust_env=False).status_code == 200
    codes = [call(simulator, "POST", f"{PAGE}/feed", data={"message": f"<b>{n}"}).status_code for n in range(3)]
    assert codes == [400, 400, 200]
    assert httpx.post(f"{simulator.url}/control/fault", json={"kind": "no"}, trust_env=False).status_code == 400
    assert httpx.post(f"{simulator.url}/control/allowance", json={"page": 95}, trust_env=False).status_code == 200
    assert "95" in call(simulator, "GET", "me").headers["X-Page-Usage"]
    page = httpx.get(simulator.url, trust_env=False).text
    assert "Facebook mô phỏng — không phải Facebook" in page and "&lt;b&gt;2" in page and TOKEN not in page
    posts = httpx.get(f"{simulator.url}/control/posts", trust_env=False).json()
    assert posts["accepted"] == 1
    with pytest.raises(ValueError, match="unknown"):
        simulator.world.order(Fault("nothing"))


def test_memory_is_bounded(simulator: FacebookSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facebook_world, "PHOTO_BYTES_KEPT", 100)
    world = World()
    for _n in range(5):
        world.store_photo(PAGE, b"x" * 60, alt="", published=True)
    assert sum(map(len, world.files.values())) <= 100
    for n in range(facebook_world.PAGES_KEPT + 5):
        world.page_name(str(n))
    assert len(world.pages) == facebook_world.PAGES_KEPT
