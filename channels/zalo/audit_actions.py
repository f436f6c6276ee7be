"""The verbs of this room in the audit log."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("zalo.account.connect", _("Zalo account connected"))
