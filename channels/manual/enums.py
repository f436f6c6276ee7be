"""What a person can say of a broadcast."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BroadcastOutcome(models.TextChoices):
    """How it went."""

    PLAYED = "played", _("played whole")
    PARTIAL = "partial", _("played in part")
    HELD = "held", _("not played, put off")


# What counts as having been heard. "Put off" is a fact of its own and counts towards nothing.
HEARD = frozenset({BroadcastOutcome.PLAYED, BroadcastOutcome.PARTIAL})
