"""The verbs of campaigns."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("campaigns.campaign.create", _("Campaign created"))
register_action("campaigns.campaign.state", _("Campaign's state changed"))
register_action("campaigns.item.create", _("Content item created"))
register_action("campaigns.hotline.verify", _("Hotline verified"))
register_action("campaigns.hotline.change", _("Hotline number changed"))
register_action("campaigns.pause.order", _("Pause ordered"))
register_action("campaigns.pause.end", _("Pause ended"))
