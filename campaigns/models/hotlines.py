"""Hotlines: dated, verified rows. A number is never edited in place; a new row replaces the old one."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.areas import Area
from campaigns.models.organisations import Organisation
from cms.core import clock


class Hotline(models.Model):
    """A telephone number that residents are told to call, with who verified it and when."""

    label = models.CharField(_("name of the line"), max_length=120)
    number = models.CharField(
        _("number"),
        max_length=24,
        validators=[RegexValidator(r"^\+?[0-9][0-9 .]{1,22}$", _("Write the number in digits, spaces or points."))],
    )
    purpose = models.CharField(_("what for"), max_length=200)
    hours = models.CharField(_("hours"), max_length=80, blank=True, help_text=_("For example: 24/24."))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("area"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("answered by")
    )
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("verified by"),
    )
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces", verbose_name=_("replaced by")
    )

    class Meta:
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")
        ordering = ["label", "id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_hotline_verified_together",
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.number}"

    def clean(self) -> None:
        """Refuse to edit a number in place: texts and recordings that carry it would not notice."""
        super().clean()
        if self.pk:
            before = Hotline.objects.filter(pk=self.pk).values_list("number", flat=True).first()
            if before is not None and before != self.number:
                raise ValidationError(
                    {"number": _("A number is not edited. Use “Change the number”: it replaces this row.")}
                )

    @property
    def is_current(self) -> bool:
        """True while the number may be told to people: verified, in its dates, not replaced."""
        today = clock.today()
        return (
            self.verified_at is not None
            and self.replaced_by_id is None
            and self.valid_from <= today
            and (self.valid_to is None or self.valid_to >= today)
        )
