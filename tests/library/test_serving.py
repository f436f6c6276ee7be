"""Sound by content address: ranges, validators, and who may hear what."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.services import approvals
from cms.core.models import Role
from media.library import services
from media.library.models import Recording, Rendition
from media.library.selectors import airable_rendition
from tests.factories.campaigns import UserFactory
from tests.factories.library import approved_script, change_words, ready_draft, ready_recording

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.library.urls")]


@pytest.fixture
def aired() -> Rendition:
    """A rendition that may be aired."""
    item, _approval = approved_script()
    ready_recording(item)
    return airable_rendition(item, "vi")


def address(rendition: Rendition) -> str:
    """Where it is fetched."""
    return f"/a/{rendition.sha256}"


def body(response: Any) -> bytes:
    """The bytes of an answer."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_anybody_fetches_what_may_be_aired_and_may_keep_it_for_ever(client: Client, aired: Rendition) -> None:
    response = client.get(address(aired))
    assert response.status_code == 200
    assert body(response) == aired.file.read_bytes()
    assert response["ETag"] == f'"{aired.sha256}"'
    assert "immutable" in response["Cache-Control"] and "public" in response["Cache-Control"]
    assert response["Content-Type"] == "audio/mpeg"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Length"] == str(aired.bytes)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-", 100, None),
        ("bytes=-50", -50, None),
        ("bytes=5-5", 5, 5),
        ("bytes=10-99999999", 10, None),
    ],
)
def test_a_part_is_sent_as_asked(client: Client, aired: Rendition, asked: str, begin: int, end: int | None) -> None:
    whole = aired.file.read_bytes()
    first = begin if begin >= 0 else len(whole) + begin
    last = end if end is not None else len(whole) - 1
    response = client.get(address(aired), headers={"Range": asked})
    assert response.status_code == 206
    assert body(response) == whole[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize(
    "asked", ["bytes=abc", "items=0-5", "bytes=0-5,10-15", "bytes=9-5", "bytes=-", "bytes=" + "9" * 40 + "-"]
)
def test_a_range_that_is_none_gets_the_whole(client: Client, aired: Rendition, asked: str) -> None:
    response = client.get(address(aired), headers={"Range": asked})
    assert response.status_code == 200 and len(body(response)) == aired.bytes


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_beyond_the_end_cannot_be_had(client: Client, aired: Rendition, asked: str) -> None:
    response = client.get(address(aired), headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{aired.bytes}"


def test_a_download_goes_on_only_with_the_same_bytes(client: Client, aired: Rendition) -> None:
    same = client.get(address(aired), headers={"Range": "bytes=10-", "If-Range": f'"{aired.sha256}"'})
    other = client.get(address(aired), headers={"Range": "bytes=10-", "If-Range": '"' + "0" * 64 + '"'})
    dated = client.get(address(aired), headers={"Range": "bytes=10-", "If-Range": "Wed, 18 Nov 2026 05:00:00 GMT"})
    assert (same.status_code, other.status_code, dated.status_code) == (206, 200, 200)


def test_who_has_the_bytes_is_not_sent_them_again(client: Client, aired: Rendition) -> None:
    for known in (f'"{aired.sha256}"', f'W/"{aired.sha256}"', f'"x", "{aired.sha256}"', "*"):
        response = client.get(address(aired), headers={"If-None-Match": known})
        assert response.status_code == 304 and response.content == b""
    assert client.get(address(aired), headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_tells_the_length_without_the_bytes(client: Client, aired: Rendition) -> None:
    response = client.head(address(aired))
    assert response.status_code == 200 and response["Content-Length"] == str(aired.bytes) and body(response) == b""


def test_pieces_put_together_are_the_file(client: Client, aired: Rendition) -> None:
    whole = b""
    while len(whole) < aired.bytes:
        whole += body(client.get(address(aired), headers={"Range": f"bytes={len(whole)}-{len(whole) + 9999}"}))
    assert whole == aired.file.read_bytes()


@settings(max_examples=150, deadline=None)
@given(asked=st.text(alphabet="bytes=0123456789-, ", max_size=24), size=st.integers(1, 500))
def test_any_range_header_is_answered_rightly(asked: str, size: int) -> None:
    from django.test import RequestFactory

    from media.library.serving import FOREVER, whole_or_part

    content = bytes(number % 251 for number in range(size))
    request = RequestFactory().get("/", headers={"Range": asked})
    response = whole_or_part(
        request, content, sha256="0" * 64, content_type="audio/mpeg", name="a.mp3", cache=FOREVER, attachment=False
    )
    assert response.status_code in {200, 206, 416}
    if response.status_code == 206:
        span = response["Content-Range"].split(" ")[1].split("/")[0].split("-")
        assert body(response) == content[int(span[0]) : int(span[1]) + 1]
    elif response.status_code == 200:
        assert body(response) == content


def test_nothing_is_changed_by_post(client: Client, aired: Rendition) -> None:
    assert client.post(address(aired)).status_code == 405


def test_what_does_not_exist_is_not_found(client: Client, aired: Rendition) -> None:
    assert client.get("/a/" + "0" * 64).status_code == 404
    assert client.get(address(aired).upper()).status_code == 404
    assert client.get(address(aired) + "/../x").status_code == 404
    aired.file.unlink()
    assert client.get(address(aired)).status_code == 404


@pytest.fixture
def drafted() -> Recording:
    """A draft voice that nobody allowed on air."""
    _item, approval = approved_script()
    return ready_draft(approval)


@pytest.mark.parametrize(
    ("role", "scope", "allowed"),
    [
        (Role.EDITOR, "", True),
        (Role.APPROVER, "", True),
        (Role.CENTRE, "", True),
        (Role.TRANSLATOR, "vi", True),
        (Role.TRANSLATOR, "jra", False),
        (Role.MONITOR, "", False),
        (None, "", False),
        ("nobody", "", False),
    ],
)
def test_a_draft_is_heard_only_by_those_with_the_right(
    client: Client, drafted: Recording, role: str | None, scope: str, allowed: bool
) -> None:
    if role != "nobody":
        client.force_login(UserFactory(role=role, role__orthography=scope) if role else UserFactory())
    response = client.get(address(drafted.renditions.first()))
    assert response.status_code == (200 if allowed else 404)
    if allowed:
        assert "private" in response["Cache-Control"]


def test_an_allowed_draft_a_stale_one_and_a_revoked_one(client: Client, drafted: Recording) -> None:
    where = address(drafted.renditions.first())
    services.allow_draft_on_air(recording=drafted, approver=UserFactory(role=Role.APPROVER))
    assert client.get(where).status_code == 200
    newest = change_words(drafted.item)
    assert client.get(where).status_code == 404
    approvals.revoke(newest, UserFactory(role=Role.APPROVER), comment="sai")
    assert client.get(where).status_code == 404


def test_the_upload_folders_are_served_by_nobody(client: Client, aired: Rendition) -> None:
    from django.http import Http404
    from django.test import RequestFactory

    from cms.core.media_views import serve_media

    request = RequestFactory().get("/")
    request.user = UserFactory(is_superuser=True)
    for path in (f"audio/{aired.sha256[:2]}/{aired.sha256}.mp3", f"recordings/{aired.recording.path}"):
        with pytest.raises(Http404):
            serve_media(request, path)


def test_sound_with_a_number_that_changed_is_not_sent_any_more(client: Client) -> None:
    from campaigns.services import hotlines
    from tests.factories.campaigns import HotlineFactory

    line = HotlineFactory()
    item, _approval = approved_script(hotline=line)
    ready_recording(item)
    where = address(airable_rendition(item, "vi"))
    assert client.get(where).status_code == 200
    hotlines.change_number(line, number="0269 3 111 222", user=UserFactory(role=Role.EDITOR))
    assert client.get(where).status_code == 404


def test_a_pause_does_not_keep_devices_from_fetching_ahead(client: Client, aired: Rendition) -> None:
    from datetime import timedelta

    from campaigns.services import pauses
    from cms.core import clock

    pauses.pause(
        starts_at=clock.now() - timedelta(minutes=1),
        ends_at=clock.now() + timedelta(days=1),
        reason="quốc tang",
        user=UserFactory(role=Role.EDITOR),
    )
    assert airable_rendition(aired.recording.item, "vi") is None
    assert client.get(address(aired)).status_code == 200
