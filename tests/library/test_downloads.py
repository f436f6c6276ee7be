"""Documents and kits: who may take them, what is logged, what they hold."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Target
from campaigns.services import hotlines
from campaigns.targets import progress
from cms.core import clock
from cms.core.languages import get_orthography
from cms.core.models import Role, User
from media.library.kits import kit_of
from media.library.models import Download
from tests.factories.campaigns import HotlineFactory, UserFactory, make_article, make_script
from tests.factories.library import approve_words, approved_script, approved_translation, ready_recording

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.library.urls")]
KINDS = ["van-ban.docx", "van-ban.pdf", "am-thanh.mp3"]


def body(response: Any) -> bytes:
    """The bytes of an answer."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def centre(**scope: Any) -> User:
    """Somebody of a culture centre."""
    return UserFactory(role=Role.CENTRE, **{f"role__{name}": value for name, value in scope.items()})


@pytest.mark.parametrize("kind", KINDS)
def test_a_centre_takes_what_may_be_broadcast_and_it_is_logged_once(client: Client, kind: str) -> None:
    item, _approval = approved_script()
    ready_recording(item)
    user = centre()
    client.force_login(user)
    where = f"/tai-ve/{item.pk}/vi/{kind}"
    response = client.get(where)
    assert response.status_code == 200
    content = body(response)
    assert response["Content-Disposition"].startswith('attachment; filename="giu-nha-khi-di-ray-vi-')
    assert response["ETag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    rest = client.get(where, headers={"Range": "bytes=1000-"})
    assert rest.status_code == 206 and body(rest) == content[1000:]
    body(client.get(where))
    logged = Download.objects.get()
    assert (logged.user, logged.item, logged.orthography) == (user, item, "vi")
    assert logged.sha256 == hashlib.sha256(content).hexdigest()
    with clock.shifted(timedelta(hours=2)):
        body(client.get(where))
    assert Download.objects.count() == 2


def test_looking_ahead_and_going_on_are_not_downloads(client: Client) -> None:
    item, _approval = approved_script()
    client.force_login(centre())
    client.head(f"/tai-ve/{item.pk}/vi/van-ban.docx")
    body(client.get(f"/tai-ve/{item.pk}/vi/van-ban.docx", headers={"Range": "bytes=5-"}))
    assert not Download.objects.exists()


@pytest.mark.parametrize("kind", [*KINDS, "kit"])
def test_who_may_take_documents(client: Client, kind: str) -> None:
    item, _approval = approved_script()
    ready_recording(item)
    where = f"/tai-ve/{item.pk}/bo-tai-lieu.zip" if kind == "kit" else f"/tai-ve/{item.pk}/vi/{kind}"
    assert client.get(where).status_code == 302  # to the log-in page
    for role, scope, status in (
        (Role.EDITOR, "", 200),
        (Role.CENTRE, "", 200),
        (Role.OPERATOR, "", 200),
        (Role.LEADER, "", 200),
        (Role.TRANSLATOR, "vi", 200),
        (Role.CENTRE, "vi", 200),
        (Role.CENTRE, "jra", 404 if kind != "kit" else 409),
        (Role.MONITOR, "", 404),
        (None, "", 404),
    ):
        client.force_login(UserFactory(role=role, role__orthography=scope) if role else UserFactory())
        response = client.get(where)
        assert response.status_code == status, (role, scope)
        body(response)


def test_what_is_not_approved_or_not_recorded_cannot_be_taken(client: Client) -> None:
    client.force_login(centre())
    waiting = make_script()
    assert client.get(f"/tai-ve/{waiting.pk}/vi/van-ban.pdf").status_code == 404
    item, _approval = approved_script()
    assert client.get(f"/tai-ve/{item.pk}/vi/am-thanh.mp3").status_code == 409
    assert client.get(f"/tai-ve/{item.pk}/xx/van-ban.pdf").status_code == 404
    assert client.get("/tai-ve/999999/vi/van-ban.pdf").status_code == 404
    assert not Download.objects.exists()


def test_a_text_with_a_number_that_changed_is_on_hold_for_centres(client: Client) -> None:
    line = HotlineFactory()
    item, _approval = approved_script(hotline=line)
    hotlines.change_number(line, number="0269 3 111 222", user=UserFactory(role=Role.EDITOR))
    client.force_login(centre())
    response = client.get(f"/tai-ve/{item.pk}/vi/van-ban.pdf")
    assert response.status_code == 409
    client.force_login(UserFactory(role=Role.EDITOR))
    assert client.get(f"/tai-ve/{item.pk}/vi/van-ban.pdf").status_code == 200


def test_an_article_is_a_document_too(client: Client) -> None:
    item = make_article()
    approve_words(item)
    client.force_login(centre())
    assert body(client.get(f"/tai-ve/{item.pk}/vi/van-ban.pdf")).startswith(b"%PDF")


def test_an_orthography_that_cannot_be_drawn_is_refused_by_name(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    monkeypatch.setattr("cms.core.languages.fonts.SYSTEM_FONTS", Path("/khong/co"))
    item, source = approved_script()
    approved_translation(source, "blt-tavt", get_orthography("blt-tavt").sample)
    client.force_login(centre())
    response = client.get(f"/tai-ve/{item.pk}/blt-tavt/van-ban.pdf")
    assert response.status_code == 409
    assert "Tiếng Thái (chữ Thái Việt)" in response.content.decode()


# ---- kits -----------------------------------------------------------------------------------------------------------


def test_a_kit_holds_every_language_and_proves_every_file(client: Client) -> None:
    item, source = approved_script()
    ready_recording(item)
    approved_translation(source, "jra", get_orthography("jra").sample)
    user = centre()
    client.force_login(user)
    response = client.get(f"/tai-ve/{item.pk}/bo-tai-lieu.zip")
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        names = {entry["name"] for entry in manifest["files"]}
        assert names == {
            "vi/kich-ban.docx",
            "vi/kich-ban.pdf",
            "vi/am-thanh.mp3",
            "jra/kich-ban.docx",
            "jra/kich-ban.pdf",
        }
        assert names | {"manifest.json"} == set(archive.namelist())
        for entry in manifest["files"]:
            content = archive.read(entry["name"])
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["bytes"])
        assert [entry["name"] for entry in manifest["left_out"]] == ["jra/am-thanh.mp3"]
        assert hashlib.sha256(archive.read("manifest.json")).hexdigest() == Download.objects.get().sha256
    assert Download.objects.get().kind == "kit"


def test_a_kit_begins_to_flow_before_it_is_finished_and_is_logged_only_when_whole() -> None:
    from django.test import RequestFactory

    from media.library.views.documents import flowing

    item, approval = approved_script()
    ready_recording(item)
    request = RequestFactory().get("/")
    request.user = centre()
    kit = kit_of([approval])
    flow = flowing(kit, request, item)
    assert next(flow).startswith(b"PK") and kit.manifest_sha256 == ""
    flow.close()
    assert not Download.objects.exists()
    for _piece in flowing(kit_of([approval]), request, item):
        pass
    assert Download.objects.count() == 1


def test_the_same_kit_has_the_same_bytes() -> None:
    item, approval = approved_script()
    ready_recording(item)
    assert b"".join(kit_of([approval])) == b"".join(kit_of([approval]))


def test_one_language_that_cannot_be_drawn_never_stops_the_kit(monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    monkeypatch.setattr("cms.core.languages.fonts.SYSTEM_FONTS", Path("/khong/co"))
    _item, source = approved_script()
    thai = approved_translation(source, "blt-tavt", get_orthography("blt-tavt").sample)
    kit = kit_of([thai, source])
    with zipfile.ZipFile(io.BytesIO(b"".join(kit))) as archive:
        assert {"vi/kich-ban.pdf", "vi/kich-ban.docx"} <= set(archive.namelist())
    assert any(entry["name"] == "blt-tavt/kich-ban.pdf" and "Thái" in entry["reason"] for entry in kit.left_out)


def test_a_kit_can_be_asked_for_in_some_languages(client: Client) -> None:
    item, source = approved_script()
    approved_translation(source, "jra", get_orthography("jra").sample)
    client.force_login(centre())
    content = body(client.get(f"/tai-ve/{item.pk}/bo-tai-lieu.zip?chu=jra,xx"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"jra", "manifest.json"}


def test_targets_are_counted_from_downloads(client: Client) -> None:
    item, _approval = approved_script()
    Target.objects.create(campaign=item.campaign, text="50 lượt tải", value=1, unit="lượt", measure="downloads")
    client.force_login(centre())
    for kind in KINDS[:2]:
        body(client.get(f"/tai-ve/{item.pk}/vi/{kind}"))
    line = progress(item.campaign)[0]
    assert (line.counted, line.met) == (2, True)
