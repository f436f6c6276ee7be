"""The engine's verbs in the audit log."""

from django.utils.translation import gettext_lazy as _

from cms.core.audit import register_action

register_action("delivery.rule.create", _("Sending planned"))
register_action("delivery.rule.change", _("Sending plan changed"))
register_action("delivery.rule.cancel", _("Sending plan cancelled"))
register_action("delivery.delivery.cancel", _("Delivery cancelled"))
register_action("delivery.delivery.hold", _("Delivery held"))
register_action("delivery.delivery.release", _("Delivery released"))
register_action("delivery.delivery.retry", _("Failed delivery started again"))
register_action("delivery.delivery.confirm", _("Unconfirmed delivery found at the destination"))
register_action("delivery.delivery.resend", _("Unconfirmed delivery sent again"))
register_action("delivery.delivery.take_down", _("Taking down ordered"))
register_action("delivery.variant.edit", _("Text for a channel edited"))
register_action("delivery.variant.approve", _("Edited text for a channel approved"))
register_action("delivery.endpoint.create", _("Destination added"))
register_action("delivery.endpoint.change", _("Destination changed"))
register_action("delivery.credential.save", _("Key saved"))
register_action("delivery.credential.refused", _("Key refused by the other side"))
register_action("delivery.credential.renew", _("Key renewed"))
