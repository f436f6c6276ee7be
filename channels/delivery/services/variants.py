"""What each channel carries of an approval."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.models import Approval
from campaigns.payloads import payload_sha256
from channels.delivery.contract import channel_for
from channels.delivery.models import Delivery, Endpoint, Variant
from channels.delivery.permissions import require_approver, require_planner
from cms.core import audit, clock
from cms.core.errors import BadInput, NotAllowed
from cms.core.text import nfc

MAX_EDIT = 20_000


def ensure_variant(approval: Approval, endpoint: Endpoint) -> Variant:
    """The variant of this approval for this destination, rendered now or earlier. An edited one is left as it is.

    Raises BadInput or NotReady as the channel's renderer does.
    """
    known = Variant.objects.filter(approval=approval, endpoint=endpoint).select_related("approval").first()
    if known is not None and known.edited_by_id is not None:
        return known
    payload = channel_for(endpoint.kind).render_variant(approval, endpoint)
    digest = payload_sha256(payload)
    if known is not None and known.payload_sha256 == digest:
        return known
    if known is not None and not known.deliveries.exclude(attempts=None).exists():
        # Nothing of it went out: the recording came, or the destination's settings changed.
        known.payload, known.payload_sha256 = payload, digest
        known.save(update_fields=["payload", "payload_sha256"])
        return known
    if known is not None:
        return known
    variant, _made = Variant.objects.get_or_create(
        approval=approval,
        endpoint=endpoint,
        defaults={
            "orthography": approval.orthography, "payload": payload, "payload_sha256": digest, "made_at": clock.now(),
        },
    )  # fmt: skip
    return variant


@transaction.atomic
def edit_variant(variant: Variant, *, text: str, user: Any) -> Variant:
    """The variant with another text; it goes out only after a second person agreed (`approve_edit`)."""
    require_planner(user)
    clean = nfc(text.replace("\x00", "")).strip()
    if not clean:
        raise BadInput(_("The text is empty."))
    if len(clean) > MAX_EDIT:
        raise BadInput(_("The text is too long."))
    variant = Variant.objects.select_for_update().get(pk=variant.pk)
    variant.payload = channel_for(variant.endpoint.kind).with_text(variant.payload, clean)
    variant.payload_sha256 = payload_sha256(variant.payload)
    variant.edited_by, variant.edit_approved_by = user, None
    variant.save()
    audit.record(variant, "delivery.variant.edit", user=user, data={"sha256": variant.payload_sha256})
    return variant


@transaction.atomic
def approve_edit(variant: Variant, *, user: Any) -> Variant:
    """The edited variant, agreed to by an approver who did not edit it."""
    require_approver(user)
    variant = Variant.objects.select_for_update().get(pk=variant.pk)
    if variant.edited_by_id is None:
        raise BadInput(_("Nobody has edited this text."))
    if variant.edited_by_id == user.pk:
        raise NotAllowed(_("Somebody else has to agree to your edit."))
    variant.edit_approved_by = user
    variant.save(update_fields=["edit_approved_by"])
    audit.record(variant, "delivery.variant.approve", user=user, data={"sha256": variant.payload_sha256})
    return variant


def variant_hash_holds(delivery: Delivery) -> bool:
    """True when the stored payloads still have the hashes they were approved and planned under."""
    variant = delivery.variant
    if variant is None:
        return False
    return (
        payload_sha256(variant.payload) == variant.payload_sha256
        and payload_sha256(variant.approval.payload) == variant.approval.payload_sha256
    )
