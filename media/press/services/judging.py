"""What a monitor says about mentions: it concerns the campaign, it does not, or back to the pile."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core import audit, clock
from cms.core.errors import NotAllowed
from media.press.enums import DECIDED, MENTION_TRANSITIONS, MentionState
from media.press.models import Mention
from media.press.permissions import may_judge

_VERBS = {
    MentionState.CONFIRMED: "press.mention.confirm",
    MentionState.REJECTED: "press.mention.reject",
    MentionState.PROPOSED: "press.mention.reopen",
}


def confirm(*, mentions: Iterable[Mention], user: Any) -> list[int]:
    """These items concern their campaigns; returns the ids that changed. Raises NotAllowed."""
    return _move(mentions, MentionState.CONFIRMED, user)


def reject(*, mentions: Iterable[Mention], user: Any) -> list[int]:
    """These items do not concern their campaigns; returns the ids that changed. Raises NotAllowed."""
    return _move(mentions, MentionState.REJECTED, user)


def reopen(*, mentions: Iterable[Mention], user: Any) -> list[int]:
    """These mentions are to be judged again; returns the ids that changed. Raises NotAllowed."""
    return _move(mentions, MentionState.PROPOSED, user)


@transaction.atomic
def _move(mentions: Iterable[Mention], state: MentionState, user: Any) -> list[int]:
    """Mentions that already stand in `state` are passed over, so that a form sent twice does no harm."""
    if not may_judge(user):
        raise NotAllowed(_("Only press monitors and editors judge mentions."))
    keys = [mention.pk for mention in mentions]
    allowed = [origin for origin, targets in MENTION_TRANSITIONS.items() if state in targets]
    rows = list(Mention.objects.select_for_update().filter(pk__in=keys, state__in=allowed).order_by("id"))
    decided = state in DECIDED
    now = clock.now()
    Mention.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=state, decided_by=user if decided else None, decided_at=now if decided else None
    )
    for row in rows:
        audit.record(row, _VERBS[state], user=user, data={"from": row.state, "campaign": row.campaign_id})
    return [row.pk for row in rows]
