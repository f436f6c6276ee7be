"""Verbs on pauses."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import PauseScope
from campaigns.models import Area, Campaign, Pause
from cms.core import audit, clock
from cms.core.errors import BadInput


@transaction.atomic
def pause(
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    user: Any,
    campaign: Campaign | None = None,
    area: Area | None = None,
) -> Pause:
    """A pause of one campaign, one area or, without either, the whole province. It must have an end and a reason."""
    if ends_at <= starts_at:
        raise BadInput(_("The pause ends before it begins."))
    if not reason.strip():
        raise BadInput(_("Say why everything is paused."))
    scope = PauseScope.CAMPAIGN if campaign else PauseScope.AREA if area else PauseScope.PROVINCE
    row = Pause(
        scope=scope,
        campaign=campaign,
        area=area,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        created_by=user,
    )
    try:
        row.full_clean()
    except ValidationError as error:
        raise BadInput("; ".join(error.messages)) from error
    row.save()
    audit.record(row, "campaigns.pause.order", user=user, data={"scope": scope, "reason": row.reason})
    return row


@transaction.atomic
def end_now(row: Pause, *, user: Any) -> Pause:
    """The pause, ended at this moment (or removed when it had not begun)."""
    at = clock.now()
    audit.record(row, "campaigns.pause.end", user=user, data={"planned_end": row.ends_at.isoformat()})
    if row.starts_at >= at:
        row.delete()
        return row
    row.ends_at = min(row.ends_at, at)
    row.save(update_fields=["ends_at"])
    return row
