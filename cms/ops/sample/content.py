"""The five sample campaigns with their words, handed in by the editor and approved by the approver."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from campaigns.enums import CampaignState
from campaigns.models import Approval, Area, Audience, Campaign, ContentItem, Hotline, Observance, Target, Topic
from campaigns.plans.services import import_plan
from campaigns.selectors import current_approval
from campaigns.services import approvals, campaigns, items
from cms.core import clock
from cms.ops.sample import texts
from cms.ops.sample.registers import DATA

PLAN = DATA / "plan_theft.txt"


@dataclass
class Cast:
    """Who and what the sample's verbs act with."""

    people: dict[str, Any]
    organisations: dict[str, Any]
    areas: dict[str, Area]
    hotlines: dict[str, Hotline]
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    approvals: list[Approval] = field(default_factory=list)


def window_of(spec: Any, today: date) -> tuple[date, date]:
    """First and last day of a sample campaign, relative to the day on which it is loaded."""
    if isinstance(spec, tuple):
        return today + timedelta(days=spec[0]), today + timedelta(days=spec[1])
    year = today.year
    bounds = {
        "june": ((6, 1), (6, 30)),
        "july": ((7, 1), (7, 30)),
        "festival": ((7, 1), (8, 19)),
    }[spec]
    if date(year, *bounds[1]) < today:
        year += 1
    return date(year, *bounds[0]), date(year, *bounds[1])


def load_campaigns(cast: Cast) -> None:
    """Every sample campaign with its items; what is already there stays as people changed it."""
    for module in texts.ALL:
        spec = module.CAMPAIGN
        campaign = Campaign.objects.filter(title=spec["title"]).first() or _make_campaign(spec, cast)
        cast.campaigns[spec["code"]] = campaign
        _landing(campaign, spec, cast)
        for words in module.ITEMS:
            _item(campaign, words, cast)


def refresh_dates(cast: Cast) -> None:
    """Roll the campaigns' dates to today."""
    for module in texts.ALL:
        spec = module.CAMPAIGN
        starts_on, ends_on = window_of(spec["window"], clock.today())
        Campaign.objects.filter(title=spec["title"]).update(starts_on=starts_on, ends_on=ends_on)


def _make_campaign(spec: dict[str, Any], cast: Cast) -> Campaign:
    starts_on, ends_on = window_of(spec["window"], clock.today())
    editor = cast.people["bientap"]
    plan = None
    if spec["code"] == "theft":
        with PLAN.open("rb") as file:
            plan = import_plan(file=file, file_name=PLAN.name, user=editor)
    campaign = campaigns.create_campaign(
        title=spec["title"],
        purpose=spec["purpose"],
        starts_on=starts_on,
        ends_on=ends_on,
        issuer=cast.organisations["department"],
        user=editor,
        plan=plan,
        topics=Topic.objects.filter(code__in=spec["topics"]),
        audiences=Audience.objects.filter(code__in=spec["audiences"]),
        observances=Observance.objects.filter(code__in=spec["observances"]),
        areas=[cast.areas["52"]],
        coordinating=[cast.organisations["police"], cast.organisations["press"]],
    )
    for order, (text, value, unit, comparison, measure, of_communes) in enumerate(spec["targets"]):
        Target.objects.create(
            campaign=campaign,
            text=text,
            value=value,
            unit=unit,
            comparison=comparison,
            measure=measure,
            order=order,
            denominator_area=cast.areas["52"] if of_communes else None,
            denominator_on=clock.today() if of_communes else None,
        )
    campaigns.activate(campaign, user=editor)
    assert campaign.state == CampaignState.ACTIVE
    return campaign


def _landing(campaign: Campaign, spec: dict[str, Any], cast: Cast) -> None:
    words = {
        "kind": "landing",
        "title": campaign.title,
        "purpose": "Trang của đợt tuyên truyền",
        "summary": spec["purpose"],
        "body": [("paragraph", f"<p>{spec['purpose']}</p>")],
    }
    _item(campaign, words, cast)


def _item(campaign: Campaign, words: dict[str, Any], cast: Cast) -> None:
    item = ContentItem.objects.filter(campaign=campaign, title=words["title"], kind=words["kind"]).first()
    if item is None:
        item = items.create_item(
            campaign=campaign,
            kind=words["kind"],
            title=words["title"],
            purpose=words.get("purpose", ""),
            summary=words.get("summary", ""),
            body=body_of(words["body"], cast),
            user=cast.people["bientap"],
            about_safety=any(kind == "hotline" for kind, _value in words["body"]),
        )
        page = items.page_of(item, orthography="vi")
        assert page is not None
        request = approvals.submit(page, cast.people["bientap"])
        approvals.approve(request, cast.people["pheduyet"])
    approval = current_approval(item, "vi")
    if approval is not None:
        cast.approvals.append(approval)


def body_of(blocks: Iterable[tuple[str, Any]], cast: Cast) -> list[tuple[str, Any]]:
    """StreamField data of a sample text, with the hotlines' rows in place of their keys."""
    return [
        (kind, {**value, "hotline": cast.hotlines[value["hotline"]]} if kind == "hotline" else value)
        for kind, value in blocks
    ]
