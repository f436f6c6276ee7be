"""Approvals: what exactly was approved, by whom, who may not, and who may in somebody's stead."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import ApprovalStatus
from campaigns.models.content import ContentItem


class Approval(models.Model):
    """One request and its answer, for one item in one written language.

    The row keeps the canonical payload whole and its hash, so it outlives revisions and pages. What was edited
    afterwards is not approved: it has another hash.
    """

    item = models.ForeignKey(ContentItem, on_delete=models.PROTECT, related_name="approvals")
    orthography = models.CharField(_("written language"), max_length=20)
    revision_id = models.BigIntegerField(_("revision"), null=True, blank=True)
    payload: Any = models.JSONField(_("what was approved"))
    payload_sha256 = models.CharField(max_length=64)
    # Of the words that are read aloud and who reads them; recordings bind to it.
    text_sha256 = models.CharField(max_length=64)
    # A translation is approved against one approved source; when that is replaced, the translation is outdated.
    source_approval = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="translations"
    )
    status = models.CharField(_("status"), max_length=12, choices=ApprovalStatus, default=ApprovalStatus.PENDING)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("submitted by")
    )
    submitted_at = models.DateTimeField(_("submitted at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    ended_at = models.DateTimeField(_("no longer in force from"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-submitted_at", "-id"]
        constraints = [
            models.CheckConstraint(name="campaigns_approval_status", condition=Q(status__in=ApprovalStatus.values)),
            # Four eyes, where no code can pass it by: nobody decides on what they handed in. Taking one's own
            # request back is not deciding.
            models.CheckConstraint(
                name="campaigns_approval_four_eyes",
                condition=~Q(status__in=["approved", "superseded", "revoked"]) | ~Q(decided_by=F("submitted_by")),
            ),
            models.CheckConstraint(
                name="campaigns_approval_decided",
                condition=~Q(status="approved") | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["item", "orthography"], condition=Q(status="approved"), name="campaigns_one_approval_in_force"
            ),
            models.UniqueConstraint(
                fields=["item", "orthography"], condition=Q(status="pending"), name="campaigns_one_pending_request"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.orthography} · {self.get_status_display()}"


class ContentEdit(models.Model):
    """That somebody changed an item's words: the ledger four eyes reads. Revisions may be purged, this may not."""

    item = models.ForeignKey(ContentItem, on_delete=models.CASCADE, related_name="edits")
    orthography = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("edit")
        verbose_name_plural = _("edits")
        # "Who edited this since the last approval?", asked at each approval.
        indexes = [models.Index(fields=["item", "orthography", "at"], name="campaigns_edit_since")]

    def __str__(self) -> str:
        return f"{self.item} · {self.orthography} · {self.user}"


class ApprovalDelegation(models.Model):
    """That an approver lets somebody else approve while away; both ends of the dates included."""

    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_given", verbose_name=_("approver")
    )
    delegate = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delegations_held", verbose_name=_("delegate")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"))

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        constraints = [
            models.CheckConstraint(name="campaigns_delegation_dates", condition=Q(valid_to__gte=F("valid_from"))),
            models.CheckConstraint(name="campaigns_delegation_two", condition=~Q(approver=F("delegate"))),
        ]

    def __str__(self) -> str:
        return f"{self.approver} → {self.delegate}"
