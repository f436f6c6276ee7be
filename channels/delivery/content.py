"""What the engine asks the room below: may this text leave now, and if not, why.

One place, so that the intent and the screens ask the same questions.
"""

from dataclasses import dataclass
from datetime import datetime

from campaigns import selectors
from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, Area, ContentItem
from channels.delivery.enums import Hold

# campaigns.selectors.why_not_airable says a code; this is what it means for a delivery.
_HOLD_FOR = {
    "not_approved": Hold.NOT_APPROVED,
    "outdated": Hold.NOT_AIRABLE,
    "expired": Hold.NOT_AIRABLE,
    "hotline_changed": Hold.NOT_AIRABLE,
    "campaign_not_active": Hold.CAMPAIGN,
    "paused": Hold.PAUSED,
}


@dataclass(frozen=True)
class Answer:
    """The approval to carry, or the reason (`hold`, and the finer `code`) why there is none now."""

    approval: Approval | None
    hold: str = ""
    code: str = ""


def airable(
    item: ContentItem,
    orthography: str,
    at: datetime,
    *,
    area: Area | None = None,
    known: Approval | None = None,
    nothing_paused: bool = False,
    through_pauses: bool = False,
) -> Answer:
    """The approval that may go out at `at` to somebody in `area`, or why none may.

    `known` is an approval that the caller has just read: when it is in force it is the one (the database allows no
    second), and is not read again; so with `nothing_paused`: no pause is in force at all. `through_pauses`: mending what stands there wrong is not an announcement.
    """
    approval = known if known is not None and known.status == ApprovalStatus.APPROVED else _in_force(item, orthography)
    standing = selectors.standing_for([approval], at=at, pauses=() if nothing_paused else None)
    code = selectors.why_not_airable(approval, standing=standing)
    if code is None and area is not None and selectors.is_paused(area=area, at=at, pauses=standing.pauses):
        code = "paused"
    # A pause is what is asked last: nothing else is wrong then.
    if code is None or (code == "paused" and through_pauses):
        return Answer(approval)
    return Answer(None, _HOLD_FOR.get(code, Hold.NOT_AIRABLE), code)


def _in_force(item: ContentItem, orthography: str) -> Approval | None:
    approvals = Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED)
    return approvals.select_related("item__campaign__issuer", "source_approval").first()
