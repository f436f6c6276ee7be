"""The simulated Zalo answers as the documentation says, so that tests against it mean something."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from cms.ops.simulators.zalo import ZaloSimulator
from cms.ops.simulators.zalo_world import Fault, World

JPEG = b"\xff\xd8\xff" + b"x" * 100


@pytest.fixture
def zalo() -> Iterator[ZaloSimulator]:
    with ZaloSimulator(world=World(clock=lambda: 1_795_000_000.0)) as running:  # 18/11/2026 16:06 in Vietnam
        yield running


def post(zalo: ZaloSimulator, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.post(zalo.url + path, json=body, headers={"access_token": "at"})
    assert answer.status_code == 200, "errors come with 200 as well"
    return dict(answer.json())


def article(**more: Any) -> dict[str, Any]:
    cover = {"cover_type": "photo", "photo_url": "https://vidu.vn/a.png", "status": "show"}
    return {
        "type": "normal", "title": "T", "author": "A", "description": "D", "cover": cover, "status": "show",
        "body": [{"type": "text", "content": "x"}], **more,
    }  # fmt: skip


def test_an_article_from_creation_to_removal(zalo: ZaloSimulator) -> None:
    token = post(zalo, "/v2.0/article/create", article())["data"]["token"]
    number = post(zalo, "/v2.0/article/verify", {"token": token})["data"]["id"]
    assert post(zalo, "/v2.0/article/update", {**article(title="Mới"), "id": number})["error"] == 0
    listed = httpx.get(
        f"{zalo.url}/v2.0/article/getslice?offset=0&limit=10&type=normal", headers={"access_token": "at"}
    )
    assert [row["title"] for row in listed.json()["data"]["medias"]] == ["Mới"]
    sent = post(zalo, "/v2.0/oa/message", broadcast(number))
    assert sent["error"] == 0 and zalo.world.broadcasts[0].sent_at == zalo.world.broadcasts[0].at + 1800
    assert post(zalo, "/v2.0/article/remove", {"id": number})["error"] == 0
    assert post(zalo, "/v2.0/article/remove", {"id": number})["error"] == -201


def broadcast(*numbers: str) -> dict[str, Any]:
    elements = [{"media_type": "article", "attachment_id": number} for number in numbers]
    return {"recipient": {"target": {}}, "message": {"attachment": {"payload": {"elements": elements}}}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 150}, {"title": ""}, {"author": "x" * 51}, {"description": "x" * 300}, {"cover": "https://a"},
        {"cover": {"cover_type": 1, "photo_url": "https://a"}}, {"body": []}, {"status": "maybe"}, {"type": "film"},
        {"cover": {"cover_type": "photo", "photo_url": "https://vidu.vn/ảnh.png"}},
        {"body": [{"type": "image", "url": "unknown"}]},
    ],
)  # fmt: skip
def test_what_zalo_refuses(zalo: ZaloSimulator, wrong: dict[str, Any]) -> None:
    assert post(zalo, "/v2.0/article/create", article(**wrong))["error"] == -201


def test_pictures(zalo: ZaloSimulator) -> None:
    def send(content: bytes) -> dict[str, Any]:
        files = {"file": ("a.jpg", content, "image/jpeg")}
        return dict(httpx.post(f"{zalo.url}/v2.0/oa/upload/image", files=files, headers={"access_token": "at"}).json())

    assert send(JPEG)["data"]["attachment_id"] in zalo.world.uploads
    assert send(JPEG + b"x" * 1024 * 1024)["error"] == -210
    assert send(b"GIF89a")["error"] == -201


def test_night_quota_and_number_of_articles(zalo: ZaloSimulator) -> None:
    token = post(zalo, "/v2.0/article/create", article())["data"]["token"]
    number = post(zalo, "/v2.0/article/verify", {"token": token})["data"]["id"]
    assert post(zalo, "/v2.0/oa/message", broadcast(*[number] * 6))["error"] == -201
    zalo.world.quota = 0
    assert post(zalo, "/v2.0/oa/message", broadcast(number))["error"] == -211
    zalo.world.clock = lambda: 1_795_000_000.0 + 6 * 3600
    assert post(zalo, "/v2.0/oa/message", broadcast(number))["error"] == -234


def test_tokens_end(zalo: ZaloSimulator) -> None:
    zalo.world.strict_tokens = True
    assert post(zalo, "/v2.0/article/remove", {"id": "a"})["error"] == -216
    pair = zalo.world.grant_tokens("1", next(iter(zalo.world.accounts)))
    assert pair["expires_in"] == "90000"
    zalo.world.access[pair["access_token"]].until = 0
    headers = {"access_token": pair["access_token"]}
    assert httpx.get(f"{zalo.url}/v2.0/oa/getoa", headers=headers).json()["error"] == -220


def test_faults_are_ordered_over_http_too(zalo: ZaloSimulator) -> None:
    order = {"kind": "code", "step": "account", "code": -32, "skip": 1}
    assert httpx.post(f"{zalo.url}/control/fault", json=order).json()["ok"]
    errors = [
        httpx.get(f"{zalo.url}/v2.0/oa/getoa", headers={"access_token": "at"}).json()["error"] for _call in range(3)
    ]
    assert errors == [0, -32, 0]
    assert httpx.post(f"{zalo.url}/control/fault", json={"kind": "flood"}).status_code == 400
    assert httpx.get(f"{zalo.url}/control/calls").json() == {"account": 3}
    with pytest.raises(ValueError, match="unknown"):
        zalo.world.order(Fault("flood"))


def test_the_page_shows_what_was_taken_and_escapes_it(zalo: ZaloSimulator) -> None:
    assert "Chưa có bài nào" in httpx.get(zalo.url).text
    post(zalo, "/v2.0/article/create", article(title="<b>T</b>"))
    page = httpx.get(zalo.url).text
    assert "&lt;b&gt;T&lt;/b&gt;" in page and "không phải Zalo" in page


def test_the_permission_page_asks(zalo: ZaloSimulator) -> None:
    zalo.world.consent = False
    query = "app_id=1&redirect_uri=http%3A%2F%2Flocalhost%2Fx&state=s&code_challenge=" + "a" * 43
    page = httpx.get(f"{zalo.url}/v4/oa/permission?{query}")
    assert page.status_code == 200 and "Cho phép với" in page.text
    agreed = httpx.get(f"{zalo.url}/v4/oa/consent?{query}")
    assert agreed.status_code == 302 and "state=s" in agreed.headers["location"]
    assert httpx.get(f"{zalo.url}/v4/oa/consent?app_id=1").status_code == 400
