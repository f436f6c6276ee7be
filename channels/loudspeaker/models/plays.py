"""What devices say happened, and what follows for each planned slot."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..enums import Outcome, PlayKind
from .manifests import PlannedSlot
from .stations import Device


class PlayEvent(models.Model):
    """One report of a device, appended and never changed. `raw_started_at` is the device's own idea of the time."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="events")
    event_uuid = models.UUIDField(unique=True)
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=PlayKind)
    reason = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=80)
    slot = models.ForeignKey(PlannedSlot, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    sha256 = models.CharField(max_length=64)
    manifest_version = models.PositiveIntegerField()
    raw_started_at = models.DateTimeField()
    clock_offset_ms = models.BigIntegerField()
    started_at = models.DateTimeField(_("started at"))
    played_ms = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("play event")
        verbose_name_plural = _("play events")
        ordering = ["device", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["device", "sequence"], name="ch_loudspeaker_event_sequence"),
            models.CheckConstraint(name="ch_loudspeaker_event_kind", condition=Q(kind__in=PlayKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.device} · {self.sequence}"


class SlotOutcome(models.Model):
    """What became of one planned slot, from the best evidence so far. Counted again whenever evidence arrives."""

    slot = models.OneToOneField(PlannedSlot, on_delete=models.CASCADE, related_name="outcome")
    state = models.CharField(_("outcome"), max_length=24, choices=Outcome)
    reason = models.CharField(max_length=40, blank=True)
    played_ms = models.PositiveIntegerField(default=0)
    shift_ms = models.BigIntegerField(null=True, blank=True)  # corrected start minus planned start
    event = models.ForeignKey(PlayEvent, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("slot outcome")
        verbose_name_plural = _("slot outcomes")
        constraints = [
            models.CheckConstraint(name="ch_loudspeaker_outcome_state", condition=Q(state__in=Outcome.values)),
            # Absence of evidence is unknown, never played.
            models.CheckConstraint(
                name="ch_loudspeaker_outcome_evidence",
                condition=Q(event__isnull=False) | Q(state=Outcome.UNKNOWN),
            ),
        ]
        indexes = [models.Index(fields=["state"], name="ch_ls_outcome_state")]

    def __str__(self) -> str:
        return f"{self.slot} · {self.get_state_display()}"
