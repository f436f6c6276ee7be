"""Panels of the page editor that show what the system computes."""

from typing import Any

from wagtail.admin.panels import Panel


class ReadingTimePanel(Panel):
    """How long an announcer needs for the words as they were last saved, with music and sounds."""

    class BoundPanel(Panel.BoundPanel):
        """Bound to one script."""

        template_name = "campaigns/panels/reading_time.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            """Adds `seconds`, None while there are no words."""
            context = super().get_context_data(parent_context)
            context["seconds"] = round(self.instance.reading_seconds) if self.instance.pk else None
            return context
