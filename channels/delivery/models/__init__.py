"""The engine's tables: rule → occurrence → delivery → attempt → receipt."""

from channels.delivery.models.accounts import OfficialAccount
from channels.delivery.models.corrections import Correction
from channels.delivery.models.deliveries import Attempt, Delivery, Receipt, Variant
from channels.delivery.models.endpoints import Credential, Endpoint, RateBucket
from channels.delivery.models.rules import Occurrence, Rule

__all__ = [
    "Attempt",
    "Correction",
    "Credential",
    "Delivery",
    "Endpoint",
    "Occurrence",
    "OfficialAccount",
    "RateBucket",
    "Receipt",
    "Rule",
    "Variant",
]
