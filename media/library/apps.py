from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    """How it sounds and looks."""

    name = "media.library"
    label = "library"
    verbose_name = _("Library")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register audit verbs, job handlers, checks, the count of downloads and the page in the header."""
        from campaigns.targets import register_counter
        from cms.core.models import Role
        from cms.core.navigation import register_nav
        from cms.core.ticks import register_tick
        from media.library import audit_actions, checks, tasks  # noqa: F401
        from media.library.permissions import RECORDERS, RECORDERS_OF_LANGUAGE
        from media.library.selectors import count_downloads
        from media.library.services.tidying import tidy

        register_tick("library.tidy", every=3600, run=tidy)
        register_counter("downloads", count_downloads, label=_("downloads"))
        register_nav(
            _("Recordings"), "library:recordings", roles=(*RECORDERS, *RECORDERS_OF_LANGUAGE, Role.APPROVER), order=35
        )
