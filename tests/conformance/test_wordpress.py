"""The WordPress channel against two peers with one test body: the simulator, and a real WordPress (.ci/run).

What the real one does, the simulator must do; a difference is a fault of the simulator.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from wagtail.images.tests.utils import get_test_image_file

from channels.delivery.contract import Outgoing, channel_for
from channels.delivery.enums import Action, ReadBack
from channels.delivery.errors import AuthFailed, Permanent
from channels.delivery.models import Endpoint
from channels.website.wordpress.client import Site
from channels.website.words import words_of
from cms.core import clock
from cms.core.models import Image
from tests.conformance import peers
from tests.conformance.peers import Peer
from tests.factories.campaigns import HotlineFactory, make_article
from tests.factories.delivery import CredentialFactory, EndpointFactory, approve

pytestmark = pytest.mark.django_db
# Everything that WordPress would like to change when it shows a text.
TEMPTING = (
    'Gọi "công an xã" ngay... [gallery] 9x9 -- (tm) :) https://example.org/x 8) <b>không đậm</b> '
    "'nháy' A - B & C; 1/2; 5' cao; xem: [caption]hết[/caption]"
)


@pytest.fixture(
    scope="module", params=["simulator", pytest.param("wordpress", marks=[pytest.mark.slow, pytest.mark.timeout(240)])]
)
def peer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    if request.param == "simulator":
        with peers.simulator() as running:
            yield running
        return
    if missing := peers.missing_packages():
        pytest.skip(f"Debian packages not installed: {', '.join(missing)}")
    with peers.wordpress(tmp_path_factory.mktemp("wordpress")) as running:
        yield running


@pytest.fixture
def endpoint(peer: Peer) -> Endpoint:
    return _endpoint(peer, peer.user, peer.password)


def _endpoint(peer: Peer, user: str, password: str, **config: Any) -> Endpoint:
    credential = CredentialFactory(kind="wordpress", secret=password, config={"user": user})
    config = {"site": peer.url, "take_down": "draft", **config}
    return EndpointFactory(kind="wordpress", credential=credential, config=config)


@pytest.fixture
def outgoing(endpoint: Endpoint) -> Outgoing:
    image = Image.objects.create(title="Cổng làng", file=get_test_image_file())
    body = [
        ("heading", "Giữ tài sản"),
        ("paragraph", f"<p>{html.escape(TEMPTING, quote=False)}</p>"),
        ("picture", {"image": image, "alt": 'Cổng "làng" có đèn', "caption": "Buổi tối"}),
        ("hotline", {"text_before": "Khi thấy điều lạ, gọi", "hotline": HotlineFactory()}),
    ]
    return _outgoing(endpoint, approve(make_article(title="Khóa cửa & giữ <xe>", body=body)))


def _outgoing(endpoint: Endpoint, approval: Any) -> Outgoing:
    payload = channel_for("wordpress").render_variant(approval, endpoint)
    return Outgoing(
        delivery_id=1, idem_key="k", action=Action.SEND, endpoint=endpoint, secret=endpoint.credential.secret,
        payload=payload, payload_sha256="", approval=approval, credential_config=endpoint.credential.config,
    )  # fmt: skip


def plain(markup: str) -> str:
    """The words of a page's HTML as a browser would show them."""
    spaced = re.sub(r"</(?:p|h2|li|figcaption)>|<br\s*/?>|<img[^>]*>", "\n", markup)
    text = html.unescape(re.sub(r"<[^>]*>", "", spaced))
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def test_the_whole_life_of_a_text(peer: Peer, outgoing: Outgoing) -> None:
    channel = channel_for("wordpress")
    assert channel.look(outgoing, since=clock.now() - timedelta(hours=1), noted={}).verdict == ReadBack.ABSENT
    sent = channel.send(outgoing)
    number = int(sent.remote_id)
    shown = peer.seen(number)
    assert shown is not None and shown["status"] == "publish"
    assert sent.remote_url == shown["link"]
    assert html.unescape(shown["title"]["rendered"]) == "Khóa cửa & giữ <xe>"
    # Exactly the approved words, unchanged by shortcodes, players, faces and typography.
    words = words_of(outgoing.payload).splitlines()[1:]
    shown_words = plain(shown["content"]["rendered"])
    for line in words:
        assert " ".join(line.split()) in shown_words, line
    assert TEMPTING in shown_words
    assert f'lang="{outgoing.payload["lang"]}"' in shown["content"]["rendered"]
    assert 'href="tel:' in shown["content"]["rendered"]
    assert shown["comment_status"] == "closed"
    # Sending again changes the same post; a lost answer is found at its address.
    again = channel.send(outgoing)
    assert again.remote_id == sent.remote_id
    look = channel.look(outgoing, since=clock.now(), noted={})
    assert look.verdict == ReadBack.THERE and look.sent is not None and look.sent.remote_id == sent.remote_id
    # Corrected in place.
    other = channel.with_text(outgoing.payload, "Số mới là 113.\n\nXin nhớ.")
    corrected = channel.correct(replace(outgoing, action=Action.CORRECT, payload=other, remote_id=sent.remote_id))
    shown = peer.seen(number)
    assert shown is not None and "Số mới là 113." in plain(shown["content"]["rendered"])
    assert TEMPTING not in plain(shown["content"]["rendered"])
    assert corrected.remote_id == sent.remote_id
    # Taken down twice is taken down once, and it can come back under the same number.
    down = replace(outgoing, action=Action.TAKE_DOWN, remote_id=sent.remote_id)
    for _twice in range(2):
        channel.take_down(down)
        assert peer.seen(number) is None
    assert channel.look(outgoing, since=clock.now(), noted={}).verdict == ReadBack.UNKNOWN
    assert channel.send(outgoing).remote_id == sent.remote_id
    assert peer.seen(number) is not None


def test_pictures_are_uploaded_once(peer: Peer, outgoing: Outgoing) -> None:
    channel = channel_for("wordpress")
    with Site(address=peer.url, user=peer.user, password=peer.password) as site:
        slug = f"cong-{outgoing.payload['parts'][2]['sha256'][:40]}"
        sent = channel.send(outgoing)
        media = site.find_media(slug)
        assert media is not None
        channel.send(replace(outgoing, remote_id=sent.remote_id))
        again = site.find_media(slug)
        assert again is not None and again.id == media.id
    shown = peer.seen(int(sent.remote_id))
    assert shown is not None
    tag = re.search(r"<img[^>]*>", shown["content"]["rendered"])
    assert tag is not None
    assert media.url in tag[0] and "Cổng &quot;làng&quot; có đèn" in tag[0].replace("&#034;", "&quot;")
    assert peer.name == "simulator" or peer.picture(media.url).startswith(b"\x89PNG")


def test_the_bin_and_the_way_out_of_it(peer: Peer, outgoing: Outgoing) -> None:
    channel = channel_for("wordpress")
    endpoint = _endpoint(peer, peer.user, peer.password, take_down="trash")
    outgoing = replace(outgoing, endpoint=endpoint)
    sent = channel.send(outgoing)
    down = replace(outgoing, action=Action.TAKE_DOWN, remote_id=sent.remote_id)
    channel.take_down(down)
    assert peer.seen(int(sent.remote_id)) is None
    assert channel.take_down(down).evidence["gone_already"]
    # Nobody knows the number any more: the address still finds it, and nothing is doubled.
    assert channel.take_down(replace(down, remote_id="")).evidence["gone_already"]
    back = channel.send(outgoing)
    assert back.remote_id == sent.remote_id
    shown = peer.seen(int(back.remote_id))
    assert shown is not None and shown["slug"] == outgoing.payload["slug"]


def test_categories_and_tags(peer: Peer, outgoing: Outgoing) -> None:
    channel = channel_for("wordpress")
    names = {"categories": "thong-bao", "tags": "an-ninh", "language_categories": "jra = khong-co"}
    endpoint = _endpoint(peer, peer.user, peer.password, featured=True, **names)
    sent = channel.send(replace(outgoing, endpoint=endpoint))
    shown = peer.seen(int(sent.remote_id))
    assert shown is not None
    assert len(shown["categories"]) == 1 and len(shown["tags"]) == 1 and shown["featured_media"]
    assert "khong-co" in channel.test_connection(endpoint, peer.password)
    wrong = replace(outgoing, endpoint=_endpoint(peer, peer.user, peer.password, categories="khong-co"))
    with pytest.raises(Permanent, match="wp_term_missing"):
        channel.send(wrong)


def test_keys_that_do_not_open(peer: Peer, outgoing: Outgoing) -> None:
    channel = channel_for("wordpress")
    with pytest.raises(AuthFailed, match="token_refused|wp_key_not_taken"):
        channel.send(replace(outgoing, secret="abcd efgh ijkl mnop qrst uvwx"))
    with pytest.raises(AuthFailed, match="token_refused|wp_key_not_taken"):
        channel.send(replace(outgoing, credential_config={"user": "khong-ai"}))
    user, password = peer.subscriber
    with pytest.raises(AuthFailed):
        channel.send(replace(outgoing, secret=password, credential_config={"user": user}))
    assert "Phòng Tuyên truyền" in channel.test_connection(outgoing.endpoint, peer.password)
    reader = _endpoint(peer, user, password)
    assert channel.test_connection(reader, password) != channel.test_connection(outgoing.endpoint, peer.password)
    with pytest.raises(AuthFailed, match="token_refused|wp_key_not_taken"):
        channel.test_connection(reader, "sai")


def test_an_address_without_readable_links(peer: Peer, outgoing: Outgoing) -> None:
    endpoint = _endpoint(peer, peer.user, peer.password, plain_addresses=True)
    sent = channel_for("wordpress").send(replace(outgoing, endpoint=endpoint))
    assert peer.seen(int(sent.remote_id)) is not None


def test_what_somebody_deleted_there(peer: Peer, outgoing: Outgoing) -> None:
    channel = channel_for("wordpress")
    with pytest.raises(Permanent, match="already_gone"):
        channel.correct(replace(outgoing, action=Action.CORRECT, remote_id="99999"))
    assert channel.take_down(replace(outgoing, action=Action.TAKE_DOWN, remote_id="99999")).evidence["gone_already"]
    # A send whose earlier post was deleted makes a new one.
    assert channel.send(replace(outgoing, remote_id="99999")).remote_id != "99999"
