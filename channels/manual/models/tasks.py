"""Tasks for people: what is handed over, with what pack, to whom, and where it stands."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Approval, Area, ContentItem, Organisation
from channels.delivery.models import Delivery, Endpoint
from channels.manual.enums import WAITING, LegalForm, Means, NotDoneReason, TaskKind, TaskState
from channels.manual.means import Way, way_of
from cms.core import clock, languages

_PERSON: dict[str, Any] = {"on_delete": models.PROTECT, "null": True, "blank": True, "related_name": "+"}


class TaskQuerySet(models.QuerySet["ManualTask"]):
    """Questions about tasks."""

    def waiting(self) -> "TaskQuerySet":
        """Those that somebody still has to do."""
        return self.filter(state__in=WAITING)

    def late(self, at: datetime | None = None) -> "TaskQuerySet":
        """Those that should have been done by `at` (now) and of which nobody has said anything."""
        return self.waiting().filter(due_at__lt=at or clock.now())

    def shown(self) -> "TaskQuerySet":
        """With all that a list shows, in one query."""
        return self.select_related("item__campaign", "organisation", "area", "person", "endpoint", "taken_by")


class ManualTask(models.Model):
    """One thing that people are asked to do, made by one delivery (`key` is its idempotency key).

    Who does it, where and how are copied when it is handed over: later changes of the destination change nothing that
    somebody already holds in hand. `state` moves only by channels/manual/enums.py:TRANSITIONS.
    """

    key = models.CharField(max_length=160, unique=True)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="manual_tasks")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="manual_tasks")
    kind = models.CharField(_("kind"), max_length=10, choices=TaskKind, default=TaskKind.CARRY_OUT)
    # Taking back and correcting refer to what was carried out before.
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="followers")
    item = models.ForeignKey(
        ContentItem, on_delete=models.PROTECT, related_name="manual_tasks", verbose_name=_("content")
    )
    orthography = models.CharField(_("written language"), max_length=20)
    form = models.CharField(_("legal form"), max_length=10, choices=LegalForm)
    means = models.CharField(_("how"), max_length=10, choices=Means)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="manual_tasks", verbose_name=_("carried out by")
    )
    area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("person in charge"), **_PERSON)
    place = models.CharField(_("where"), max_length=200, blank=True)
    planned_at = models.DateTimeField(_("planned for"))
    handed_at = models.DateTimeField(_("handed over at"))
    due_at = models.DateTimeField(_("to be done by"))
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("taken on by"), **_PERSON)
    taken_at = models.DateTimeField(_("taken on at"), null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("closed by"), **_PERSON)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    not_done_reason = models.CharField(_("why it was not done"), max_length=10, choices=NotDoneReason, blank=True)
    not_done_note = models.CharField(_("note"), max_length=500, blank=True)
    called_off_at = models.DateTimeField(_("called off at"), null=True, blank=True)
    called_off_seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("known to"), **_PERSON)
    called_off_seen_at = models.DateTimeField(_("known since"), null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task for people")
        verbose_name_plural = _("tasks for people")
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(name="ch_manual_task_state", condition=Q(state__in=TaskState.values)),
            models.CheckConstraint(name="ch_manual_task_kind", condition=Q(kind__in=TaskKind.values)),
            models.CheckConstraint(name="ch_manual_task_form", condition=Q(form__in=LegalForm.values)),
            models.CheckConstraint(name="ch_manual_task_means", condition=Q(means__in=Means.values)),
            models.CheckConstraint(
                name="ch_manual_task_not_done_says_why",
                condition=(Q(state=TaskState.NOT_DONE) & ~Q(not_done_reason=""))
                | (~Q(state=TaskState.NOT_DONE) & Q(not_done_reason="")),
            ),
            models.CheckConstraint(
                name="ch_manual_task_called_off_when",
                condition=~Q(state=TaskState.CANCELLED) | Q(called_off_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ch_manual_task_taken_by_somebody",
                condition=~Q(state__in=[TaskState.TAKEN, TaskState.DONE])
                | Q(taken_by__isnull=False, taken_at__isnull=False),
            ),
            models.CheckConstraint(
                name="ch_manual_task_follows", condition=Q(kind=TaskKind.CARRY_OUT) | Q(follows__isnull=False)
            ),
        ]
        indexes = [
            # The queue of what is late, everywhere.
            models.Index(fields=["state", "due_at"], name="ch_manual_task_due"),
            # What one body has to do.
            models.Index(fields=["organisation", "state", "due_at"], name="ch_manual_task_of_body"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_means_display()} · {self.place or self.organisation}"

    @property
    def way(self) -> Way:
        """What goes with how it is carried out."""
        return way_of(self.means)

    @property
    def is_waiting(self) -> bool:
        """True while somebody still has to do it."""
        return self.state in WAITING

    @property
    def is_late(self) -> bool:
        """True when it should have been done and nobody has said anything."""
        return self.is_waiting and self.due_at < clock.now()

    @property
    def must_hear_of_end(self) -> bool:
        """True when it was called off and its owner has not said that they know."""
        return self.state == TaskState.CANCELLED and self.called_off_seen_at is None

    @property
    def language(self) -> str:
        """The spoken language of its words."""
        return languages.language_of(self.orthography).code

    @property
    def language_label(self) -> Any:
        """The Vietnamese name of its written language."""
        row = languages.ORTHOGRAPHIES.get(self.orthography)
        return row.name_vi if row else self.orthography


class TaskPack(models.Model):
    """What was handed over with a task: number 1 at first, the next ones when the text changed meanwhile. Never changed."""

    task = models.ForeignKey(ManualTask, on_delete=models.PROTECT, related_name="packs")
    n = models.PositiveSmallIntegerField()
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="+")
    payload: Any = models.JSONField()
    payload_sha256 = models.CharField(max_length=64)
    handed_at = models.DateTimeField()
    # When the owner said that they have this one; for the first it is when they took the task on.
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, **_PERSON)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("pack of a task")
        verbose_name_plural = _("packs of tasks")
        ordering = ["task", "n"]
        constraints = [models.UniqueConstraint(fields=["task", "n"], name="ch_manual_pack_number")]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.n}"


class TaskPhoto(models.Model):
    """A picture that shows what was done: newly encoded, without camera data; kept by its own hash.

    It is there before the confirmation is complete, so that no mistake in a form costs a second upload.
    """

    task = models.ForeignKey(ManualTask, on_delete=models.PROTECT, related_name="photos")
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("picture of a task")
        verbose_name_plural = _("pictures of tasks")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["task", "sha256"], name="ch_manual_photo_once")]

    def __str__(self) -> str:
        return f"{self.task_id}/{self.sha256[:12]}"

    @property
    def url(self) -> str:
        """Where those who may see it find it."""
        return f"{settings.MEDIA_URL}manual/photos/{self.sha256[:2]}/{self.sha256}.jpg"
