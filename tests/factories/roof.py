"""A small province with one campaign that went the whole way, for the rooms under the roof."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from campaigns.models import Approval, Area, Campaign, CampaignPage, ContentItem, Hotline, Organisation, Target
from campaigns.services import approvals, items, publishing
from channels.loudspeaker.models import Bulletin, Station
from channels.manual.models import Confirmation
from channels.manual.services import confirm_broadcast
from cms.core import clock
from cms.core.languages import ORTHOGRAPHIES
from cms.core.models import Role, User
from media.library.models import Rendition
from tests.factories.campaigns import (
    AreaFactory,
    HotlineFactory,
    OrganisationFactory,
    UserFactory,
    make_article,
    make_campaign,
    make_script,
)
from tests.factories.loudspeaker import make_bulletin, make_station, record

PASSWORD = "matkhau-thu-nghiem"


@dataclass
class World:
    """What the tests of pages look at."""

    province: Area
    commune: Area
    other_commune: Area
    department: Organisation
    centre: Organisation
    campaign: Campaign
    hotline: Hotline
    script: ContentItem
    article: ContentItem
    people: dict[str, User] = field(default_factory=dict)
    approvals: dict[tuple[int, str], Approval] = field(default_factory=dict)
    extra: dict[str, int] = field(default_factory=dict)


def person(username: str, role: str = "", **scope: Any) -> User:
    """Somebody who can sign in with PASSWORD."""
    user = UserFactory(username=username, role=role, **{f"role__{key}": value for key, value in scope.items()})
    user.set_password(PASSWORD)
    user.save()
    return user


def letters(orthography: str, count: int = 0) -> str:
    """Letters of an alphabet: the only text in a minority language that tests may invent."""
    alphabet = ORTHOGRAPHIES[orthography].alphabet
    return " ".join(alphabet[:count] if count else alphabet)


def approve(item: ContentItem, *, editor: User, approver: User, orthography: str = "vi") -> Approval:
    """The newest draft of an item, handed in by one and approved by another, by the product's verbs."""
    page = items.page_of(item, orthography=orthography)
    assert page is not None
    return approvals.approve(approvals.submit(page, editor), approver)


def publish(item: ContentItem, *, editor: User, approver: User, orthography: str = "vi") -> Approval:
    """As `approve`, and live on the web."""
    approval = approve(item, editor=editor, approver=approver, orthography=orthography)
    publishing.publish(approval)
    return approval


def translate(item: ContentItem, orthography: str, *, world: World) -> Approval:
    """The item in another written language, approved and live: the source's parts with letters for words."""
    source = items.page_of(item, orthography="vi")
    assert source is not None
    editor = world.people["editor"]
    page = items.draft_page(
        item, orthography=orthography, title=letters(orthography, 12), user=editor, summary=letters(orthography, 20)
    )
    page.body = json.dumps([_in_letters(block, orthography) for block in source.body.get_prep_value()])
    page.save_revision(user=editor)
    approval = publish(item, editor=editor, approver=world.people["approver"], orthography=orthography)
    world.approvals[item.pk, orthography] = approval
    return approval


def _in_letters(block: dict[str, Any], orthography: str) -> dict[str, Any]:
    value, words = block["value"], letters(orthography)
    if isinstance(value, dict):
        value = {key: words if key in {"text", "text_before", "who"} else each for key, each in value.items()}
    else:
        value = f"<p>{words}</p>" if block["type"] == "paragraph" else words
    return {**block, "value": value}


def sounds(approval: Approval, seconds: float = 95) -> Rendition:
    """A recording of an approved text with files for devices and for download."""
    device = record(approval, seconds=seconds)
    download = Rendition.objects.create(
        recording=device.recording,
        profile="download",
        sha256=device.sha256,
        bytes=device.bytes,
        duration_ms=device.duration_ms,
        loudness=-16.0,
        true_peak=-1.5,
    )
    return download


def make_world() -> World:
    """One province, one campaign, a script with sound and an article, both live in Vietnamese; a person for each role."""
    province = AreaFactory(province=True, name="Gia Lai")
    commune, other = AreaFactory(parent=province, name="Ia Kha"), AreaFactory(parent=province, name="Đak Đoa")
    department = OrganisationFactory(name="Sở Văn hóa, Thể thao và Du lịch tỉnh Gia Lai", kind="department")
    centre = OrganisationFactory(name="Trung tâm Văn hóa xã Ia Kha", kind="culture_centre", area=commune)
    people = {
        "editor": person("bientap", Role.EDITOR),
        "approver": person("duyet", Role.APPROVER),
        "leader": person("lanhdao", Role.LEADER),
        "admin": person("quantri", Role.ADMINISTRATOR),
        "centre": person("coso", Role.CENTRE, organisation=centre),
        "monitor": person("theodoi", Role.MONITOR),
        "translator": person("dich", Role.TRANSLATOR, orthography="jra"),
        "stranger": person("nguoila"),
    }
    hotline = HotlineFactory()
    campaign = make_campaign(
        title="Phòng, chống trộm cắp tài sản dịp cuối năm", slug="phong-chong-trom-cap", issuer=department
    )
    campaign.areas.set([province])
    Target.objects.create(
        campaign=campaign,
        text="Phát thanh ít nhất 20 lượt trong toàn tỉnh",
        value=20,
        unit="lượt",
        measure="confirmations",
    )
    script = make_script(user=people["editor"], campaign=campaign, hotline=hotline)
    article = make_article(user=people["editor"], campaign=campaign)
    world = World(province, commune, other, department, centre, campaign, hotline, script, article, people)
    landing = CampaignPage.objects.get(item__campaign=campaign, orthography="vi")
    items.draft_page(
        landing.item,
        orthography="vi",
        title=campaign.title,
        user=people["editor"],
        summary="Cuối năm, nhà nhà đi rẫy, đi lễ. Bà con giữ nhà, giữ xe, giữ nông sản; thấy điều lạ thì báo ngay.",
        body=[("paragraph", "<p>Nghe loa của xã vào buổi sớm và buổi chiều.</p>")],
    )
    for item in (landing.item, script, article):
        world.approvals[item.pk, "vi"] = publish(item, editor=people["editor"], approver=people["approver"])
    sounds(world.approvals[script.pk, "vi"])
    return world


def all_day_station(world: World, **values: Any) -> Station:
    """A station of the commune that may speak at any hour."""
    return make_station(area=world.commune, windows=({"starts": "00:00", "ends": "24:00"},), **values)


def bulletin_of(world: World, **values: Any) -> Bulletin:
    """Today's bulletin with the world's script, for the whole province."""
    today = clock.today()
    return make_bulletin(
        campaign=world.campaign,
        items=[world.script],
        starts_on=today,
        ends_on=today + timedelta(days=6),
        areas=[world.province],
        **values,
    )


def confirmation(world: World, *, hours_ago: float = 2, outcome: str = "played", **values: Any) -> Confirmation:
    """A broadcast that the world's centre confirmed."""
    fields = {"place": "Loa thôn Làng Nú", "language": "vi", **values}
    return confirm_broadcast(
        user=world.people["centre"],
        item=world.script,
        organisation=world.centre,
        aired_at=clock.now() - timedelta(hours=hours_ago),
        outcome=outcome,
        **fields,
    )
