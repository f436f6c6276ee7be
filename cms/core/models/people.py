"""People and what they may do: a membership is where every right comes from."""

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.core import languages


class User(AbstractUser):
    """A person with a log-in. Vietnamese names are one string in their own order, not first and last."""

    full_name = models.CharField(_("full name"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def get_full_name(self) -> str:
        """The name as the person writes it, or the log-in name."""
        return self.full_name or super().get_full_name() or self.username

    def get_short_name(self) -> str:
        """As `get_full_name`: a Vietnamese name is not shortened to its first word."""
        return self.get_full_name()

    def __str__(self) -> str:
        return self.get_full_name()


class Role(models.TextChoices):
    """What somebody comes to do; docs/rights.md says role × action × object."""

    ADMINISTRATOR = "administrator", _("administrator")
    EDITOR = "editor", _("editor")
    APPROVER = "approver", _("approver")
    TRANSLATOR = "translator", _("translator")
    REVIEWER = "reviewer", _("native reviewer")
    CENTRE = "centre", _("culture-centre staff")
    OPERATOR = "operator", _("station operator")
    MONITOR = "monitor", _("press monitor")
    LEADER = "leader", _("leadership")


# Only these may enter the Wagtail admin: its advisories are mostly leaks between its own users.
ADMIN_ROLES = frozenset({Role.ADMINISTRATOR, Role.EDITOR, Role.APPROVER})


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def active(self, on: date) -> "MembershipQuerySet":
        """Those in force on the date `on`, both ends included."""
        return self.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))


class Membership(models.Model):
    """That somebody holds a role, in an organisation, for an area, for one way of writing, for a time.

    Area and organisation live one floor up; the ground only carries the reference, never their rules.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    organisation = models.ForeignKey(
        "campaigns.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("organisation"),
    )
    area = models.ForeignKey(
        "campaigns.Area",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="memberships",
        verbose_name=_("area"),
    )
    orthography = models.CharField(_("written language"), max_length=20, blank=True)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="core_membership_dates",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="core_membership_role", condition=Q(role__in=Role.values)),
        ]
        # Every page view asks "what may this person do today".
        indexes = [models.Index(fields=["user", "role"], name="core_membership_user_role")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    def clean(self) -> None:
        """Refuse a way of writing that this installation does not know."""
        super().clean()
        if self.orthography and self.orthography not in languages.ORTHOGRAPHIES:
            raise ValidationError({"orthography": _("This written language is not set up here.")})
