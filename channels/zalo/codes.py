"""What every error code of Zalo means for a delivery.

Errors come with HTTP status 200; only ``error == 0`` is success (shared reference, domain.md 7.1). A code says that the
call was refused, so nothing was applied, except for the few that say that Zalo itself had a fault.
"""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, RateLimited, Retryable, SendError
from channels.zalo.night import next_midnight, next_opening

# The application's limit is counted by the minute and no header says how much of it is left.
RATE_PAUSE = timedelta(seconds=60)

# The token itself: renewed once by the engine, then a person signs in again.
TOKEN = {-216: "token_refused", -220: "zalo_token_expired", -124: "token_refused"}
# The account cannot do this until a person changes something at Zalo: held, so that nothing is lost meanwhile.
ACCOUNT = {
    -212: "zalo_app_not_permitted",
    -223: "zalo_account_not_permitted",
    -221: "zalo_account_unverified",
    -224: "zalo_package_too_small",
    -321: "zalo_out_of_money",
}
REFUSED = {
    -201: "zalo_bad_parameter",
    -209: "zalo_not_supported",
    -210: "too_long",
    -213: "zalo_not_follower",
    -240: "zalo_interface_closed",
    -248: "zalo_content_policy",
}
# Zalo broke while working: what is harmless to repeat is repeated, the rest is for a person.
FAULTS = frozenset({-1, -100, -200})
PROCESSING = -214
RATE = -32
QUOTAS = {-211: "zalo_quota_spent", -218: "zalo_follower_quota_spent"}
NIGHT = -234

REASONS: dict[str, Any] = {
    "zalo_token_expired": _("the access to the Zalo account has run out"),
    "zalo_app_not_permitted": _("the application lacks this permission at Zalo; ask for it there and connect again"),
    "zalo_account_not_permitted": _("the Zalo account has not given the application this permission; connect again"),
    "zalo_account_unverified": _("Zalo has not verified this official account yet"),
    "zalo_package_too_small": _("the account's package at Zalo does not include this; a larger one is needed"),
    "zalo_out_of_money": _("the account's balance at Zalo is used up"),
    "zalo_bad_parameter": _("Zalo did not accept the form of the article"),
    "zalo_not_supported": _("Zalo does not offer this to the application"),
    "zalo_not_follower": _("the recipient does not follow the account"),
    "zalo_interface_closed": _("Zalo has closed this interface; the program must be updated"),
    "zalo_content_policy": _("Zalo refused the text under its content rules"),
    "zalo_rate": _("Zalo asks to wait a minute"),
    "zalo_quota_spent": _("today's number of messages at Zalo is used up; it goes on after midnight"),
    "zalo_follower_quota_spent": _("Zalo allows followers no more messages today; it goes on after midnight"),
    "zalo_night": _("Zalo takes no broadcasts between 22:00 and 06:00"),
    "zalo_processing": _("Zalo is still preparing the article; nothing is visible yet"),
    "zalo_fault": _("Zalo had a fault"),
    "zalo_cover_refused": _("Zalo did not accept the cover picture"),
    "zalo_renewal_used_up": _("the renewal key is used up or refused; the account must be connected again"),
    "zalo_app_secret_refused": _("Zalo does not accept the application's number or secret"),
    "zalo_code_refused": _("Zalo no longer accepts the permission; it is good for ten minutes and for one use"),
    "zalo_unknown_code": _("Zalo answered with an error that is not known here"),
    "zalo_claim_lost": _("another worker took over before the broadcast"),
    "zalo_create_reply_lost": _("the line broke while a hidden article was made; a hidden copy may stand at Zalo"),
    "zalo_shown_not_broadcast": _(
        "the article is visible on the account's page, but could not be sent to the followers"
    ),
    "zalo_perhaps_shown": _("Zalo took the article and then refused it; look whether it is visible"),
}


def classify(code: int, message: str, *, now: datetime, repeatable: bool, evidence: dict[str, Any]) -> SendError:
    """The error to raise for a refusal with this code.

    `repeatable` says that the call changes nothing when it is repeated; only that makes a fault on Zalo's side harmless.
    `message` is Zalo's sentence, `now` the aware instant that waits count from.
    """
    evidence = {**evidence, "code": code, "message": message[:200]}
    if code in TOKEN:
        return AuthFailed(TOKEN[code], evidence=evidence)
    if code in ACCOUNT:
        return AuthFailed(ACCOUNT[code], evidence=evidence)
    if code == RATE:
        return RateLimited("zalo_rate", until=now + RATE_PAUSE, scope="credential", evidence=evidence)
    if code in QUOTAS:
        return RateLimited(QUOTAS[code], until=next_midnight(now), evidence=evidence)
    if code == NIGHT:
        return RateLimited("zalo_night", until=next_opening(now), evidence=evidence)
    if code == PROCESSING:
        return Retryable("zalo_processing", evidence=evidence)
    if code in REFUSED:
        cover = code == -201 and any(word in message.lower() for word in ("photo_url", "cover"))
        return Permanent("zalo_cover_refused" if cover else REFUSED[code], evidence=evidence)
    if code == -200 and "media" in message.lower():
        # "Upload media failed": Zalo could not fetch or take the cover (log of a commune tool).
        return Permanent("zalo_cover_refused", evidence=evidence)
    if code in FAULTS:
        return Retryable("zalo_fault", evidence=evidence) if repeatable else Ambiguous("zalo_fault", evidence=evidence)
    known = Permanent if repeatable else Ambiguous
    return known("zalo_unknown_code", evidence=evidence)
