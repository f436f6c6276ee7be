"""Factories of the loudspeakers. Rows with rules are made by the product's own verbs."""

from __future__ import annotations

import hashlib
from typing import Any

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Area, Campaign, ContentItem
from channels.loudspeaker.models import Bulletin, Device, Station
from channels.loudspeaker.services import create_bulletin, register_device, save_station, schedule
from cms.core import clock
from cms.core.models import Role, User
from media.library.enums import RecordingKind, RecordingState
from media.library.models import Recording, Rendition
from tests.factories.campaigns import AreaFactory, CampaignFactory, UserFactory

WHOLE_DAY = ({"starts": "00:00", "ends": "24:00"},)
MORNING = ({"starts": "05:00", "ends": "06:00"},)


def make_province(communes: int = 1) -> tuple[Area, list[Area]]:
    """A province and communes in it."""
    province = AreaFactory(province=True)
    return province, [AreaFactory(parent=province) for _ in range(communes)]


def make_station(
    *, area: Area | None = None, windows: Any = MORNING, user: User | None = None, **values: Any
) -> Station:
    """A station that plays what it is offered, between 05:00 and 06:00 unless told otherwise."""
    area = area or make_province()[1][0]
    values = {"name": f"Đài truyền thanh {area.name}", "standing_answer": "accept", **values}
    return save_station(user=user or UserFactory(role=Role.EDITOR), area=area, windows=windows, **values)


def make_device(station: Station, name: str = "Nhà văn hóa") -> tuple[Device, str]:
    """A device and its token."""
    return register_device(station=station, name=name, user=UserFactory(role=Role.ADMINISTRATOR))


def make_item(campaign: Campaign, title: str = "Giữ nhà khi đi rẫy", **values: Any) -> ContentItem:
    """A radio script without pages, for tests that are about sound and time only."""
    return ContentItem.objects.create(campaign=campaign, kind="script", title=title, created_at=clock.now(), **values)


def approve_text(item: ContentItem, orthography: str = "vi", words: str | None = None, **values: Any) -> Approval:
    """An approval in force, as four different eyes would have left it; earlier ones are superseded."""
    Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED).update(
        status=ApprovalStatus.SUPERSEDED, ended_at=clock.now()
    )
    payload = {"schema": 1, "item": item.pk, "title": item.title, "blocks": [], "hotlines": values.pop("hotlines", [])}
    digest = hashlib.sha256((words or f"{item.pk}/{orthography}").encode()).hexdigest()
    return Approval.objects.create(
        item=item,
        orthography=orthography,
        payload=payload,
        payload_sha256=digest,
        text_sha256=digest,
        status=ApprovalStatus.APPROVED,
        submitted_by=UserFactory(),
        submitted_at=clock.now(),
        decided_by=UserFactory(),
        decided_at=clock.now(),
        **values,
    )


def record(
    approval: Approval,
    *,
    language: str | None = None,
    seconds: float = 60,
    name: str = "",
    data: bytes = b"",
    **values: Any,
) -> Rendition:
    """A finished recording of exactly this text with its device rendition. `data` are the bytes of the file."""
    data = data or f"{name or approval.text_sha256}{approval.pk}".encode()
    sha256 = hashlib.sha256(data).hexdigest()
    recording = Recording.objects.create(
        item=approval.item,
        approval=approval,
        orthography=approval.orthography,
        language=language or approval.orthography.split("-")[0],
        text_sha256=approval.text_sha256,
        **{"kind": RecordingKind.UPLOAD, "state": RecordingState.READY, "sha256": sha256, **values},
        received_at=clock.now(),
        finished_at=clock.now(),
    )
    rendition = Rendition.objects.create(
        recording=recording,
        profile="device",
        sha256=sha256,
        bytes=len(data),
        duration_ms=int(seconds * 1000),
        loudness=-16.0,
        true_peak=-1.5,
    )
    rendition.file.parent.mkdir(parents=True, exist_ok=True)
    rendition.file.write_bytes(data)
    return rendition


def make_heard_item(campaign: Campaign, title: str = "Giữ nhà khi đi rẫy", seconds: float = 60) -> ContentItem:
    """A script that is approved and recorded in Vietnamese."""
    item = make_item(campaign, title)
    record(approve_text(item), seconds=seconds, name=title)
    return item


def make_bulletin(
    *,
    campaign: Campaign | None = None,
    items: list[ContentItem] | None = None,
    user: User | None = None,
    draft: bool = False,
    **values: Any,
) -> Bulletin:
    """A scheduled bulletin (`draft=True`: not yet) with one script that can be heard."""
    campaign = campaign or (items[0].campaign if items else CampaignFactory())
    user = user or UserFactory(role=Role.EDITOR)
    bulletin = create_bulletin(
        campaign=campaign,
        items=items or [make_heard_item(campaign)],
        user=user,
        **{"title": "Bản tin an ninh", **values},
    )
    return bulletin if draft else schedule(bulletin, user=user)


def event(slot: Any, sequence: int, *, kind: str = "played", **values: Any) -> dict[str, Any]:
    """A play event of this planned slot, as a device with a right clock would send it."""
    from uuid import uuid4

    return {
        "id": str(uuid4()),
        "sequence": sequence,
        "kind": kind,
        "reason": "finished" if kind == "played" else values.pop("reason", "no_audio"),
        "key": slot.key,
        "sha256": slot.rendition_sha256,
        "manifest_version": 1,
        "clock_offset_ms": 0,
        "started_at": slot.starts_at.isoformat(),
        "played_ms": slot.duration_ms if kind == "played" else 0,
        **values,
    }
