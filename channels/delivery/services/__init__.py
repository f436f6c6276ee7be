"""The engine's verbs, for everybody above: plan, change, cancel, hold, decide, take back."""

from channels.delivery.services.credentials import check_connection, save_credential
from channels.delivery.services.deliveries import (
    cancel_delivery,
    dismiss_failed,
    hold_delivery,
    release_delivery,
    resolve_unconfirmed,
    take_down_delivery,
    try_again,
)
from channels.delivery.services.endpoints import change_endpoint, create_endpoint, switch_endpoint
from channels.delivery.services.materialise import materialise, materialise_due
from channels.delivery.services.rules import RuleInput, cancel_rule, change_rule, create_rule
from channels.delivery.services.variants import approve_edit, decline_edit, edit_variant, ensure_variant, reset_variant

__all__ = [
    "RuleInput",
    "approve_edit",
    "cancel_delivery",
    "cancel_rule",
    "change_endpoint",
    "change_rule",
    "check_connection",
    "create_endpoint",
    "create_rule",
    "decline_edit",
    "dismiss_failed",
    "edit_variant",
    "ensure_variant",
    "hold_delivery",
    "materialise",
    "materialise_due",
    "release_delivery",
    "reset_variant",
    "resolve_unconfirmed",
    "save_credential",
    "switch_endpoint",
    "take_down_delivery",
    "try_again",
]
