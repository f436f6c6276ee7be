"""Questions about sound: what exists, what is stale, what may be aired, who needs to record what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from campaigns.enums import ApprovalStatus, CampaignState, ContentKind
from campaigns.models import Approval, Campaign, ContentItem
from campaigns.selectors import airable_approval, current_approval, standing_for, why_not_airable
from cms.core import clock
from cms.core.languages import ORTHOGRAPHIES, language_of, orthographies_of
from media.library.enums import RecordingKind, RecordingState
from media.library.models import Download, Recording, Rendition


def recordings_of(item: ContentItem, language: str | None = None) -> "QuerySet[Recording]":
    """The item's recordings that were not withdrawn, newest first, with their renditions at hand."""
    found = Recording.objects.filter(item=item).exclude(state=RecordingState.WITHDRAWN)
    if language is not None:
        found = found.filter(language=language)
    return found.select_related("uploaded_by", "air_allowed_by").prefetch_related("renditions")


def text_to_record(item: ContentItem, orthography: str) -> Approval | None:
    """The text somebody should read aloud now: the one handed in anew if there is one, else the one in force.

    A recording of a text that still waits can be made beforehand; it is bound to that text and aired only if exactly
    that text is approved.
    """
    wanted = Approval.objects.filter(
        item=item, orthography=orthography, status__in=[ApprovalStatus.PENDING, ApprovalStatus.APPROVED]
    )
    found = {approval.status: approval for approval in wanted.select_related("item__campaign__issuer")}
    return found.get(ApprovalStatus.PENDING) or found.get(ApprovalStatus.APPROVED)


def is_stale(recording: Recording) -> bool:
    """True when the text in force in the recording's written language is another than the one it speaks."""
    approval = current_approval(recording.item, recording.orthography)
    return approval is not None and approval.text_sha256 != recording.text_sha256


def speakable() -> "QuerySet[Recording]":
    """Recordings whose file is good and, for a draft voice, an approver's word is there."""
    has_word = ~Q(kind=RecordingKind.DRAFT_VOICE) | Q(air_allowed_at__isnull=False)
    return Recording.objects.filter(has_word, state=RecordingState.READY)


def airable_rendition(
    item: ContentItem, language: str, profile: str = "device", at: datetime | None = None
) -> Rendition | None:
    """The file that may be aired of this item in this spoken language at `at` (now), or None.

    Bound to the text that is airable now in any written form of the language; a person's voice goes before a draft
    voice, a newer recording before an older one.
    """
    hashes = {
        approval.text_sha256
        for orthography in orthographies_of(language)
        if (approval := airable_approval(item, orthography.code, at)) is not None
    }
    if not hashes:
        return None
    found = speakable().filter(item=item, language=language, text_sha256__in=hashes).prefetch_related("renditions")
    return _best(found, profile)


def airable_renditions(
    items: Iterable[ContentItem], profile: str = "device", at: datetime | None = None
) -> dict[tuple[int, str], Rendition]:
    """(item id, spoken language) → the file that may be aired: `airable_rendition` for many items at once."""
    rows = list(items)
    hashes: dict[tuple[int, str], set[str]] = {}
    approvals = Approval.objects.filter(item__in=rows, status=ApprovalStatus.APPROVED)
    found = list(approvals.select_related("item__campaign", "source_approval"))
    standing = standing_for(found, at=at)
    for approval in found:
        if approval.orthography in ORTHOGRAPHIES and why_not_airable(approval, standing=standing) is None:
            key = (approval.item_id, language_of(approval.orthography).code)
            hashes.setdefault(key, set()).add(approval.text_sha256)
    candidates: dict[tuple[int, str], list[Recording]] = {}
    for recording in speakable().filter(item__in=rows).prefetch_related("renditions"):
        key = (recording.item_id, recording.language)
        if recording.text_sha256 in hashes.get(key, ()):
            candidates.setdefault(key, []).append(recording)
    best = {key: _best(recordings, profile) for key, recordings in candidates.items()}
    return {key: rendition for key, rendition in best.items() if rendition is not None}


def _best(recordings: Iterable[Recording], profile: str) -> Rendition | None:
    ordered = sorted(recordings, key=lambda row: (row.is_draft, -row.received_at.timestamp(), -row.pk))
    for recording in ordered:
        for rendition in recording.renditions.all():
            if rendition.profile == profile:
                return rendition
    return None


def why_no_sound(item: ContentItem, language: str, at: datetime | None = None) -> str | None:
    """None when something may be aired; else a code: text_not_airable, no_recording, in_work, stale, refused,
    draft_waits. What people who must act are shown; `WHY_NO_SOUND` has the words."""
    if airable_rendition(item, language, at=at) is not None:
        return None
    texts = [airable_approval(item, orthography.code, at) for orthography in orthographies_of(language)]
    hashes = {text.text_sha256 for text in texts if text is not None}
    if not hashes:
        return "text_not_airable"
    rows = list(recordings_of(item, language))
    current = [row for row in rows if row.text_sha256 in hashes]
    if any(row.state in (RecordingState.RECEIVED, RecordingState.PROCESSING) for row in current):
        return "in_work"
    if any(row.is_draft and row.state == RecordingState.READY for row in current):
        return "draft_waits"
    if any(row.state == RecordingState.REFUSED for row in current):
        return "refused"
    return "stale" if rows else "no_recording"


def why_no_sound_in_words(code: str) -> str:
    """The sentence for a code of `why_no_sound`."""
    return {
        "text_not_airable": _("The text may not be aired now."),
        "no_recording": _("Nobody has recorded this text yet."),
        "in_work": _("The recording is being checked."),
        "stale": _("The text changed after it was recorded: it must be recorded again."),
        "refused": _("The recording was refused: it must be sent again."),
        "draft_waits": _("Only a draft voice exists; an approver has not allowed it on air."),
    }[code]


def public_rendition(sha256: str) -> Rendition | None:
    """The rendition with this hash if it may be heard by anybody now: its text may be aired, and so may it.

    A pause does not matter here: devices fetch ahead of time, and what is aired when is the manifest's business.
    """
    found = Rendition.objects.filter(sha256=sha256, recording__in=speakable()).select_related("recording")
    for rendition in found:
        approvals = Approval.objects.filter(
            item_id=rendition.recording.item_id,
            orthography__in=[row.code for row in orthographies_of(rendition.recording.language)],
            status=ApprovalStatus.APPROVED,
            text_sha256=rendition.recording.text_sha256,
        ).select_related("item__campaign", "source_approval")
        if any(why_not_airable(approval) in (None, "paused") for approval in approvals):
            return rendition
    return None


@dataclass(frozen=True)
class TextInLanguage:
    """One approved or waiting text with what is known of its sound."""

    item: ContentItem
    approval: Approval
    recordings: list[Recording]

    @property
    def current(self) -> list[Recording]:
        """The recordings that speak exactly this text."""
        return [row for row in self.recordings if row.text_sha256 == self.approval.text_sha256]

    @property
    def needs_voice(self) -> bool:
        """True when no person's good recording speaks this text."""
        return not any(row.state == RecordingState.READY and not row.is_draft for row in self.current)


def texts_to_record(orthographies: Iterable[str]) -> list[TextInLanguage]:
    """Scripts of running and coming campaigns in these written languages, those without a voice first."""
    approvals = (
        Approval.objects.filter(
            orthography__in=list(orthographies),
            item__kind=ContentKind.SCRIPT,
            item__campaign__state__in=[CampaignState.ACTIVE, CampaignState.DRAFT],
            status__in=[ApprovalStatus.APPROVED, ApprovalStatus.PENDING],
        )
        .select_related("item__campaign")
        .order_by("item__campaign__starts_on", "item_id", "orthography", "status")
    )
    newest: dict[tuple[int, str], Approval] = {}
    for approval in approvals:
        key = (approval.item_id, approval.orthography)
        if key not in newest or approval.status == ApprovalStatus.PENDING:
            newest[key] = approval
    rows: dict[tuple[int, str], list[Recording]] = {}
    items = {item for item, _orthography in newest}
    for recording in Recording.objects.filter(item__in=items).exclude(state=RecordingState.WITHDRAWN):
        rows.setdefault((recording.item_id, recording.orthography), []).append(recording)
    texts = [TextInLanguage(approval.item, approval, rows.get(key, [])) for key, approval in newest.items()]
    return sorted(texts, key=lambda text: not text.needs_voice)


def count_downloads(campaign: Campaign) -> int:
    """How many downloads of this campaign's documents and sound were logged."""
    return Download.objects.filter(item__campaign=campaign).count()


def recent_download(user: Any, item: ContentItem, kind: str, sha256: str, since: datetime) -> bool:
    """True when this person took these same bytes since then (a line that broke is not a second download)."""
    same = Download.objects.filter(user=user, item=item, kind=kind, sha256=sha256)
    return same.filter(at__gte=since, at__lte=clock.now()).exists()
