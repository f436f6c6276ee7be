from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteChannelConfig(AppConfig):
    """The province's own website, and other people's: WordPress and signed webhooks."""

    name = "channels.website"
    label = "ch_website"
    verbose_name = _("Website channel")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the channels known to the engine, with the words for their own reasons."""
        from channels.delivery.contract import register
        from channels.delivery.reasons import register_reasons
        from channels.website.channel import WebsiteChannel
        from channels.website.webhook.channel import WebhookChannel
        from channels.website.wordpress.channel import WordPressChannel

        for channel in (WebsiteChannel(), WordPressChannel(), WebhookChannel()):
            register(channel)
        register_reasons({
            "wp_redirected": _("the site sends this address on to another one; enter that one"),
            "wp_api_closed": _("the site's REST API is switched off, or this is not the address of a WordPress site"),
            "wp_key_not_taken": _(
                    "the site did not take the user name and key, or its web server drops the Authorization header"
                ),
            "wp_no_right": _("the account may not do this; it needs the role Author or Editor"),
            "wp_blocked": _("something in front of the site (a firewall) refused the request"),
            "wp_too_large": _("the site does not take a file of this size"),
            "wp_picture_refused": _("the site refused the picture"),
            "wp_no_bin": _("the site has no bin; choose to keep a draft instead"),
            "wp_term_missing": _("the site lacks a category or tag that the destination names"),
            "webhook_key_short": _("the key is too short to sign with; it needs at least 32 characters"),
            "webhook_redirected": _("the receiver sends this address on to another one; enter that one"),
            "webhook_clock": _("the receiver's clock and ours differ too much"),
            "webhook_gone": _("nobody receives requests at this address"),
            "newer_there": _("the receiver has a newer version already"),
        })  # fmt: skip
