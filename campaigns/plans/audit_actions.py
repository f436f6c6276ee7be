"""The verbs of plans."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("campaigns.plan.receive", _("Plan received"))
register_action("campaigns.plan.read", _("Plan read"))
register_action("campaigns.plan.unreadable", _("Plan could not be read"))
register_action("campaigns.plan.correct", _("Plan corrected"))
register_action("campaigns.plan.accept", _("Campaign made from the plan"))
