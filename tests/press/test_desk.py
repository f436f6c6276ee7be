"""The desk: who enters, what is shown where, judging, taking back, feeds and queries."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from cms.core.models import Job, Role, User
from media.press.models import Feed, Mention, QueryVersion
from media.press.sample_queries import SAMPLE_QUERIES
from tests.factories.campaigns import CampaignFactory, UserFactory
from tests.factories.press import FeedFactory, MentionFactory, OutletFactory, PressItemFactory, make_query
from tests.press.newspaper import rss

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.press.urls")]
PAGES = ["press:mentions", "press:feeds", "press:feed_add", "press:queries", "press:query_add"]


def signed_in(role: str | None) -> tuple[Client, User]:
    user = UserFactory(role=role)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, user


@pytest.fixture
def monitor() -> Client:
    return signed_in(Role.MONITOR)[0]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.MONITOR, 200), (Role.EDITOR, 200), (Role.ADMINISTRATOR, 200), (Role.TRANSLATOR, 403), (Role.CENTRE, 403),
     (Role.LEADER, 403), (None, 403)],
)  # fmt: skip
def test_monitors_editors_and_administrators_enter_and_nobody_else(name, role, status):
    assert signed_in(role)[0].get(reverse(name)).status_code == status


@pytest.mark.parametrize("name", PAGES)
def test_visitors_are_sent_to_the_log_in_page(name):
    reply = Client().get(reverse(name))
    assert (reply.status_code, reply.url.startswith(reverse("login"))) == (302, True)


def test_strangers_judge_nothing_and_park_nothing():
    mention, feed = MentionFactory(), FeedFactory()
    client, _user = signed_in(Role.TRANSLATOR)
    assert client.post(reverse("press:judge"), {"m": mention.pk, "action": "confirmed"}).status_code == 403
    assert client.post(reverse("press:undo")).status_code == 403
    assert client.post(reverse("press:feed", args=[feed.pk]), {"action": "park"}).status_code == 403
    mention.refresh_from_db()
    assert mention.state == "proposed"


def test_judging_needs_the_forms_own_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(role=Role.MONITOR), backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(reverse("press:judge"), {"action": "confirmed"}).status_code == 403


def test_the_reason_is_marked_in_place_and_nothing_of_the_feed_is_markup(monitor):
    item = PressItemFactory(title="Bắt <b>kẻ</b> trộm", summary="Tin <script>x</script>")
    start = item.title.index("trộm")
    MentionFactory(
        item=item, reasons=[{"term": "trộm", "group": "any", "field": "title", "start": start, "end": start + 4}]
    )
    page = monitor.get(reverse("press:mentions")).content.decode()
    assert "Bắt &lt;b&gt;kẻ&lt;/b&gt; <mark>trộm</mark>" in page
    assert "<script>x" not in page
    assert "“trộm”" in page


def test_an_item_edited_since_shows_its_words_without_wrong_marks(monitor):
    MentionFactory(item=PressItemFactory(title="Khác hẳn", revision=2), item_revision=1)
    page = monitor.get(reverse("press:mentions")).content.decode()
    assert "<mark>" not in page
    assert "“trộm”" in page


def test_filters_in_words_by_campaign_state_outlet_and_words_without_accents(monitor):
    one = MentionFactory(item=PressItemFactory(title="Trộm cà phê ở Đắk Đoa", folded="trom ca phe o dak doa"))
    two = MentionFactory(confirmed=True)
    page = monitor.get(reverse("press:mentions"))
    assert [mention.pk for mention in page.context["page"]] == [one.pk]
    for query, expected in [
        ({"loai": "confirmed"}, [two.pk]),
        ({"loai": "tat-ca"}, {one.pk, two.pk}),
        ({"loai": "tat-ca", "dot": two.campaign_id}, [two.pk]),
        ({"loai": "tat-ca", "bao": one.item.outlet_id}, [one.pk]),
        ({"tu": "dak doa"}, [one.pk]),
        ({"tu": "ĐẮK Đoa trộm"}, [one.pk]),
        ({"tu": "kon tum"}, []),
        ({"dot": "x", "bao": "-1", "trang": "z"}, [one.pk]),
    ]:
        page = monitor.get(reverse("press:mentions"), query)
        shown = [mention.pk for mention in page.context["page"]]
        assert (set(shown) if isinstance(expected, set) else shown) == expected, query


def test_many_at_once_are_judged_and_taken_back(monitor):
    rows = [MentionFactory() for _number in range(3)]
    already = MentionFactory(rejected=True)
    chosen = [row.pk for row in [*rows, already]]
    reply = monitor.post(
        reverse("press:judge"), {"m": chosen, "action": "confirmed", "next": "/bao-chi/?loai=proposed"}
    )
    assert reply.url == "/bao-chi/?loai=proposed"
    assert set(Mention.objects.values_list("state", flat=True)) == {"confirmed"}
    assert Mention.objects.filter(decided_by__isnull=False, decided_at__isnull=False).count() == 4
    assert "4" in monitor.get(reverse("press:mentions")).context["undo"]["text"]
    monitor.post(reverse("press:undo"))
    states = {row.pk: row.state for row in Mention.objects.all()}
    assert states == {row.pk: "proposed" for row in rows} | {already.pk: "rejected"}
    assert monitor.get(reverse("press:mentions")).context["undo"] is None


def test_one_button_judges_one(monitor):
    one, other = MentionFactory(), MentionFactory()
    monitor.post(reverse("press:judge"), {"one": f"rejected:{one.pk}", "m": [other.pk]})
    one.refresh_from_db(), other.refresh_from_db()
    assert (one.state, other.state) == ("rejected", "proposed")
    monitor.post(reverse("press:judge"), {"one": f"proposed:{one.pk}"})
    one.refresh_from_db()
    assert (one.state, one.decided_at) == ("proposed", None)


@pytest.mark.parametrize("data", [{}, {"m": ["x", "9" * 30], "action": "confirmed"}, {"action": "nổ", "m": "1"}])
def test_nothing_chosen_is_said_and_a_next_page_elsewhere_is_not_followed(monitor, data):
    reply = monitor.post(reverse("press:judge"), data | {"next": "https://evil.example/"})
    assert reply.url == reverse("press:mentions")
    assert get_messages(reply.wsgi_request)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.2.:80/", "http://169.254.169.254/rss", "http://10.1.2.3/", "http://[::1]/", "http://0x7f000001/",
     "file:///etc/passwd", "/etc/passwd", "javascript:alert(1)", "http://user@bao.vn/"],
)  # fmt: skip
def test_an_address_that_leads_inside_is_refused_and_what_was_typed_is_kept(monitor, url):
    reply = monitor.post(reverse("press:feed_add"), {"url": url, "outlet": "Báo Thử", "anyway": "on"})
    assert reply.status_code == 200
    assert reply.context["form"].errors["url"]
    assert "Báo Thử" in reply.content.decode()
    assert not Feed.objects.exists()


def test_an_address_that_redirects_inside_is_refused(monitor, paper):
    url = paper.serve("/rss", status=302, Location="http://169.254.169.254/")
    reply = monitor.post(reverse("press:feed_add"), {"url": url, "outlet": "Báo", "anyway": "on"})
    assert reply.context["form"].errors["url"]
    assert not Feed.objects.exists()


def test_a_feed_is_tried_and_added(monitor, paper):
    url = paper.serve("/rss", rss(("Tin", "/1.html")))
    reply = monitor.post(reverse("press:feed_add"), {"url": f" {url} ", "outlet": "Báo Gia Lai", "name": ""})
    feed = Feed.objects.get()
    assert reply.url == reverse("press:feed", args=[feed.pk])
    assert (feed.outlet.name, feed.name, feed.created_by is not None) == ("Báo Gia Lai", "Báo Gia Lai", True)
    again = monitor.post(reverse("press:feed_add"), {"url": url, "outlet": "x"})
    assert again.context["form"].errors["url"]


def test_a_page_instead_of_a_feed_is_said_and_may_be_added_anyway(monitor, paper):
    data = {"url": paper.serve("/x", "<html></html>"), "outlet": "Báo"}
    reply = monitor.post(reverse("press:feed_add"), data)
    assert reply.context["form"].errors["url"]
    assert "anyway" in reply.content.decode()
    monitor.post(reverse("press:feed_add"), data | {"anyway": "on"})
    assert Feed.objects.exists()


def test_a_feed_is_parked_taken_up_and_read_now(monitor):
    feed = FeedFactory()
    address = reverse("press:feed", args=[feed.pk])
    monitor.post(address, {"action": "park"})
    feed.refresh_from_db()
    assert feed.state == "parked"
    monitor.post(address, {"action": "park"})
    monitor.post(address, {"action": "resume"})
    feed.refresh_from_db()
    assert feed.state == "active"
    monitor.post(address, {"action": "fetch"})
    assert Job.objects.get().payload == {"feed": feed.pk}
    assert monitor.get(address).status_code == 200


def test_a_query_is_previewed_then_saved_as_a_new_version(monitor):
    version = make_query(any=["cướp"], some=["a", "b"])
    PressItemFactory(title="Tin về trộm chó")
    address = reverse("press:query", args=[version.query_id])
    reply = monitor.post(address, {"any": "trộm\n\n cướp ", "preview": "1"})
    assert reply.context["found_count"] == 1
    assert QueryVersion.objects.count() == 1
    monitor.post(address, {"any": "trộm\n\n cướp "})
    latest = QueryVersion.objects.order_by("-number").first()
    assert latest.definition == {"any": ["trộm", "cướp"], "some": ["a", "b"]}
    assert Job.objects.filter(kind="press.rematch").count() == 1


def test_words_that_cannot_be_searched_for_are_refused_and_kept(monitor):
    campaign = CampaignFactory()
    reply = monitor.post(reverse("press:query_add"), {"campaign": campaign.pk, "name": "x", "any": "(trộm"})
    assert reply.context["form"].errors
    assert "(trộm" in reply.content.decode()
    assert not QueryVersion.objects.exists()
    monitor.post(reverse("press:query_add"), {"campaign": campaign.pk, "name": "Trộm", "any": "trộm"})
    assert QueryVersion.objects.get().query.name == "Trộm"


def test_the_number_of_queries_does_not_grow_with_the_lists(monitor, django_assert_max_num_queries):
    outlet, campaign = OutletFactory(), CampaignFactory()
    make_query(campaign=campaign, name="q", **SAMPLE_QUERIES["theft"])
    version = QueryVersion.objects.get()
    for number in range(24):
        item = PressItemFactory(outlet=outlet)
        MentionFactory(item=item, campaign=campaign, query_version=version, confirmed=number % 2 == 0)
        FeedFactory(outlet=outlet)
    for name, limit in (("press:mentions", 12), ("press:feeds", 8), ("press:queries", 8)):
        monitor.get(reverse(name))
        with django_assert_max_num_queries(limit):
            monitor.get(reverse(name), {"loai": "tat-ca"})
