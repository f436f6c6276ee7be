"""The channel against the simulated page: posts, pictures, taking down, correcting, reading back, testing the key."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.models import Approval
from channels.delivery.enums import ReadBack
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, Retryable
from channels.delivery.models import RateBucket
from channels.delivery.services.credentials import check_connection
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.models import Image
from cms.ops.simulators.facebook import FacebookSimulator
from cms.ops.simulators.facebook_world import Allowance, Fault, Token
from tests.facebook.conftest import PAGE, SECRET, TOKEN, outgoing_to, page_endpoint, post_of, the_channel
from tests.factories.delivery import approved_script

pytestmark = pytest.mark.django_db


def picture(number: int = 1) -> dict[str, Any]:
    import io

    from django.core.files.images import ImageFile
    from PIL import Image as PillowImage

    target = io.BytesIO()
    PillowImage.new("RGB", (40 + number, 30), "#1F2A56").save(target, "PNG")
    image = Image.objects.create(title=f"Ảnh {number}", file=ImageFile(target, name=f"anh-{number}.png"))
    return {"id": image.pk, "sha256": image.file_sha256, "alt": f"Cái khóa {number}"}


def test_words_with_a_link(facebook: FacebookSimulator) -> None:
    sent = the_channel().send(outgoing_to(page_endpoint(), post_of(link="https://tinh.example/bai/")))
    post = facebook.world.snapshot()[0]
    assert (sent.remote_id, sent.remote_url) == (post.id, f"https://www.facebook.com/{post.id}")
    assert (post.link, post.photos) == ("https://tinh.example/bai/", ())


def test_one_picture(facebook: FacebookSimulator) -> None:
    sent = the_channel().send(outgoing_to(page_endpoint(), post_of(pictures=[picture()])))
    post = facebook.world.snapshot()[0]
    assert sent.remote_id == post.id and post.message.startswith("Khóa cửa")
    photo = facebook.world.photos[post.photos[0]]
    assert photo.alt == "Cái khóa 1" and facebook.world.files[photo.id][:2] == b"\xff\xd8"


def test_an_album_goes_up_unseen_and_every_step_is_noted(facebook: FacebookSimulator) -> None:
    notes: list[dict[str, Any]] = []
    pictures = [picture(n) for n in (1, 2, 3)]
    sent = the_channel().send(outgoing_to(page_endpoint(), post_of(pictures=pictures), note=notes.append))
    post = facebook.world.snapshot()[0]
    assert sent.remote_id == post.id and len(post.photos) == 3
    assert [note["step"] for note in notes] == [*(f"picture {n} of 3" for n in (1, 2, 3)), "post"]
    assert notes[2]["photos"] == list(post.photos)


def test_an_album_that_broke_before_the_post_may_be_tried_again(facebook: FacebookSimulator) -> None:
    facebook.world.order(Fault("drop_reply", path="photos"))
    pictures = [picture(n) for n in (1, 2)]
    with pytest.raises(Retryable):
        the_channel().send(outgoing_to(page_endpoint(), post_of(pictures=pictures)))
    assert facebook.world.accepted == 0, "nobody has seen anything"
    facebook.world.order(Fault("drop_reply", path="feed"))
    with pytest.raises(Ambiguous):
        the_channel().send(outgoing_to(page_endpoint(), post_of(pictures=pictures)))


def test_a_picture_that_is_another_one_does_not_leave(facebook: FacebookSimulator) -> None:
    with pytest.raises(Permanent, match="picture_changed"):
        the_channel().send(outgoing_to(page_endpoint(), post_of(pictures=[{**picture(), "sha256": "0" * 64}])))
    with pytest.raises(Permanent, match="picture_gone"):
        the_channel().send(outgoing_to(page_endpoint(), post_of(pictures=[{"id": 999, "sha256": "0" * 64}])))
    assert not facebook.world.calls


def test_the_bucket_waits_before_the_allowance_is_used_up(facebook: FacebookSimulator) -> None:
    facebook.world.allowance = Allowance(business=93, regain_minutes=0)
    sent = the_channel().send(outgoing_to(page_endpoint()))
    assert sent.evidence["usage_percent"] == 93
    bucket = RateBucket.objects.get()
    assert bucket.blocked_until is not None and bucket.blocked_until > clock.now() + timedelta(minutes=14)


def test_taking_down(facebook: FacebookSimulator) -> None:
    channel, endpoint = the_channel(), page_endpoint()
    post = channel.send(outgoing_to(endpoint)).remote_id
    channel.take_down(outgoing_to(endpoint, remote_id=post))
    assert facebook.world.snapshot()[0].deleted
    again = channel.take_down(outgoing_to(endpoint, remote_id=post))
    assert again.evidence["already_gone"] is True
    with pytest.raises(Permanent, match="number_unknown"):
        channel.take_down(outgoing_to(endpoint, remote_id=""))


def test_not_allowed_to_delete_is_not_taken_for_gone(facebook: FacebookSimulator) -> None:
    channel, endpoint = the_channel(), page_endpoint()
    post = channel.send(outgoing_to(endpoint)).remote_id
    facebook.world.order(Fault("error", code=100, subcode=33, method="DELETE"))
    with pytest.raises(Permanent, match="fb_gone"):
        channel.take_down(outgoing_to(endpoint, remote_id=post))
    assert not facebook.world.snapshot()[0].deleted


def test_correcting(facebook: FacebookSimulator) -> None:
    channel, endpoint = the_channel(), page_endpoint()
    post = channel.send(outgoing_to(endpoint)).remote_id
    for _again in range(2):
        channel.correct(outgoing_to(endpoint, post_of("Số đúng là 113"), remote_id=post))
    stored = facebook.world.snapshot()[0]
    assert (stored.message, stored.edited) == ("Số đúng là 113", 1)
    channel.take_down(outgoing_to(endpoint, remote_id=post))
    with pytest.raises(Permanent, match="fb_gone"):
        channel.correct(outgoing_to(endpoint, remote_id=post))


class TestLook:
    @pytest.mark.parametrize("kind", ["drop_reply", "5xx_after", "garbage"])
    def test_it_is_there(self, facebook: FacebookSimulator, kind: str) -> None:
        channel, endpoint, began = the_channel(), page_endpoint(), clock.now()
        facebook.world.order(Fault(kind, status=500, path="feed"))
        with pytest.raises(Ambiguous):
            channel.send(outgoing_to(endpoint))
        look = channel.look(outgoing_to(endpoint), since=began, noted={})
        assert look.verdict == ReadBack.THERE and look.sent is not None
        assert look.sent.remote_id == facebook.world.snapshot()[0].id
        assert look.sent.remote_url.startswith("https://www.facebook.com/") and look.sent.at is not None
        assert facebook.world.accepted == 1, "looking changes nothing"

    def test_it_is_not_there(self, facebook: FacebookSimulator) -> None:
        channel, endpoint, began = the_channel(), page_endpoint(), clock.now()
        facebook.world.store_post(PAGE, message="Lịch tiếp dân tuần này", link="", photos=())
        early = channel.look(outgoing_to(endpoint), since=began, noted={})
        assert early.verdict == ReadBack.UNKNOWN, "the listing may lag behind"
        with clock.shifted(timedelta(minutes=3)):
            look = channel.look(outgoing_to(endpoint), since=began, noted={})
        assert (look.verdict, look.evidence["whole"], look.evidence["posts_seen"]) == (ReadBack.ABSENT, True, 1)

    def test_older_posts_with_the_same_words_are_not_this_one(self, facebook: FacebookSimulator) -> None:
        facebook.world.clock = lambda: clock.now().timestamp() - 3600
        facebook.world.store_post(PAGE, message=post_of()["message"], link="", photos=())
        with clock.shifted(timedelta(minutes=3)):
            look = the_channel().look(outgoing_to(page_endpoint()), since=clock.now(), noted={})
        assert look.verdict != ReadBack.THERE
        again = the_channel().look(
            outgoing_to(page_endpoint()), since=clock.now(), noted={"reason": "fb_probably_there"}
        )
        assert again.verdict == ReadBack.THERE, "Facebook itself said that it stands there already"

    def test_changed_by_somebody_on_the_page_nobody_can_tell(self, facebook: FacebookSimulator) -> None:
        facebook.world.store_post(PAGE, message=post_of()["message"] + " (đã sửa)", link="", photos=())
        began = clock.now()
        with clock.shifted(timedelta(minutes=3)):
            look = the_channel().look(outgoing_to(page_endpoint()), since=began, noted={})
        assert look.verdict == ReadBack.UNKNOWN and look.evidence["resembles"]

    def test_many_pages_of_posts(self, facebook: FacebookSimulator) -> None:
        channel, endpoint, began = the_channel(), page_endpoint(), clock.now()
        channel.send(outgoing_to(endpoint))
        for n in range(120):
            facebook.world.store_post(PAGE, message=f"Tin khác số {n}", link="", photos=())
        look = channel.look(outgoing_to(endpoint), since=began, noted={})
        assert look.verdict == ReadBack.THERE and look.evidence["posts_seen"] == 121
        assert facebook.world.calls["GET published_posts"] == 3

    def test_too_many_to_see_all_is_never_absent(self, facebook: FacebookSimulator) -> None:
        for n in range(310):
            facebook.world.store_post(PAGE, message=f"Tin khác số {n}", link="", photos=())
        began = clock.now()
        with clock.shifted(timedelta(minutes=3)):
            look = the_channel().look(outgoing_to(page_endpoint()), since=began, noted={})
        assert (look.verdict, look.evidence["whole"]) == (ReadBack.UNKNOWN, False)

    def test_a_page_that_cannot_be_asked(self, facebook: FacebookSimulator) -> None:
        facebook.world.order(Fault("5xx", status=503))
        with pytest.raises(Retryable):
            the_channel().look(outgoing_to(page_endpoint()), since=clock.now(), noted={})
        facebook.world.order(Fault("error", code=190, subcode=463))
        with pytest.raises(AuthFailed):
            the_channel().look(outgoing_to(page_endpoint()), since=clock.now(), noted={})
        facebook.world.order(Fault("error", code=10))
        look = the_channel().look(outgoing_to(page_endpoint()), since=clock.now(), noted={})
        assert look.verdict == ReadBack.UNKNOWN, "a key that may post but not read says nothing against itself"


class TestConnection:
    def test_whose_key_it_is(self, facebook: FacebookSimulator) -> None:
        facebook.world.app_secret = SECRET
        facebook.world.tokens = {TOKEN: Token("Công an tỉnh", page=PAGE)}
        endpoint = page_endpoint(app_secret=SECRET)
        assert "Công an tỉnh" in check_connection(endpoint)
        endpoint.credential.refresh_from_db()
        assert endpoint.credential.checked_at is not None

    def test_a_persons_key_and_another_pages_key(self, facebook: FacebookSimulator) -> None:
        facebook.world.tokens = {TOKEN: Token("Nguyễn Văn A", pages=(PAGE,))}
        with pytest.raises(BadInput, match="Nguyễn Văn A"):
            check_connection(page_endpoint())
        facebook.world.tokens = {TOKEN: Token("Trang khác", page="77777")}
        with pytest.raises(BadInput, match="Trang khác"):
            check_connection(page_endpoint())

    def test_a_refused_key(self, facebook: FacebookSimulator) -> None:
        facebook.world.tokens = {}
        endpoint = page_endpoint()
        with pytest.raises(AuthFailed):
            check_connection(endpoint)
        endpoint.credential.refresh_from_db()
        assert endpoint.credential.state == "reauth_needed"


class TestWords:
    def test_variant_preview_and_edit(self, facebook: FacebookSimulator) -> None:
        item = approved_script()
        approval = Approval.objects.get(item=item)
        channel = the_channel()
        payload = channel.render_variant(approval, page_endpoint(hashtags="#AnToàn"))
        assert payload == channel.render_variant(approval, page_endpoint(hashtags="#AnToàn")), "the same every time"
        issuer = approval.payload["issuer"]["name"]
        assert issuer in payload["message"] and "#AnToàn" in payload["message"]
        assert issuer in channel.preview_html(payload)
        edited = channel.with_text(payload, "Lời ngắn")
        assert "Lời ngắn" in edited["message"] and issuer in edited["message"]
        assert channel.editable_text(edited) == "Lời ngắn"
        counter = channel.counters(edited)[0]
        assert (counter.used, counter.limit) == (len(edited["message"]), 63206)
        assert channel.warnings(payload)

    def test_too_long(self, facebook: FacebookSimulator, settings: Any) -> None:
        approval = Approval.objects.get(item=approved_script())
        payload = the_channel().render_variant(approval, page_endpoint())
        settings.CONG_FACEBOOK_MESSAGE_LIMIT = len(payload["message"]) - 5
        shorter = the_channel().render_variant(approval, page_endpoint())
        assert shorter["shortened"] and len(the_channel().warnings(shorter)) == 2
        with pytest.raises(BadInput):
            the_channel().with_text(payload, "dài " * 5000)

    def test_the_preview_shows_the_pictures(self) -> None:
        shown = the_channel().preview_html(post_of(pictures=[picture(), {"id": 999, "sha256": "0" * 64}]))
        assert shown.count("<img") == 1 and 'alt="Cái khóa 1"' in shown

    def test_markup_in_words_is_shown_as_it_is(self) -> None:
        shown = the_channel().preview_html(post_of("<script>alert(1)</script>"))
        assert "<script>" not in shown
