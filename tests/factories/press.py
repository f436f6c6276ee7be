"""Factories of the press room; queries and feeds are made by the product's own verbs where one exists."""

import hashlib
from typing import Any

import factory
from factory.django import DjangoModelFactory

from campaigns.models import Campaign
from cms.core import clock
from media.press.models import Feed, Mention, Outlet, PressItem, QueryVersion
from media.press.services import save_query
from tests.factories.campaigns import CampaignFactory


class OutletFactory(DjangoModelFactory):
    """A newspaper."""

    class Meta:
        model = Outlet
        django_get_or_create = ("host",)

    host = factory.Sequence(lambda n: f"bao{n}.example.vn")
    name = factory.LazyAttribute(lambda outlet: f"Báo {outlet.host.split('.')[0].title()}")


class FeedFactory(DjangoModelFactory):
    """A feed that is due now; traits: parked."""

    class Meta:
        model = Feed

    outlet = factory.SubFactory(OutletFactory)
    name = "Trang chủ"
    url = factory.LazyAttributeSequence(lambda feed, n: f"https://{feed.outlet.host}/rss/{n}.rss")
    next_due = factory.LazyFunction(clock.now)
    created_at = factory.LazyFunction(clock.now)

    class Params:
        parked = factory.Trait(state="parked", parked_reason="thử")


class PressItemFactory(DjangoModelFactory):
    """An article about a theft, published now."""

    class Meta:
        model = PressItem

    outlet = factory.SubFactory(OutletFactory)
    title = factory.Sequence(lambda n: f"Bắt nhóm trộm cắp tài sản số {n}")
    summary = "Công an xã vừa bắt ba đối tượng."
    url = factory.LazyAttributeSequence(lambda item, n: f"https://{item.outlet.host}/bai-{n}.html")
    url_hash = factory.LazyAttribute(lambda item: hashlib.sha256(item.url.encode()).hexdigest() if item.url else None)
    published_at = factory.LazyFunction(clock.now)
    first_seen_at = factory.LazyFunction(clock.now)
    changed_at = factory.LazyFunction(clock.now)
    content_sha256 = factory.LazyAttribute(lambda item: hashlib.sha256(item.title.encode()).hexdigest())


class MentionFactory(DjangoModelFactory):
    """A proposed mention of an article in a campaign; traits: confirmed, rejected."""

    class Meta:
        model = Mention

    item = factory.SubFactory(PressItemFactory)
    campaign = factory.SubFactory(CampaignFactory)
    query_version = factory.LazyAttribute(lambda mention: make_query(campaign=mention.campaign))
    reasons = factory.LazyAttribute(
        lambda mention: [{"term": "trộm", "group": "any", "field": "title", "start": 9, "end": 13}]
    )
    published_at = factory.LazyAttribute(lambda mention: mention.item.published_at)
    created_at = factory.LazyFunction(clock.now)

    class Params:
        confirmed = factory.Trait(state="confirmed", decided_at=factory.LazyFunction(clock.now))
        rejected = factory.Trait(state="rejected", decided_at=factory.LazyFunction(clock.now))


def make_query(*, campaign: Campaign | None = None, name: str = "Trộm cắp", **definition: Any) -> QueryVersion:
    """A query in use: any of "trộm", "cướp" unless other words are given."""
    return save_query(
        campaign=campaign or CampaignFactory(), name=name, definition=definition or {"any": ["trộm", "cướp"]}
    )
