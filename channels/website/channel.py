"""Our own website: shows the approved payload from its moment to its end, each item on its own.

Publishing goes through the one door of campaigns (services.publishing), so this channel only rings it. Doing it again
changes nothing, so the engine may repeat it by itself.
"""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from campaigns.models import Approval
from campaigns.payloads import plain_text
from campaigns.services import publishing
from channels.delivery.contract import Channel, Outgoing, Sent
from channels.delivery.enums import Action
from channels.delivery.errors import Permanent, Retryable
from channels.delivery.models import Delivery, Endpoint
from cms.core.errors import CongError, NotReady


class WebsiteChannel(Channel):
    """The province's own pages."""

    kind = "website"
    label = gettext_lazy("Website")
    spans = True
    shows_present_facts = True
    idempotent = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """The page carries the approved payload itself: only its hash and what the preview needs are kept here."""
        payload = approval.payload
        return {
            "approval": approval.pk,
            "approval_sha256": approval.payload_sha256,
            "title": payload.get("title", ""),
            "summary": payload.get("summary", ""),
            "text": "\n".join(_block_texts(payload)),
        }

    def preview_html(self, payload: dict[str, Any]) -> str:
        """Title, summary and text as they will be read."""
        paragraphs = format_html_join("", "<p>{}</p>", ((line,) for line in payload["text"].splitlines()))
        summary = format_html("<p><strong>{}</strong></p>", payload["summary"]) if payload["summary"] else mark_safe("")
        return format_html("<h3>{}</h3>{}{}", payload["title"], summary, paragraphs)

    def send(self, outgoing: Outgoing) -> Sent:
        """Publish exactly this approval."""
        return self._publish(outgoing, mends=False)

    def correct(self, outgoing: Outgoing) -> Sent:
        """Publishing a newer approval replaces the older one; as part of a correction also while a pause holds."""
        rows = Delivery.objects.filter(pk=outgoing.delivery_id, correction__isnull=False)
        return self._publish(outgoing, mends=rows.exists())

    def _publish(self, outgoing: Outgoing, *, mends: bool) -> Sent:
        if outgoing.approval is None:
            raise Permanent("no_approval")
        try:
            page = publishing.publish(outgoing.approval, mends=mends)
        except NotReady as error:
            raise Retryable("not_ready", evidence={"message": error.message}) from error
        except CongError as error:
            raise Permanent("refused", evidence={"message": error.message}) from error
        return Sent(remote_id=str(page.pk), remote_url=page.full_url or "")

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Take the item's page in this written language off the web."""
        if outgoing.approval is None:
            raise Permanent("no_approval")
        try:
            publishing.unpublish(outgoing.approval.item, outgoing.approval.orthography)
        except CongError as error:
            raise Permanent("refused", evidence={"message": error.message}) from error
        return Sent(remote_id=outgoing.remote_id)


def _block_texts(payload: dict[str, Any]) -> list[str]:
    texts = [
        plain_text(block["html"]) if "html" in block else str(block.get("text", "")) for block in payload["blocks"]
    ]
    return [text for text in texts if text.strip()]
