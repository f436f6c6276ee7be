"""What the pages of the translation desk show, put together from jobs and segments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cms.core import languages
from translations.diff import Change, word_changes
from translations.enums import JobState, SegmentState
from translations.models import Segment, TranslationJob
from translations.segment_checks import Note, facts_to_keep, notes_on
from translations.segments import label_of, max_length
from translations.selectors import job_is_outdated

# The shape that stands before the word (templatetag ``chip``).
JOB_CHIPS = {
    JobState.OPEN: "planned",
    JobState.IN_TRANSLATION: "planned",
    JobState.IN_REVIEW: "waiting",
    JobState.RETURNED: "stale",
    JobState.APPROVED: "done",
    JobState.CANCELLED: "failed",
}
SEGMENT_CHIPS = {
    SegmentState.EMPTY: "planned",
    SegmentState.CARRIED: "done",
    SegmentState.TYPED: "done",
    SegmentState.STALE: "stale",
}
_CHARACTERS_PER_LINE = 42


@dataclass(slots=True)
class SegmentView:
    """One segment as a page shows it. ``typed`` is what stands in its box: what was typed, or the stored target."""

    segment: Segment
    label: str
    context: str
    keep: list[str]
    notes: list[Note]
    chip: tuple[str, str]
    rows: int
    limit: int | None
    typed: str
    version: int
    error: str = ""
    other: str | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def pk(self) -> str:
        """The segment's id for anchors and field names: text, because a number would be drawn as 1.234."""
        return str(self.segment.pk)

    @property
    def is_blocked(self) -> bool:
        """True when something must be put right before the job can be handed in."""
        return bool(self.error) or any(note.blocking for note in self.notes)


def segment_views(job: TranslationJob) -> list[SegmentView]:
    """The job's segments in order, each with what its page shows; one query."""
    blocks = {str(block["id"]): block for block in job.source_approval.payload["blocks"]}
    hotlines = {line["id"]: line for line in job.source_approval.payload["hotlines"]}
    found = []
    for segment in job.segments.all():
        notes = notes_on(segment, job.orthography)
        found.append(
            SegmentView(
                segment=segment,
                label=label_of(segment.kind),
                context=_context(segment, blocks, hotlines),
                keep=facts_to_keep(segment),
                notes=notes,
                chip=segment_chip(segment, notes),
                rows=_rows(segment),
                limit=max_length(segment.kind),
                typed=segment.target,
                version=segment.version,
                changes=word_changes(segment.previous_source, segment.source) if segment.previous_source else [],
            )  # fmt: skip
        )
    return found


def progress(views: list[SegmentView]) -> tuple[int, int]:
    """(segments done, segments)."""
    done = sum(1 for view in views if view.segment.state in {SegmentState.TYPED, SegmentState.CARRIED})
    return done, len(views)


def segment_chip(segment: Segment, notes: list[Note]) -> tuple[str, str]:
    """(shape, word) of a segment's state; something to be put right goes before "translated"."""
    if any(note.blocking for note in notes):
        return "failed", _("to be put right")
    return SEGMENT_CHIPS[SegmentState(segment.state)], segment.get_state_display()


def job_chip(job: TranslationJob) -> tuple[str, str]:
    """(shape, word) of the job's state."""
    if job.is_active and job_is_outdated(job):
        return "stale", _("the source has changed")
    return JOB_CHIPS[JobState(job.state)], job.get_state_display()


def note_data(notes: list[Note]) -> list[dict[str, Any]]:
    """Notes as JSON for the script of the page."""
    return [{"code": note.code, "text": note.text, "blocking": note.blocking} for note in notes]


def writing_of(job: TranslationJob) -> dict[str, str]:
    """The ``lang`` tag and direction of the target's boxes."""
    row = languages.get_orthography(job.orthography)
    return {"tag": row.tag, "code": row.code, "name": row.name_vi}


def _context(segment: Segment, blocks: dict[str, Any], hotlines: dict[int, Any]) -> str:
    """What stands around the words and is not translated: the voice that reads, the hotline that follows."""
    block = blocks.get(segment.key.partition(".")[0], {})
    if block.get("type") == "hotline":
        line = hotlines.get(block.get("hotline"), {})
        return _("followed by: %s") % " ".join(filter(None, [line.get("label"), line.get("number")]))
    voice = block.get("voice")
    if voice and segment.kind.endswith(".text"):
        return _("female voice") if voice == "female" else _("male voice")
    return ""


def _rows(segment: Segment) -> int:
    longest = max(len(segment.source), len(segment.target))
    return min(14, max(2, longest // _CHARACTERS_PER_LINE + 1))
