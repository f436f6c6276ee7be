"""What the words and the sound of items allow on the air, for many items at once and in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from campaigns.models import Approval, ContentItem, Hotline
from campaigns.selectors import current_approvals, is_outdated, stale_hotlines
from cms.core.languages import language_of
from media.library.models import Rendition as RenditionRow
from media.library.selectors import speakable

from .resolver import Reason, Refusal, Rendition

PROFILE = "device"


@dataclass(slots=True)
class Airable:
    """What of one item can be heard: its sounds, and per language why there is none."""

    renditions: list[Rendition] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def airable(items: Collection[ContentItem], languages: Iterable[str]) -> dict[int, Airable]:
    """Item id → what may be heard of it in each of `languages`, as things stand now.

    Expiry, pauses and the campaign's state are left to the resolver, which knows the time of each slot. The text must be
    approved, made from the source in force, and its hotlines current; the sound must speak exactly that text, and a
    draft voice needs an approver's word. Four queries, however many items there are.
    """
    wanted = sorted(set(languages))
    approvals = current_approvals(list(items))
    hotlines = _hotlines(approvals.values())
    problems = {key: _problem(approval, hotlines) for key, approval in approvals.items()}
    sounds = _sounds(items, wanted, approvals, problems)
    result: dict[int, Airable] = {}
    for item in items:
        answer = Airable()
        for language in wanted:
            found = sounds.get((item.pk, language), [])
            answer.renditions += found
            if not found:
                answer.refusals.append(Refusal(language, _why(item.pk, language, approvals, problems)))
        result[item.pk] = answer
    return result


def _hotlines(approvals: Iterable[Approval]) -> dict[int, Hotline]:
    return Hotline.objects.in_bulk({line["id"] for a in approvals for line in a.payload.get("hotlines", [])})


def _problem(approval: Approval, hotlines: dict[int, Hotline]) -> Reason | None:
    if is_outdated(approval):
        return Reason.OUTDATED
    return Reason.HOTLINE_CHANGED if stale_hotlines(approval, hotlines) else None


def _sounds(
    items: Collection[ContentItem],
    languages: list[str],
    approvals: dict[tuple[int, str], Approval],
    problems: dict[tuple[int, str], Reason | None],
) -> dict[tuple[int, str], list[Rendition]]:
    """(item, language) → its sounds, a person's before a machine's, the newest first."""
    rows = (
        RenditionRow.objects.filter(
            profile=PROFILE,
            recording__item__in=[item.pk for item in items],
            recording__language__in=languages,
            recording__in=speakable(),
        )
        .select_related("recording")
        .order_by("-recording__received_at", "-recording_id")
    )
    ordered = sorted(rows, key=lambda row: row.recording.is_draft)
    found: dict[tuple[int, str], list[Rendition]] = defaultdict(list)
    for row in ordered:
        recording = row.recording
        text = (recording.item_id, recording.orthography)
        approval = approvals.get(text)
        if approval is None or problems[text]:
            continue
        if approval.text_sha256 != recording.text_sha256:
            continue  # stale: it speaks other words
        place = found[recording.item_id, recording.language]
        place.append(Rendition(recording.language, row.sha256, row.duration_ms, row.bytes, rank=len(place)))
    return found


def _why(
    item_id: int,
    language: str,
    approvals: dict[tuple[int, str], Approval],
    problems: dict[tuple[int, str], Reason | None],
) -> Reason:
    """The nearest thing to being heard that this language has: a sound is missing, or its text is not fit to be read."""
    texts = [key for key in approvals if key[0] == item_id and language_of(key[1]).code == language]
    if not texts:
        return Reason.NOT_APPROVED
    reasons = [problems[key] for key in sorted(texts)]
    return next((reason for reason in reasons if reason), Reason.NO_SOUND) if all(reasons) else Reason.NO_SOUND
