"""What people are asked to carry out, and what they say of it."""

from channels.manual.models.confirmations import Confirmation, ConfirmationQuerySet
from channels.manual.models.tasks import ManualTask, TaskPack, TaskPhoto, TaskQuerySet

__all__ = ["Confirmation", "ConfirmationQuerySet", "ManualTask", "TaskPack", "TaskPhoto", "TaskQuerySet"]
