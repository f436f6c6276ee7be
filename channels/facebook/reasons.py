"""The codes that only Facebook leaves behind, in words for the people who work the queues."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "fb_token_expired": _("the page's key has expired; somebody has to sign in to Facebook again"),
    "fb_password_changed": _("the password of the person who gave the key was changed; a new key is needed"),
    "fb_checkpoint": _("Facebook wants the person who gave the key to sign in and prove who it is"),
    "fb_app_removed": _("the application was removed from the account; a new key is needed"),
    "fb_not_admin": _("the person who gave the key may no longer manage the page"),
    "fb_no_permission": _("the key does not allow posting to this page (pages_manage_posts, pages_read_engagement)"),
    "fb_app_secret_wrong": _("the secret of the application does not fit this key"),
    "fb_blocked": _("Facebook has blocked the page from posting; open the page and see why"),
    "fb_too_fast": _("Facebook finds that the page posts too fast"),
    "fb_probably_there": _("Facebook says that the same text has been posted already"),
    "fb_bad_link": _("Facebook could not read the page that the link leads to"),
    "fb_gone": _("the post is no longer on the page"),
    "fb_app_gone": _("the application is switched off or removed at Facebook"),
    "fb_number_missing": _("Facebook accepted it without saying under which number"),
}
