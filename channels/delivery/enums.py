"""The words of the engine, with the sets the code asks about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """Where a delivery stands; the one transition table is in channels/delivery/states.py."""

    SCHEDULED = "scheduled", _("planned")
    LEASED = "leased", _("taken up")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNCONFIRMED = "unconfirmed", _("unconfirmed")
    RETRY_WAIT = "retry_wait", _("will be tried again")
    HELD = "held", _("held")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("too late, not sent")
    CANCELLED = "cancelled", _("cancelled")
    SUPERSEDED = "superseded", _("replaced by a new plan")


# What workers may take up.
DUE_STATES = frozenset({DeliveryState.SCHEDULED, DeliveryState.RETRY_WAIT})
# Not yet out: a change of plan or a cancellation still reaches these.
UNSENT_STATES = frozenset({*DUE_STATES, DeliveryState.LEASED, DeliveryState.HELD})
# Out, or possibly out: taking back needs a delivery of its own.
OUT_STATES = frozenset({DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.UNCONFIRMED})
# Somebody has to look at these.
QUEUE_STATES = frozenset({DeliveryState.UNCONFIRMED, DeliveryState.FAILED, DeliveryState.HELD, DeliveryState.EXPIRED})
FINAL_STATES = frozenset({DeliveryState.SENT, DeliveryState.EXPIRED, DeliveryState.CANCELLED, DeliveryState.SUPERSEDED})


class Action(models.TextChoices):
    """What a delivery does at the endpoint."""

    SEND = "send", _("send")
    TAKE_DOWN = "take_down", _("take down")
    CORRECT = "correct", _("correct")


class Misfire(models.TextChoices):
    """What becomes of a slot that could not be served in time."""

    SKIP = "skip", _("leave it out")
    SEND_LATE = "send_late", _("send it late, while it is still useful")
    NEXT_SLOT = "next_slot", _("wait for the next slot")


class RuleState(models.TextChoices):
    """Whether a rule still makes occurrences."""

    ACTIVE = "active", _("in force")
    CANCELLED = "cancelled", _("cancelled")


class CredentialState(models.TextChoices):
    """Whether the other side still takes this credential."""

    HEALTHY = "healthy", _("working")
    EXPIRING = "expiring", _("expires soon")
    REFRESHING = "refreshing", _("being renewed")
    REAUTH_NEEDED = "reauth_needed", _("refused, needs a new key")


# A credential in one of these may be used.
USABLE_CREDENTIALS = frozenset({CredentialState.HEALTHY, CredentialState.EXPIRING})


class Hold(models.TextChoices):
    """Why a delivery is held; every one ends by itself when its cause does, or by a person."""

    NOT_APPROVED = "not_approved", _("the text is not approved")
    NOT_AIRABLE = "not_airable", _("the approved text may not go out now")
    PAUSED = "paused", _("announcements are paused")
    CAMPAIGN = "campaign", _("the campaign is not running")
    CREDENTIAL = "credential", _("the account's key is refused")
    ENDPOINT = "endpoint", _("the destination is switched off")
    VARIANT = "variant", _("the text for this channel was written for an older approval")
    NOT_READY = "not_ready", _("something that must go along is missing")
    PERSON = "person", _("held by a colleague")


class Outcome(models.TextChoices):
    """How an attempt ended."""

    OPEN = "open", _("under way")
    SENT = "sent", _("sent")
    RETRYABLE = "retryable", _("not reached")
    RATE_LIMITED = "rate_limited", _("asked to wait")
    AUTH = "auth", _("key refused")
    PERMANENT = "permanent", _("refused")
    AMBIGUOUS = "ambiguous", _("no answer")
    LOST = "lost", _("worker lost")


class ReadBack(models.TextChoices):
    """What a look at the other side said about an attempt whose reply was lost."""

    THERE = "there", _("it is there")
    ABSENT = "absent", _("it is not there")
    UNKNOWN = "unknown", _("it cannot be told")


class Platform(models.TextChoices):
    """Where an organisation may own an account, whether or not we post there."""

    WEBSITE = "website", _("website")
    FACEBOOK_PAGE = "facebook_page", _("Facebook page")
    FACEBOOK_GROUP = "facebook_group", _("Facebook group")
    ZALO_OA = "zalo_oa", _("Zalo official account")
    ZALO_GROUP = "zalo_group", _("Zalo group")
    TELEGRAM_CHANNEL = "telegram_channel", _("Telegram channel")
    TELEGRAM_GROUP = "telegram_group", _("Telegram group")
    YOUTUBE = "youtube", _("YouTube channel")
    TIKTOK = "tiktok", _("TikTok account")
    OTHER = "other", _("other")


class ReceiptKind(models.TextChoices):
    """What a receipt testifies."""

    SENT = "sent", _("sent")
    TAKEN_DOWN = "taken_down", _("taken down")
    CORRECTED = "corrected", _("corrected")
    CONFIRMED = "confirmed", _("seen there by a person")
    MISSED = "missed", _("missed")
    FAILED = "failed", _("failed")
