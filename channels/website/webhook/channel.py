"""A partner's program that keeps what we tell it, object by object, and refuses what is older than what it has.

Every request says the whole state of one object (put this, or take it away) under a version that only grows. Saying it
again changes nothing, so the engine may repeat it by itself; saying it late is refused by the receiver.
"""

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Approval
from campaigns.payloads import canonical_bytes
from channels.delivery.contract import Budget, Channel, Counter, Outgoing, Sent
from channels.delivery.enums import Action
from channels.delivery.errors import AuthFailed, Permanent, Retryable, SendError
from channels.delivery.models import Endpoint
from channels.website import replies, words
from channels.website.webhook import signing
from channels.website.webhook.forms import WebhookConfigForm
from cms.core import clock
from cms.core.errors import BadInput
from cms.core.http import GuardedClient, HttpError, Reply

SCHEMA = "cong.webhook/1"
EVENTS = {Action.SEND: "publish", Action.CORRECT: "correct", Action.TAKE_DOWN: "take_down"}
WINDOWS = ((10, 1.0), (120, 60.0))
# What receivers must be ready for (docs/webhook.md).
BODY_LIMIT = 512 * 1024
# Answers of a receiver that names its reason ({"code": …}).
OLD_TIMESTAMP, NEWER_THERE, REPEATED = "old_timestamp", "newer_there", "repeated"


class WebhookChannel(Channel):
    """Signed requests to a partner's program."""

    kind = "webhook"
    label = gettext_lazy("Signed webhook")
    spans = True
    replaces = True
    idempotent = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    needs_credential = True
    key_goes_to = "url"
    config_form = WebhookConfigForm

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """The document of channels/website/words.py, with item, written language and the approved hash."""
        document = words.document_of(approval)
        return _checked({
            **document, "item": approval.item_id, "code": approval.orthography, "kind": approval.payload.get("kind", ""),
            "approved_sha256": approval.payload_sha256, "hotlines": approval.payload.get("hotlines", []),
        })  # fmt: skip

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """Other paragraphs; pictures, hotlines and signature stay."""
        return _checked(words.with_words(payload, text))

    def plain_text(self, payload: dict[str, Any]) -> str:
        """All words."""
        return words.words_of(payload)

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The paragraphs."""
        return words.editable_words(payload)

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """Bytes of the request."""
        return [Counter(_("Request"), len(_body(payload)), BODY_LIMIT, "bytes")]

    def preview_html(self, payload: dict[str, Any]) -> str:
        """Title and body as they will be sent; all of it is our renderer's own, escaped, markup."""
        return format_html("<h3>{}</h3>{}", payload["title"], mark_safe(_html(payload)))

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """No way back to our own page; pictures are named, not sent."""
        found = []
        if not payload["link"]:
            found.append(_("The text is not on the website, so the partner gets no link back."))
        if any(part["type"] == "picture" for part in payload["parts"]):
            found.append(_("Pictures are not sent along, only what they show."))
        return found

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        """One bucket for the receiver."""
        return [Budget(f"webhook:{endpoint.pk}", WINDOWS)]

    def send(self, outgoing: Outgoing) -> Sent:
        """Tell the whole state of the object."""
        reply = _post(outgoing.endpoint.config["url"], outgoing.secret, request_of(outgoing), outgoing.version)
        return _sent(reply, outgoing.payload.get("object", ""))

    correct = send
    take_down = send

    def test_connection(self, endpoint: Endpoint, secret: str) -> str:
        """Send a signed "ping", which receivers answer and keep nothing of."""
        moment = clock.now()
        ping = {"schema": SCHEMA, "event": "ping", "delivery": f"ping-{int(moment.timestamp())}", "version": 0}
        reply = _post(endpoint.config["url"], secret, ping, 0)
        return _("The receiver accepted the signature (answer %(status)s).") % {"status": reply.status}


def request_of(outgoing: Outgoing) -> dict[str, Any]:
    """What the request says: {"schema", "event", "delivery", "version", "object", "content"?}."""
    payload = outgoing.payload
    request: dict[str, Any] = {
        "schema": SCHEMA,
        "event": EVENTS[Action(outgoing.action)],
        "delivery": outgoing.idem_key,
        "version": outgoing.version,
        "object": {
            "id": payload.get("object", ""), "item": payload.get("item"), "kind": payload.get("kind", ""),
            "orthography": payload.get("code", ""), "language": payload.get("lang", ""),
        },
    }  # fmt: skip
    if outgoing.action != Action.TAKE_DOWN:
        request["content"] = _content(payload)
    return request


def _content(payload: dict[str, Any]) -> dict[str, Any]:
    pictures = [part for part in payload["parts"] if part["type"] == "picture"]
    return {
        "title": payload["title"],
        "summary": payload["summary"],
        "html": _html(payload),
        "text": words.words_of(payload),
        "hotlines": [{key: line.get(key, "") for key in ("label", "number", "hours")} for line in payload["hotlines"]],
        "pictures": [{key: part[key] for key in ("sha256", "alt", "caption")} for part in pictures],
        "issuer": payload["issuer"],
        "link": payload["link"],
        "approved_sha256": payload["approved_sha256"],
    }


def _html(payload: dict[str, Any]) -> str:
    return words.body_html(payload, picture=lambda part: str(format_html("<p>[{}]</p>", part["alt"])))


def _body(payload: dict[str, Any]) -> bytes:
    return canonical_bytes(_content(payload))


def _checked(payload: dict[str, Any]) -> dict[str, Any]:
    # Room for what stands around the content.
    if len(_body(payload)) > BODY_LIMIT - 4096:
        raise BadInput(_("The text is longer than a request carries."))
    return payload


def _post(url: str, secret: str, request: dict[str, Any], version: int) -> Reply:
    keys = signing.keys_of(secret)
    if not keys or any(len(key) < signing.MIN_KEY for key in keys):
        raise AuthFailed("webhook_key_short")
    body, moment = canonical_bytes(request), int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        signing.HEADER_TIMESTAMP: str(moment),
        signing.HEADER_SIGNATURE: signing.header(keys, moment, body),
        signing.HEADER_DELIVERY: request["delivery"],
        signing.HEADER_VERSION: str(version),
    }
    try:
        with GuardedClient(total_seconds=replies.call_seconds(), max_bytes=64 * 1024) as client:
            reply = client.post(url, content=body, headers=headers)
    except HttpError as error:
        raise replies.lost(error, repeatable=True) from error
    if not reply.ok and _said(reply).get("code") != REPEATED:
        raise _refused(reply)
    return reply


def _refused(reply: Reply) -> SendError:
    """The class of an answer that is not a yes; the table is in docs/webhook.md."""
    code = str(_said(reply).get("code", ""))[:80]
    evidence: dict[str, Any] = {"status": reply.status, "code": code}
    if reply.status in replies.REDIRECTS:
        return Permanent(
            "webhook_redirected", evidence={**evidence, "location": reply.headers.get("location", "")[:200]}
        )
    if code == OLD_TIMESTAMP:
        return Retryable("webhook_clock", evidence=evidence)
    if reply.status in (401, 403):
        return AuthFailed("token_refused", evidence=evidence)
    if reply.status == 409 and code == NEWER_THERE:
        return Permanent("newer_there", evidence=evidence)
    if reply.status == 429:
        return replies.limited(reply, evidence)
    if reply.status in (408, 425):
        return Retryable("reply_lost", evidence=evidence)
    if reply.status >= 500:
        return replies.broken(reply, evidence, repeatable=True)
    if reply.status in (404, 410):
        return Permanent("webhook_gone", evidence=evidence)
    if reply.status == 413:
        return Permanent("too_long", evidence=evidence)
    return Permanent("refused", evidence=evidence)


def _said(reply: Reply) -> dict[str, Any]:
    try:
        found = reply.json()
    except HttpError:
        return {}
    return found if isinstance(found, dict) else {}


def _sent(reply: Reply, name: str) -> Sent:
    said = _said(reply)
    url = str(said.get("url", ""))
    address = url[:400] if url.startswith(("https://", "http://")) else ""
    return Sent(str(said.get("id") or name)[:120], address, evidence={"status": reply.status})
