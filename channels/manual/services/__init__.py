"""The verbs of what people carry out: hand over, take on, confirm, say that it was not done, take back."""

from channels.manual.services.broadcasts import confirm_broadcast, withdraw_confirmation
from channels.manual.services.confirming import confirm_task
from channels.manual.services.photos import save_photo
from channels.manual.services.tasks import acknowledge, mark_not_done, take_task

__all__ = [
    "acknowledge",
    "confirm_broadcast",
    "confirm_task",
    "mark_not_done",
    "save_photo",
    "take_task",
    "withdraw_confirmation",
]
