"""What the engine does when the room below says that an approval ended."""

import logging
from typing import Any

from django.dispatch import receiver

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval
from campaigns.signals import approval_ended
from channels.delivery.services.deliveries import withdraw

logger = logging.getLogger(__name__)


@receiver(approval_ended, dispatch_uid="delivery.withdraw")
def take_back_what_went_out(sender: Any, approval: Approval, **kwargs: Any) -> None:
    """A revoked text was wrong: what carries it is taken down wherever that is possible, each with its receipt.

    A text that was only replaced by a newer one stays where it is.
    """
    if approval.status == ApprovalStatus.REVOKED:
        count = withdraw(approval)
        logger.info("approval revoked", extra={"event": "withdrawn", "approval_id": approval.pk, "deliveries": count})
