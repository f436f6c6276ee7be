"""Ten stations with different windows and languages, their bulletins, and a device for the station player."""

from datetime import timedelta
from typing import Any

from campaigns.models import ContentItem
from channels.loudspeaker.enums import BulletinState
from channels.loudspeaker.models import Bulletin, Device, Station
from channels.loudspeaker.services import bulletins, devices, stations
from cms.core import clock
from cms.ops.sample.content import Cast

DEMONSTRATION = "Đài trình diễn phường Pleiku"
# Some ten seconds, aired each minute at the demonstration station, so that a visitor hears of it soon.
SHORT_SCRIPT = "Lời nhắc ngắn: nhớ khóa cửa"
PLAYER = "Máy phát trình diễn"
MON_FRI = (1, 2, 3, 4, 5)
# name, area code, languages in order, standing answer, windows
STATIONS: list[tuple[str, str, list[str], str, list[dict[str, Any]]]] = [
    (DEMONSTRATION, "23575", ["vi"], "accept", [{"starts": "00:00", "ends": "24:00"}]),
    ("Đài truyền thanh phường Quy Nhơn", "21583", ["vi"], "accept",
     [{"starts": "05:30", "ends": "06:00", "weekdays": MON_FRI}, {"starts": "17:00", "ends": "17:30", "weekdays": MON_FRI}]),
    ("Đài truyền thanh phường An Khê", "23617", ["vi", "bdq"], "accept",
     [{"starts": "05:15", "ends": "06:00"}, {"starts": "17:00", "ends": "17:45"}]),
    ("Đài truyền thanh phường Ayun Pa", "24044", ["vi", "jra"], "accept",
     [{"starts": "05:00", "ends": "05:45"}, {"starts": "16:45", "ends": "17:30"}]),
    ("Đài truyền thanh xã Đak Đoa", "23677", ["bdq", "vi"], "wait",
     [{"starts": "05:00", "ends": "06:00", "max_minutes": 20}, {"starts": "18:00", "ends": "19:00", "max_minutes": 20}]),
    ("Đài truyền thanh xã Kbang", "23638", ["bdq", "vi"], "accept", [{"starts": "18:00", "ends": "18:45"}]),
    ("Đài truyền thanh xã Chư Păh", "23722", ["jra", "vi"], "accept",
     [{"starts": "05:00", "ends": "05:30"}, {"starts": "17:30", "ends": "18:00"}]),
    ("Đài truyền thanh xã Ia Grai", "23764", ["jra", "vi"], "accept", [{"starts": "17:30", "ends": "18:15"}]),
    ("Đài truyền thanh xã Đức Cơ", "23857", ["jra", "vi"], "wait",
     [{"starts": "05:15", "ends": "05:45"}, {"starts": "11:15", "ends": "11:45"}]),
    ("Đài truyền thanh xã Kông Chro", "23824", ["bdq", "vi"], "accept", [{"starts": "17:00", "ends": "18:00"}]),
]  # fmt: skip


def load_stations(cast: Cast) -> Station:
    """The ten stations; gives the demonstration station, which is open all day."""
    admin = cast.people["quantri"]
    for name, area, languages, answer, windows in STATIONS:
        if Station.objects.filter(name=name).exists():
            continue
        demonstration = name == DEMONSTRATION
        stations.save_station(
            user=admin,
            name=name,
            area=cast.areas[area],
            languages=languages,
            standing_answer=answer,
            windows=windows,
            organisation=cast.organisations["commune_pleiku"] if area == "23575" else None,
            is_demonstration=demonstration,
            # The demonstration shows a change at once; a real station keeps what is about to be aired.
            freeze_minutes=0 if demonstration else 10,
            quiet_starts=None if demonstration else 21 * 60,
            quiet_ends=None if demonstration else 4 * 60 + 45,
            max_minutes_day=None if demonstration else 60,
        )
    return Station.objects.get(name=DEMONSTRATION)


def load_bulletins(cast: Cast, demonstration: Station) -> None:
    """One bulletin for each running campaign, and the demonstration's own, repeated through the day."""
    editor = cast.people["bientap"]
    today = clock.today()
    for code in ("theft", "fraud"):
        campaign = cast.campaigns[code]
        scripts = list(
            ContentItem.objects.filter(campaign=campaign, kind="script").exclude(title=SHORT_SCRIPT).order_by("pk")
        )
        _bulletin(
            campaign=campaign,
            title=f"Chương trình: {campaign.title}",
            items=scripts,
            user=editor,
            areas=[cast.areas["52"]],
            starts_on=max(campaign.starts_on, today),
            ends_on=campaign.ends_on,
            max_plays_day=2,
        )
    theft = cast.campaigns["theft"]
    _bulletin(
        campaign=theft,
        title="Chương trình trình diễn: phòng, chống trộm cắp",
        items=list(ContentItem.objects.filter(campaign=theft, title=SHORT_SCRIPT)),
        user=editor,
        stations=[demonstration],
        starts_on=today,
        ends_on=today + timedelta(days=1),
        repeat_minutes=1,
    )


def refresh_bulletins(*, user: Any) -> None:
    """Move the days of bulletins that end today or have ended."""
    today = clock.today()
    for bulletin in Bulletin.objects.filter(ends_on__lte=today, state=BulletinState.SCHEDULED):
        # Every minute through a day is 1,440 places in the programme: two days of them are enough to show.
        days = 1 if bulletin.repeat_minutes else 30
        draft = bulletins.take_back(bulletin, user=user)
        draft = bulletins.change_bulletin(draft, user=user, starts_on=today, ends_on=today + timedelta(days=days))
        bulletins.schedule(draft, user=user)


def player_device(station: Station, *, user: Any) -> tuple[Device, str]:
    """The station player's device and a fresh token; the token is shown to nobody else and stored as a hash."""
    device = Device.objects.filter(station=station, name=PLAYER).first()
    if device is None:
        return devices.register_device(station=station, name=PLAYER, user=user)
    return device, devices.rotate_token(device, user=user)


def _bulletin(*, title: str, **values: Any) -> None:
    if not Bulletin.objects.filter(title=title).exists():
        bulletins.schedule(bulletins.create_bulletin(title=title, **values), user=values["user"])
