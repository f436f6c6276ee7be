"""Writing receipts: once per delivery and event, with everything a reader needs later."""

from datetime import datetime
from typing import Any

from channels.delivery.contract import Sent, channel_for
from channels.delivery.enums import Action, ReceiptKind
from channels.delivery.leftovers import left_standing
from channels.delivery.models import Delivery, Receipt
from cms.core import statements

KIND_OF_ACTION: dict[str, str] = {
    Action.SEND: ReceiptKind.SENT,
    Action.TAKE_DOWN: ReceiptKind.TAKEN_DOWN,
    Action.CORRECT: ReceiptKind.CORRECTED,
}


def write_receipt(
    delivery: Delivery,
    kind: str,
    *,
    at: datetime,
    sent: Sent | None = None,
    recorded_by: Any = None,
    evidence: dict[str, Any] | None = None,
    part: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Write the receipt of this event, unless it is there already. Call it inside the transaction of the state change.

    `part` tells several events of one kind apart (the same part is the same event). What a channel knows better than
    the delivery's own row, such as the hash of the words that were really carried, comes in `facts`.
    """
    evidence = dict(evidence or {})
    if kind in (ReceiptKind.MISSED, ReceiptKind.FAILED) and channel_for(delivery.endpoint.kind).in_steps:
        # What was planned did not come about, but an early step of it is before people's eyes.
        if number := left_standing(delivery):
            evidence["left_standing"] = number
    variant = delivery.variant
    approval = variant.approval if variant else None
    rule = delivery.occurrence.rule if delivery.occurrence else None
    item = rule.item if rule else (approval.item if approval else None)
    endpoint = delivery.endpoint
    issuer = (approval.payload.get("issuer") or {}).get("name", "") if approval else ""
    known: dict[str, Any] = {
        "kind": kind,
        "at": at,
        "planned_at": delivery.planned_at,
        "delivery_ref": delivery.pk,
        "channel": endpoint.kind,
        "endpoint_ref": endpoint.pk,
        "endpoint_name": endpoint.name,
        "organisation": (issuer or endpoint.organisation.name)[:300],
        "campaign_ref": item.campaign_id if item else None,
        "campaign_title": item.campaign.title if item else "",
        "item_ref": item.pk if item else None,
        "item_title": item.title if item else "",
        "orthography": variant.orthography if variant else (rule.orthography if rule else ""),
        "approval_sha256": approval.payload_sha256 if approval else "",
        "payload_sha256": variant.payload_sha256 if variant else "",
        "remote_id": sent.remote_id[:120] if sent else "",
        "remote_url": sent.remote_url[:400] if sent else "",
        "recorded_by": str(recorded_by)[:150] if recorded_by else "",
        "evidence": {**(sent.evidence if sent else {}), **evidence},
    }
    # A failed delivery may be tried again and fail again: those receipts are told apart by the attempt.
    part = part or (str(delivery.attempt) if kind == ReceiptKind.FAILED else "")
    key = f"{delivery.idem_key}:{kind}{':' if part else ''}{part}"
    # One statement; a receipt that is there already stays as it is.
    statements.insert(Receipt, {"key": key, **known, **(facts or {})}, unless_there=True)
