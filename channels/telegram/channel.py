"""A Telegram channel or group that an organisation owns: words, pictures, a recording or a document, openly signed.

Telegram has no idempotency key and a bot cannot read a channel's history, so a send whose reply was lost is never
repeated without a person. Deleting and editing may be repeated: the second time changes nothing.
"""

from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Approval, ContentItem
from campaigns.services.items import page_of
from channels.delivery.contract import Budget, Channel, Counter, Look, Outgoing, Sent
from channels.delivery.enums import Action, ReadBack
from channels.delivery.models import Endpoint
from channels.delivery.pictures import thumbnails
from channels.delivery.selectors import is_planned_on_web
from channels.telegram import client, editing, limits, messages, posts, rendering, sending
from channels.telegram.classification import ChatMoved
from channels.telegram.forms import (
    AUDIO_IF_READY,
    AUDIO_NEVER,
    AUDIO_REQUIRED,
    PICTURES_ALL,
    PICTURES_FIRST,
    PICTURES_NEVER,
    TelegramConfigForm,
)
from channels.telegram.messages import TEXT
from channels.telegram.papers import find_paper
from channels.telegram.pictures import ALBUM_MAX, Found, find_pictures
from channels.telegram.posts import Enclosed
from channels.telegram.sound import find_sound
from cms.core import clock
from cms.core.errors import NotReady


class TelegramChannel(Channel):
    """The Bot API of a bot that is an administrator of the channel."""

    kind = "telegram"
    label = gettext_lazy("Telegram")
    idempotent = frozenset({Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    needs_credential = True
    config_form = TelegramConfigForm

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """The post as it will be sent (channels/telegram/posts.py says its shape).

        A script goes as its recording where there is one, else an article as its document where the destination wants
        that, else with its pictures, else as text.
        """
        draft = rendering.draft_from_payload(approval.payload, link=_link(approval))
        return posts.compose(draft, _enclosed(approval, endpoint.config))

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """The same post with other words between title and signature."""
        draft = rendering.Draft(**{**payload["draft"], "paragraphs": (text,)})
        return posts.compose(draft, posts.enclosed_of(payload), whole=True)

    def plain_text(self, payload: dict[str, Any]) -> str:
        """All words of the post without markup."""
        return rendering.plain_words(payload.get("follow") or payload["html"])

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The words between title and signature."""
        return "\n\n".join(payload["draft"]["paragraphs"])

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """UTF-16 units as Telegram counts them: of the text, and of the caption where there is a picture or a file."""
        limit = rendering.TEXT_LIMIT
        if payload["mode"] == TEXT:
            return [Counter(_("Text"), rendering.plain_length(payload["html"]), limit, "UTF-16")]
        found = [
            Counter(_("Words beneath"), rendering.plain_length(payload["html"]), rendering.CAPTION_LIMIT, "UTF-16")
        ]
        if payload.get("follow"):
            found.append(Counter(_("Text that follows"), rendering.plain_length(payload["follow"]), limit, "UTF-16"))
        return found

    def preview_html(self, payload: dict[str, Any]) -> str:
        """The post as readers will see it. The HTML is our renderer's own: everything else in it is escaped."""
        head = _preview_of_files(payload)
        body = format_html(
            '<div style="white-space:pre-wrap;overflow-wrap:anywhere">{}</div>', mark_safe(payload["html"])
        )
        if not payload.get("follow"):
            return format_html("{}{}", head, body)
        label = _("Then, as a reply:")
        follow = mark_safe(payload["follow"])  # noqa: S308 - our renderer's own
        rest = format_html(
            '<p><small>{}</small></p><div style="white-space:pre-wrap;overflow-wrap:anywhere">{}</div>', label, follow
        )
        return format_html("{}{}{}", head, body, rest)

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """What an editor should know before planning: words or pictures left out, a second message, no link."""
        found = []
        if payload.get("shortened"):
            found.append(
                _("The text is longer than Telegram carries; the end is left out and a link leads to the whole.")
            )
        if payload.get("follow"):
            found.append(_("The text is too long to stand beneath a picture: it follows as a second message."))
        if payload.get("left_out"):
            found.append(
                _("%(n)s pictures do not go along: at most 10 do, and none that is very long and narrow.")
                % {"n": payload["left_out"]}
            )
        if not payload["draft"]["link"]:
            found.append(_("The text is not on the website, so the post has no link."))
        return found

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        """The bot's own limit and the chat's."""
        return limits.budgets_of(endpoint)

    def cost(self, payload: dict[str, Any], action: str) -> int:
        """An album of n counts n, and so does the text that follows; deleting is one call, each edit is one."""
        return 1 if action == Action.TAKE_DOWN else len(messages.shape_of(payload))

    def is_long(self, payload: dict[str, Any]) -> bool:
        """Uploads are."""
        return payload.get("mode", TEXT) != TEXT

    def send(self, outgoing: Outgoing) -> Sent:
        """Put the post into the chat."""
        return sending.send(outgoing)

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Delete every message of the post."""
        return editing.take_down(outgoing)

    def correct(self, outgoing: Outgoing) -> Sent:
        """Edit every message of the post."""
        return editing.correct(outgoing)

    def look(self, outgoing: Outgoing, *, since: datetime, noted: dict[str, Any]) -> Look:
        """What the attempt itself noted: a bot cannot read a channel's history, and whatever would show that a message
        is there (forwarding, copying) can be seen by its readers.

        "there" when Telegram's answer for every message was noted before the process died; else "unknown", with the
        numbers of those messages that are known to be there.
        """
        post = messages.from_evidence(noted)
        if post is not None and post.is_whole:
            return Look(ReadBack.THERE, Sent(remote_id=post.remote_id, evidence=post.as_evidence()))
        known = [message.id for message in post.messages] if post is not None else []
        return Look(ReadBack.UNKNOWN, evidence={"known_messages": known})

    def test_connection(self, endpoint: Endpoint, secret: str) -> str:
        """Which bot and which chat answered, and whether the bot may post there."""
        try:
            found = client.describe(token=secret, chat_id=int(endpoint.config["chat_id"]))
        except ChatMoved as moved:
            return _("The group has moved; its new number is %(number)s.") % {"number": moved.new_chat_id}
        facts = {"bot": found.bot, "chat": found.chat}
        if "post" in found.missing:
            raise NotReady(
                _("The bot @%(bot)s reaches “%(chat)s” but may not post there. Make it an administrator.") % facts
            )
        return _("The bot @%(bot)s reaches “%(chat)s”.") % facts


def _enclosed(approval: Approval, config: dict[str, Any]) -> Enclosed:
    """What goes along with the words, by what there is and what the destination wants."""
    is_script = approval.payload.get("kind") == "script"
    wish = config.get("audio") or AUDIO_IF_READY
    sound = find_sound(approval) if is_script and wish != AUDIO_NEVER else None
    if sound is not None:
        return Enclosed(sound=sound)
    if is_script and wish == AUDIO_REQUIRED:
        raise NotReady(_("There is no recording of this script yet that may be aired."))
    if config.get("document"):
        return Enclosed(paper=find_paper(approval, str(config["document"])))
    pictures = config.get("pictures") or PICTURES_ALL
    if pictures == PICTURES_NEVER:
        return Enclosed()
    found: Found = find_pictures(approval, most=1 if pictures == PICTURES_FIRST else ALBUM_MAX)
    return Enclosed(pictures=found.pictures, left_out=found.left_out)


def _preview_of_files(payload: dict[str, Any]) -> SafeString:
    """What stands above the words: the names of files, the approved pictures by what they show."""
    enclosed = posts.enclosed_of(payload)
    if enclosed.sound:
        return format_html("<p>♪ {} · {} s</p>", enclosed.sound.file_name, round(enclosed.sound.seconds))
    if enclosed.paper:
        size = max(1, enclosed.paper.bytes // 1024)
        return format_html("<p>▤ {} · {} kB</p>", enclosed.paper.file_name, size)
    shown = thumbnails(enclosed.pictures)
    width = "32%" if len(shown) > 1 else "100%"
    return format_html_join(
        " ",
        '<img src="{}" alt="{}" style="max-width:{};height:auto;vertical-align:top">',
        ((address, alt, width) for address, alt in shown),
    )


def _link(approval: Approval) -> str:
    """The address of the whole text on the website, when it is there or planned to be."""
    item: ContentItem = approval.item
    page = page_of(item, orthography=approval.orthography)
    if page is None or not (page.live or is_planned_on_web(item, approval.orthography, at=clock.now())):
        return ""
    return page.full_url or ""
