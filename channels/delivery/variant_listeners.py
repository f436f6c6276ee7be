"""When a text is approved anew, what editors wrote for the old one is brought before them at once."""

import logging
from typing import Any

from django.dispatch import receiver

from campaigns.models import Approval
from campaigns.signals import approval_granted
from channels.delivery.services.variants import carry_over

logger = logging.getLogger(__name__)


@receiver(approval_granted, dispatch_uid="delivery.carry_over")
def carry_edits_over(sender: Any, approval: Approval, **kwargs: Any) -> None:
    """A signal that is lost loses nothing: `ensure_variant` carries over when the text is next asked for."""
    count = carry_over(approval)
    if count:
        logger.info("edits carried over", extra={"event": "carried_over", "approval_id": approval.pk, "n": count})
