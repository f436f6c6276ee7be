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
register_action("campaigns.approval.submit", _("Handed in for approval"))
register_action("campaigns.approval.approved", _("Approved"))
register_action("campaigns.approval.returned", _("Sent back"))
register_action("campaigns.approval.withdrawn", _("Request taken back"))
register_action("campaigns.approval.revoked", _("Approval revoked"))
register_action("campaigns.approval.superseded", _("Replaced by a newer approval"))
register_action("campaigns.delegation.give", _("Right to approve delegated"))
register_action("campaigns.delegation.end", _("Delegation ended"))
register_action("campaigns.item.publish", _("Went live"))
register_action("campaigns.item.unpublish", _("Taken off the web"))
register_action("campaigns.home.open", _("Home page of a language opened"))
