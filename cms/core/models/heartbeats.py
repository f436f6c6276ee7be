"""That a worker's ticker lives, and what it has seen."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last word of one worker process: when, and what it counted. Rows of dead workers are removed after a day."""

    owner = models.CharField(_("worker"), max_length=80, unique=True)
    at = models.DateTimeField(_("last heard"))
    facts: Any = models.JSONField(_("facts"), default=dict)

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        indexes = [models.Index(fields=["at"], name="core_heartbeat_at")]

    def __str__(self) -> str:
        return self.owner
