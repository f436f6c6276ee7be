from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LoudspeakerConfig(AppConfig):
    """Loudspeaker stations of communes."""

    name = "channels.loudspeaker"
    label = "ch_loudspeaker"
    verbose_name = _("Loudspeakers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register audit verbs, the compiler's ticks and what targets are counted from."""
        from campaigns.targets import register_counter
        from cms.core.models import Role
        from cms.core.navigation import register_nav
        from cms.core.ticks import register_tick

        from . import audit_actions, selectors  # noqa: F401
        from .services import compiling, reconciling

        register_nav(_("My station"), "station:home", roles=(Role.OPERATOR,), order=45)
        register_tick("loudspeaker.compile", every=5.0, run=compiling.compile_due)
        register_tick("loudspeaker.reconcile", every=60.0, run=reconciling.reconcile_due)
        register_counter("plays", selectors.count_plays, label=_("Items played on loudspeakers"))
        register_counter(
            "communes_reached", selectors.count_communes, label=_("Communes that heard it on loudspeakers")
        )
