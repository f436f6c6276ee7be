"""What the press desk's pages draw with."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.core.templatetags.cong import chip
from media.press import selectors
from media.press.enums import SUCCESSES, MentionState
from media.press.highlighting import WINDOW, pieces
from media.press.models import Feed, FetchLog, Mention

register = template.Library()

_STATE_SHAPES = {MentionState.PROPOSED: "waiting", MentionState.CONFIRMED: "done", MentionState.REJECTED: "failed"}


@register.simple_tag
def marked_title(mention: Mention) -> SafeString:
    """The item's title with what decided marked."""
    return _marked(mention, mention.item.title, "title", 0)


@register.simple_tag
def marked_summary(mention: Mention) -> SafeString:
    """The part of the item's summary around what decided, marked."""
    return _marked(mention, mention.item.summary, "summary", WINDOW)


@register.simple_tag
def reason_words(mention: Mention) -> str:
    """The phrases that decided, as they stand in the text, each once; the query's terms when the item was edited."""
    words: dict[str, None] = {}
    if mention.item_revision == mention.item.revision:
        for field, text in (("title", mention.item.title), ("summary", mention.item.summary)):
            words |= {piece.lower(): None for piece, marked in pieces(text, mention.reasons, field) if marked}
    words = words or {reason["term"]: None for reason in mention.reasons}
    return ", ".join(f"“{word}”" for word in list(words)[:6])


@register.simple_tag
def mention_chip(mention: Mention) -> SafeString:
    """The state of a mention as shape and word."""
    return chip(_STATE_SHAPES[MentionState(mention.state)], mention.get_state_display())


@register.simple_tag
def feed_chip(feed: Feed) -> SafeString:
    """How a feed is doing, as shape and word."""
    kinds = {
        "good": ("done", _("read regularly")),
        "waiting": ("planned", _("waits for its first reading")),
        "silent": ("stale", _("nothing new for three days")),
        "failing": ("failed", _("not readable at present")),
        "parked": ("unsure", _("parked")),
    }
    return chip(*kinds[selectors.health(feed)])


@register.simple_tag
def outcome_chip(log: FetchLog) -> SafeString:
    """How one reading ended, as shape and word."""
    return chip("done" if log.outcome in SUCCESSES else "failed", log.get_outcome_display())


def _marked(mention: Mention, text: str, field: str, window: int) -> SafeString:
    reasons: list[Any] = mention.reasons if mention.item_revision == mention.item.revision else []
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", piece) if marked else piece,)
            for piece, marked in pieces(text, reasons, field, window=window)
        ),
    )
