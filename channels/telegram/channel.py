"""A Telegram channel or group that an organisation owns: text, or the recording of a script, openly signed.

Telegram has no idempotency key and a bot cannot read a channel's history, so a send whose reply was lost is never
repeated without a person. Deleting and editing may be repeated: the second time changes nothing.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from campaigns.models import Approval, ContentItem
from campaigns.services.items import page_of
from channels.delivery.contract import Budget, Channel, Outgoing, Sent
from channels.delivery.enums import Action
from channels.delivery.errors import Permanent, Retryable
from channels.delivery.models import Endpoint
from channels.delivery.selectors import is_planned_on_web
from channels.delivery.services.endpoints import change_config
from channels.telegram import client, rendering
from channels.telegram.classification import ChatMoved
from channels.telegram.forms import AUDIO_IF_READY, AUDIO_NEVER, AUDIO_REQUIRED, TelegramConfigForm
from channels.telegram.sound import Sound, find_sound, load_sound
from cms.core import clock
from cms.core.errors import BadInput, NotReady

# Telegram names no exact limits; these are the ones bots live by (scheduling.md H10): 25 a second for a bot, 1 a second
# and 18 a minute in one group or channel.
BOT_WINDOWS = ((25, 1.0),)
CHAT_WINDOWS = ((1, 1.0), (18, 60.0))
UPLOAD_LIMIT = 50 * 1024 * 1024
DELETE_LIMIT = timedelta(hours=48)


class TelegramChannel(Channel):
    """The Bot API of a bot that is an administrator of the channel."""

    kind = "telegram"
    label = gettext_lazy("Telegram")
    idempotent = frozenset({Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    needs_credential = True
    config_form = TelegramConfigForm

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """{"mode": "text"|"audio", "html", "draft", "audio"?}: the post as it will be sent."""
        draft = rendering.draft_from_payload(approval.payload, link=_link(approval))
        wish = endpoint.config.get("audio", AUDIO_IF_READY)
        sound = find_sound(approval) if approval.payload.get("kind") == "script" and wish != AUDIO_NEVER else None
        if sound is None and wish == AUDIO_REQUIRED:
            raise NotReady(_("There is no recording of this script yet that may be aired."))
        return _payload(draft, sound)

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """The same post with other words between title and signature."""
        draft = rendering.Draft(**{**payload["draft"], "paragraphs": (text,)})
        sound = Sound(**payload["audio"]) if payload.get("audio") else None
        return _payload(draft, sound, whole=True)

    def preview_html(self, payload: dict[str, Any]) -> str:
        """The post as readers will see it. The HTML is our renderer's own: everything else in it is escaped."""
        sound = payload.get("audio")
        head = format_html("<p>♪ {} · {} s</p>", sound["file_name"], round(sound["seconds"])) if sound else ""
        return format_html('{}<div style="white-space:pre-wrap">{}</div>', head, mark_safe(payload["html"]))

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """What an editor should know before planning: words left out, no link."""
        found = []
        if payload.get("shortened"):
            found.append(
                _("The text is longer than Telegram carries; the end is left out and a link leads to the whole.")
            )
        if not payload["draft"]["link"]:
            found.append(_("The text is not on the website, so the post has no link."))
        return found

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        """The bot's own limit and the chat's."""
        chat = f"telegram:{endpoint.credential_id}:{endpoint.config['chat_id']}"
        return [
            Budget(f"telegram:{endpoint.credential_id}", BOT_WINDOWS, scope="credential"),
            Budget(chat, CHAT_WINDOWS, scope="chat"),
        ]

    def is_long(self, payload: dict[str, Any]) -> bool:
        """Uploads are."""
        return payload.get("mode") == "audio"

    def send(self, outgoing: Outgoing) -> Sent:
        """Post it; when the group has moved, remember its new number and post it there at once, once."""
        try:
            return self._post(outgoing, int(outgoing.endpoint.config["chat_id"]))
        except ChatMoved as moved:
            change_config(outgoing.endpoint, chat_id=moved.new_chat_id)
            new_chat = moved.new_chat_id
        try:
            return self._post(outgoing, new_chat)
        except ChatMoved as again:
            raise Retryable("chat_moved_twice", evidence={"new_chat_id": again.new_chat_id}) from again

    def _post(self, outgoing: Outgoing, chat_id: int) -> Sent:
        payload = outgoing.payload
        if payload["mode"] == "audio":
            sound = Sound(**payload["audio"])
            posted = client.send_audio(
                token=outgoing.secret, chat_id=chat_id, caption=payload["html"], content=load_sound(sound),
                file_name=sound.file_name, title=sound.title, performer=payload["draft"]["issuer"],
            )  # fmt: skip
        else:
            posted = client.send_text(token=outgoing.secret, chat_id=chat_id, html=payload["html"])
        evidence = {"message_id": posted.message_id, "chat_id": posted.chat_id, "telegram_date": posted.at.isoformat()}
        return Sent(remote_id=f"{posted.chat_id}/{posted.message_id}", remote_url=posted.link, evidence=evidence)

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Delete the post; one that is gone already counts as deleted."""
        chat_id, message_id = _where(outgoing)
        try:
            client.delete_message(token=outgoing.secret, chat_id=chat_id, message_id=message_id)
        except Permanent as error:
            if error.reason != "already_gone":
                raise
        except ChatMoved as moved:
            raise Permanent("chat_moved", evidence={"new_chat_id": moved.new_chat_id}) from moved
        return Sent(remote_id=outgoing.remote_id)

    def correct(self, outgoing: Outgoing) -> Sent:
        """Edit the post; one that says so already counts as edited."""
        chat_id, message_id = _where(outgoing)
        try:
            client.edit_text(
                token=outgoing.secret, chat_id=chat_id, message_id=message_id, html=outgoing.payload["html"]
            )
        except Permanent as error:
            if error.reason != "not_modified":
                raise
        except ChatMoved as moved:
            raise Permanent("chat_moved", evidence={"new_chat_id": moved.new_chat_id}) from moved
        return Sent(remote_id=outgoing.remote_id)

    def test_connection(self, endpoint: Endpoint, secret: str) -> str:
        """Which bot and which chat answered."""
        try:
            names = client.describe(token=secret, chat_id=int(endpoint.config["chat_id"]))
        except ChatMoved as moved:
            return _("The group has moved; its new number is %(number)s.") % {"number": moved.new_chat_id}
        return _("The bot @%(bot)s reaches “%(chat)s”.") % names


def _payload(draft: rendering.Draft, sound: Sound | None, *, whole: bool = False) -> dict[str, Any]:
    """The JSON form of a post. `whole` refuses to leave words out: an editor chose them."""
    if sound and sound.is_draft:
        with override("vi"):  # the draft voice speaks Vietnamese, whoever plans the post
            draft = replace(draft, note=_("Read by a machine (draft voice)"))
    limit = rendering.CAPTION_LIMIT if sound else rendering.TEXT_LIMIT
    try:
        html = rendering.render(draft, limit=limit)
    except ValueError:
        raise BadInput(_("Title, hotlines and signature alone are longer than Telegram carries.")) from None
    shortened = not rendering.fits(draft, limit=limit)
    if shortened and whole:
        raise BadInput(_("The text is longer than Telegram carries (%(limit)s characters).") % {"limit": limit})
    payload: dict[str, Any] = {
        "mode": "audio" if sound else "text",
        "html": html,
        "shortened": shortened,
        "draft": {
            "title": draft.title, "paragraphs": list(draft.paragraphs), "hotlines": list(draft.hotlines),
            "link": draft.link, "issuer": draft.issuer, "note": draft.note,
        },
    }  # fmt: skip
    if sound:
        payload["audio"] = sound.as_json()
    return payload


def _where(outgoing: Outgoing) -> tuple[int, int]:
    """Chat and number of the post to work on. Raises Permanent when Telegram never said them."""
    chat, _slash, message = outgoing.remote_id.partition("/")
    if not message:
        raise Permanent("number_unknown")
    return int(chat), int(message)


def _link(approval: Approval) -> str:
    """The address of the whole text on the website, when it is there or planned to be."""
    item: ContentItem = approval.item
    page = page_of(item, orthography=approval.orthography)
    if page is None or not (page.live or is_planned_on_web(item, approval.orthography, at=clock.now())):
        return ""
    return page.full_url or ""
