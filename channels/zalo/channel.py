"""A Zalo official account (OA) of an organisation: articles, and their broadcast to the account's followers.

Only the broadcast can ever stand twice before anybody's eyes; it is never repeated by itself. All other steps may be
repeated and are taken up where the last try ended (posting.py).
"""

import base64
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.models import Approval, ContentItem
from campaigns.services.items import page_of
from channels.delivery.contract import Budget, Channel, Counter, Look, Outgoing, Renewed, Sent
from channels.delivery.enums import Action, ReadBack
from channels.delivery.errors import Permanent, SendError
from channels.delivery.models import Endpoint
from channels.delivery.selectors import is_planned_on_web
from channels.zalo import api, cover, oauth, progress, rendering
from channels.zalo.client import Zalo
from channels.zalo.forms import SHOW, ZaloConfigForm, ZaloCredentialForm
from channels.zalo.night import opens_at
from channels.zalo.posting import Posting, find
from cms.core import clock, languages

# An article is up to eight calls. Zalo's own limits: 20 calls a second, and 100 a minute in the smallest package that
# may use the interface (third-party documents, domain.md 7.1); uploads 5 a second.
ACCOUNT_WINDOWS = ((2, 1.0), (12, 60.0))
BROADCAST_WINDOWS = ((1, 1.0),)


class ZaloChannel(Channel):
    """The Open API of official accounts."""

    kind = "zalo"
    label = gettext_lazy("Zalo")
    idempotent = frozenset({Action.TAKE_DOWN, Action.CORRECT})
    actions = frozenset({Action.SEND, Action.TAKE_DOWN, Action.CORRECT})
    in_steps = True
    needs_credential = True
    config_form = ZaloConfigForm
    credential_form = ZaloCredentialForm
    # Access tokens live 25 hours; half a day is left to notice and mend what went wrong.
    renew_before = timedelta(hours=12)

    def render_variant(self, approval: Approval, endpoint: Endpoint) -> dict[str, Any]:
        """The article as it will be sent (channels/zalo/rendering.py says its parts)."""
        config = endpoint.config
        return rendering.payload_from(
            approval.payload,
            author=_author(approval),
            link=_link(approval),
            shown=config.get("status", SHOW) == SHOW,
            broadcast=bool(config.get("broadcast")),
            comment=bool(config.get("comment")),
        )

    def with_text(self, payload: dict[str, Any], text: str) -> dict[str, Any]:
        """The same article with other paragraphs; title, pictures, hotlines and signature stay."""
        return rendering.with_words(payload, text)

    def editable_text(self, payload: dict[str, Any]) -> str:
        """The paragraphs, with an empty line between them."""
        return "\n\n".join(rendering.paragraphs_of(payload))

    def plain_text(self, payload: dict[str, Any]) -> str:
        """Everything readers see, without pictures."""
        head = [payload["title"], payload["description"]]
        return "\n\n".join([*head, *rendering.paragraphs_of(payload), *rendering.fixed_lines(payload)])

    def counters(self, payload: dict[str, Any]) -> list[Counter]:
        """Title, summary and body, as Zalo counts them."""
        return [
            Counter(_("title"), rendering.units(payload["title"]), api.TITLE_LIMIT),
            Counter(_("summary"), rendering.units(payload["description"]), api.DESCRIPTION_LIMIT),
            Counter(_("text"), rendering.body_units(payload), api.BODY_LIMIT),
        ]

    def preview_html(self, payload: dict[str, Any]) -> str:
        """The article as readers will see it, and what becomes of it. All words in it are escaped."""
        blocks = format_html_join("", "{}", ((_block_html(block),) for block in payload["blocks"]))
        fixed = format_html_join("", "<p>{}</p>", ((line,) for line in rendering.fixed_lines(payload)))
        return format_html(
            '<div lang="{}" style="max-width:40rem;overflow-wrap:anywhere">{}<h3>{}</h3><p><small>{}</small></p>'
            '<p><strong>{}</strong></p>{}{}</div><p lang="vi"><em>{}</em></p>',
            _language_tag(payload["orthography"]), _cover_html(payload), payload["title"], payload["author"],
            payload["description"], blocks, fixed, _fate(payload),
        )  # fmt: skip

    def warnings(self, payload: dict[str, Any]) -> list[str]:
        """What an editor should know before planning."""
        found = []
        if payload["shortened"]:
            found.append(_("The text is longer than a Zalo article carries; the end is left out."))
        if not payload["link"]:
            found.append(_("The text is not on the website, so the article has no link."))
        if not payload["shown"]:
            found.append(_("The article stays hidden at Zalo until somebody shows it there."))
        if payload["broadcast"]:
            found.append(_("What was sent to the followers cannot be taken back, only the article itself."))
        return found

    def closed_until(self, endpoint: Endpoint, payload: dict[str, Any], at: datetime) -> datetime | None:
        """06:00 in Vietnam, when `at` is in the night and the article is to be broadcast."""
        return opens_at(at) if _broadcasts(endpoint, payload) else None

    def budgets(self, endpoint: Endpoint) -> list[Budget]:
        """The account's limit, and that of its broadcasts: a spent quota does not stop articles without one."""
        account = f"zalo:{endpoint.credential_id}"
        limits = [Budget(account, ACCOUNT_WINDOWS, scope="credential")]
        if endpoint.config.get("broadcast"):
            limits.append(Budget(f"{account}:broadcast", BROADCAST_WINDOWS, scope="chat"))
        return limits

    def is_long(self, payload: dict[str, Any]) -> bool:
        """Always: pictures go up, and Zalo takes its time to prepare an article."""
        return True

    def send(self, outgoing: Outgoing) -> Sent:
        """Make the article hidden, let Zalo prepare it, show it, broadcast it: as far as plan and settings both say."""
        return _posting(outgoing).send()

    def take_down(self, outgoing: Outgoing) -> Sent:
        """Remove the article; one that is gone already counts as removed."""
        number = _number(outgoing)
        zalo = Zalo(outgoing.secret)
        try:
            zalo.remove(number)
        except Permanent:
            if zalo.exists(number):
                raise
        return Sent(
            remote_id=number, evidence={"broadcast_stays_with_followers": bool(outgoing.payload.get("broadcast"))}
        )

    def correct(self, outgoing: Outgoing) -> Sent:
        """Replace the article's words and pictures; it stays as visible as it is, and followers are not written to again."""
        number = _number(outgoing)
        wanted = _posting(outgoing)
        listed, _complete = find(wanted.zalo, outgoing, since=clock.now(), number=number)
        if listed is not None:
            wanted.show = listed.shown
        wanted.replace(number)
        return Sent(remote_id=number, remote_url=listed.link if listed else "")

    def look(self, outgoing: Outgoing, *, since: datetime, noted: dict[str, Any]) -> Look:
        """Whether the article stands at the account, from its list; a broadcast cannot be looked up at Zalo."""
        steps = progress.steps_in(noted)
        wanted = _posting(outgoing)
        found, complete = find(
            wanted.zalo, outgoing, since=since, number=steps.article, title=outgoing.payload.get("title", "")
        )
        if found is None and steps.article:
            complete = not wanted.zalo.exists(steps.article)
        evidence: dict[str, Any] = {"listed": found is not None, "all_newer_seen": complete}
        if found is not None:
            evidence |= {"article": found.id, "shown": found.shown}
        if steps.broadcast_began and not steps.broadcast:
            return Look(evidence={**evidence, "broadcast": "asked for, answer lost"})
        if found is None:
            return Look(ReadBack.ABSENT if complete else ReadBack.UNKNOWN, evidence=evidence)
        if wanted.show and not found.shown:
            return Look(ReadBack.ABSENT, evidence=evidence)
        if wanted.broadcast and not steps.broadcast:
            return Look(evidence={**evidence, "broadcast": "not asked for"})
        return Look(ReadBack.THERE, Sent(found.id, found.link, at=found.at, evidence=evidence), evidence)

    def left_standing(self, noted: dict[str, Any]) -> str:
        """The article, once it was shown: the broadcast that should have followed is missing, the article is not."""
        steps = progress.steps_in(noted)
        return steps.article if steps.shown else ""

    def renew(self, *, refresh_secret: str, app_secret: str, config: dict[str, Any]) -> Renewed:
        """The next pair of tokens; the renewal key is used up by asking."""
        tokens = oauth.renew(
            app_id=str(config.get("app_id") or ""), app_secret=app_secret, refresh_token=refresh_secret
        )
        return Renewed(tokens.access, tokens.refresh, tokens.expires_at, tokens.refresh_expires_at)

    def connect_url(self, endpoint: Endpoint | None) -> str:
        """The form that begins the way to Zalo and back."""
        return reverse("zalo_reconnect", args=[endpoint.pk]) if endpoint else reverse("zalo_connect")

    def test_connection(self, endpoint: Endpoint, secret: str) -> str:
        """Which account answered, and what is left of today's messages if Zalo says so."""
        zalo = Zalo(secret)
        account = zalo.account()
        said = _("The account “%(name)s” (%(id)s) answers.") % {"name": account.name, "id": account.id}
        try:
            left = zalo.quota()
        except SendError:
            return said
        return said + " " + _("Messages left today: %(left)s.") % {"left": _counted(left)} if left else said


def _counted(said: str) -> str:
    """A number as people here write it (10.000); what is no number as it came."""
    return number_format(int(said), force_grouping=True) if said.isdecimal() else said


def _posting(outgoing: Outgoing) -> Posting:
    """What plan and settings both want: a setting that was taken back since is taken back for what was planned, too."""
    show = bool(outgoing.payload.get("shown")) and outgoing.endpoint.config.get("status", SHOW) == SHOW
    return Posting(outgoing, show=show, broadcast=show and _broadcasts(outgoing.endpoint, outgoing.payload))


def _broadcasts(endpoint: Endpoint, payload: dict[str, Any]) -> bool:
    return bool(payload.get("broadcast") and endpoint.config.get("broadcast"))


def _number(outgoing: Outgoing) -> str:
    number = progress.article_taken_back(outgoing)
    if not number:
        raise Permanent("number_unknown")
    return number


def _author(approval: Approval) -> str:
    """The issuer's name for the line under the title, the short one when the whole does not fit."""
    issuer = approval.item.campaign.issuer
    named = str((approval.payload.get("issuer") or {}).get("name") or "")
    return named if rendering.units(named) <= api.AUTHOR_LIMIT else str(issuer.short_name or named)


def _link(approval: Approval) -> str:
    """The address of the whole text on the website, when it is there or planned to be."""
    item: ContentItem = approval.item
    page = page_of(item, orthography=approval.orthography)
    if page is None or not (page.live or is_planned_on_web(item, approval.orthography, at=clock.now())):
        return ""
    return page.full_url or ""


def _language_tag(orthography: str) -> str:
    try:
        return languages.get_orthography(orthography).tag
    except KeyError:
        return "vi"


def _block_html(block: dict[str, Any]) -> SafeString:
    if block["type"] == "text":
        return format_html("<p>{}</p>", block["text"])
    return _picture_html(block["image"], block["sha256"], block["alt"])


def _cover_html(payload: dict[str, Any]) -> SafeString:
    shown = payload["cover"]
    if "image" in shown:
        return _picture_html(shown["image"], shown["sha256"], _("cover picture"))
    drawn = cover.drawn_cover(shown["title"], shown["issuer"], payload["orthography"])
    return _inline(drawn, "image/png", _("cover picture"))


def _picture_html(number: int, sha256: str, alt: str) -> SafeString:
    try:
        return _inline(cover.picture_bytes(number, sha256, longest=640), "image/jpeg", alt)
    except SendError:
        return format_html("<p>[{}]</p>", _("picture missing"))


def _inline(data: bytes, kind: str, alt: str) -> SafeString:
    address = mark_safe(f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}")
    return format_html(
        '<img src="{}" alt="{}" style="display:block;width:100%;max-width:32rem;height:auto">', address, alt
    )


def _fate(payload: dict[str, Any]) -> str:
    if not payload["shown"]:
        return _("The article is made, but stays hidden at Zalo.")
    if payload["broadcast"]:
        return _("The article appears on the account's page and is sent to its followers.")
    return _("The article appears on the account's page.")
