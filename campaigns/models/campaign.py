"""A campaign and the facts around it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from campaigns.enums import CampaignState, Comparison, TaskRole
from campaigns.models.areas import Area
from campaigns.models.organisations import Organisation
from campaigns.models.plans import PlanDocument
from cms.core.text import fold


class Topic(models.Model):
    """What a campaign is about; the press is matched by the same codes."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Audience(models.Model):
    """A group that a campaign speaks to. Groups and areas only, never a list of persons."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Observance(ClusterableModel):
    """A day or month of action that returns every year (26/6, 30/7, 19/8, June)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True, help_text=_("Empty: the whole month."))
    window_before = models.PositiveSmallIntegerField(_("window begins, days before"), default=0)
    window_after = models.PositiveSmallIntegerField(_("window ends, days after"), default=0)
    lead_days = models.PositiveSmallIntegerField(_("days to prepare"), default=30)
    basis = models.CharField(_("governing document"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("observance")
        verbose_name_plural = _("observances")
        ordering = ["month", "day", "id"]
        constraints = [
            models.CheckConstraint(name="campaigns_observance_month", condition=Q(month__gte=1, month__lte=12)),
            models.CheckConstraint(
                name="campaigns_observance_day", condition=Q(day__isnull=True) | Q(day__gte=1, day__lte=31)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ObservanceTheme(models.Model):
    """The theme of one year."""

    observance = ParentalKey(Observance, on_delete=models.CASCADE, related_name="themes")
    year = models.PositiveSmallIntegerField(_("year"))
    theme = models.CharField(_("theme"), max_length=300)

    class Meta:
        verbose_name = _("theme of the year")
        verbose_name_plural = _("themes of the year")
        constraints = [models.UniqueConstraint(fields=["observance", "year"], name="campaigns_theme_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.theme}"


class Campaign(ClusterableModel):
    """A public-information campaign: when, where, for whom, by whom, under which documents."""

    title = models.CharField(_("title"), max_length=300)
    title_key = models.CharField(max_length=300, editable=False, db_index=True)
    slug = models.SlugField(_("address"), max_length=120, unique=True)
    theme = models.CharField(_("theme of the year"), max_length=300, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    plan = models.ForeignKey(
        PlanDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name=_("plan")
    )
    observances = models.ManyToManyField(Observance, blank=True, verbose_name=_("observances"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=12, choices=CampaignState, default=CampaignState.DRAFT)
    topics = models.ManyToManyField(Topic, blank=True, verbose_name=_("topics"))
    audiences = models.ManyToManyField(Audience, blank=True, verbose_name=_("audiences"))
    areas = models.ManyToManyField(Area, blank=True, verbose_name=_("areas"))
    issuer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="issued_campaigns", verbose_name=_("issuing body")
    )
    coordinating = models.ManyToManyField(
        Organisation, blank=True, related_name="coordinated_campaigns", verbose_name=_("coordinating bodies")
    )
    created_at = models.DateTimeField(_("created at"))
    previous = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_years",
        verbose_name=_("last year's campaign"),
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(name="campaigns_campaign_dates", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="campaigns_campaign_state", condition=Q(state__in=CampaignState.values)),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the search key beside the title."""
        self.title_key = fold(self.title)[:300]
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class CampaignTask(models.Model):
    """What a body must do by the plan. `body_text` is as printed; `body` once somebody has said which body that is."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="tasks")
    body = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name=_("body")
    )
    body_text = models.CharField(_("body, as printed"), max_length=400, blank=True)
    role = models.CharField(_("role"), max_length=12, choices=TaskRole, default=TaskRole.LEAD)
    text = models.TextField(_("task"))
    due = models.DateField(_("due"), null=True, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class Target(models.Model):
    """A figure that the campaign promises. What counts towards it is a measure that some room registered
    (campaigns.targets); a target without a measure is shown as not counted by the system."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="targets")
    text = models.TextField(_("target, as written"))
    value = models.DecimalField(_("figure"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=60)
    comparison = models.CharField(_("reading"), max_length=12, choices=Comparison, default=Comparison.AT_LEAST)
    measure = models.CharField(_("counted from"), max_length=40, blank=True)
    denominator_area = models.ForeignKey(
        Area,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("percentage of the communes of"),
    )
    denominator_on = models.DateField(_("as they were on"), null=True, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                name="campaigns_target_denominator",
                condition=Q(denominator_area__isnull=True) | Q(denominator_on__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:80]
