"""Who did what, on which object, written in the same transaction as the deed.

Wagtail's own log is the store, so its history screens and reports show our verbs too. An action must be registered
(`register_action`) before it is recorded: a misspelt verb fails in the first test that runs it.
"""

import logging
from typing import Any

from django.db import models
from wagtail.log_actions import log

logger = logging.getLogger(__name__)

_actions: dict[str, Any] = {}


def register_action(name: str, label: Any) -> None:
    """Make `name` ("room.verb") an action that may be recorded; `label` is what history screens show."""
    _actions[name] = label


def registered_actions() -> dict[str, Any]:
    """Every registered action with its label, in the order of registration."""
    return dict(_actions)


def record(obj: models.Model, action: str, *, user: Any = None, data: dict[str, Any] | None = None) -> None:
    """Write one audit entry for `obj`; `user=None` means that the system acted by itself.

    `data` is stored as JSON and shown to administrators: ids and facts, never a secret. Raises ValueError for an
    action nobody registered.
    """
    if action not in _actions:
        raise ValueError(f"audit action {action!r} is not registered; see <room>/audit_actions.py")
    log(obj, action, user=user, data=data or {})
    logger.info(
        "audit",
        extra={
            "event": "audit",
            "action": action,
            "object": f"{obj._meta.label_lower}:{obj.pk}",
            "user_id": getattr(user, "pk", None),
        },
    )
