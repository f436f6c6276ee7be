"""What people carry out in the sample: a van, a board, a meeting, a messenger group, text messages; some due today."""

from datetime import timedelta
from typing import Any

from campaigns.models import Approval
from channels.delivery.models import Endpoint, Rule
from channels.delivery.services.endpoints import create_endpoint
from channels.delivery.services.rules import RuleInput, create_rule
from cms.core import clock
from cms.ops.sample.content import Cast

# name, organisation, settings, kind of content that goes there
PLACES: list[tuple[str, str, dict[str, Any], str]] = [
    ("Xe loa lưu động Trung tâm Pleiku", "centre", {
        "means": "van", "area": "23575", "place": "Nhà văn hóa tổ dân phố 1",
        "places": ["Tổ dân phố 1", "Tổ dân phố 5", "Chợ Pleiku", "Làng Plei Ốp"], "due_hours": 24,
        "note": "Nhận xe tại sân Trung tâm. Thử loa trước khi đi.",
    }, "script"),
    ("Bảng tin UBND phường Pleiku", "commune_pleiku", {
        "means": "board", "area": "23575", "place": "Bảng tin trụ sở phường", "paper": "a3",
        "places": ["Trụ sở phường", "Nhà sinh hoạt tổ 3", "Cổng chợ"], "due_hours": 48,
    }, "article"),
    ("Họp dân xã Đak Đoa", "commune_dakdoa", {
        "means": "meeting", "area": "23677", "place": "Nhà rông làng Piơm", "due_hours": 72,
    }, "script"),
    ("Nhóm Zalo tổ dân phố Pleiku", "centre", {
        "means": "messenger", "area": "23575", "place": "Nhóm Zalo các tổ dân phố", "places": ["Nhóm tổ 1", "Nhóm tổ 5"],
        "due_hours": 4,
    }, "article"),
    ("Tin nhắn viễn thông toàn tỉnh", "department", {
        "means": "sms", "place": "Thuê bao trên địa bàn tỉnh", "segments": 3, "due_hours": 48,
    }, "article"),
]  # fmt: skip


def load_manual(cast: Cast) -> None:
    """The places, and for each of them one task now and one tomorrow; what is planned already stays."""
    endpoints = [(_endpoint(cast, *row[:3]), row[3]) for row in PLACES]
    today = clock.today()
    running = [each for each in cast.approvals if each.item.campaign.starts_on <= today <= each.item.campaign.ends_on]
    for endpoint, kind in endpoints:
        if Rule.objects.filter(endpoint=endpoint, date_to__gte=today).exists():
            continue
        approval = next((each for each in running if each.item.kind == kind and each.orthography == "vi"), None)
        if approval is not None:
            _plan(cast, approval, endpoint)


def _endpoint(cast: Cast, name: str, organisation: str, settings: dict[str, Any]) -> Endpoint:
    known = Endpoint.objects.filter(kind="manual", name=name).first()
    if known is not None:
        return known
    area = cast.areas[settings["area"]].pk if "area" in settings else None
    return create_endpoint(
        kind="manual", name=name, organisation=cast.organisations[organisation], config={**settings, "area": area},
        user=cast.people["quantri"],
    )  # fmt: skip


def _plan(cast: Cast, approval: Approval, endpoint: Endpoint) -> None:
    now = clock.local_now()
    day = now.date()
    tomorrow = day + timedelta(days=1)
    for times, first in (((now.strftime("%H:%M"),), day), (("07:30",), tomorrow)):
        create_rule(
            item=approval.item, endpoints=[endpoint], orthography=approval.orthography, user=cast.people["bientap"],
            when=RuleInput(times=times, date_from=first, date_to=first),
        )  # fmt: skip
