"""Verbs on hotlines: verify one, replace its number. A changed number is never silent."""

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Hotline
from campaigns.signals import hotline_changed
from cms.core import audit, clock
from cms.core.errors import BadInput

logger = logging.getLogger(__name__)


@transaction.atomic
def verify(hotline: Hotline, *, user: Any) -> Hotline:
    """The hotline, verified by this person now: only then may it be told to people."""
    hotline.verified_by, hotline.verified_at = user, clock.now()
    hotline.save(update_fields=["verified_by", "verified_at"])
    audit.record(hotline, "campaigns.hotline.verify", user=user, data={"number": hotline.number})
    return hotline


def change_number(hotline: Hotline, *, number: str, user: Any) -> Hotline:
    """The row that replaces `hotline` from today on, not yet verified.

    From this commit on no text with the old number is aired, and pages mask it, until each is approved again with the
    new one: `airable_approval` asks whether every hotline of the payload is current. Upper rooms hear of it through
    the signal `hotline_changed`, after the commit.
    """
    number = " ".join(number.split())
    if number == hotline.number:
        raise BadInput(_("This is the number that is already there."))
    with transaction.atomic():
        new = Hotline(
            label=hotline.label,
            number=number,
            purpose=hotline.purpose,
            hours=hotline.hours,
            area=hotline.area,
            organisation=hotline.organisation,
            valid_from=clock.today(),
        )
        new.full_clean()
        new.save()
        Hotline.objects.filter(pk=hotline.pk).update(replaced_by=new, valid_to=clock.today())
        hotline.refresh_from_db()
        audit.record(
            hotline, "campaigns.hotline.change", user=user, data={"before": hotline.number, "after": new.number}
        )
        transaction.on_commit(lambda: hotline_changed.send(sender=Hotline, hotline=hotline, replacement=new))
    logger.warning("hotline changed", extra={"event": "hotline_changed", "hotline_id": hotline.pk, "new_id": new.pk})
    return new
