"""Areas of administration, as they were and are. Codes are reused and names repeat, so neither identifies an area."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.enums import AreaKind
from cms.core.text import fold


class AreaQuerySet(models.QuerySet["Area"]):
    """Questions about areas."""

    def on(self, day: date) -> "AreaQuerySet":
        """Areas that existed on `day`."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))

    def below(self, area: "Area") -> "AreaQuerySet":
        """`area` and everything under it (four levels at most, so three joins)."""
        return self.filter(
            Q(pk=area.pk) | Q(parent=area.pk) | Q(parent__parent=area.pk) | Q(parent__parent__parent=area.pk)
        )


class Area(models.Model):
    """A province, district, commune or village in the dates in which it bore this name and code."""

    code = models.CharField(_("code"), max_length=12, help_text=_("As text: leading zeros count."))
    kind = models.CharField(_("kind"), max_length=10, choices=AreaKind)
    name = models.CharField(_("name"), max_length=120)
    full_name = models.CharField(_("full name"), max_length=160)
    name_key = models.CharField(max_length=160, editable=False, db_index=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("within")
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "valid_from"], name="campaigns_area_code_period"),
            models.CheckConstraint(
                name="campaigns_area_dates", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(name="campaigns_area_kind", condition=Q(kind__in=AreaKind.values)),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search key beside the name."""
        self.name_key = fold(self.full_name)[:160]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class AreaSuccession(models.Model):
    """Which area went into which, by which decree. Many to many; empty until a department gives it."""

    predecessor = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="origins")
    decree = models.CharField(_("decree"), max_length=80)
    on = models.DateField(_("in force from"))

    class Meta:
        verbose_name = _("succession of areas")
        verbose_name_plural = _("successions of areas")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="campaigns_succession_unique"),
            models.CheckConstraint(name="campaigns_succession_two_areas", condition=~Q(predecessor=F("successor"))),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
