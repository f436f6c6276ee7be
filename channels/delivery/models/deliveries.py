"""What goes, and what became of it: variants, deliveries, attempts, receipts."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval
from channels.delivery.enums import Action, DeliveryState, Hold, Outcome, ReadBack, ReceiptKind
from channels.delivery.handed import HANDED_OVER_LABEL, handing_kinds
from channels.delivery.models.corrections import Correction
from channels.delivery.models.endpoints import Endpoint
from channels.delivery.models.rules import Occurrence
from channels.delivery.reasons import reason_label
from cms.core.claims import Claimable

_HELD = Q(state=DeliveryState.HELD)
_CLAIMED = Q(state__in=[DeliveryState.LEASED, DeliveryState.SENDING])


class Variant(models.Model):
    """What one destination will carry of one approval: `payload` in the channel's own shape and its SHA-256.

    An edited variant says something else than what was approved, so it needs the yes of a second person before it goes.
    """

    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="variants")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="variants")
    orthography = models.CharField(_("written language"), max_length=20)
    payload: Any = models.JSONField(_("what is sent"))
    payload_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    # SHA-256 of the folded words that readers see: the same words twice at one destination are warned about.
    text_key = models.CharField(max_length=64, blank=True, default="", editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("edited by"),
    )
    edit_approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("edit approved by"),
    )

    class Meta:
        verbose_name = _("variant for a channel")
        verbose_name_plural = _("variants for channels")
        constraints = [
            models.UniqueConstraint(fields=["approval", "endpoint"], name="delivery_variant_unique"),
            models.CheckConstraint(
                name="delivery_variant_four_eyes",
                condition=Q(edit_approved_by__isnull=True)
                | (Q(edited_by__isnull=False) & ~Q(edit_approved_by=F("edited_by"))),
            ),
        ]
        indexes = [models.Index(fields=["endpoint", "text_key"], name="delivery_variant_text")]

    def __str__(self) -> str:
        return f"{self.approval} → {self.endpoint}"

    @property
    def may_go(self) -> bool:
        """True unless somebody edited it and nobody else has agreed yet."""
        return self.edited_by_id is None or self.edit_approved_by_id is not None


class Delivery(Claimable):
    """One thing to be done once at one destination. `state` moves only through channels/delivery/states.py."""

    occurrence = models.ForeignKey(
        Occurrence, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    action = models.CharField(_("action"), max_length=10, choices=Action, default=Action.SEND)
    # Taking down and correcting work on what an earlier delivery put there.
    original = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="compensations")
    # What was wrong, when this one corrects or takes down for that reason.
    correction = models.ForeignKey(
        Correction, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    idem_key = models.CharField(max_length=160, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=DeliveryState, default=DeliveryState.SCHEDULED)
    hold = models.CharField(_("why held"), max_length=14, choices=Hold, blank=True)
    planned_at = models.DateTimeField(_("planned for"))
    useful_until = models.DateTimeField(_("useful until"))
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    # Tries that were not applied and count towards the growing pause; being asked to wait is not one of them.
    failures = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    # Workers that died with this row in hand before their intent; bounds a poisonous row.
    crashes = models.PositiveSmallIntegerField(_("lost workers"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["planned_at", "id"]
        constraints = [
            models.CheckConstraint(name="delivery_state", condition=Q(state__in=DeliveryState.values)),
            models.CheckConstraint(name="delivery_action", condition=Q(action__in=Action.values)),
            models.CheckConstraint(
                name="delivery_claimed", condition=~_CLAIMED | (Q(lease_until__isnull=False) & ~Q(owner=""))
            ),
            models.CheckConstraint(
                name="delivery_held_says_why", condition=(_HELD & ~Q(hold="")) | (~_HELD & Q(hold=""))
            ),
            # Nothing is sent that is not a variant of an approval; taking down needs no words.
            models.CheckConstraint(
                name="delivery_sends_a_variant",
                condition=~Q(state__in=[DeliveryState.SENDING, DeliveryState.SENT])
                | Q(variant__isnull=False)
                | Q(action=Action.TAKE_DOWN),
            ),
            models.CheckConstraint(
                name="delivery_compensates_something",
                condition=Q(action=Action.SEND) | Q(original__isnull=False),
            ),
        ]
        indexes = [
            # The claim and the doorbell: what is due now. Whole, not partial: SQLite does not match a bound parameter
            # with a partial index. History and far future stay out of the pages that are read.
            models.Index(fields=["state", "not_before"], name="delivery_due"),
            # The reaper: whose lease ran out.
            models.Index(fields=["state", "lease_until"], name="delivery_leased"),
            # Queues that people work, newest first.
            models.Index(fields=["state", "planned_at"], name="delivery_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.endpoint} · {localtime(self.planned_at):%d/%m/%Y %H:%M}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The state in words; what was given to people to carry out is "handed over", not "sent"."""
        if self.state == DeliveryState.SENT and self.endpoint.kind in handing_kinds():
            return str(HANDED_OVER_LABEL)
        return str(DeliveryState(self.state).label)

    @property
    def reason(self) -> str:
        """What stood in the way last, in words."""
        return reason_label(self.last_error)


class Attempt(models.Model):
    """One try: written with the intent, before anything leaves, and completed with what came back."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    n = models.PositiveIntegerField()
    owner = models.CharField(max_length=80)
    payload_sha256 = models.CharField(max_length=64, blank=True)
    intent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=14, choices=Outcome, default=Outcome.OPEN)
    remote_id = models.CharField(max_length=120, blank=True)
    evidence: Any = models.JSONField(default=dict)
    # For an attempt whose reply was lost: what a look at the other side said, and when.
    read_back = models.CharField(max_length=8, choices=ReadBack, blank=True, default="")
    read_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["delivery", "n"]
        constraints = [
            models.UniqueConstraint(fields=["delivery", "n"], name="delivery_attempt_unique"),
            models.CheckConstraint(name="delivery_attempt_outcome", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="delivery_attempt_read_back", condition=Q(read_back__in=["", *ReadBack.values])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.n}"

    def get_outcome_display(self) -> str:  # type: ignore[no-redef]
        """How it ended in words; handing work to people is not sending."""
        if self.outcome == Outcome.SENT and self.delivery.endpoint.kind in handing_kinds():
            return str(HANDED_OVER_LABEL)
        return str(Outcome(self.outcome).label)


class AppendOnly(models.QuerySet["Receipt"]):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused: what happened is not rewritten."""
        raise TypeError("receipts are append-only")

    def delete(self) -> NoReturn:
        """Refused: what happened is not forgotten."""
        raise TypeError("receipts are append-only")


class Receipt(models.Model):
    """That something happened, with everything needed to read it when all else is gone: no foreign keys."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(_("what happened"), max_length=12, choices=ReceiptKind)
    at = models.DateTimeField(_("at"))
    planned_at = models.DateTimeField(_("planned for"))
    delivery_ref = models.BigIntegerField(db_index=True)
    channel = models.CharField(_("channel"), max_length=20)
    endpoint_ref = models.BigIntegerField()
    endpoint_name = models.CharField(_("destination"), max_length=150)
    organisation = models.CharField(_("issued by"), max_length=300, blank=True)
    campaign_ref = models.BigIntegerField(null=True, blank=True)
    campaign_title = models.CharField(_("campaign"), max_length=300, blank=True)
    item_ref = models.BigIntegerField(null=True, blank=True)
    item_title = models.CharField(_("content"), max_length=255, blank=True)
    orthography = models.CharField(_("written language"), max_length=20, blank=True)
    approval_sha256 = models.CharField(max_length=64, blank=True)
    payload_sha256 = models.CharField(max_length=64, blank=True)
    remote_id = models.CharField(max_length=120, blank=True)
    remote_url = models.CharField(max_length=400, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=150, blank=True)
    evidence: Any = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(name="delivery_receipt_kind", condition=Q(kind__in=ReceiptKind.values))]
        indexes = [
            # Targets and reports count by campaign and kind over a period.
            models.Index(fields=["campaign_ref", "kind", "at"], name="delivery_receipt_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.endpoint_name} · {localtime(self.at):%d/%m/%Y %H:%M}"

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """What it testifies in words; of what was given to people, that it was handed over."""
        if self.kind == ReceiptKind.SENT and self.channel in handing_kinds():
            return str(HANDED_OVER_LABEL)
        return str(ReceiptKind(self.kind).label)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write it for the first and only time."""
        if self.pk is not None:
            raise TypeError("receipts are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: what happened is not forgotten."""
        raise TypeError("receipts are append-only")
