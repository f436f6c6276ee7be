"""Outlets, a feed of the simulated newspaper, and the five campaigns' press queries."""

from campaigns.models import Topic
from cms.ops.sample.content import Cast
from media.press.models import Feed
from media.press.sample_queries import SAMPLE_QUERIES
from media.press.services.feeds import add_feed, park_feed
from media.press.services.matching import save_query

NEWSPAPER = "Báo Mô phỏng Gia Lai"
FEED_PATH = "/rss/tin-moi.rss"
# Real feeds a department would follow; parked, so that a rehearsal reads nobody's newspaper.
REAL_FEEDS = [
    ("VnExpress", "https://vnexpress.net/rss/phap-luat.rss", "Pháp luật"),
    ("Tuổi Trẻ", "https://tuoitre.vn/rss/phap-luat.rss", "Pháp luật"),
    ("Công an nhân dân", "https://cand.vn/rss/home.rss", "Trang chủ"),
]


def load_queries(cast: Cast) -> None:
    """Each campaign looks for its topic; a query somebody changed stays as it is."""
    for code, campaign in cast.campaigns.items():
        if not campaign.tracking_queries.exists():
            save_query(
                campaign=campaign,
                name=campaign.title[:200],
                definition=SAMPLE_QUERIES[code],
                topic=Topic.objects.get(code=code),
                user=cast.people["bientap"],
            )


def load_real_feeds(cast: Cast) -> None:
    """The outlets a monitor would switch on first, each parked until somebody resumes it."""
    monitor = cast.people["baochi"]
    for outlet, url, name in REAL_FEEDS:
        if not Feed.objects.filter(url=url).exists():
            feed = add_feed(outlet=outlet, url=url, name=name, user=monitor)
            park_feed(feed=feed, reason="Tỉnh mẫu: chưa bật", user=monitor)


def load_feed(cast: Cast, press_base: str) -> None:
    """The simulated newspaper's feed; its address follows the port on which the simulator listens now."""
    url = press_base.rstrip("/") + FEED_PATH
    feed = Feed.objects.filter(outlet__name=NEWSPAPER).first()
    if feed is None:
        add_feed(outlet=NEWSPAPER, url=url, name="Tin mới", user=cast.people["baochi"])
    else:
        move_feed(press_base)


def move_feed(press_base: str) -> None:
    """Point the sample's feed at the simulator's present port and read it soon."""
    url = press_base.rstrip("/") + FEED_PATH
    Feed.objects.filter(outlet__name=NEWSPAPER).exclude(url=url).update(url=url)
