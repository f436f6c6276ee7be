"""How much a bot may send, and whom a request to wait concerns.

Telegram names no exact limits; these are the ones bots live by (reference: scheduling.md H10): 25 a second for a bot, 1 a
second and 18 a minute in one chat. Each message of an album counts.
"""

from datetime import datetime

from channels.delivery.contract import Budget
from channels.delivery.models import Endpoint, RateBucket

BOT_WINDOWS = ((25, 1.0),)
# Telegram counts arrivals, we count intents: an upload of some seconds must not push the next into the same minute.
CHAT_WINDOWS = ((1, 1.0), (18, 65.0))


def budgets_of(endpoint: Endpoint) -> list[Budget]:
    """The bot's own limit and the chat's."""
    bot = bot_key(endpoint)
    return [
        Budget(bot, BOT_WINDOWS, scope="credential"),
        Budget(f"{bot}:{endpoint.config['chat_id']}", CHAT_WINDOWS, scope="chat"),
    ]


def bot_key(endpoint: Endpoint) -> str:
    """The bucket of the bot; those of its chats begin with it and a colon."""
    return f"telegram:{endpoint.credential_id}"


def scope_of_wait(endpoint: Endpoint, *, at: datetime) -> str:
    """Whom a 429 concerns: "chat", or "credential" when another chat of the same bot was asked to wait as well.

    A 429 does not say whether it is the chat's or the bot's. One chat alone is taken for the chat's own limit; the second
    chat that is refused while the first still waits shows that it is the bot, and then nothing of the bot is tried.
    """
    bot = bot_key(endpoint)
    own = f"{bot}:{endpoint.config['chat_id']}"
    others = RateBucket.objects.filter(key__startswith=f"{bot}:", blocked_until__gt=at).exclude(key=own)
    return "credential" if others.exists() else "chat"
