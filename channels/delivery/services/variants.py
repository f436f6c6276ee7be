"""What each channel carries of an approval: derived, edited, agreed to, taken back, carried over."""

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval
from campaigns.payloads import payload_sha256
from channels.delivery import four_eyes
from channels.delivery.contract import Channel, channel_for
from channels.delivery.enums import UNSENT_STATES, Action, DeliveryState
from channels.delivery.models import Delivery, Endpoint, Variant
from channels.delivery.permissions import require_approver, require_planner
from channels.delivery.sameness import text_key
from channels.delivery.wording import reworded, words_of
from cms.core import audit, clock
from cms.core.errors import BadInput, Conflict, CongError, NotAllowed
from cms.core.text import clean

logger = logging.getLogger(__name__)

MAX_EDIT = 20_000
MAX_COMMENT = 1_000
_IN_HAND = frozenset({DeliveryState.LEASED, DeliveryState.SENDING})


def ensure_variant(approval: Approval, endpoint: Endpoint) -> Variant:
    """The variant of this approval for this destination, rendered now or earlier. An edited one is left as it is.

    What an editor wrote for an older approval of the same text is carried over as an edit nobody has agreed to yet.
    Raises BadInput or NotReady as the channel's renderer does.
    """
    known, earlier = _known(approval, endpoint)
    if known is not None and known.edited_by_id is not None:
        return known
    channel = channel_for(endpoint.kind)
    payload = channel.render_variant(approval, endpoint)
    digest = payload_sha256(payload)
    if known is None:
        return _first(approval, endpoint, channel, payload, digest, earlier)
    if known.payload_sha256 == digest or known.deliveries.exclude(attempts=None).exists():
        return known
    # Nothing of it went out: the recording came, or the destination's settings changed. An edit that came in between
    # keeps its words.
    key = text_key(words_of(channel, payload))
    unchanged = Variant.objects.filter(pk=known.pk, edited_by=None, payload_sha256=known.payload_sha256)
    if unchanged.update(payload=payload, payload_sha256=digest, text_key=key) != 1:
        return Variant.objects.select_related("approval").get(pk=known.pk)
    known.payload, known.payload_sha256, known.text_key = payload, digest, key
    return known


def _known(approval: Approval, endpoint: Endpoint) -> tuple[Variant | None, Variant | None]:
    """This approval's variant, and the latest of an older approval of the same text, in one query."""
    rows = Variant.objects.filter(
        endpoint=endpoint, orthography=approval.orthography, approval__item=approval.item_id,
        approval_id__lte=approval.pk,
    )  # fmt: skip
    found = list(rows.select_related("approval").order_by("-approval_id")[:2])
    known = next((row for row in found if row.approval_id == approval.pk), None)
    return known, next((row for row in found if row.approval_id != approval.pk), None)


def _first(
    approval: Approval,
    endpoint: Endpoint,
    channel: Channel,
    payload: dict[str, Any],
    digest: str,
    earlier: Variant | None,
) -> Variant:
    """The row, made now; with the words of an edit for the older approval when there is one."""
    fields: dict[str, Any] = {"orthography": approval.orthography, "made_at": clock.now()}
    if earlier is None or earlier.edited_by_id is None:
        fields |= {"payload": payload, "payload_sha256": digest, "text_key": text_key(words_of(channel, payload))}
        return Variant.objects.get_or_create(approval=approval, endpoint=endpoint, defaults=fields)[0]
    carried, fits = payload, True
    try:
        carried = reworded(channel, approval, payload, channel.editable_text(earlier.payload))
    except CongError:
        # They do not fit the new frame: the derived words stand there, and wait for a person all the same.
        fits = False
    sha256 = payload_sha256(carried)
    fields |= {"payload": carried, "payload_sha256": sha256, "text_key": text_key(words_of(channel, carried))}
    if fits and sha256 == digest:
        # The newly approved words say by themselves what the editor wanted: nobody has to agree again.
        with transaction.atomic():
            variant = Variant.objects.get_or_create(approval=approval, endpoint=endpoint, defaults=fields)[0]
            _give_to_waiting(variant)
        return variant
    fields["edited_by"] = earlier.edited_by
    data = {
        "from": earlier.pk, "from_approval": earlier.approval_id, "fits": fits, "sha256": sha256,
        "editors": sorted(four_eyes.editors_of(earlier)),
    }  # fmt: skip
    with transaction.atomic():
        variant, made = Variant.objects.get_or_create(approval=approval, endpoint=endpoint, defaults=fields)
        if made:
            audit.record(variant, four_eyes.CARRY, data=data)
    return variant


def carry_over(approval: Approval) -> int:
    """Bring every edit of the texts that this approval replaces into view at once, not only when it is due.

    Returns how many destinations wait for a person now. One destination that cannot be rendered stops no other.
    """
    older = Variant.objects.filter(
        approval__item=approval.item_id, orthography=approval.orthography, edited_by__isnull=False,
        approval_id__lt=approval.pk,
    )  # fmt: skip
    count = 0
    for endpoint in Endpoint.objects.filter(pk__in=older.values("endpoint"), active=True):
        try:
            count += not ensure_variant(approval, endpoint).may_go
        except CongError:
            logger.info(
                "edit not carried over",
                extra={"event": "edit_not_carried", "approval_id": approval.pk, "endpoint_id": endpoint.pk},
            )
    return count


@transaction.atomic
def edit_variant(variant: Variant, *, text: str, user: Any, seen: str = "") -> Variant:
    """The variant with another text; it goes out only after a second person agreed (`approve_edit`).

    `seen` is the hash of what the editor had before them: Conflict when it is another now. Raises BadInput for words
    that cannot be carried or hide who issues them, Conflict when something of it went out or it is of an old approval.
    """
    require_planner(user)
    typed = cleaned(text)
    fresh = _locked(variant)
    if seen and fresh.payload_sha256 != seen:
        raise Conflict(_("Somebody else changed this text meanwhile. Nothing you typed is lost."), reason="edited")
    channel = channel_for(fresh.endpoint.kind)
    payload = reworded(channel, fresh.approval, fresh.payload, typed)
    _refuse_what_stands(fresh)
    digest = payload_sha256(payload)
    before = fresh.payload_sha256
    if digest == before and not fresh.may_go:
        return fresh
    fresh.payload, fresh.payload_sha256 = payload, digest
    fresh.text_key = text_key(words_of(channel, payload))
    fresh.edited_by, fresh.edit_approved_by = user, None
    fresh.save()
    data = {"sha256": digest, "before": before, "text": typed}
    audit.record(fresh, four_eyes.EDIT, user=user, data=data)
    return fresh


def cleaned(text: str) -> str:
    """The typed words as they are stored. Raises BadInput when there are none, or far too many."""
    typed = clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not typed:
        raise BadInput(_("The text is empty."))
    if len(typed) > MAX_EDIT:
        raise BadInput(_("The text is too long."))
    return typed


@transaction.atomic
def approve_edit(variant: Variant, *, user: Any, seen: str = "") -> Variant:
    """The edited variant, agreed to by an approver with no hand in it (`four_eyes.why_not_agree`).

    `seen` is the hash of what was read: Conflict when it is another now, or when the approval was replaced.
    """
    require_approver(user)
    fresh = _locked(variant)
    _refuse_what_was_not_read(fresh, seen)
    reason = four_eyes.why_not_agree(user, fresh)
    if reason == "edited_content":
        raise NotAllowed(_("You wrote or handed in the words this was made from. Somebody else has to agree."))
    if reason is not None:
        raise NotAllowed(_("Somebody else has to agree to your edit."))
    if fresh.edit_approved_by_id is not None:
        return fresh
    fresh.edit_approved_by = user
    fresh.save(update_fields=["edit_approved_by"])
    audit.record(fresh, four_eyes.APPROVE, user=user, data={"sha256": fresh.payload_sha256})
    return fresh


@transaction.atomic
def decline_edit(variant: Variant, *, user: Any, comment: str, seen: str = "") -> Variant:
    """The edited variant, sent back with what is to be changed; its words stay for the editor, and do not go out."""
    require_approver(user)
    said = clean(comment).strip()
    if not said:
        raise BadInput(_("Say what is to be changed: whoever wrote it has only your comment."))
    fresh = _locked(variant)
    _refuse_what_was_not_read(fresh, seen)
    if fresh.edit_approved_by_id is not None:
        _refuse_what_stands(fresh)
    fresh.edit_approved_by = None
    fresh.save(update_fields=["edit_approved_by"])
    data = {"sha256": fresh.payload_sha256, "comment": said[:MAX_COMMENT]}
    audit.record(fresh, four_eyes.DECLINE, user=user, data=data)
    return fresh


def reset_variant(variant: Variant, *, user: Any) -> Variant:
    """The variant with the words derived from the approval again; nobody has to agree to those.

    What waits for this text at this destination takes it. Raises Conflict as `edit_variant`.
    """
    require_planner(user)
    channel = channel_for(variant.endpoint.kind)
    payload = channel.render_variant(variant.approval, variant.endpoint)
    with transaction.atomic():
        fresh = _locked(variant)
        _refuse_what_stands(fresh)
        lost = channel.editable_text(fresh.payload) if fresh.edited_by_id else ""
        fresh.payload, fresh.payload_sha256 = payload, payload_sha256(payload)
        fresh.text_key = text_key(words_of(channel, payload))
        fresh.edited_by, fresh.edit_approved_by = None, None
        fresh.save()
        _give_to_waiting(fresh)
        data = {"sha256": fresh.payload_sha256, "text": lost}
        audit.record(fresh, four_eyes.RESET, user=user, data=data)
    return fresh


def _give_to_waiting(variant: Variant) -> None:
    """Let what waits take this variant: a delivery that points to an edit for an older approval is held for ever."""
    waiting = Delivery.objects.filter(
        endpoint=variant.endpoint_id, action=Action.SEND, state__in=UNSENT_STATES,
        variant__approval__item=variant.approval.item_id, variant__orthography=variant.orthography,
    )  # fmt: skip
    waiting.exclude(variant=variant).update(variant=variant)


def _locked(variant: Variant) -> Variant:
    """The row with its approval, both locked: a new approval waits, so that it finds the edit and carries it over."""
    rows = Variant.objects.select_for_update(of=("self", "approval")).select_related("endpoint", "approval")
    return rows.get(pk=variant.pk)


def _refuse_what_stands(variant: Variant) -> None:
    """Raise Conflict for words that went out, are going out, or belong to an approval that is over.

    The deliveries are locked: what a worker holds now may have read the old words, and what it takes up later waits.
    """
    if variant.approval.status != ApprovalStatus.APPROVED:
        raise Conflict(_("The text was approved anew meanwhile. Nothing you typed is lost."), reason="approval")
    deliveries = Delivery.objects.select_for_update(of=("self",)).filter(variant=variant).only("pk", "state")
    if any(delivery.state in _IN_HAND for delivery in deliveries):
        raise Conflict(_("It is just being sent. Try again in a minute."), reason="sending")
    if Delivery.objects.filter(variant=variant).exclude(attempts=None).exists():
        raise Conflict(
            _(
                "These words went out and stay on record as they are. To change what was posted, change the text itself, "
                "have it approved, and order a correction."
            ),
            reason="out",
        )


def _refuse_what_was_not_read(variant: Variant, seen: str) -> None:
    if variant.edited_by_id is None:
        raise BadInput(_("Nobody has edited this text."))
    if variant.approval.status != ApprovalStatus.APPROVED:
        raise Conflict(_("The text was approved anew meanwhile. Nothing you typed is lost."), reason="approval")
    if seen and variant.payload_sha256 != seen:
        raise Conflict(_("The words were changed while you were reading. Read them again."), reason="edited")


def variant_hash_holds(delivery: Delivery) -> bool:
    """True when the stored payloads still have the hashes they were approved and planned under."""
    variant = delivery.variant
    if variant is None:
        return False
    return (
        payload_sha256(variant.payload) == variant.payload_sha256
        and payload_sha256(variant.approval.payload) == variant.approval.payload_sha256
    )
