"""Articles with pictures, and what the tests of posts ask for."""

import io
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image as PillowImage

from campaigns.models import ContentItem
from channels.delivery import engine
from channels.delivery.contract import Outgoing
from channels.delivery.enums import Action
from channels.delivery.enums import DeliveryState as S
from channels.delivery.models import Delivery
from channels.delivery.services import ensure_variant
from cms.core import clock
from cms.core.models import Image
from tests.factories.campaigns import make_article
from tests.factories.delivery import approve

LONG = "Bà con nhớ khóa cửa, khóa xe và báo công an khi thấy người lạ. " * 25


def picture(colour: str = "navy", size: tuple[int, int] = (640, 480), kind: str = "JPEG") -> Image:
    """An uploaded picture."""
    target = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    PillowImage.new(mode, size, colour).save(target, kind)
    return Image.objects.create(
        title=colour,
        file=SimpleUploadedFile(f"{colour}.{kind.lower()}", target.getvalue()),
        width=size[0],
        height=size[1],
    )


def article(*shown: Image, text: str = "", **kwargs: Any) -> ContentItem:
    """An approved article with these pictures; `text` is its summary."""
    body: list[Any] = [("heading", "Giữ tài sản")]
    body += [("picture", {"image": image, "alt": f"Ảnh {image.title}", "caption": ""}) for image in shown]
    item = make_article(body=body, summary=text or "Khóa cửa khi ra khỏi nhà & báo công an <113>.", **kwargs)
    approve(item)
    return item


def only(**where: Any) -> Delivery:
    return Delivery.objects.get(**where)


def run(seconds: float = 0.0) -> None:
    with clock.shifted(timedelta(seconds=seconds)):
        engine.run_due()


def correction_of(delivery: Delivery) -> Delivery:
    """What the corrections desk orders: an edit that carries the variant of the approval in force."""
    variant = ensure_variant(
        delivery.variant.approval.item.approvals.filter(status="approved").get(), delivery.endpoint
    )
    return Delivery.objects.create(
        endpoint=delivery.endpoint, variant=variant, action=Action.CORRECT, original=delivery,
        idem_key=f"c{delivery.pk}:{variant.pk}", state=S.SCHEDULED, planned_at=clock.now(), not_before=clock.now(),
        useful_until=clock.now() + timedelta(days=1),
    )  # fmt: skip


def change(item: ContentItem, summary: str, *shown: Image) -> None:
    """Another approved text with these pictures."""
    from campaigns.services.items import page_of

    page = page_of(item, orthography="vi")
    assert page is not None
    draft = page.get_latest_revision_as_object()
    draft.summary = summary
    draft.body = [("heading", "Giữ tài sản")] + [
        ("picture", {"image": image, "alt": "Ảnh", "caption": ""}) for image in shown
    ]
    draft.save_revision()
    approve(item)


def outgoing_of(delivery: Delivery) -> Outgoing:
    return Outgoing(
        delivery_id=delivery.pk, idem_key=delivery.idem_key, action=delivery.action, endpoint=delivery.endpoint, secret="",
        payload=delivery.variant.payload, payload_sha256=delivery.variant.payload_sha256, approval=None,
    )  # fmt: skip
