"""Questions about the texts of channels, for their screens: what one carries now, whose words they are, what happened."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import ModelLogEntry

from campaigns.enums import ApprovalStatus
from campaigns.models import Approval, ContentItem
from channels.delivery import four_eyes
from channels.delivery.contract import Channel, channel_for
from channels.delivery.enums import Action
from channels.delivery.models import Delivery, Endpoint, Variant
from channels.delivery.wording import words_of
from cms.core.errors import CongError, NotReady

DERIVED, WAITING, CARRIED, DECLINED, AGREED = "derived", "waiting", "carried", "declined", "agreed"
# Whose words a variant holds: the mark and the word, never colour alone.
STANDINGS: dict[str, tuple[str, Any]] = {
    DERIVED: ("○", _("derived from the approved text")),
    WAITING: ("◐", _("edited, waits for a second person")),
    CARRIED: ("▲", _("written for an older approval, waits for a second person")),
    DECLINED: ("■", _("edited, sent back")),
    AGREED: ("●", _("edited and agreed to")),
}
_SHOWN_HISTORY = 50


@dataclass
class Shown:
    """One text of a channel as it stands: `payload` is what would go; `variant` is None until something was written."""

    item: ContentItem
    endpoint: Endpoint
    orthography: str
    channel: Channel
    approval: Approval | None
    variant: Variant | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    standing: str = DERIVED
    log: list[ModelLogEntry] = field(default_factory=list)
    # The last thing that went out with these words; they are fixed from then on.
    out: Delivery | None = None
    error: str = ""

    @property
    def seen(self) -> str:
        """The hash of an editor's stored words, which the page sends back; empty while the words are derived."""
        return self.variant.payload_sha256 if self.variant and self.variant.edited_by_id else ""

    @property
    def mark(self) -> str:
        """The shape of its standing."""
        return STANDINGS[self.standing][0]

    @property
    def standing_label(self) -> str:
        """Its standing in words."""
        return str(STANDINGS[self.standing][1])

    @property
    def can_edit(self) -> bool:
        """True when the channel lets its words be replaced; a website shows the approved text itself."""
        try:
            self.channel.with_text(self.payload, self.text)
        except NotReady:
            return False
        except CongError:
            return True
        return True

    @property
    def text(self) -> str:
        """The words an editor may change."""
        return self.channel.editable_text(self.payload) if self.payload else ""

    @property
    def words(self) -> str:
        """All the words that readers see."""
        return words_of(self.channel, self.payload) if self.payload else ""


def shown(item: ContentItem, endpoint: Endpoint, orthography: str) -> Shown:
    """The text of one item for one destination in one written language. Reads only: nothing is stored by looking."""
    approvals = Approval.objects.filter(item=item, orthography=orthography, status=ApprovalStatus.APPROVED)
    approval = approvals.select_related("item__campaign", "submitted_by", "decided_by").first()
    result = Shown(item, endpoint, orthography, channel_for(endpoint.kind), approval)
    if approval is None:
        return result
    rows = Variant.objects.filter(approval=approval, endpoint=endpoint)
    result.variant = rows.select_related("approval", "edited_by", "edit_approved_by").first()
    if result.variant is not None:
        result.variant.endpoint = endpoint
        result.log = four_eyes.log_of([result.variant])[:_SHOWN_HISTORY]
        result.standing = standing_of(result.variant, result.log)
        sent = Delivery.objects.filter(variant=result.variant, action=Action.SEND).exclude(attempts=None)
        result.out = sent.order_by("-planned_at").first()
    if result.variant is not None and (result.variant.edited_by_id or result.out):
        result.payload = result.variant.payload
        return result
    try:
        result.payload = result.channel.render_variant(approval, endpoint)
    except CongError as error:
        result.error = error.message
        result.payload = result.variant.payload if result.variant else {}
    return result


def standing_of(variant: Variant, log: list[ModelLogEntry]) -> str:
    """Whose words it holds; `log` is its audit, newest first."""
    if variant.edited_by_id is None:
        return DERIVED
    if variant.edit_approved_by_id is not None:
        return AGREED
    last = next((entry.action for entry in log if entry.object_id == str(variant.pk)), "")
    return {four_eyes.CARRY: CARRIED, four_eyes.DECLINE: DECLINED}.get(last, WAITING)


def last_comment(log: list[ModelLogEntry]) -> str:
    """What was said when the edit was last sent back, until somebody edits again."""
    if log and log[0].action == four_eyes.DECLINE:
        return str((log[0].data or {}).get("comment", ""))
    return ""


def earlier_text(item: ContentItem, endpoint: Endpoint, log: list[ModelLogEntry]) -> str:
    """The words that were written for the older approval, when the last thing that happened is that they came over."""
    if not log or log[0].action != four_eyes.CARRY:
        return ""
    pk = int((log[0].data or {}).get("from") or 0)
    row = Variant.objects.filter(pk=pk, endpoint=endpoint, approval__item=item).first()
    return channel_for(endpoint.kind).editable_text(row.payload) if row else ""


def waiting_edits() -> "QuerySet[Variant]":
    """Edits of texts in force that nobody has agreed to, oldest approval first."""
    rows = Variant.objects.filter(
        approval__status=ApprovalStatus.APPROVED, edited_by__isnull=False, edit_approved_by__isnull=True
    )
    return rows.select_related("approval__item__campaign", "endpoint", "edited_by").order_by("approval_id", "pk")


def items_with_texts(words: str = "") -> "QuerySet[ContentItem]":
    """Items with an approved text, newest first, with the number of their languages; `words` narrows by title."""
    rows = ContentItem.objects.filter(approvals__status=ApprovalStatus.APPROVED)
    if words:
        rows = rows.filter(title__icontains=words)
    return (
        rows.select_related("campaign")
        .annotate(languages=Count("approvals__orthography", distinct=True))
        .order_by("-pk")
    )
