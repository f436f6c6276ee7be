"""What tasks do when the room below says that a text was approved anew."""

from typing import Any

from django.dispatch import receiver

from campaigns.models import Approval
from campaigns.signals import approval_granted
from channels.manual.services.handing import renew_outdated


@receiver(approval_granted, dispatch_uid="ch_manual.renew")
def renew_packs(sender: Any, approval: Approval, **kwargs: Any) -> None:
    """Waiting tasks with the older text get a new pack at once; the tick sees to those that this misses."""
    renew_outdated()
