"""A Facebook page that an organisation owns, through the Graph API of that page alone: openly signed, for everybody.

Facebook knows no idempotency key, so a post whose answer was lost is never repeated without a person; but a page can be
read, so `look` says whether it is there. Deleting and editing may be repeated: the second time changes nothing.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Approval, ContentItem
from campaigns.services.items import page_of
from channels.delivery.contract import Budget, Channel, Counter, Look, Outgoing, Sent
from channels.delivery.enums import Action
from channels.delivery.errors import Ambiguous, AuthFailed, Permanent, Retryable
from channels.delivery.models import Endpoint
from channels.delivery.pictures import Picture, thumbnails
from channels.delivery.selectors import is_planned_on_web
from channels.delivery.services import budgets as shared
from channels.facebook import rendering
from channels.facebook.client import Graph, number
from channels.facebook.forms import PICTURES_FIRST, FacebookConfigForm
from channels.facebook.look import look_for
from channels.facebook.pictures import find_pictures, load_picture
from cms.core import clock
from cms.core.errors import BadInput

# Facebook names no number for posts, it answers "too fast" (368/1390008). Thirty in an hour is more than a department posts.
PAGE_WINDOWS = ((30, 3600.0),)


class FacebookChannel(Channel):
    """Posts of a page: words with a link, or with pictures."""

    kind = "facebook"
    label = gettext_lazy("Facebook")
    idempotent = frozenset({Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    needs_credential = True
    config_form = FacebookConfigForm
    key_parts = ("secret", "app_secret")
    key_labels = {"secret": gettext_lazy("Key of the page (page access token)")}

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """{"message", "link", "pictures", "shortened", "draft"}: the post as it will be sent."""
        tags = str(endpoint.config.get("hashtags") or "")
        draft = rendering.draft_from_payload(approval.payload, link=_link(approval), tags=tags)
        pictures = find_pictures(approval, str(endpoint.config.get("pictures") or PICTURES_FIRST))
        return _payload(draft, [picture.as_json() for picture in pictures])

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """The same post with other words between title and hotlines."""
        draft = rendering.Draft(**{**payload["draft"], "paragraphs": (text,)})
        return _payload(draft, payload["pictures"], whole=True)

    def plain_text(self, payload: dict[str, Any]) -> str:
        """The words of the post; a link that is shown as a card counts as words."""
        return "\n\n".join(part for part in (payload["message"], payload["link"]) if part)

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The paragraphs between title and hotlines."""
        return "\n\n".join(payload["draft"]["paragraphs"])

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """The words in UTF-16 units."""
        used = rendering.units(payload["message"])
        return [Counter(_("Text"), used, settings.CONG_FACEBOOK_MESSAGE_LIMIT, "UTF-16")]

    def preview_html(self, payload: dict[str, Any]) -> str:
        """The post as readers will see it."""
        shown = thumbnails(Picture(**row) for row in payload["pictures"])
        pictures = format_html_join("", '<p><img src="{}" alt="{}"></p>', shown)
        link = format_html("<p>→ {}</p>", payload["link"]) if payload["link"] else ""
        words = format_html('<div style="white-space:pre-wrap">{}</div>', payload["message"])
        return format_html("{}{}{}", words, link, pictures)

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """What an editor should know before planning: words left out, no link."""
        found = []
        if payload["shortened"]:
            found.append(
                _("The text is longer than Facebook carries; the end is left out and a link leads to the whole.")
            )
        if not payload["draft"]["link"]:
            found.append(_("The text is not on the website, so the post has no link."))
        return found

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        """One page, one key, one budget."""
        return [Budget(f"facebook:{endpoint.credential_id}", PAGE_WINDOWS, scope="credential")]

    def is_long(self, payload: dict[str, Any]) -> bool:
        """Uploads are."""
        return bool(payload.get("pictures"))

    def send(self, outgoing: Outgoing) -> Sent:
        """Post it. Pictures of an album go up first, unseen; what is known after each step is kept with the attempt."""
        graph, page = _graph(outgoing), _page(outgoing.endpoint)
        payload = outgoing.payload
        pictures = [Picture(**row) for row in payload["pictures"]]
        try:
            if not pictures:
                fields = {"message": payload["message"]}
                answer = graph.post(f"{page}/feed", fields | ({"link": payload["link"]} if payload["link"] else {}))
            elif len(pictures) == 1:
                fields = _of_picture(pictures[0]) | {"message": payload["message"]}
                answer = graph.upload(f"{page}/photos", fields, load_picture(pictures[0]))
            else:
                answer = graph.post(
                    f"{page}/feed", {"message": payload["message"], **_upload(graph, outgoing, pictures)}
                )
        finally:
            self._heed(outgoing.endpoint, graph)
        return _sent(answer, graph)

    def _heed(self, endpoint: Endpoint, graph: Graph) -> None:
        """Stop before the allowance is used up: the shared bucket waits for as long as Facebook estimates."""
        until = graph.usage.until(clock.now())
        if until is not None:
            with transaction.atomic():
                shared.block(self.budgets(endpoint), scope="credential", until=until)

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Delete the post; one that is gone already counts as deleted."""
        graph, post = _graph(outgoing), number(outgoing.remote_id)
        try:
            graph.delete(post)
        except Permanent as error:
            # The same words stand for "gone" and for "you may not": only reading it tells which.
            if error.reason != "fb_gone" or _can_be_read(graph, post):
                raise
            return Sent(remote_id=outgoing.remote_id, evidence={**error.evidence, "already_gone": True})
        finally:
            self._heed(outgoing.endpoint, graph)
        return Sent(remote_id=outgoing.remote_id, evidence=graph.usage.as_evidence())

    def correct(self, outgoing: Outgoing) -> Sent:
        """Replace the words of the post; its pictures and the card of its link stay."""
        graph, post = _graph(outgoing), number(outgoing.remote_id)
        try:
            graph.post(post, {"message": outgoing.payload["message"]}, harmless=True)
        finally:
            self._heed(outgoing.endpoint, graph)
        return Sent(remote_id=outgoing.remote_id, remote_url=_address(post), evidence=graph.usage.as_evidence())

    def look(self, outgoing: Outgoing, *, since: datetime, noted: dict[str, Any]) -> Look:
        """Whether the post is on the page since then, by its words."""
        graph = _graph(outgoing)
        duplicate = noted.get("reason") == "fb_probably_there"
        try:
            return look_for(
                graph, page_id=_page(outgoing.endpoint), text=str(outgoing.payload["message"]), since=since,
                now=clock.now(), duplicate=duplicate,
            )  # fmt: skip
        except AuthFailed as error:
            if error.reason != "fb_no_permission":
                raise
            # A key that may post but not read: that says nothing about the post, and nothing against the key.
            return Look(evidence={**error.evidence, "reason": error.reason})
        finally:
            self._heed(outgoing.endpoint, graph)

    def test_connection(self, endpoint: Endpoint, secret: str) -> str:
        """Which page the key belongs to."""
        credential = endpoint.credential
        graph = Graph(secret, str(credential.app_secret) if credential else "")
        page = _page(endpoint)
        owner = graph.get("me", fields="id,name")
        if str(owner.get("id")) == page:
            return _("The key belongs to the page “%(page)s”.") % {"page": owner.get("name") or page}
        facts = {"owner": owner.get("name") or owner.get("id") or "?", "page": page}
        pages = [str(row.get("id")) for row in _rows(graph)]
        if page in pages:
            raise BadInput(
                _("This is the key of the person “%(owner)s”, not of the page. Give the key of page %(page)s itself.")
                % facts
            )
        raise BadInput(_("This key belongs to “%(owner)s”, not to page %(page)s.") % facts)


def _payload(draft: rendering.Draft, pictures: list[dict[str, Any]], *, whole: bool = False) -> dict[str, Any]:
    """The JSON form of a post. `whole` refuses to leave words out: an editor chose them."""
    limit, in_text = settings.CONG_FACEBOOK_MESSAGE_LIMIT, bool(pictures)
    try:
        message = rendering.render(draft, limit=limit, link_in_text=in_text)
    except ValueError:
        raise BadInput(_("Title, hotlines and signature alone are longer than Facebook carries.")) from None
    shortened = not rendering.fits(draft, limit=limit, link_in_text=in_text)
    if shortened and whole:
        raise BadInput(_("The text is longer than Facebook carries (%(limit)s characters).") % {"limit": limit})
    return {
        "message": message,
        # With pictures there is no card, so the link stands in the words.
        "link": "" if pictures else draft.link,
        "pictures": pictures,
        "shortened": shortened,
        "draft": draft.as_json(),
    }


def _upload(graph: Graph, outgoing: Outgoing, pictures: list[Picture]) -> dict[str, str]:
    """The fields that attach the pictures to a post; they are up, but nobody sees them yet."""
    page, names = _page(outgoing.endpoint), []
    for place, picture in enumerate(pictures):
        fields = _of_picture(picture) | {"published": "false"}
        try:
            answer = graph.upload(f"{page}/photos", fields, load_picture(picture), harmless=True)
        except Ambiguous as error:
            raise Retryable(error.reason, evidence=error.evidence) from error
        name = str(answer.get("id") or "")
        if not name:
            raise Retryable("reply_unreadable", evidence={"step": f"picture {place + 1}"})
        names.append(name)
        outgoing.note({"step": f"picture {place + 1} of {len(pictures)}", "photos": names})
    outgoing.note({"step": "post"})
    return {f"attached_media[{place}]": json.dumps({"media_fbid": name}) for place, name in enumerate(names)}


def _of_picture(picture: Picture) -> dict[str, str]:
    return {"alt_text_custom": picture.alt[:1000]} if picture.alt else {}


def _sent(answer: dict[str, Any], graph: Graph) -> Sent:
    post = str(answer.get("post_id") or answer.get("id") or "")
    evidence: dict[str, Any] = {
        "answer": {name: str(answer.get(name)) for name in ("id", "post_id") if answer.get(name)}
    }
    evidence |= graph.usage.as_evidence()
    if not post:
        raise Ambiguous("fb_number_missing", evidence=evidence)
    return Sent(remote_id=post, remote_url=_address(post), evidence=evidence)


def _can_be_read(graph: Graph, post: str) -> bool:
    try:
        return bool(graph.get(post, fields="id").get("id"))
    except Permanent as error:
        if error.reason == "fb_gone":
            return False
        raise


def _rows(graph: Graph) -> list[dict[str, Any]]:
    """The pages that the owner of the key manages; empty when it is not a person's key."""
    try:
        rows = graph.get("me/accounts", fields="id,name").get("data")
    except Permanent:
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _graph(outgoing: Outgoing) -> Graph:
    credential = outgoing.endpoint.credential
    return Graph(outgoing.secret, str(credential.app_secret) if credential else "")


def _page(endpoint: Endpoint) -> str:
    return number(str(endpoint.config.get("page_id") or ""))


def _address(post: str) -> str:
    return f"https://www.facebook.com/{post}"


def _link(approval: Approval) -> str:
    """The address of the whole text on the website, when it is there or planned to be."""
    item: ContentItem = approval.item
    page = page_of(item, orthography=approval.orthography)
    if page is None or not (page.live or is_planned_on_web(item, approval.orthography, at=clock.now())):
        return ""
    return page.full_url or ""
