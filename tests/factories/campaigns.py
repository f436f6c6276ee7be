"""Factories of the ground and of campaigns. They call the product's own verbs where a verb exists."""

from datetime import date, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from campaigns.enums import AreaKind, CampaignState
from campaigns.models import Area, Campaign, ContentItem, Hotline, Organisation, Topic
from campaigns.services import campaigns as campaign_services
from campaigns.services import items as item_services
from cms.core import clock
from cms.core.models import Membership, Role, User


class UserFactory(DjangoModelFactory):
    """A person; the traits give a membership in force without an end."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n}")
    full_name = factory.Sequence(lambda n: f"Người Dùng {n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@vidu.vn")

    @factory.post_generation
    def role(self, create: bool, extracted: str | None, **scope: Any) -> None:
        """UserFactory(role="editor", role__area=…, role__orthography="jra")."""
        if create and extracted:
            MembershipFactory(user=self, role=extracted, **scope)


class MembershipFactory(DjangoModelFactory):
    """A membership in force since 2020."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.EDITOR
    valid_from = date(2020, 1, 1)


class AreaFactory(DjangoModelFactory):
    """A commune; traits: province, district."""

    class Meta:
        model = Area

    code = factory.Sequence(lambda n: f"{n:05d}")
    kind = AreaKind.COMMUNE
    name = factory.Sequence(lambda n: f"Thử Nghiệm {n}")
    full_name = factory.LazyAttribute(lambda area: f"Xã {area.name}")
    valid_from = date(2025, 7, 1)

    class Params:
        province = factory.Trait(
            kind=AreaKind.PROVINCE, full_name=factory.LazyAttribute(lambda area: f"Tỉnh {area.name}")
        )
        district = factory.Trait(
            kind=AreaKind.DISTRICT,
            full_name=factory.LazyAttribute(lambda area: f"Huyện {area.name}"),
            valid_from=date(2000, 1, 1),
            valid_to=date(2025, 6, 30),
        )


class OrganisationFactory(DjangoModelFactory):
    """A body."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Sở Thử nghiệm {n}")


class TopicFactory(DjangoModelFactory):
    """A topic."""

    class Meta:
        model = Topic
        django_get_or_create = ("code",)

    code = "theft"
    name = "Phòng, chống trộm cắp"


class HotlineFactory(DjangoModelFactory):
    """A verified hotline in force; trait: unverified."""

    class Meta:
        model = Hotline

    label = "Trực ban Công an tỉnh"
    number = "0269 3 869 999"
    purpose = "Tiếp nhận tin báo"
    valid_from = date(2020, 1, 1)
    verified_by = factory.SubFactory(UserFactory)
    verified_at = factory.LazyFunction(clock.now)

    class Params:
        unverified = factory.Trait(verified_by=None, verified_at=None)


class CampaignFactory(DjangoModelFactory):
    """A running campaign around today; trait: draft."""

    class Meta:
        model = Campaign

    title = factory.Sequence(lambda n: f"Phòng, chống trộm cắp tài sản, đợt {n}")
    slug = factory.Sequence(lambda n: f"dot-{n}")
    starts_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=10))
    ends_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=60))
    issuer = factory.SubFactory(OrganisationFactory)
    state = CampaignState.ACTIVE
    created_at = factory.LazyFunction(clock.now)

    class Params:
        draft = factory.Trait(state=CampaignState.DRAFT)


SCRIPT_BODY = [
    ("lead_in", {"text": "Kính thưa bà con, những ngày cuối năm, kẻ gian thường lợi dụng lúc vắng nhà để trộm cắp."}),
    (
        "turn",
        {"voice": "female", "text": "Trước khi đi làm rẫy, bà con nhớ khóa cửa và gửi nhà cho hàng xóm trông giúp."},
    ),
    ("turn", {"voice": "male", "text": "Xe máy cần khóa cổ, khóa phanh đĩa; ban đêm đưa xe vào trong nhà."}),
    ("closing", {"text": "Mỗi nhà cẩn thận một chút, cả làng bình yên."}),
]
ARTICLE_BODY = [
    ("heading", "Giữ tài sản của mình"),
    ("paragraph", "<p>Khóa cửa khi ra khỏi nhà, kể cả khi chỉ đi <b>vài phút</b>.</p>"),
]


def make_campaign(**kwargs: Any) -> Campaign:
    """A running campaign."""
    return CampaignFactory(**kwargs)


def make_script(*, user: User | None = None, campaign: Campaign | None = None, **kwargs: Any) -> ContentItem:
    """A radio script with its Vietnamese draft page, made by the product's verb; `hotline=` adds a hotline block."""
    body = list(kwargs.pop("body", SCRIPT_BODY))
    hotline = kwargs.pop("hotline", None)
    if hotline is not None:
        body.insert(-1, ("hotline", {"text_before": "Khi thấy điều khả nghi, xin gọi", "hotline": hotline}))
    return item_services.create_item(
        campaign=campaign or make_campaign(),
        kind="script",
        title=kwargs.pop("title", "Giữ nhà khi đi rẫy"),
        user=user or UserFactory(role=Role.EDITOR),
        body=body,
        **kwargs,
    )


def make_article(*, user: User | None = None, campaign: Campaign | None = None, **kwargs: Any) -> ContentItem:
    """An article with its Vietnamese draft page."""
    return item_services.create_item(
        campaign=campaign or make_campaign(),
        kind="article",
        title=kwargs.pop("title", "Năm việc giữ tài sản"),
        summary=kwargs.pop("summary", "Năm việc nhỏ giúp nhà mình khó bị trộm hơn."),
        user=user or UserFactory(role=Role.EDITOR),
        body=kwargs.pop("body", ARTICLE_BODY),
        **kwargs,
    )


__all__ = [
    "AreaFactory",
    "CampaignFactory",
    "HotlineFactory",
    "MembershipFactory",
    "OrganisationFactory",
    "TopicFactory",
    "UserFactory",
    "campaign_services",
    "make_article",
    "make_campaign",
    "make_script",
]
