"""Work that is not a delivery: transcoding, draft voices, kits, feed polls, reports."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.core.claims import Claimable


class JobState(models.TextChoices):
    """Where a job stands; the transition table is in cms/core/jobs/states.py."""

    DUE = "due", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Job(Claimable):
    """One piece of work, claimed with a lease and a fencing token, safe to run twice."""

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=200, unique=True)
    payload: Any = models.JSONField(_("payload"), default=dict)
    result: Any = models.JSONField(_("result"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=JobState, default=JobState.DUE)
    max_attempts = models.PositiveSmallIntegerField(_("attempts allowed"), default=5)
    last_error = models.TextField(_("last error"), blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    created_at = models.DateTimeField(_("asked for at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints = [models.CheckConstraint(name="core_job_state", condition=Q(state__in=JobState.values))]
        indexes = [
            # The claim: what is due now. Finished jobs stay out of it, so it does not grow with history.
            models.Index(fields=["not_before", "id"], name="core_job_due", condition=Q(state="due")),
            # The reaper: whose lease has run out.
            models.Index(fields=["lease_until"], name="core_job_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
