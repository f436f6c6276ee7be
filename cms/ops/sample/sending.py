"""Where the sample's texts go: the website at once, the simulated accounts a minute later, then through the weeks."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from campaigns.models import Approval
from channels.delivery.models import Credential, Endpoint, Rule
from channels.delivery.services.endpoints import create_endpoint, save_credential
from channels.delivery.services.rules import RuleInput, create_rule
from cms.core import clock
from cms.ops.sample.content import Cast

# The simulator takes any token of the right form; this one opens nothing anywhere.
SAMPLE_TOKEN = "100000001:" + "mau-khong-dung-duoc-o-dau-ca-012345"
CHAT_ID = -1001000000001
WEBSITE = "Trang thông tin của tỉnh"
TELEGRAM = "Kênh Telegram mô phỏng"
FACEBOOK = "Trang Facebook mô phỏng"
FACEBOOK_TOKEN = "EAA" + "mauKhongDungDuocODauCa0123456789"
FACEBOOK_PAGE = "100000000000001"
ZALO = "Zalo OA mô phỏng"
ZALO_TOKEN = "zalo-" + "mau-khong-dung-duoc-o-dau-ca-0123456789"


def load_endpoints(cast: Cast) -> dict[str, Endpoint]:
    """The website and the simulated accounts."""
    admin, issuer = cast.people["quantri"], cast.organisations["department"]
    website = Endpoint.objects.filter(kind="website").first() or create_endpoint(
        kind="website", name=WEBSITE, organisation=issuer, user=admin
    )
    telegram = Endpoint.objects.filter(kind="telegram").first()
    if telegram is None:
        credential = Credential.objects.filter(kind="telegram", name=TELEGRAM).first() or save_credential(
            kind="telegram", name=TELEGRAM, secret=SAMPLE_TOKEN, user=admin
        )
        telegram = create_endpoint(
            kind="telegram",
            name=TELEGRAM,
            organisation=issuer,
            credential=credential,
            user=admin,
            config={"chat_id": CHAT_ID, "audio": "if_ready"},
        )
    found = {"website": website, "telegram": telegram}
    # Only where the simulator answers: the sample never asks the real one.
    if settings.CONG_FACEBOOK_API_BASE.startswith("http://127.0.0.1:"):
        found["facebook"] = _account(
            cast,
            "facebook",
            FACEBOOK,
            FACEBOOK_TOKEN,
            page_id=FACEBOOK_PAGE,
            pictures="first",
            hashtags="#BìnhYênBuônLàng",
        )
    if settings.CONG_ZALO_API_BASE.startswith("http://127.0.0.1:"):
        found["zalo"] = _account(cast, "zalo", ZALO, ZALO_TOKEN, status="show")
    return found


def _account(cast: Cast, kind: str, name: str, token: str, **config: Any) -> Endpoint:
    """The department's account at a simulator, made once."""
    admin = cast.people["quantri"]
    known = Endpoint.objects.filter(kind=kind).first()
    if known is not None:
        return known
    credential = save_credential(kind=kind, name=name, secret=token, user=admin)
    return create_endpoint(
        kind=kind, name=name, organisation=cast.organisations["department"], credential=credential, config=config,
        user=admin,
    )  # fmt: skip


def load_rules(cast: Cast, endpoints: dict[str, Endpoint]) -> None:
    """Everything approved stands on the web until its campaign ends; articles of running campaigns are posted."""
    first = True
    for approval in cast.approvals:
        _website(approval, endpoints["website"], cast)
        item = approval.item
        running = item.campaign.starts_on <= clock.today() <= item.campaign.ends_on
        if item.kind == "article" and running:
            _telegram(approval, endpoints["telegram"], cast, at_once=first)
            for kind in ("facebook", "zalo"):
                if kind in endpoints:
                    _once(approval, endpoints[kind], cast, at_once=first)
            first = False


def refresh_rules(cast: Cast, endpoints: dict[str, Endpoint]) -> None:
    """Plan anew what has run out since the sample was loaded."""
    load_rules(cast, endpoints)


def _website(approval: Approval, endpoint: Endpoint, cast: Cast) -> None:
    if Rule.objects.filter(
        item=approval.item, endpoint=endpoint, orthography=approval.orthography, until__gt=clock.now()
    ).exists():
        return
    now = clock.local_now()
    until = clock.local_now().replace(hour=23, minute=59) + timedelta(days=200)
    _create(approval, endpoint, cast, RuleInput(
        times=(now.strftime("%H:%M"),), date_from=now.date(), date_to=now.date(), until=until,
    ))  # fmt: skip


def _telegram(approval: Approval, endpoint: Endpoint, cast: Cast, *, at_once: bool) -> None:
    if Rule.objects.filter(item=approval.item, endpoint=endpoint, date_to__gte=clock.today()).exists():
        return
    now = clock.local_now()
    if at_once:
        soon = now + timedelta(seconds=20)
        _create(approval, endpoint, cast, RuleInput(
            times=(soon.strftime("%H:%M"),), date_from=soon.date(), date_to=soon.date(),
        ))  # fmt: skip
    # Two mornings a week through the rest of the campaign, on weekdays that differ from item to item.
    day = approval.item_id % 5
    _create(approval, endpoint, cast, RuleInput(
        times=("07:05",), date_from=now.date() + timedelta(days=1), date_to=approval.item.campaign.ends_on,
        weekdays=(day, (day + 3) % 7),
    ))  # fmt: skip


def _once(approval: Approval, endpoint: Endpoint, cast: Cast, *, at_once: bool) -> None:
    """Each article once: nobody wants the same words on a page again and again."""
    if Rule.objects.filter(item=approval.item, endpoint=endpoint).exists():
        return
    at = clock.local_now() + timedelta(seconds=40)
    if not at_once:
        at = at.replace(hour=7, minute=15) + timedelta(days=1 + approval.item_id % 5)
    _create(approval, endpoint, cast, RuleInput(
        times=(at.strftime("%H:%M"),), date_from=at.date(), date_to=at.date(),
    ))  # fmt: skip


def _create(approval: Approval, endpoint: Endpoint, cast: Cast, when: RuleInput) -> Any:
    return create_rule(
        item=approval.item,
        endpoints=[endpoint],
        orthography=approval.orthography,
        when=when,
        user=cast.people["bientap"],
    )
