"""What is wrong, or only odd, with a translated segment: shown while typing, decisive when it is handed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cms.core import languages
from translations import facts
from translations.models import Segment
from translations.placeholders import misplaced_marks, without_marks
from translations.pseudo import is_marked
from translations.segments import max_length
from translations.submission_check import fact_sentence

# Longer lists tell a translator nothing.
_LETTERS_NAMED = 6


@dataclass(frozen=True, slots=True)
class Note:
    """One remark about a segment. A blocking one must be put right before the job can be handed in."""

    code: str
    text: str
    blocking: bool


def notes_on(segment: Segment, orthography: str) -> list[Note]:
    """What to tell the translator about this segment; nothing while it is empty."""
    if not segment.target.strip():
        return []
    found: list[Note] = []
    source = without_marks(segment.source, segment.tags)
    target = without_marks(segment.target, segment.tags)
    difference = facts.compare(source, target)
    if difference:
        found.append(Note("facts", fact_sentence(difference), True))
    marks = misplaced_marks(segment.target, segment.tags)
    if marks:
        found.append(Note("marks", _("These marks must stand exactly once, in order: %s") % " ".join(marks), True))
    limit = max_length(segment.kind)
    if limit is not None and len(segment.target) > limit:
        found.append(
            Note("length", _("%(length)d characters; at most %(limit)d fit here.")
                 % {"length": len(segment.target), "limit": limit}, True)
        )  # fmt: skip
    if is_marked(segment.target):
        found.append(Note("trial", _("This is a trial text, not a translation."), True))
    return found + _letters(target, orthography)


def facts_to_keep(segment: Segment) -> list[str]:
    """The facts of the source as they stand there, once each: what the translator must not change."""
    found = facts.facts_of(without_marks(segment.source, segment.tags))
    return list(dict.fromkeys(fact.text for fact in found))


def _letters(target: str, orthography: str) -> list[Note]:
    strangers = languages.outside_alphabet(target, orthography)
    if not strangers:
        return []
    named = list(dict.fromkeys(
        f"{each.text} → {each.suggestion}" if each.suggestion else each.text for each in strangers
    ))[:_LETTERS_NAMED]  # fmt: skip
    return [Note("letters", _("Letters this language does not use: %s") % ", ".join(named), False)]
