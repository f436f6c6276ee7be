"""Loading the sample province from beginning to end; every step is safe to repeat."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from cms.core.errors import NotAllowed
from cms.core.models import User
from cms.ops.sample import accounts, content, manual, press, registers, sending, sound, stations, translating
from cms.ops.sample.content import Cast


def is_loaded() -> bool:
    """True when this database holds the sample province."""
    return User.objects.filter(username="bientap", email="bientap@cong.example").exists()


def load(*, press_base: str = "", refresh: bool = False, say: Callable[[str], Any] = lambda text: None) -> Cast:
    """The sample province, loaded or completed. `refresh` rolls its dates to today; `press_base` is the newspaper's
    address. Raises NotAllowed under production settings: everybody knows the sample's passwords."""
    if not settings.CONG_SAMPLE_ALLOWED:
        raise NotAllowed(_("The sample province has well-known passwords and is not loaded on a real installation."))
    say("Địa bàn, đơn vị, người dùng…")
    cast = gather()
    say("Đợt tuyên truyền, tin, bài, kịch bản…")
    content.load_campaigns(cast)
    if refresh:
        content.refresh_dates(cast)
    endpoints = sending.load_endpoints(cast)
    accounts.load_accounts(cast, endpoints)
    (sending.refresh_rules if refresh else sending.load_rules)(cast, endpoints)
    manual.load_manual(cast)
    say("Đài truyền thanh, chương trình phát thanh…")
    demonstration = stations.load_stations(cast)
    stations.load_bulletins(cast, demonstration)
    if refresh:
        stations.refresh_bulletins(user=cast.people["bientap"])
    say("Bản dịch thử, giọng đọc nháp…")
    translating.load_pseudo(cast)
    sound.load_voices(cast)
    press.load_queries(cast)
    press.load_real_feeds(cast)
    if press_base:
        press.load_feed(cast, press_base)
    return cast


def wake(press_base: str) -> None:
    """What a start of the sample needs each time: the feed at the newspaper's present port, a programme for today."""
    press.move_feed(press_base)
    stations.refresh_bulletins(user=User.objects.get(username="bientap"))


def gather() -> Cast:
    """The registers of the sample, made where they are missing."""
    areas = registers.load_areas()
    registers.load_vocabularies()
    organisations = registers.load_organisations(areas)
    people = registers.load_people(organisations, areas)
    hotlines = registers.load_hotlines(people["bientap"], organisations)
    return Cast(people=people, organisations=organisations, areas=areas, hotlines=hotlines)
