"""Whatever an editor types, on every channel that is registered: title, hotlines, link and issuer stay, or it is refused."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.models import Approval
from campaigns.services import publishing
from channels.delivery.contract import Channel, channels
from channels.delivery.models import Endpoint
from channels.delivery.wording import count, links_of, reworded, shows_issuer, source_words, words_of
from channels.manual.enums import LegalForm, Means
from cms.core.errors import CongError, NotReady
from cms.core.text import nfc
from tests.factories.campaigns import HotlineFactory
from tests.factories.delivery import CredentialFactory, EndpointFactory, approved_script, memory_channel

pytestmark = pytest.mark.django_db
# The settings of a destination of each kind; manual ones once for each way that is worded freely or not.
CONFIGS: dict[str, list[dict[str, Any]]] = {
    "memory": [{}],
    "website": [{}],
    "telegram": [{"chat_id": -1001, "audio": "never"}],
    "facebook": [{"page_id": "123", "pictures": True, "hashtags": "#AnNinh"}],
    "zalo": [{"status": "show", "broadcast": False, "comment": False, "cover_url": ""}],
    "wordpress": [{"site": "https://vanhoa.example", "take_down": "draft"}],
    "webhook": [{"url": "https://doitac.example/nhan"}],
    "manual": [
        {"means": means.value, "form": next(iter(LegalForm)).value, "places": [], "due_hours": 4, "segments": 6}
        for means in (Means.SMS, Means.MESSENGER, Means.BOARD)
    ],
}
WORDS = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300),
    st.lists(
        st.sampled_from('bà con nhớ khóa cửa <b> & " #AnNinh 0905 https://lua.example/ 😀 ខ្មែរ\n'.split(" ")),
        min_size=1,
    ).map(" ".join),
)


def all_places() -> list[tuple[str, int]]:
    """(kind, number of its settings) of every registered channel."""
    kinds = [channel.kind for channel in channels() if channel.kind in CONFIGS or "." not in channel.kind]
    return [(kind, at) for kind in dict.fromkeys(["memory", *kinds]) for at in range(len(CONFIGS.get(kind, [{}])))]


def test_every_registered_channel_is_covered() -> None:
    assert {channel.kind for channel in channels()} - set(CONFIGS) <= {"memory", "still", "span", "other", "gone"}, (
        "add the settings of the new kind to CONFIGS"
    )


@pytest.fixture
def approval() -> Approval:
    item = approved_script(title="Khóa xe máy đúng cách", hotline=HotlineFactory())
    approval = item.approvals.get()
    publishing.publish(approval)
    return approval


def derived(kind: str, at: int, approval: Approval) -> tuple[Channel, Endpoint, dict[str, Any]]:
    """The channel with its derived payload."""
    memory_channel()
    channel = next(each for each in channels() if each.kind == kind)
    endpoint = EndpointFactory(kind=kind, config=CONFIGS.get(kind, [{}])[at], credential=CredentialFactory(kind=kind))
    return channel, endpoint, channel.render_variant(approval, endpoint)


def frame_of(channel: Channel, approval: Approval, payload: dict[str, Any]) -> list[str]:
    """What stands in the post outside the words that may be edited."""
    words, editable = words_of(channel, payload), channel.editable_text(payload)
    facts = [approval.payload["title"], *(line["number"] for line in approval.payload["hotlines"]), *links_of(words)]
    return [fact for fact in facts if fact in words and fact not in editable]


@pytest.mark.parametrize(("kind", "at"), all_places())
def test_the_derived_text_is_signed_and_survives_its_own_editing(kind: str, at: int, approval: Approval) -> None:
    channel, _endpoint, payload = derived(kind, at, approval)
    words = words_of(channel, payload)
    if kind != "website":  # our own pages carry the issuer in the page itself
        assert shows_issuer(approval, words), words
    try:
        again = reworded(channel, approval, payload, channel.editable_text(payload))
    except NotReady:
        return
    # The website's partners get the hotlines after the words: the lines stay, one may move.
    assert sorted(words_of(channel, again).splitlines()) == sorted(words.splitlines())
    assert channel.editable_text(again) == channel.editable_text(payload)
    assert count(channel, approval, payload, channel.editable_text(payload)).counters == channel.counters(payload)
    assert approval.payload["title"] in source_words(approval)


@pytest.mark.parametrize(("kind", "at"), all_places())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(data=st.data())
def test_whatever_is_typed_the_frame_stays(kind: str, at: int, approval: Approval, data: st.DataObject) -> None:
    key = f"_{kind}_{at}"
    if key not in approval.__dict__:
        approval.__dict__[key] = derived(kind, at, approval)
    channel, _endpoint, payload = approval.__dict__[key]
    before = nfc(words_of(channel, payload))
    text = nfc(data.draw(WORDS)).strip()
    if not text:
        return
    try:
        edited = reworded(channel, approval, payload, text)
    except CongError as error:
        assert error.message
        assert words_of(channel, payload) == before, "a refusal changes nothing"
        return
    words = words_of(channel, edited)
    assert shows_issuer(approval, words)
    for fact in frame_of(channel, approval, payload):
        assert fact in words
    for counter in channel.counters(edited):
        assert counter.used <= counter.limit


@pytest.mark.parametrize(("kind", "at"), all_places())
def test_what_is_typed_never_becomes_markup_of_the_admin(kind: str, at: int, approval: Approval) -> None:
    channel, _endpoint, payload = derived(kind, at, approval)
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(2)> \"'"
    try:
        edited = channel.with_text(payload, hostile)
    except CongError:
        return
    shown = channel.preview_html(edited)
    assert "<script" not in shown and "<img src=x" not in shown
    assert "&lt;script" in shown
