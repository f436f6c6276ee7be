"""The library's verbs."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("library.recording.receive", _("Recording received"))
register_action("library.recording.ready", _("Recording checked and ready"))
register_action("library.recording.refuse", _("Recording refused"))
register_action("library.recording.again", _("Recording checked again"))
register_action("library.recording.withdraw", _("Recording withdrawn"))
register_action("library.draft.make", _("Draft voice asked for"))
register_action("library.draft.allow", _("Draft voice allowed on air"))
register_action("library.draft.forbid", _("Draft voice no longer allowed on air"))
